"""What was noticed is counted, and what cannot be used is left out."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from longshort.audit.reading import read_forecasts
from longshort.audit.reading import table as tables
from longshort.data.calendars.protocol import HOUR
from longshort.data.calendars.regular import Step
from longshort.data.readers import read


@pytest.fixture
def plain(case):
    return case.keys.drop("step").with_columns(LSTM=case.mean)


def noticed(found):
    return {finding.code: (finding.severity, finding.value) for finding in found.findings}


def at(row, column, value):
    return pl.when(pl.int_range(pl.len()) == row).then(value).otherwise(column).alias(column)


def test_forecasts_dated_before_their_cutoff(case, plain):
    wrong = plain.with_columns(at(5, "ds", pl.col("cutoff")), at(8, "cutoff", pl.col("ds") + timedelta(days=3)))
    found = read_forecasts(wrong, case.panel)
    assert noticed(found)["dated_before_cutoff"] == ("defect", 2.0)
    assert np.isnan(found.forecasts[0].mean).sum() >= 2
    assert "first: the table, row 5" in found.findings[0].text
    every = read_forecasts(plain.with_columns(ds="cutoff"), case.panel)
    assert every.forecasts == [] and noticed(every) == {"dated_before_cutoff": ("defect", 120.0)}


def test_outcomes_shifted_by_a_row(case, plain):
    for shift in (1, -1):
        rows = np.searchsorted(case.panel.times, case.forecast.ds.ravel()) + shift
        found = read_forecasts(plain.with_columns(y=pl.Series(case.panel.target[rows].round(1))), case.panel)
        assert noticed(found) == {"misaligned": ("defect", float(shift))}
        np.testing.assert_array_equal(found.forecasts[0].y, case.forecast.y)


def test_outcomes_that_differ_in_places_are_counted_and_rounded_ones_are_not(case, plain):
    rounded = plain.with_columns(y=case.y.round(0))
    assert noticed(read_forecasts(rounded, case.panel)) == {}
    some = rounded.with_columns(at(7, "y", pl.col("y") * 1.1))
    codes = noticed(read_forecasts(some, case.panel))
    assert list(codes) == ["actuals_differ"] and codes["actuals_differ"][0] == "warning"


def test_cutoffs_without_a_value(case, plain):
    found = read_forecasts(plain.with_columns(y=case.y))
    assert noticed(found) == {"unmatched_cutoffs": ("info", 1.0)}
    np.testing.assert_array_equal(found.forecasts[0].mean, case.forecast.mean[1:])
    np.testing.assert_array_equal(found.forecasts[0].last, case.forecast.last[1:])


def test_series_without_actuals(many):
    table = many.keys.drop("step").with_columns(LSTM=many.mean)
    found = read_forecasts(table, many.panel.only(np.array([2, 0])))
    assert noticed(found) == {"unmatched_series": ("warning", 1.0)}
    assert "'S1'" in found.findings[0].text
    assert found.forecasts[0].ids == ("S2", "S0")
    np.testing.assert_array_equal(found.forecasts[0].mean[:10], many.forecast.mean[20:])


def test_the_only_series_needs_no_common_name(case, plain):
    found = read_forecasts(plain.with_columns(unique_id=pl.lit("SPX")), case.panel)
    assert any(
        "The only series 'SPX' is compared with the only series of the actuals, 'S&P 500'" in note
        for note in found.notes
    )
    np.testing.assert_array_equal(found.forecasts[0].mean, case.forecast.mean)


def test_dates_that_are_no_sessions(case, plain):
    days = plain.with_columns(step=pl.int_range(pl.len()) % 3 + 1)
    days = days.with_columns(ds=pl.col("cutoff") + pl.duration(days="step"))  # days of the week, not sessions
    found = read_forecasts(days, case.panel)
    codes = noticed(found)
    outside = ~np.isin(days["ds"].to_physical().to_numpy(), case.panel.times)
    assert outside.sum() > 20
    assert codes["off_calendar"] == ("warning", float(outside.sum()))
    assert "dated_before_cutoff" not in codes
    assert codes["steps_disagree"][0] == "warning"


def test_cutoffs_on_a_weekend_know_the_friday(case, plain):
    friday = plain.filter(pl.col("cutoff").dt.weekday() == 5)
    moved = friday.with_columns(pl.col("cutoff") + timedelta(days=1))
    found, wanted = (read_forecasts(table, case.panel) for table in (moved, friday))
    assert noticed(found) == {}
    np.testing.assert_array_equal(found.forecasts[0].cutoffs, wanted.forecasts[0].cutoffs)
    np.testing.assert_array_equal(found.forecasts[0].mean, wanted.forecasts[0].mean)


def test_labels_at_the_close_and_dates_without_a_time_mean_the_same_sessions(case, plain):
    close = pl.DataFrame({"Date": stamps(case.panel.times) + timedelta(hours=16), "Close": case.panel.target})
    found = read_forecasts(plain, close, target="Close")
    assert noticed(found) == {}
    for name in ("last", "y", "mean"):
        np.testing.assert_array_equal(getattr(found.forecasts[0], name), getattr(case.forecast, name))


def test_hours_with_gaps_count_sessions(case):
    hours = np.arange(200, dtype=np.int64) * 3_600_000_000 + 1_577_836_800_000_000
    values = 100 + np.random.default_rng(0).normal(size=200).cumsum()
    kept = np.delete(np.arange(200), [50, 51, 120])
    panel = read(pl.DataFrame({"ds": stamps(hours[kept]), "y": values[kept]}))
    rows = np.repeat(np.arange(100, 110), 24)
    ahead = rows + np.tile(np.arange(1, 25), 10)
    table = pl.DataFrame({"ds": stamps(hours[ahead]), "cutoff": stamps(hours[rows]), "m": values[ahead]})
    found = read_forecasts(table, panel).forecasts[0]
    assert found.horizon == 24
    np.testing.assert_array_equal(found.mean, values[ahead].reshape(10, 24))
    missing = (ahead == 120).reshape(10, 24)
    np.testing.assert_array_equal(np.isnan(found.y), missing)
    np.testing.assert_array_equal(found.y[~missing], found.mean[~missing])


def test_crossed_quantiles_stay_as_they_are(case, plain):
    crossed = plain.with_columns(**{"LSTM-q10": case.quantile(0.9), "LSTM-q90": case.quantile(0.1)})
    found = read_forecasts(crossed, case.panel).forecasts[0]
    np.testing.assert_array_equal(found.quantile(0.1), case.forecast.quantile(0.9))


def test_a_model_without_a_median_gets_its_centre_between_its_quantiles(case, plain):
    table = plain.drop("LSTM").with_columns(**{"m-lo-80": case.quantile(0.1), "m-hi-80": case.quantile(0.9)})
    found = read_forecasts(table, case.panel)
    middle = (case.forecast.quantile(0.1) + case.forecast.quantile(0.9)) / 2
    np.testing.assert_allclose(found.forecasts[0].mean, middle, rtol=1e-12)
    assert any("has no median" in note for note in found.notes)


def stamps(times):
    return pl.Series(times).cast(pl.Datetime("us"))


def test_a_cutoff_whose_own_value_is_blank_is_counted(case, plain):
    values = case.panel.values.copy()
    values[np.searchsorted(case.panel.times, case.forecast.cutoffs[3])] = np.nan
    found = read_forecasts(plain, case.panel.with_values(values))
    assert noticed(found) == {"unmatched_cutoffs": ("info", 1.0)}
    assert case.forecast.cutoffs[3] not in found.forecasts[0].cutoffs


def test_every_day_labelled_in_the_afternoon(many):
    late = replace(many.panel, times=many.panel.times + 16 * HOUR, calendars=(Step(24 * HOUR, 16 * HOUR),) * 3)
    table = many.keys.drop("step").with_columns(LSTM=many.mean)
    found = read_forecasts(table, late)
    assert noticed(found) == {}
    np.testing.assert_array_equal(found.forecasts[0].last, many.forecast.last)
    np.testing.assert_array_equal(found.forecasts[0].y, many.forecast.y)


@pytest.mark.parametrize("streamed", [True, False])
def test_series_named_by_numbers(many, tmp_path, monkeypatch, streamed):
    monkeypatch.setattr(tables, "STREAMED", 0 if streamed else 10**9)
    names = {"S0": "000660", "S1": "005930", "S2": "35420"}
    history = pl.DataFrame(
        {"code": np.array([names[i] for i in many.panel.ids])[many.panel.series], "ds": stamps(many.panel.times)}
    ).with_columns(y=pl.Series(many.panel.target))
    table = many.keys.drop("step").with_columns(pl.col("unique_id").replace(names), LSTM=many.mean)
    table.write_csv(tmp_path / "f.csv")
    found = read_forecasts(tmp_path / "f.csv", history, actuals_options={"id": "code"})
    assert found.forecasts[0].ids == ("000660", "005930", "35420")
    np.testing.assert_array_equal(found.forecasts[0].mean, many.forecast.mean)
    whole = table.with_columns(pl.col("unique_id").cast(pl.Int64))
    series = history.with_columns(pl.col("code").cast(pl.Int64))
    found = read_forecasts(whole, series, actuals_options={"id": "code"})
    np.testing.assert_array_equal(found.forecasts[0].mean, many.forecast.mean)
