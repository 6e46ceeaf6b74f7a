from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.readers import read
from longshort.data.windows import Pairs
from longshort.errors import DataError
from longshort.evaluation.hindsight import _clustered, compare_versions, hindsight_findings
from longshort.evaluation.surprises import MOST_ROWS, expect
from longshort.results.forecast import Forecast, from_arrays

Floats = NDArray[np.float64]
Model = Callable[[Floats, NDArray[np.int64]], Floats]
FIRST = 80


def panel_of(y: Floats) -> Panel:
    """Make a daily panel of `[series, row]`."""
    series, rows = y.shape
    days = np.arange("2015-01-01", np.datetime64("2015-01-01") + rows, dtype="datetime64[D]")
    times, daily = days.astype("datetime64[us]").astype(np.int64), named("daily")
    return Panel(
        values=y.reshape(-1, 1).copy(),
        times=np.tile(times, series),
        sessions=np.tile(daily.numbers(times), series),
        offsets=np.arange(series + 1) * rows,
        ids=tuple(f"S{i}" for i in range(series)),
        columns=(Column("y"),),
        calendars=(daily,) * series,
    )


def forecast_of(panel: Panel, model: Model, first: int = FIRST, name: str = "theirs") -> Forecast:
    """Forecast one step from every row but the newest three, from the first one on."""
    length = int(panel.offsets[1])
    rows = np.concatenate([np.arange(start + first, start + length - 3) for start in panel.offsets[:-1]])
    return from_arrays(name, panel, Pairs(rows // length, rows), model(panel.target, rows)[:, None])


def simulated(phi: float, rows: int = 300, series: int = 1, seed: int = 0, freedom: float = 5.0) -> Floats:
    random = np.random.default_rng(seed)
    y = np.zeros((series, rows))
    shocks = random.standard_t(freedom, (series, rows))
    for t in range(1, rows):
        y[:, t] = phi * y[:, t - 1] + shocks[:, t]
    return y


def codes(model: Model, panel: Panel) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in hindsight_findings([forecast_of(panel, model)], panel)]


HONEST: list[Model] = [
    lambda y, at: y[at],
    lambda y, at: 0.7 * y[at],
    lambda y, at: 0.5 * y[at] + 0.3 * y[at - 1],
    lambda y, at: (y[at] + y[at - 1] + y[at - 2]) / 3,
    lambda y, at: np.zeros(len(at)),
]


def test_hardly_any_honest_forecast_is_accused() -> None:
    accused = 0
    for seed in range(40):
        phi = (0.0, 0.5, 0.9, 1.0)[seed % 4]
        panel = panel_of(simulated(phi, rows=(140, 300)[seed % 2], seed=seed, freedom=(3.0, 30.0)[seed // 20]))
        accused += sum(bool(codes(model, panel)) for model in HONEST)
    assert accused <= 2  # of 200; 1 % at most


def test_knowing_a_season_that_no_calendar_offers_is_not_knowing_the_future() -> None:
    season, accused = 40, 0
    for seed in range(20):
        shape = np.random.default_rng(seed).standard_normal(season)
        y = 0.5 * simulated(0.5, rows=600, seed=seed) + 3 * shape[np.arange(600) % season]
        panel = panel_of(y)
        means: Model = lambda y, at: np.array([y[(t + 1) % season : t + 1 : season].mean() for t in at])  # noqa: E731
        accused += bool(codes(means, panel)) + bool(codes(lambda y, at: y[at + 1 - season], panel))
    assert accused <= 1


@pytest.mark.parametrize("phi", [0.0, 0.9, 1.0])
def test_forecasts_that_are_the_actuals_are_misaligned(phi: float) -> None:
    panel = panel_of(simulated(phi))
    assert codes(lambda y, at: y[at + 1], panel) == [("misaligned", "defect")]
    assert codes(lambda y, at: 1.001 * y[at + 1], panel) == [("misaligned", "defect")]


@pytest.mark.parametrize("phi", [0.0, 0.9, 1.0])
def test_forecasts_of_the_row_after_their_date_are_misaligned(phi: float) -> None:
    found = codes(lambda y, at: y[at + 2] + 0.2 * np.sin(at), panel_of(simulated(phi)))
    assert found == [("misaligned", "defect")]


@pytest.mark.parametrize("weight", [0.5, 0.8])
def test_knowing_half_of_the_coming_change_is_too_good(weight: float) -> None:
    panel = panel_of(simulated(1.0))
    found = hindsight_findings([forecast_of(panel, lambda y, at: y[at] + weight * (y[at + 1] - y[at]))], panel)
    assert [(f.code, f.severity) for f in found] == [("leak_suspected", "warning")]
    assert found[0].value == pytest.approx(1 - weight, abs=0.05)
    assert "too good" in found[0].text


def test_skill_that_vanishes_when_shifted_is_said() -> None:
    panel = panel_of(simulated(1.0))
    found = hindsight_findings([forecast_of(panel, lambda y, at: 0.97 * y[at + 1] + 0.03 * y[at])], panel)
    assert "shifted by one row their skill vanishes" in found[0].text


def test_a_centred_average_goes_with_surprises_nobody_could_know() -> None:
    panel = panel_of(simulated(1.0, rows=400))
    found = hindsight_findings(
        [forecast_of(panel, lambda y, at: (y[at - 2] + y[at - 1] + y[at] + y[at + 1] + y[at + 2]) / 5)], panel
    )
    assert [finding.code for finding in found] == ["leak_suspected"]
    assert "row after their date" in found[0].text


def test_many_series_that_move_together_are_no_more_evidence_than_one() -> None:
    market = simulated(1.0, rows=130, seed=3)
    panel = panel_of(market + 0.05 * simulated(1.0, rows=130, series=50, seed=4))
    assert [model for model in HONEST if codes(model, panel)] == []


@pytest.mark.parametrize("ahead", [1, 2])
def test_too_few_cutoffs_say_nothing(ahead: int) -> None:
    panel = panel_of(simulated(1.0, rows=110))
    assert hindsight_findings([forecast_of(panel, lambda y, at: y[at + ahead], first=90)], panel) == []


def test_the_values_of_one_cutoff_count_as_one() -> None:
    random = np.random.default_rng(0)
    values, cutoffs = random.standard_normal(50) + 0.3, np.arange(50)
    together = _clustered(np.repeat(values, 20), np.repeat(cutoffs, 20))
    assert together == pytest.approx(_clustered(values, cutoffs))
    assert together == pytest.approx(values.sum() / np.sqrt(np.square(values).sum()))


def test_a_slight_correlation_with_later_surprises_is_left_to_the_leak_test() -> None:
    panel = panel_of(simulated(1.0, rows=1500, freedom=30.0))
    noise = np.random.default_rng(1).standard_normal(1500)
    for weight, expected in ((0.2, []), (0.6, [("leak_suspected", "warning")])):
        assert codes(lambda y, at: y[at] + noise[at] + weight * (y[at + 2] - y[at + 1]), panel) == expected  # noqa: B023


def test_each_model_is_judged_on_its_own() -> None:
    panel = panel_of(simulated(0.9))
    both = [forecast_of(panel, lambda y, at: y[at], name="a"), forecast_of(panel, lambda y, at: y[at + 1], name="b")]
    found = hindsight_findings(both, panel)
    assert len(found) == 1
    assert "'b'" in found[0].text


def test_forecasts_within_the_training_period_overlap() -> None:
    panel = panel_of(simulated(0.9))
    forecast = forecast_of(panel, HONEST[0])
    until = int(forecast.ds[9, 0])
    (found,) = hindsight_findings([forecast], panel, trained_until=until)
    assert (found.code, found.severity) == ("overlap", "defect")
    assert found.value == pytest.approx(10 / len(forecast))
    assert found.text.startswith("10 of 217 forecasts of 'theirs' are of dates up to 2015-04-01")
    assert hindsight_findings([forecast], panel, trained_until=int(forecast.cutoffs[0])) == []


def test_a_newer_version_that_says_otherwise_is_suspected() -> None:
    panel = panel_of(simulated(0.9, series=2))
    old = forecast_of(panel, HONEST[0])
    mean = old.mean.copy()
    mean[5:25] = old.y[5:25]
    (found,) = compare_versions([old], [replace(old.select(np.arange(100)), mean=mean[:100])])
    assert (found.code, found.severity, found.value) == ("leak_suspected", "warning", 0.2)
    assert found.text.startswith("20 of 100 forecasts of 'theirs' are not what the older version said")
    assert "now off by 0 instead of" in found.text
    assert compare_versions([old], [old]) == []


def test_versions_without_a_common_forecast_are_refused() -> None:
    panel = panel_of(simulated(0.9))
    old = forecast_of(panel, HONEST[0])
    with pytest.raises(DataError, match="no forecast in common"):
        compare_versions([old], [replace(old, model="other")])
    with pytest.raises(DataError, match="no forecast in common"):
        compare_versions([old], [replace(old, cutoffs=old.cutoffs + 1)])


def test_the_expected_change_is_that_of_least_squares() -> None:
    y = simulated(0.6, rows=20, series=2, seed=5)
    expected = expect(panel_of(y))
    for series in range(2):
        own = y[series]
        now = np.arange(1, 19)
        design = np.column_stack([np.ones(18), own[now] - own.mean(), own[now] - own[now - 1]])
        change = own[now + 1] - own[now]
        weights = np.linalg.lstsq(design, change, rcond=None)[0]
        rows = series * 20 + now
        np.testing.assert_allclose(expected.predicted[rows], design @ weights, atol=1e-6)
        deviation = np.sqrt(np.square(change - design @ weights).sum() / 15)
        np.testing.assert_allclose(expected.scale[rows], deviation, rtol=1e-6)


def test_of_many_series_some_are_drawn_and_all_the_same_ones_each_time() -> None:
    panel = panel_of(simulated(0.5, rows=100, series=MOST_ROWS // 50))
    rows = expect(panel).rows
    assert len(rows) == MOST_ROWS
    assert np.array_equal(rows, expect(panel).rows)


def test_blank_targets_and_constant_series_are_left_out() -> None:
    y = simulated(0.9, series=2)
    y[0, 20:30] = np.nan
    y[1] = 7.0
    panel = panel_of(y)
    assert hindsight_findings([forecast_of(panel, HONEST[0])], panel) == []


def test_an_honest_model_of_real_hourly_temperatures_is_not_accused(shared_data: Path) -> None:
    frame = pl.read_csv(shared_data / "ett" / "ETTh1.csv").tail(3000).select("date", "OT")
    panel = read(frame, target="OT")
    y, lags = panel.target, 30
    design = np.column_stack([np.ones(len(y)), *(np.roll(y, lag) for lag in range(lags))])
    weights = np.linalg.lstsq(design[lags:1500], y[lags + 1 : 1501], rcond=None)[0]
    rows = np.arange(1500, len(y) - 3)
    honest = from_arrays("AR(30)", panel, Pairs(np.zeros(len(rows), np.int64), rows), (design[rows] @ weights)[:, None])
    assert hindsight_findings([honest], panel) == []


@pytest.mark.parametrize("share", [0.05, 0.25])
def test_a_small_move_in_the_direction_of_what_comes_is_suspected_for_being_always_right(share: float) -> None:
    panel = panel_of(simulated(1.0, rows=900))
    found = hindsight_findings([forecast_of(panel, lambda y, at: y[at] + share * (y[at + 1] - y[at]))], panel)
    assert [(one.code, one.value) for one in found] == [("leak_suspected", 1.0)]


def test_more_skill_than_a_linear_forecast_has_is_no_reason_to_accuse() -> None:
    panel, random = panel_of(simulated(1.0, rows=900)), np.random.default_rng(3)
    noise = random.normal(0, 2, panel.target.shape)  # right in about 60 % of cases
    assert codes(lambda y, at: y[at] + 0.1 * (y[at + 1] - y[at] + noise[at]), panel) == []


def test_an_honest_seasonal_forecast_of_a_short_history_is_not_accused() -> None:
    months, random = np.arange(96), np.random.default_rng(4)
    level = 100 * 1.01**months * (1 + 0.3 * np.sin(2 * np.pi * months / 12)) * np.exp(0.02 * random.normal(size=96))
    panel = panel_of(level[None])
    assert codes(lambda y, at: y[at] * y[at - 11] / y[at - 12], panel) == []


def test_an_honest_forecast_from_twenty_rows_ago_is_not_accused() -> None:
    random, y = np.random.default_rng(2), np.zeros(900)
    for t in range(20, 900):
        y[t] = 0.9 * y[t - 20] + random.standard_normal()
    assert codes(lambda y, at: 0.9 * y[at - 19], panel_of(y[None])) == []
