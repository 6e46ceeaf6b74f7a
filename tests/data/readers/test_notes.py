"""What was assumed in reading is said in both languages, whatever was read."""

import re
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from longshort.data.readers import read
from longshort.language import Message, say

DAYS = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 1, 14), eager=True)
Y = [float(i * i % 7) for i in range(14)]


def text(tmp_path, content, name="a.csv", **options):
    path = tmp_path / name
    path.write_text(content)
    return read(path, **options)


def rows(separator=",", header="Date,Close", decimal="."):
    body = [f"{day}{separator}{y:.1f}".replace(".", decimal) for day, y in zip(DAYS, Y, strict=True)]
    return "\n".join([*([header.replace(",", separator)] if header else []), *body]) + "\n"


def frame(**columns):
    return pl.DataFrame({"Date": DAYS, "Close": Y, **columns})


def unix(step, scale):
    return [1_700_000_000 * scale + i * step * scale for i in range(14)]


def both(rows_):
    return pl.concat([frame(id=pl.Series(["a"] * 14)), frame(id=pl.Series(["b"] * 14))])[rows_]


CASES = {
    "commas": lambda p: text(p, rows()),
    "semicolons and a decimal comma": lambda p: text(p, rows(";", decimal=",")),
    "bars": lambda p: text(p, rows("|")),
    "a separator of its own": lambda p: text(p, rows("^"), separator="^"),
    "tabs": lambda p: text(p, rows("\t")),
    "a title above": lambda p: text(p, "Prices of a shop\n" + rows()),
    "a header in a comment": lambda p: text(p, "# Date,Close\n" + rows(header="")),
    "names given": lambda p: text(p, rows(header=""), columns="Day,Close"),
    "other names given": lambda p: text(p, rows(), columns="Day,Close"),
    "no header, no dates": lambda p: text(p, "1.5\n2.5\n1.0\n3.0\n", no_dates=True, target="1"),
    "newest first, no dates": lambda p: read(pl.DataFrame({"y": Y}), no_dates=True, newest_first=True),
    "newest first": lambda p: read(frame()[::-1]),
    "newest_first said in vain": lambda p: read(frame(), newest_first=True),
    "unsorted and twice": lambda p: read(pl.concat([frame(), frame()[3:5]]), duplicates="mean"),
    "two levels": lambda p: text(
        p, "Price,Close,Close\nTicker,A,B\nDate,,\n" + "".join(f"{day},1.{day.day},2.{day.day}\n" for day in DAYS)
    ),
    "seconds": lambda p: read(pl.DataFrame({"unix": unix(60, 1), "Close": Y})),
    "milliseconds": lambda p: read(pl.DataFrame({"unix": unix(60, 1000), "Close": Y})),
    "microseconds": lambda p: read(pl.DataFrame({"unix": unix(60, 10**6), "Close": Y})),
    "nanoseconds": lambda p: read(pl.DataFrame({"unix": unix(60, 10**9), "Close": Y})),
    "zoned text": lambda p: text(p, rows().replace(",", " 00:00+09:00,").replace("Date 00:00+09:00,", "Date,")),
    "zoned hours": lambda p: text(
        p,
        "Date,Close\n2024-03-10 01:00-05:00,1\n2024-03-10 03:00-04:00,2\n2024-03-10 04:00-04:00,3\n"
        "2024-03-10 05:00-04:00,4\n",
    ),
    "zoned moments": lambda p: read(
        pl.DataFrame({"Date": [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(14)], "Close": Y})
    ),
    "a calendar given": lambda p: read(frame(), calendar="daily"),
    "two calendars": lambda p: read(
        pl.concat([frame(id=pl.Series(["a"] * 14)), frame(id=pl.Series(["b"] * 14))[::7]]), target="Close"
    ),
    "a target spelt otherwise": lambda p: read(frame(), target="close"),
    "text, blanks and a count": lambda p: read(
        frame(index=list(range(14)), shop=["x"] * 14, empty=[None] * 14, unix=unix(86400, 1), Volume=Y).select(
            "index", "Date", "Close", "shop", "empty", "unix", "Volume"
        )
    ),
    "every kind of covariate": lambda p: read(
        frame(a=Y, holiday=[0.0] * 14, size=[2.0] * 14), target="Close", known_future=["holiday"], static=["size"]
    ),
    "wide": lambda p: read(frame(Other=Y), wide=True),
    "a row a series": lambda p: text(p, "V1,V2,V3,V4,V5\na,1,2,3,4\nb,2,3,4,7\n", no_dates=True),
    "a dead series": lambda p: read(
        both(slice(None)).with_columns(pl.when(pl.col("id") == "b").then(1.0).otherwise("Close").alias("Close"))
    ),
    "joined, one series for all": lambda p: read(both(slice(None)), join=frame().rename({"Close": "rate"})),
    "joined by series": lambda p: read(both(slice(None)), join=both(slice(None)).rename({"Close": "rate"})),
    "joined, ending early": lambda p: read(frame(), join=frame()[:4].rename({"Close": "rate"})),
    "joined, weeks to days": lambda p: read(frame(), join=frame()[::7].rename({"Close": "rate"})),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_notes_and_findings_are_said_in_korean_without_english_sentences(case, tmp_path):
    panel = CASES[case](tmp_path)
    said = [*panel.notes, *(finding.text for finding in panel.findings)]
    assert said
    for note in said:
        assert isinstance(note, Message), note
        assert not re.search("[가-힣]", note)
        korean = say(note, "ko")
        assert re.search("[가-힣]", korean)
        assert not re.search(r"[A-Za-z]+ [a-z]+", re.sub(r"'[^']*'|%[A-Za-z][^로]*", "", korean)), korean


def test_several_files_are_said_to_be_read_together(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(rows())
    panel = read(tmp_path)
    assert panel.notes[0] == "2 files or tables are read together."


def test_a_binary_file_names_its_format(tmp_path):
    frame().write_parquet(tmp_path / "a.parquet")
    assert say(read(tmp_path / "a.parquet").notes[0], "ko") == "Parquet 형식의 파일입니다."


def test_a_place_in_a_file_is_told_in_both_languages(tmp_path):
    lines = rows().splitlines()
    panel = text(tmp_path, "\n".join([*lines[:5], *lines[9:], *lines[5:9]]))
    assert "first at 'a.csv', row 12" in panel.findings[0].text
    assert "첫 행: 'a.csv' 12행" in say(panel.findings[0].text, "ko")
    table = read(pl.concat([frame()[8:], frame()[:8]]))
    assert "첫 행: 표 6행(0부터 셈)" in say(table.findings[0].text, "ko")
