"""Sources: paths, folders and globs; what is missing, empty or no table is refused in one sentence."""

import gzip
import os

import pytest

from longshort.data.readers import read
from longshort.errors import DataError


def test_a_folder_is_one_series_per_file_named_after_it(write, ohlcv, tmp_path):
    for name in ("BBB.csv", "AAA.csv"):
        write(ohlcv, name)
    write("# what this is, and, where, it, comes, from", "README.txt")
    write(gzip.compress(ohlcv.encode()), "CCC.csv.gz")
    panel = read(tmp_path)
    assert panel.ids == ("AAA", "BBB", "CCC")
    assert panel.offsets.tolist() == [0, 12, 24, 36]
    assert read(str(tmp_path / "*B.csv")).ids == ("BBB",)
    assert read(tmp_path / "BBB.csv", tmp_path / "AAA.csv").ids == ("AAA", "BBB")


def test_a_name_column_names_the_series_and_not_the_file(write, ohlcv):
    named = "\n".join(f"{line},{'Name' if i == 0 else 'AMZN'}" for i, line in enumerate(ohlcv.splitlines()))
    assert read(write(named, "whatever.csv")).ids == ("AMZN",)


def test_files_of_one_series_in_parts_go_on(write, days):
    header = "symbol,date,close\n"
    write(header + "".join(f"X,{day},{i}\n" for i, day in enumerate(days[:6])), "2016.csv")
    path = write(header.upper() + "".join(f"X,{day},{i + 6}\n" for i, day in enumerate(days[6:])), "2017.csv")
    panel = read(path.parent)
    assert panel.ids == ("X",)
    assert panel.target.tolist() == [float(i) for i in range(12)]


def test_a_file_that_names_no_series_stands_beside_one_that_does(write, days, tmp_path):
    write("symbol,date,close\n" + "".join(f"X,{day},{i}\n" for i, day in enumerate(days)), "a.csv")
    write("date,close\n" + "".join(f"{day},{i}\n" for i, day in enumerate(days)), "b.csv")
    assert read(tmp_path).ids == ("X", "b")


def test_an_ambiguous_date_is_settled_by_another_file(write, tmp_path):
    write("date,close\n" + "".join(f"0{i}/01/2017,{i}\n" for i in range(1, 10)), "a.csv")
    write("date,close\n" + "".join(f"{i + 12}/01/2017,{i}\n" for i in range(1, 10)), "b.csv")
    assert any("%d/%m/%Y" in note for note in read(tmp_path).notes)


def test_errors_name_the_file_of_the_row(write, ohlcv, tmp_path):
    write(ohlcv, "a.csv")
    write(ohlcv.replace("3.5", "abc", 1), "b.csv")
    with pytest.raises(DataError, match=r"'b.csv', row 4, column 'Close'"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "p.csv", "is empty"),
        (b"\n\n", "p.csv", "is empty"),
        (b"# only a comment\n", "p.csv", "is empty"),
        (b"Date,Close\n", "p.csv", "has a header and no rows"),
        (b"Date,Close\n\n\n", "p.csv", "has a header and no rows"),
        (bytes(range(256)) * 40, "p.csv", "is no text"),
        (b"\x89PNG\r\n\x1a\n", "p.csv", "a picture"),
        (b"PK\x03\x04....", "p.xlsx", "a damaged zip file"),
        (b"\x1f\x8b\x08nonsense", "p.csv.gz", "damaged gzip"),
        (b"PAR1nonsense", "p.parquet", "damaged Parquet"),
        (b"ARROW1nonsense", "p.arrow", "damaged Arrow"),
    ],
)
def test_what_is_no_table_is_refused(write, content, name, said):
    with pytest.raises(DataError, match=said):
        read(write(content, name))


def test_missing_files_and_empty_folders_are_refused(tmp_path, write, ohlcv):
    write(ohlcv, "prices.csv")
    with pytest.raises(DataError, match=r"there is no file") as caught:
        read(tmp_path / "price.csv")
    assert "'prices.csv'" in caught.value.hint
    with pytest.raises(DataError, match=r"no file matches"):
        read(str(tmp_path / "*.nope"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"it is empty"):
        read(tmp_path / "empty")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.docx").write_text("x")
    with pytest.raises(DataError, match=r"holds no table, only 'a.docx'"):
        read(tmp_path / "other")


def test_a_file_that_may_not_be_read_is_refused(write, ohlcv, monkeypatch):
    path = write(ohlcv)
    if os.geteuid() == 0:  # root may read everything, so the refusal is played

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(type(path), "open", refuse)
    else:
        path.chmod(0)
    with pytest.raises(DataError, match=r"cannot be read: permission denied"):
        read(path)


def test_a_text_cut_in_a_folder_of_plain_text_is_read_where_there_is_nothing_better(write, ohlcv, tmp_path):
    write(ohlcv, "AAA.txt")
    assert read(tmp_path).ids == ("AAA",)
