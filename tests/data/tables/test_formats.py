"""Every format gives the same panel as the CSV that holds the same table."""

import bz2
import gzip
import io
import json
import lzma
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.data.tables.formats import FORMATS
from longshort.data.tables.memory import VARIABLE
from longshort.errors import DataError, SettingsError

DAYS = [f"2017-01-{day:02d}" for day in range(3, 15)]
ROWS = [(day, 100.0 + n, 101.5 + n, 10 * n) for n, day in enumerate(DAYS)]
NAMES = ("Date", "Open", "Close", "Volume")
TEXT = "\n".join([",".join(NAMES), *(",".join(map(str, row)) for row in ROWS), ""])
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]

_WORKBOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{}</sheets></workbook>"""
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(*sheets: list[tuple[object, ...]]) -> bytes:
    """Write the least spreadsheet that has these sheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        part = f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", _RELATIONS.format(part))
        names = [f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1)]
        archive.writestr("xl/workbook.xml", _WORKBOOK.format("".join(names)))
        parts = [
            f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        ]
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS.format("".join(parts)))
        for n, rows in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", _sheet(rows))
    return out.getvalue()


def _sheet(rows: list[tuple[object, ...]]) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            f'<c r="{"ABCDEFG"[place]}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            if isinstance(cell, str)
            else f'<c r="{"ABCDEFG"[place]}{number}"><v>{cell}</v></c>'
            for place, cell in enumerate(row)
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def zipped(*members: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def zstd(content: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.ZstdCompressor().compress(content))


def binary(kind: str) -> bytes:
    frame, out = pl.DataFrame(RECORDS), io.BytesIO()
    frame.write_parquet(out) if kind == "parquet" else frame.write_ipc(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "plain.csv": lambda: TEXT.encode(),
    "tabs.tsv": lambda: TEXT.replace(",", "\t").encode(),
    "packed.csv.gz": lambda: gzip.compress(TEXT.encode()),
    "packed.csv.bz2": lambda: bz2.compress(TEXT.encode()),
    "packed.csv.xz": lambda: lzma.compress(TEXT.encode()),
    "packed.csv.zst": lambda: zstd(TEXT.encode()),
    "packed.zip": lambda: zipped(("inside.csv", TEXT), ("__MACOSX/._inside.csv", "x")),
    "two.parquet": lambda: binary("parquet"),
    "two.parquet.gz": lambda: gzip.compress(binary("parquet")),
    "two.arrow": lambda: binary("arrow"),
    "sheet.xlsx": lambda: xlsx([NAMES, *ROWS]),
    "second.xlsx": lambda: xlsx([], [("Prices of the year",), NAMES, *ROWS]),
    "records.json": lambda: json.dumps(RECORDS).encode(),
    "packed.json.gz": lambda: gzip.compress(json.dumps(RECORDS).encode()),
    "nested.json": lambda: json.dumps({"status": "ok", "data": {"prices": RECORDS}}).encode(),
    "lines.jsonl": lambda: "\n".join(json.dumps(one) for one in RECORDS).encode(),
    "columns.json": lambda: json.dumps({n: [row[i] for row in ROWS] for i, n in enumerate(NAMES)}).encode(),
    "pandas.json": lambda: json.dumps(
        {n: {str(k): row[i] for k, row in enumerate(ROWS)} for i, n in enumerate(NAMES)}
    ).encode(),
    "split.json": lambda: json.dumps({"columns": NAMES[1:], "index": DAYS, "data": [row[1:] for row in ROWS]}).encode(),
    "by_date.json": lambda: json.dumps(
        {
            "Meta Data": {"1. Information": "Daily", "2. Symbol": "X"},
            "Time Series (Daily)": {
                r[0]: {"1. Open": str(r[1]), "2. Close": str(r[2]), "3. Volume": r[3]} for r in ROWS
            },
        }
    ).encode(),
}


@pytest.fixture
def plain(tmp_path: Path) -> object:
    path = tmp_path / "plain.csv"
    path.write_text(TEXT)
    return read(path, target="Close")


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_values_and_dates(tmp_path: Path, plain, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    target = "2. Close" if name == "by_date.json" else "Close"
    panel = read(path, target=target)
    assert panel.ids == (name.partition(".")[0],)
    assert panel.labels(panel.times).tolist() == plain.labels(plain.times).tolist()
    np.testing.assert_array_equal(panel.target, plain.target)
    kinds = {column.kind: column for column in panel.columns}
    assert kinds.keys() == {"open", "close", "volume"}


def test_candles_without_names_have_the_usual_ones(tmp_path: Path) -> None:
    times = [1483401600000 + 86_400_000 * n for n in range(12)]
    path = tmp_path / "candles.json"
    path.write_text(json.dumps([[time, 1.0, 3.0, 0.5, 2.0 + n, 9] for n, time in enumerate(times)]))
    panel = read(path)
    assert panel.columns[0].kind == "close"
    assert panel.target.tolist() == [2.0 + n for n in range(12)]
    assert panel.labels(panel.times)[0] == np.datetime64("2017-01-03")


def test_a_folder_holds_files_of_any_format(tmp_path: Path) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    for name in ("plain.csv", "sheet.xlsx", "records.json", "two.parquet", "packed.csv.bz2"):
        (folder / name).write_bytes(FILES[name]())
    assert set(read(folder, target="Close").ids) == {"plain", "sheet", "records", "two", "packed"}


def test_standard_input_and_pipes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain) -> None:
    class Stdin:
        buffer = io.BytesIO(TEXT.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    panel = read("-", target="Close")
    assert panel.ids == ("stdin",)
    np.testing.assert_array_equal(panel.target, plain.target)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(TEXT.encode()),))
    writer.start()
    np.testing.assert_array_equal(read(pipe, target="Close").target, plain.target)
    writer.join()


def test_a_device_is_no_file() -> None:
    with pytest.raises(DataError, match=r"'/dev/zero' is a device"):
        read("/dev/zero")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.csv.gz", gzip.compress(TEXT.encode() * 50)[:-20], "damaged gzip"),
        ("cut.csv.bz2", bz2.compress(TEXT.encode() * 50)[:-20], "damaged bzip2"),
        ("cut.csv.xz", lzma.compress(TEXT.encode() * 50)[:-20], "damaged xz"),
        ("many.zip", zipped(("a.csv", TEXT), ("b.csv", TEXT)), "2 files: 'a.csv', 'b.csv'"),
        ("none.zip", zipped(), "damaged zip|0 files"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        ("cut.xlsx", xlsx([NAMES, *ROWS])[:400], "damaged zip"),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
        ("cut.json", json.dumps(RECORDS).encode()[:-20], "is no JSON"),
        ("word.json", b'{"status": "ok", "count": 3}', "holds no table"),
        ("empty.json", b"[]", "holds no table"),
        ("lists.json", b'[{"date": "2017-01-03", "y": [1, 2]}, {"date": "2017-01-04", "y": [3]}]', "lists or objects"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said):
        read(tmp_path / name)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sheet.xlsx").write_bytes(FILES["sheet.xlsx"]())
    monkeypatch.setitem(__import__("sys").modules, "fastexcel", None)
    with pytest.raises(SettingsError, match="needs the package fastexcel"):
        read(tmp_path / "sheet.xlsx")


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.csv.bz2", "bomb.csv.xz", "bomb.csv.zst", "bomb.zip"])
def test_what_unpacks_to_more_than_fits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    content = (TEXT + "0" * 5_000_000).encode()
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}
    ending = name.rpartition(".")[2]
    packed = zipped(("a.csv", content.decode())) if ending == "zip" else pack[ending](content)
    (tmp_path / name).write_bytes(packed)
    monkeypatch.setenv(VARIABLE, "4M")
    with pytest.raises(DataError, match=r"more than 0\.0 GiB; that does not fit"):
        read(tmp_path / name)


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_rows_are_counted_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    frame = pl.DataFrame({"date": pl.repeat(0, 1_000_000, eager=True), "y": pl.repeat(1.0, 1_000_000, eager=True)})
    path = tmp_path / f"many.{kind}"
    frame.write_parquet(path) if kind == "parquet" else frame.write_ipc(path)
    monkeypatch.setenv(VARIABLE, "20M")
    with pytest.raises(DataError, match="1,000,000 rows of 2 columns"):
        read(path)


def test_a_size_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    monkeypatch.setenv(VARIABLE, "plenty")
    with pytest.raises(SettingsError, match="LONGSHORT_MEMORY is 'plenty'"):
        read(tmp_path / "a.csv.gz")


def test_each_format_has_its_own_name_and_endings() -> None:
    assert len({one.name for one in FORMATS}) == len(FORMATS)
    listed = [ending for one in FORMATS for ending in one.endings]
    assert len(set(listed)) == len(listed)
