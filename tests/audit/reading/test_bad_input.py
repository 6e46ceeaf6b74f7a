"""Every mistake is named with its place and with what to type."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from longshort.audit.reading import read_forecasts
from longshort.audit.reading import table as tables
from longshort.errors import DataError, LongshortError, RunFolderError, SettingsError


@pytest.fixture
def plain(many):
    """Give a table with a cutoff and a date, as most have it."""
    return many.keys.drop("step").with_columns(LSTM=many.mean)


def refused(table, *rest, error=DataError, says, hint="", **options):
    with pytest.raises(error) as raised:
        read_forecasts(table, *rest, **options)
    for part in [says] if isinstance(says, str) else says:
        assert part in raised.value.message, raised.value.message
    assert hint in raised.value.hint, raised.value.hint


def test_no_cutoffs(plain, many):
    refused(plain.drop("cutoff"), many.panel, says="does not say when its forecasts were made", hint="--step N")


def test_no_dates(plain, many):
    refused(plain.drop("ds"), many.panel, says="not for which date", hint="--date NAME")


def test_no_actuals(plain):
    refused(plain, says="not what happened", hint="--actuals FILE --target NAME")
    blank = plain.with_columns(y=pl.lit(None, pl.Float64))
    refused(blank, says="blank throughout", hint="--actuals")


def test_duplicates_are_quoted_with_their_rows(plain, many, tmp_path):
    twice = pl.concat([plain, plain[4:5]])
    refused(twice, many.panel, says=["row 4 (counted from 0) and the table, row 90", "'S0'", "1 such row"], hint="--id")
    twice.write_csv(tmp_path / "f.csv")
    refused(tmp_path / "f.csv", many.panel, says="'f.csv', row 6 and 'f.csv', row 92")
    long = pl.concat([plain.with_columns(quantile=pl.lit(q), value="LSTM") for q in (0.1, 0.1)]).drop("LSTM")
    refused(long, many.panel, says="same date from the same cutoff (90 such rows)")


def test_two_columns_of_one_level(plain, many):
    table = plain.with_columns(pl.col("LSTM").alias("LSTM-lo-80"), pl.col("LSTM").alias("LSTM-q10"))
    refused(table, many.panel, says="both the quantile 0.1 of 'LSTM'")


def test_one_clock(plain, many):
    mixed = plain.with_columns(pl.col("ds").dt.replace_time_zone("UTC"))
    refused(mixed, many.panel, says=["not on one clock", "'ds' in UTC"], hint="same time zone")
    text = plain.with_columns(
        pl.col("ds").dt.strftime("%Y-%m-%d %H:%M:%S"), pl.col("cutoff").dt.strftime("%Y-%m-%d %H:%M:%S")
    )
    some = text.with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(pl.col("ds") + "+09:00").otherwise("ds").alias("ds")
    )
    refused(some, many.panel, says=["not on one clock", "+09:00"], hint="same time zone")
    both = plain.with_columns(pl.col("ds", "cutoff").dt.replace_time_zone("America/New_York"))
    np.testing.assert_array_equal(read_forecasts(both, many.panel).forecasts[0].ds, many.forecast.ds)
    zoned = text.with_columns(pl.col("ds", "cutoff") + "-05:00")
    np.testing.assert_array_equal(read_forecasts(zoned, many.panel).forecasts[0].ds, many.forecast.ds)


@pytest.mark.parametrize("names", [("0.1", "1.0"), ("q0", "q50"), ("10", "50", "100"), ("0.5%", "100%")])
def test_levels_outside(plain, many, names):
    table = plain.drop("LSTM").with_columns(**dict.fromkeys(names, many.mean))
    refused(table, many.panel, says="does not lie between 0 and 1", hint="0.05, 0.5 and 0.95")


def test_levels_that_could_be_either(plain, many):
    table = plain.drop("LSTM").with_columns(**dict.fromkeys(("q0.5", "q5", "q90"), many.mean))
    refused(table, many.panel, says="could be shares as well as percent")


def test_levels_of_a_long_table(plain, many):
    rows = plain.rename({"LSTM": "value"})
    refused(rows.with_columns(quantile=pl.lit(1.0)), many.panel, says=["row 0", "level '1'"])
    refused(rows.with_columns(quantile=pl.lit("high")), many.panel, says="holds 'high', which is no quantile level")


def test_blank_forecasts_are_counted_and_refused_where_all_are(plain, many):
    some = plain.with_columns(pl.when(pl.int_range(pl.len()) < 5).then(None).otherwise("LSTM").alias("LSTM"))
    read = read_forecasts(some, many.panel)
    assert [(finding.code, finding.value) for finding in read.findings] == [("nan_forecasts", 5.0)]
    assert np.isnan(read.forecasts[0].mean).sum() == 5
    endless = plain.with_columns(pl.when(pl.int_range(pl.len()) < 5).then(float("inf")).otherwise("LSTM").alias("LSTM"))
    assert np.isnan(read_forecasts(endless, many.panel).forecasts[0].mean).sum() == 5
    refused(plain.with_columns(LSTM=pl.lit(float("nan"))), many.panel, says="all 90 forecasts of 'LSTM' are blank")


def test_dates_that_do_not_meet(plain, many):
    later = plain.with_columns(pl.col("ds", "cutoff").dt.offset_by("10y"))
    refused(later, many.panel, says=["no cutoff of the forecasts has a value", "2030", "2020"], hint="--actuals FILE")


def test_series_that_do_not_meet(plain, many):
    other = plain.with_columns(unique_id="X" + pl.col("unique_id"))
    refused(other, many.panel, says=["'XS0'", "'S0'", "no series is in both"], hint="--id NAME")
    refused(plain.drop("unique_id"), many.panel, says="the actuals have 3 series", hint="--id NAME")


def test_nothing_known_yet(plain, many):
    last = int(many.forecast.cutoffs.min())
    first = plain.filter(pl.col("cutoff") == pl.col("cutoff").min())
    refused(first, many.panel.until(last), says="nothing is known yet", hint="go on past the forecasts")


def test_empty_and_foreign_files(tmp_path, many):
    (tmp_path / "empty.csv").write_text("")
    refused(tmp_path / "empty.csv", many.panel, says="'empty.csv' is empty")
    (tmp_path / "header.csv").write_text("unique_id,ds,cutoff,LSTM\n")
    refused(tmp_path / "header.csv", many.panel, says="no rows")
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7 and so on")
    refused(tmp_path / "page.pdf", many.panel, says="is a PDF, not a table")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    refused(tmp_path / "cut.parquet", many.panel, says="damaged Parquet", hint="again")
    refused(tmp_path / "none.csv", many.panel, says="there is no file")
    refused(7, many.panel, error=SettingsError, says="from a int")
    refused(pl.LazyFrame({"ds": []}), many.panel, says="no rows")


def test_run_folders(tmp_path, many):
    (tmp_path / "run.json").write_text("{}")
    refused(tmp_path, error=RunFolderError, says="not written by longshort")
    refused(tmp_path, many.panel, error=SettingsError, says="holds its own actuals")


def test_no_forecasts(many):
    refused(many.keys, many.panel, says="no column of forecasts", hint="--forecast NAME")


def test_columns_that_could_be_forecasts(plain, many):
    table = plain.rename({"LSTM": "forecast"}).with_columns(temperature=many.mean)
    refused(table, many.panel, says="2 columns that could be forecasts", hint="--forecast forecast")
    read = read_forecasts(table, many.panel, forecast="temperature")
    assert [forecast.model for forecast in read.forecasts] == ["temperature"]


def test_a_date_that_could_be_either(plain, many):
    table = plain.rename({"ds": "forecast_date"}).drop("cutoff")
    refused(table, many.panel, says="dates forecast, or those on which", hint="--date forecast_date or --cutoff")
    assert len(
        read_forecasts(table.unique(["unique_id", "forecast_date"]), many.panel, date="forecast_date", step=1).forecasts
    )
    made = plain.rename({"cutoff": "forecast_date"})
    np.testing.assert_array_equal(read_forecasts(made, many.panel).forecasts[0].mean, many.forecast.mean)


def test_options(plain, many):
    refused(plain, many.panel, id="Symbol", says="no column 'Symbol'", hint="There are")
    refused(plain, many.panel, step=0, error=SettingsError, says="0 sessions before")
    refused(plain, many.panel, step=1, cutoff_lag=2, error=SettingsError, says="different things")
    refused(plain.drop("cutoff"), many.panel, cutoff="then", says="neither a column of the table nor a date")


def test_calls_and_probabilities_out_of_range(many):
    rows = many.keys
    calls = np.resize([1.0, -1.0], 1500)
    long = pl.concat([rows] * 20).head(1500).with_columns(direction=pl.Series(calls))
    odd = long.with_columns(pl.when(pl.int_range(pl.len()) == 1400).then(7.0).otherwise("direction").alias("direction"))
    with pytest.raises(LongshortError):
        read_forecasts(odd, many.panel)
    refused(rows.with_columns(p_up=pl.lit(-0.2)), many.panel, says="run from -0.2", hint="between 0 and 1")


def test_outcomes_that_contradict_each_other(plain, many):
    table = plain.with_columns(y=many.y)
    wrong = table.with_columns(pl.when(pl.int_range(pl.len()) == 4).then(1.0).otherwise("y").alias("y"))
    refused(wrong, says=["is 1 at the table, row 4", "contradict"], hint="--id NAME")


def test_outcomes_of_another_quantity(plain, many):
    refused(plain.with_columns(y=many.y * 2), many.panel, says="are not the actuals' 'Close'", hint="--target NAME")


def test_dates_far_away(plain, many):
    cut = plain.filter(pl.col("unique_id") == "S0")
    far = cut.with_columns(
        pl.when(pl.int_range(pl.len()) == 2).then(pl.col("ds").dt.offset_by("900y")).otherwise("ds").alias("ds")
    )
    refused(far, many.panel, says=["sessions ahead", "row 2"])


def test_bad_cells_are_quoted_with_their_row(plain, many, tmp_path):
    lines = plain.write_csv(date_format="%Y-%m-%d", datetime_format="%Y-%m-%d").splitlines()
    lines[7] = lines[7].replace("2020-", "202x-", 1)
    (tmp_path / "dates.csv").write_text("\n".join(lines))
    refused(tmp_path / "dates.csv", many.panel, says=["'dates.csv', row 8", "202x"])
    cells = plain.with_columns(pl.col("LSTM").cast(pl.String)).with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("high")).otherwise("LSTM").alias("LSTM")
    )
    cells.write_csv(tmp_path / "cells.csv")
    refused(tmp_path / "cells.csv", many.panel, says=["'cells.csv', row 5", "'high' is not a number"])
    nobody = plain.with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("unique_id").alias("unique_id")
    )
    refused(nobody, many.panel, says=["row 3", "'unique_id' is blank"])
    timeless = plain.with_columns(pl.when(pl.int_range(pl.len()) == 3).then(None).otherwise("ds").alias("ds"))
    refused(timeless, many.panel, says=["row 3", "'ds' is blank"])
    refused(plain.with_columns(ds=pl.lit("soon")), many.panel, says="no known dates", hint="--date-format")


def test_steps_that_are_no_numbers(many):
    table = many.keys.drop("cutoff").with_columns(pl.col("step") + 0.5, LSTM=many.mean)
    refused(table, many.panel, says="no whole number of sessions")


def test_dates_on_one_side_only(many):
    table = many.keys.with_columns(pl.col("ds", "cutoff").to_physical() // 86_400_000_000 - 18_000, LSTM=many.mean)
    refused(table.drop("step"), many.panel, says="the actuals have dates, but the rows of the forecasts")


def test_large_text_is_streamed_and_read_again_where_a_cell_is_bad(plain, many, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "STREAMED", 0)
    monkeypatch.setattr(tables, "SAMPLE", 20)
    path = tmp_path / "f.csv"
    plain.write_csv(path)
    read = read_forecasts(path, many.panel)
    np.testing.assert_array_equal(read.forecasts[0].mean, many.forecast.mean)
    assert any("read piece by piece" in note for note in read.notes)
    lines = path.read_text().splitlines()
    lines[60] = ",".join([*lines[60].split(",")[:3], '"1,234.5"'])
    path.write_text("\n".join(lines))
    read = read_forecasts(path, many.panel)
    assert read.forecasts[0].mean.ravel()[59] == 1234.5
    lines[60] = lines[60].replace('"1,234.5"', "much")
    path.write_text("\n".join(lines))
    refused(path, many.panel, says=["'f.csv', row 61", "'much' is not a number"])


def test_lists_of_moments_with_a_zone(many):
    rows = many.keys.drop("step")
    aware = [datetime.fromtimestamp(t / 1e6, UTC) for t in rows["ds"].to_physical().to_list()]
    table = rows.with_columns(pl.Series("ds", aware), pl.col("cutoff").dt.replace_time_zone("UTC"), LSTM=many.mean)
    np.testing.assert_array_equal(read_forecasts(table, many.panel).forecasts[0].ds, many.forecast.ds)


@pytest.mark.parametrize("words", [True, False])
def test_classes_need_prices(many, words):
    rises = (many.y > many.mean).fill_null(value=False)
    cells = rises.replace_strict({True: "up", False: "down"}) if words else rises.cast(pl.Int64)
    table = many.keys.with_columns(actual=cells, prediction=cells)
    refused(table, says="the outcomes in column 'actual' are classes", hint="--confusion FILE")
    read = read_forecasts(table, many.panel)
    assert read.calls == ("forecast",)
    np.testing.assert_array_equal(read.forecasts[0].p_up.ravel(), rises.cast(pl.Float64).to_numpy())
