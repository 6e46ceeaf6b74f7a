"""What was recognised in forecasts, and what was noticed, is said in both languages, whatever their shape."""

import re

import numpy as np
import polars as pl
import pytest

from longshort.audit.reading import read_forecasts
from longshort.audit.reading import table as tables
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.language import Message, say


def shapes(case):
    """Give a table in every shape, with the options that it needs and the beginnings of what is then said of it."""
    keys, mean = case.keys, case.mean
    plain = keys.drop("step").with_columns(LSTM=mean)
    dated = keys.drop("step", "cutoff")
    paths = {f"sample_{i}": mean + i for i in range(12)}
    bare = dated.filter(keys["step"] == 1).with_columns(forecast=mean.filter(keys["step"] == 1))
    first = keys.group_by("cutoff", maintain_order=True).agg(pl.col("ds").min().alias("forecast_start"))
    long = plain.rename({"LSTM": "value"})
    up = pl.int_range(pl.len()) % 2
    return {
        "points": (plain, {}, "Read as a table with point forecasts: series in 'unique_id', dates in 'ds'"),
        "a step": (keys.drop("cutoff").with_columns(LSTM=mean), {}, "The step tells how long before its date"),
        "a lag": (bare, {"step": 1}, "Each forecast was made 1 session before its date."),
        "a lag in vain": (plain, {"step": 2}, "The table itself tells when its forecasts were made"),
        "starts": (
            plain.join(first, on="cutoff").drop("cutoff"), {}, "Each forecast starts on its first date: the forecast"
        ),
        "starts before": (plain.rename({"cutoff": "start"}), {}, "Each forecast starts before its first date"),
        "quantiles": (
            dated.with_columns(keys["cutoff"], **{f"q{n}": case.quantile(n / 100) for n in (10, 90)}), {},
            "The quantile levels are read as percent.",
        ),
        "no median": (
            plain.drop("LSTM").with_columns(**{"m-lo-0.8": case.quantile(0.1), "m-hi-0.8": case.quantile(0.9)}), {},
            "'m' has no median",
        ),
        "many levels": (
            plain.with_columns(**{f"LSTM-q0.{n:02}": mean + n for n in range(5, 100, 5)}), {},
            "Read as a table with point forecasts, quantiles (19 levels from 0.05 to 0.95)",
        ),
        "widths as shares": (
            plain.with_columns(**{"LSTM-lo-0.8": case.quantile(0.1), "LSTM-hi-0.8": case.quantile(0.9)}), {},
            "The widths of the prediction intervals are read as shares",
        ),
        "ends without a level": (
            plain.rename({"LSTM": "forecast"}).with_columns(lower=mean - 1, upper=mean + 1, Volume=mean), {},
            "Not used, because their coverage is not known: 'lower', 'upper'.",
        ),
        "a row a quantile": (
            pl.concat([long.with_columns(quantile=pl.lit(q)) for q in (10.0, 50.0, 90.0)]), {},
            "Read as a long table with a row for each quantile",
        ),
        "a row a path": (
            pl.concat([long.with_columns(sample=pl.lit(i)) for i in range(12)]), {},
            "The 12 sample paths of each forecast",
        ),
        "a column a path": (
            plain.drop("LSTM").with_columns(**paths), {}, "Read as a table with a column for each sample path"
        ),
        "several models": (
            plain.with_columns(naive=mean), {}, "These models of the table serve as baselines: naive."
        ),
        "chances": (
            plain.with_columns(p_up=pl.lit(62.0)), {}, "The probabilities in 'p_up' are read as percent."
        ),
        "words of direction": (
            plain.drop("LSTM").with_columns(call=pl.when(up == 1).then(pl.lit("up")).otherwise(pl.lit("hold"))), {},
            "The directions in 'call' are read as probabilities of a rise: up is 1, down is 0, neither is 0.5.",
        ),
        "two words of direction": (
            plain.drop("LSTM").with_columns(call=pl.when(up == 1).then(pl.lit("up")).otherwise(pl.lit("down"))), {},
            "The directions in 'call' are read as probabilities of a rise: up is 1, down is 0.",
        ),
        "numbers of direction": (
            plain.drop("LSTM").with_columns(signal=up), {}, "The directions in 'signal' are read as probabilities of a"
        ),
        "another name of the series": (
            plain.with_columns(unique_id=pl.lit("SPX")), {}, "The only series 'SPX' is compared with the only series"
        ),
    }  # fmt: skip


SHAPES = [
    "points", "a step", "a lag", "a lag in vain", "starts", "starts before", "quantiles", "no median", "many levels",
    "widths as shares", "ends without a level", "a row a quantile", "a row a path", "a column a path",
    "several models", "chances", "words of direction", "two words of direction", "numbers of direction",
    "another name of the series",
]  # fmt: skip


def in_both(read):
    """Assert that all is said in Korean without English words in a row, and the other way round."""
    for said in (*read.notes, *(finding.text for finding in read.findings)):
        assert isinstance(said, Message), said
        assert not re.search("[가-힣]", said)
        korean = say(said, "ko")
        assert re.search("[가-힣]", korean)
        assert not re.search(r"[A-Za-z]+ [a-z]+", re.sub(r"'[^']*'|%[A-Za-z][^로]*", "", korean)), korean


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_recognised_is_said_in_both_languages(case, name):
    table, options, said = shapes(case)[name]
    read = read_forecasts(table, case.panel, **options)
    in_both(read)
    assert any(note.startswith(said) for note in read.notes), read.notes


def test_every_shape_is_tried(case):
    assert list(shapes(case)) == SHAPES


def test_history_from_the_table_itself_is_said(case):
    table = case.keys.drop("step").with_columns(LSTM=case.mean, y=case.y)
    read = read_forecasts(table)
    in_both(read)
    assert "The outcomes in the table are used as the history." in read.notes
    numbered = pl.DataFrame({"ds": range(1, 30), "y": np.arange(29.0) ** 2, "forecast": np.arange(29.0)})
    read = read_forecasts(numbered, step=2)
    in_both(read)
    assert "The outcomes in the table are used as the history; its rows are numbered." in read.notes
    assert "Each forecast was made 2 steps before its date." in read.notes


def test_files_are_said_in_both_languages(case, tmp_path, monkeypatch):
    table = case.keys.drop("step").with_columns(LSTM=case.mean)
    table.write_parquet(tmp_path / "f.parquet")
    in_both(read_forecasts(tmp_path / "f.parquet", case.panel))
    monkeypatch.setattr(tables, "STREAMED", 0)
    table.write_csv(tmp_path / "f.csv")
    in_both(read_forecasts(tmp_path / "f.csv", case.panel))
    table.write_csv(tmp_path / "g.csv", separator=" ")
    in_both(read_forecasts(tmp_path / "g.csv", case.panel))


def test_every_finding_is_said_in_both_languages(case, many):
    table = many.keys.with_columns(LSTM=many.mean, y=many.y)
    row = pl.int_range(pl.len())
    table = table.with_columns(
        ds=pl.when(row == 3)
        .then(pl.col("cutoff"))
        .when(row == 4)
        .then(pl.col("ds").dt.offset_by("7h"))
        .otherwise("ds"),
        step=pl.when(row == 8).then(9).otherwise("step"),
        LSTM=pl.when(row == 10).then(None).otherwise("LSTM"),
        y=pl.when(row == 12).then(pl.col("y") * 1.5).otherwise("y"),
        unique_id=pl.when(pl.col("unique_id") == "S1").then(pl.lit("X")).otherwise("unique_id"),
    )
    panel = many.panel
    values = panel.values.copy()
    values[panel.offsets[2] + 44, 0] = np.nan
    read = read_forecasts(table, panel.with_values(values))
    in_both(read)
    assert {finding.code for finding in read.findings} >= {
        "actuals_differ", "unmatched_series", "dated_before_cutoff", "unmatched_cutoffs", "steps_disagree",
        "nan_forecasts",
    }  # fmt: skip
    days = case.keys.drop("step").with_columns(LSTM=case.mean, ds=pl.col("ds") + pl.duration(days=1))
    off = read_forecasts(days, case.panel)
    in_both(off)
    assert "off_calendar" in {finding.code for finding in off.findings}
    for shift in (1, -1):
        rows = np.searchsorted(case.panel.times, case.forecast.ds.ravel()) + shift
        y = pl.Series(case.panel.target[rows].round(1))
        moved = read_forecasts(case.keys.drop("step").with_columns(LSTM=case.mean, y=y), case.panel)
        in_both(moved)
        assert [finding.code for finding in moved.findings] == ["misaligned"]


def test_steps_are_told_in_the_unit_of_the_calendar():
    months = named("monthly")
    numbers = np.arange(600, 660)
    panel = Panel(
        values=np.arange(60.0)[:, None] ** 2,
        times=months.times(numbers),
        sessions=numbers,
        offsets=np.array([0, 60]),
        ids=("sales",),
        columns=(Column("y"),),
        calendars=(months,),
    )
    times = panel.times[30:50]
    table = pl.DataFrame({"ds": pl.Series(times).cast(pl.Datetime("us")), "forecast": np.arange(20.0)})
    read = read_forecasts(table, panel, step=3)
    assert "Each forecast was made 3 months before its date." in read.notes
    assert any("3개월 앞서" in say(note, "ko") for note in read.notes)
