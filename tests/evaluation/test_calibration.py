"""Coverage and reliability."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.calibration import coverage_table, reliability_rows, wilson
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.probabilistic import covered

Build = Callable[..., Any]


def coverage_80(past: Any, horizon: int, sigma: float) -> dict[str, Any]:
    forecast = past.forecast("a", horizon, sigma=sigma)
    table = coverage_table([forecast], grid_of([forecast]))
    return table.filter((pl.col("nominal") == 0.8) & pl.col("step").is_null()).row(0, named=True)


def test_true_intervals_are_inside_the_interval_of_their_coverage_about_as_often_as_said(past: Build) -> None:
    inside = [row["low"] <= 0.8 <= row["high"] for row in _rows(past, 5, 1.0, range(60))]
    assert np.mean(inside) >= 0.88


def test_overlap_makes_the_interval_of_coverage_wider(past: Build) -> None:
    forecasts = [past(seed=seed).forecast("a", 5, sigma=1.0) for seed in range(10)]
    table = pl.concat([coverage_table([each], grid_of([each])) for each in forecasts])
    table = table.filter(pl.col("nominal") == 0.8).with_columns(width=pl.col("high") - pl.col("low"))
    widths = dict(table.group_by("step").agg(pl.col("width").mean()).rows())
    assert widths[5] > 1.3 * widths[1]


def test_the_interval_of_coverage_is_wilsons_with_as_many_cases_as_the_overlap_leaves(past: Build) -> None:
    forecast = past().forecast("a", 5, sigma=1.0)
    row = coverage_table([forecast], grid_of([forecast])).filter((pl.col("nominal") == 0.8) & (pl.col("step") == 5))
    inside = covered(forecast, 0.8)
    assert inside is not None
    share, error, _ = mean_test(inside[:, [4]], np.array([4]))
    low, high = wilson(share, share * (1 - share) / error**2)
    assert (row["low"][0], row["high"][0]) == pytest.approx((low[0], high[0]))


def _rows(past: Build, horizon: int, sigma: float, seeds: range) -> list[dict[str, Any]]:
    return [coverage_80(past(seed=seed), horizon, sigma) for seed in seeds]


def test_an_interval_that_is_too_narrow_is_found_out(past: Build) -> None:
    assert all(row["high"] < 0.8 for row in _rows(past, 1, 0.6, range(5)))


def test_an_interval_that_always_holds_is_not_thought_certain(past: Build) -> None:
    row = coverage_80(past(), 5, 1000.0)
    assert row["empirical"] == 1
    assert 0.9 < row["low"] < 0.95  # fifty cutoffs that do not overlap
    assert row["high"] == 1


def test_true_probabilities_come_true(past: Build) -> None:
    rng = np.random.default_rng(0)
    forecast = past(rng.standard_normal((1, 5201))).forecast("a")
    p = rng.uniform(0.3, 0.7, forecast.mean.shape)
    y = forecast.last[:, None] + np.where(rng.uniform(size=p.shape) < p, 1.0, -1.0)
    table = reliability_rows(replace(forecast, p_up=p, y=y), Outcomes("change"))
    assert len(table) == 10
    assert table["n"].sum() == len(p)
    assert (table["low"] <= table["p"]).all()
    assert (table["p"] <= table["high"]).all()
    assert np.abs(table["p"] - table["observed"]).max() < 0.08
    assert table["p"].to_numpy() == pytest.approx(np.linspace(0.32, 0.68, 10), abs=0.01)


def test_one_probability_for_all_makes_one_bin(past: Build) -> None:
    forecast = past().forecast("a")
    table = reliability_rows(replace(forecast, p_up=np.full_like(forecast.mean, 0.5)), Outcomes("change"))
    assert table["n"].to_list() == [250]
    assert reliability_rows(forecast, Outcomes("change")).is_empty()
