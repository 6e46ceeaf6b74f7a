"""Scores of points, distributions and directions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.point import naive_scale, scaled_error
from longshort.evaluation.probabilistic import covered, crps, quadrature_weights, shared_levels, width
from longshort.evaluation.scores import direction_terms, score_table
from longshort.evaluation.skill import over_time, relative_losses, skill_table

CHANGE = Outcomes("change")
Build = Callable[..., Any]


@given(st.lists(st.floats(0.01, 0.49), min_size=1, max_size=6, unique_by=lambda a: round(a, 3)), st.booleans())
def test_any_mirrored_levels_weigh_both_sides_alike(lower: list[float], median: bool) -> None:
    levels = sorted([*lower, *(1 - a for a in lower), *([0.5] if median else [])])
    weights = quadrature_weights(levels)
    assert weights.sum() == pytest.approx(1)
    assert weights @ np.array(levels) == pytest.approx(0.5)


def test_crps_is_the_absolute_error_when_all_quantiles_are_one_number(past: Build) -> None:
    here = past()
    forecast = here.forecast("a", 2, sigma=0.0, shift=0.3)
    assert crps(forecast, shared_levels([forecast])) == pytest.approx(abs(forecast.y - forecast.mean), nan_ok=True)


def test_levels_without_a_mirror_and_point_forecasts_restrict_nobody(past: Build) -> None:
    here = past()
    full = here.forecast("a", sigma=1.0)
    lopsided = replace(full, quantile_levels=(0.1, 0.25, 0.5, 0.9), quantiles=full.quantiles[:, :, [2, 3, 4, 6]])
    assert shared_levels([full, here.forecast("naive")]) == full.quantile_levels
    assert shared_levels([full, lopsided]) == (0.1, 0.5, 0.9)
    assert shared_levels([here.forecast("naive")]) == ()


def test_an_interval_holds_its_own_ends_and_is_measured_where_the_outcome_is_known(past: Build) -> None:
    here = past()
    forecast = here.forecast("a", sigma=1.0)
    at_the_end = replace(forecast, y=forecast.quantile(0.9))
    assert covered(at_the_end, 0.8).all()
    assert covered(replace(forecast, y=forecast.quantile(0.1)), 0.8).all()
    assert not covered(replace(forecast, y=forecast.quantile(0.9) + 1e-6), 0.8).any()
    blind = here.forecast("a", sigma=1.0, blind=True)
    assert np.isnan(covered(blind, 0.8)).all()
    assert np.isnan(width(blind, 0.8)).all()
    assert covered(here.forecast("a"), 0.8) is None


def test_the_naive_forecast_in_sample_scores_a_mase_of_one(past: Build) -> None:
    here = past(history=1)
    forecast = here.forecast("naive")
    scale = naive_scale(here.panel, int(here.panel.times[-1]))["s0"]
    scaled = scaled_error(forecast.y, forecast.mean, np.full(len(forecast), scale))
    first = abs(here.panel.target[1] - here.panel.target[0]) / scale
    assert (scaled.sum() + first) / (len(forecast) + 1) == pytest.approx(1)


def test_the_scale_looks_no_further_than_its_time_and_over_no_gap(past: Build) -> None:
    values = np.array([[1.0, 2.0, np.nan, 10.0, 13.0, 1000.0]])
    here = past(values, history=0)
    day = int(here.panel.times[1])
    assert naive_scale(here.panel, 4 * day) == {"s0": 2.0}
    assert np.isnan(naive_scale(here.panel, 0)["s0"])
    holiday = replace(here.panel, sessions=np.array([0, 1, 2, 3, 5, 6]))
    assert naive_scale(holiday, 4 * day) == {"s0": 1.0}
    two = past(np.array([[1.0, 2.0, 3.0], [100.0, 104.0, 108.0]]), history=0)
    assert naive_scale(two.panel, 4 * day) == {"s0": 1.0, "s1": 4.0}
    later = replace(two.panel, sessions=np.arange(6))  # one series begins where the other ends
    assert naive_scale(later, 4 * day) == {"s0": 1.0, "s1": 4.0}
    frozen = past(np.full((1, 5), 7.0), history=0)
    assert np.isnan(naive_scale(frozen.panel, 4 * day)["s0"])


def test_a_model_with_its_median_alone_counts_as_a_point(past: Build) -> None:
    here = past()
    full = here.forecast("full", sigma=1.0)
    median = replace(full, quantile_levels=(0.5,), quantiles=full.quantiles[:, :, [4]], model="median")
    assert shared_levels([full, median]) == full.quantile_levels
    assert crps(median, full.quantile_levels) == pytest.approx(abs(full.y - full.mean))


def test_always_naming_the_more_frequent_direction_makes_the_base_rate_also_when_it_falls(past: Build) -> None:
    here = past(np.array([[5.0, 4.0, 3.0, 2.0, 3.0]]), history=0)
    forecast = here.forecast("a", shift=0.1)
    grid = grid_of([forecast])
    table = score_table(forecast, grid, direction_terms(forecast, CHANGE))
    rows = table.filter(table["step"].is_null() & table["unique_id"].is_null())
    assert dict(zip(rows["metric"], rows["value"], strict=True)) == {"accuracy": 0.25, "base_rate": 0.75}


def test_the_base_rate_is_that_of_the_outcomes_on_which_a_call_was_made(past: Build) -> None:
    here = past(np.array([[1.0, 2.0, 3.0, 2.0]]), history=0)
    forecast = here.forecast("a", shift=0.1)
    silent_once = replace(forecast, mean=np.where([[True], [False], [False]], forecast.last[:, None], forecast.mean))
    table = score_table(silent_once, grid_of([silent_once]), direction_terms(silent_once, CHANGE))
    rows = table.filter(table["step"].is_null() & table["unique_id"].is_null())
    assert {metric: (value, n) for metric, value, n in rows.select("metric", "value", "n").iter_rows()} == {
        "accuracy": (0.5, 2),
        "base_rate": (0.5, 2),
    }


def test_no_direction_is_scored_where_none_is_asked_for_and_classes_only_as_right_or_wrong(past: Build) -> None:
    forecast = past().forecast("a", shift=0.1)
    assert direction_terms(forecast, Outcomes("none")) == {}
    assert set(direction_terms(forecast, Outcomes("class", (0.0, 1.0, 2.0)))) == {"accuracy"}
    assert set(direction_terms(forecast, CHANGE)) == {"accuracy", "base_rate", "brier"}


def test_each_judged_model_is_compared_with_every_baseline_and_with_no_other_model(past: Build) -> None:
    here = past()
    forecasts = [here.forecast(name, shift=0.01 * i) for i, name in enumerate(("lstm", "mine", "naive", "drift"))]
    table = skill_table(forecasts[:2], forecasts[2:], grid_of(forecasts), CHANGE)
    assert set(table.select("model", "baseline").unique().rows()) == {
        ("lstm", "naive"),
        ("lstm", "drift"),
        ("mine", "naive"),
        ("mine", "drift"),
    }
    assert set(table["metric"]) == {"rmse"}  # points alone have no distribution to compare


def test_the_p_value_is_one_sided_and_clear_exactly_where_the_interval_lies_above_zero(past: Build) -> None:
    here = past()
    for share in np.linspace(-0.2, 0.2, 15):
        forecast = here.forecast("lstm")
        seen = replace(forecast, mean=forecast.mean + share * (forecast.y - forecast.mean) + 0.1)
        naive = here.forecast("naive")
        row = skill_table([seen], [naive], grid_of([seen, naive]), CHANGE).filter(pl.col("unique_id").is_null())[0]
        assert (row["low"][0] > 0) == (row["p_value"][0] < 0.025)
        assert (row["high"][0] < 0) == (row["p_value"][0] > 0.975)


def test_a_baseline_covers_the_share_of_the_outcomes_that_it_forecasts_too(past: Build) -> None:
    here = past()
    ours, naive = here.forecast("lstm", shift=0.1), here.forecast("naive").select(np.arange(50))
    table = skill_table([ours], [naive], grid_of([ours, naive]), CHANGE)
    assert table["covers"].unique().to_list() == [pytest.approx(0.2)]
    silent = replace(naive, mean=np.where(np.arange(50)[:, None] < 25, np.nan, naive.mean))
    table = skill_table([ours], [silent], grid_of([ours, silent]), CHANGE)
    assert table["covers"].unique().to_list() == [pytest.approx(0.1)]


def test_two_classes_are_compared_by_the_brier_score_of_their_places(past: Build) -> None:
    here = past(np.tile([[1.0, 2.0]], 60), history=10)
    classes = Outcomes("class", (1.0, 2.0))
    sure, unsure = here.forecast("sure"), here.forecast("unsure")
    sure = replace(sure, mean=sure.y * 0.8 + 0.3)  # 0.1 from the truth on the scale from 1 to 2
    unsure = replace(unsure, mean=np.full(unsure.mean.shape, 1.5))
    table = skill_table([sure], [unsure], grid_of([sure, unsure]), classes)
    assert set(table["metric"]) == {"brier"}
    assert table["value"][-1] == pytest.approx(1 - 0.01 / 0.25)


def test_skill_lies_inside_its_interval(past: Build) -> None:
    here = past()
    forecasts = [here.forecast("lstm", 2, shift=0.1, sigma=1.2), here.forecast("naive", 2)]
    table = skill_table(forecasts[:1], forecasts[1:], grid_of(forecasts), CHANGE)
    assert (table["low"] < table["value"]).all()
    assert (table["value"] < table["high"]).all()


def test_all_steps_together_are_tested_as_errors_that_overlap(past: Build) -> None:
    here = past()
    network, naive = here.forecast("lstm", 5, shift=0.2), here.forecast("naive", 5)
    whole = ~np.isnan(network.y).any(axis=1)
    network, naive = network.select(whole), naive.select(whole)
    table = skill_table([network], [naive], grid_of([network, naive]), CHANGE)
    ours, theirs = (np.square(each.y - each.mean) for each in (network, naive))
    differences = ((theirs - ours) / theirs.mean(axis=0)).mean(axis=1)
    value, _, both = mean_test(differences[:, None], np.array([4]))
    expected = both[0] / 2 if value[0] > 0 else 1 - both[0] / 2
    row = table.filter((table["metric"] == "rmse") & table["step"].is_null() & table["unique_id"].is_null())
    assert row["p_value"][0] == pytest.approx(expected, rel=1e-9)


def test_all_series_together_are_averaged_at_each_cutoff_after_division_by_their_own_baseline() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.chisquare(1, (30, 3, 1)) * np.array([[[1.0], [10.0], [100.0]]])
    ours = theirs * rng.uniform(0.5, 1.5, theirs.shape)
    pairs = [cube.transpose(1, 0, 2).reshape(-1, 1) for cube in (ours, theirs)]
    relative = relative_losses(pairs, np.repeat(np.arange(3), 30), 3)
    a, b = (over_time(losses, np.tile(np.arange(30), 3)) for losses in relative)
    scale = theirs.mean(axis=0)
    assert a[:, 0] == pytest.approx((ours / scale).mean(axis=1)[:, 0])
    assert b[:, -1] == pytest.approx((theirs / scale).mean(axis=1)[:, 0])


def test_skill_of_all_steps_weighs_each_step_by_the_baselines_loss_there(past: Build) -> None:
    here = past()
    network, naive = here.forecast("lstm", 3), here.forecast("naive", 3)
    whole = ~np.isnan(network.y).any(axis=1)
    network = replace(network, mean=network.mean + np.array([0.5, 0.0, -0.5])).select(whole)
    naive = naive.select(whole)
    table = skill_table([network], [naive], grid_of([network, naive]), CHANGE)
    squares = [np.square(each.y - each.mean).mean(axis=0) for each in (network, naive)]
    expected = 1 - np.sqrt(np.mean(squares[0] / squares[1]))
    rows = {(r["metric"], r["step"]): r["value"] for r in table.iter_rows(named=True) if r["unique_id"] is None}
    assert rows["rmse", None] == pytest.approx(expected)
    assert rows["rmse", 1] == pytest.approx(1 - np.sqrt(squares[0][0] / squares[1][0]))
