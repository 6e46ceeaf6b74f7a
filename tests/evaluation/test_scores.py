"""Scores of points, distributions and directions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.evaluation import classification as direction
from longshort.evaluation.arrays import grid_of
from longshort.evaluation.point import naive_scale, scaled_error
from longshort.evaluation.probabilistic import covered, crps, quadrature_weights, shared_levels, width
from longshort.evaluation.skill import skill_table

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
    frozen = past(np.full((1, 5), 7.0), history=0)
    assert np.isnan(naive_scale(frozen.panel, 4 * day)["s0"])


def test_a_tie_is_neither_up_nor_down(past: Build) -> None:
    here = past(np.array([[1.0, 2.0, 2.0, 1.0, 3.0]]), history=0)
    forecast = here.forecast("a", shift=0.1)
    assert direction.went_up(forecast)[:, 0].tolist() == pytest.approx([1, np.nan, 0, 1], nan_ok=True)
    assert direction.ties(forecast) == 1
    assert direction.hits(forecast)[:, 0].tolist() == pytest.approx([1, np.nan, 0, 1], nan_ok=True)


def test_the_direction_is_called_by_the_probability_where_there_is_one(past: Build) -> None:
    here = past()
    up_by_centre = here.forecast("a", shift=0.1)
    down_by_odds = replace(up_by_centre, p_up=np.full_like(up_by_centre.mean, 0.4))
    assert (direction.calls_up(up_by_centre) == 1).all()
    assert (direction.calls_up(down_by_odds) == 0).all()


def test_repeating_today_calls_no_direction(past: Build) -> None:
    assert np.isnan(direction.calls_up(past().forecast("naive"))).all()


def test_baselines_are_compared_with_naive_and_the_network_with_all(past: Build) -> None:
    here = past()
    forecasts = [here.forecast(name, shift=0.01 * i) for i, name in enumerate(("naive", "drift", "lstm", "mine"))]
    pairs = skill_table(forecasts, "lstm", grid_of(forecasts)).select("model", "baseline").unique().rows()
    assert set(pairs) == {
        ("lstm", "naive"),
        ("lstm", "drift"),
        ("lstm", "mine"),
        ("drift", "naive"),
        ("mine", "naive"),
    }


def test_skill_of_all_steps_weighs_each_step_by_the_baselines_loss_there(past: Build) -> None:
    here = past()
    network, naive = here.forecast("lstm", 3), here.forecast("naive", 3)
    whole = ~np.isnan(network.y).any(axis=1)
    network = replace(network, mean=network.mean + np.array([0.5, 0.0, -0.5])).select(whole)
    naive = naive.select(whole)
    table = skill_table([network, naive], "lstm", grid_of([network, naive]))
    squares = [np.square(each.y - each.mean).mean(axis=0) for each in (network, naive)]
    expected = 1 - np.sqrt(np.mean(squares[0] / squares[1]))
    rows = {(r["metric"], r["step"]): r["value"] for r in table.iter_rows(named=True) if r["unique_id"] is None}
    assert rows["rmse", None] == pytest.approx(expected)
    assert rows["rmse", 1] == pytest.approx(1 - np.sqrt(squares[0][0] / squares[1][0]))
