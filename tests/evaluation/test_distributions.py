"""What a distribution's score is made of, and where outcomes fall in it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.decomposition import calibration_table, crps_parts
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.pit import crossed, pit_table, share_below
from longshort.evaluation.probabilistic import crps
from longshort.evaluation.tables import tabulate

Build = Callable[..., Any]


def parts(table: pl.DataFrame, step: int | None = None) -> dict[str, float]:
    at = pl.col("step").is_null() if step is None else pl.col("step") == step
    rows = table.filter(at)
    return dict(zip(rows["metric"], rows["value"], strict=True))


@pytest.mark.parametrize("step", [1, 2, None])
def test_the_parts_add_up_to_the_score(past: Build, step: int | None) -> None:
    forecast = past().forecast("a", 2, sigma=1.3, shift=0.2)
    found = parts(calibration_table([forecast], {"a": np.ones(250)}), step)
    each = crps(forecast, forecast.quantile_levels)
    expected = np.nanmean(each if step is None else each[:, step - 1])
    total = found["crps_reliability"] - found["crps_resolution"] + found["crps_uncertainty"]
    assert total == pytest.approx(expected, rel=1e-12)


def test_what_is_off_costs_reliability_and_what_tells_apart_earns_resolution(past: Build) -> None:
    rng = np.random.default_rng(0)
    sigma = np.where(rng.random(3000) < 0.5, 0.3, 2.0)
    y = sigma * rng.standard_normal(3000)
    here = past(np.zeros((1, 3001)), history=0)
    forecast = replace(here.forecast("a", sigma=sigma), y=y[:, None])
    right, wide, blind = (
        parts(calibration_table([each], {"a": np.ones(3000)}))
        for each in (
            forecast,
            replace(forecast, quantiles=3 * forecast.quantiles),
            replace(forecast, quantiles=forecast.quantiles / sigma[:, None, None]),
        )
    )
    assert abs(right["crps_reliability"]) < 0.01
    assert wide["crps_reliability"] > 0.2
    assert wide["crps_resolution"] == pytest.approx(right["crps_resolution"], rel=1e-9)
    assert right["crps_resolution"] > 0.05
    assert abs(blind["crps_resolution"]) < 0.005
    assert right["crps_uncertainty"] == blind["crps_uncertainty"]


def test_many_outcomes_are_split_by_a_sample_and_still_add_up() -> None:
    rng = np.random.default_rng(1)
    y = rng.standard_normal(50_000)
    quantiles = np.sort(rng.standard_normal((50_000, 3)), axis=1)
    reliability, resolution, uncertainty = crps_parts(y, quantiles, (0.1, 0.5, 0.9))
    terms = [
        np.maximum(a * (y - q), (a - 1) * (y - q)).mean() for a, q in zip((0.1, 0.5, 0.9), quantiles.T, strict=True)
    ]
    assert reliability - resolution + uncertainty == pytest.approx(2 * np.dot([0.3, 0.4, 0.3], terms), rel=1e-12)


def test_widths_are_those_of_the_intervals_in_units_of_the_scale_where_there_are_several(past: Build) -> None:
    one = past().forecast("a", sigma=1.0)
    assert parts(calibration_table([one], {"a": np.full(250, 7.0)}))["width_80"] == pytest.approx(2 * 1.2816, abs=1e-3)
    two = past(series=2).forecast("a", sigma=1.0)
    scaled = parts(calibration_table([two], {"a": np.full(len(two), 2.0)}))
    assert scaled["width_80"] == pytest.approx(1.2816, abs=1e-3)
    assert calibration_table([past().forecast("point")], {"point": np.ones(250)}).is_empty()


def test_right_quantiles_hold_the_share_of_outcomes_between_them(past: Build) -> None:
    values = 100 + np.cumsum(np.random.default_rng(3).standard_normal((1, 20_201)), axis=1)
    table = pit_table([past(values).forecast("a", sigma=1.0)])
    assert (table["share"] - (table["high"] - table["low"])).abs().max() < 0.01
    assert table["share"].sum() == pytest.approx(1)
    assert table["n"].unique().to_list() == [20_000]


def test_intervals_that_are_too_narrow_fill_the_tails(past: Build) -> None:
    table = pit_table([past().forecast("a", sigma=0.5)])
    tails = table["share"][0] + table["share"][-1]
    assert tails > 4 * (table["high"][0] + 1 - table["low"][-1])


def test_an_outcome_on_a_quantile_lies_half_below_it_and_on_a_flat_stretch_everywhere_in_it(past: Build) -> None:
    forecast = past().forecast("a", sigma=1.0).select(np.arange(1))
    at_the_median = replace(forecast, y=forecast.quantile(0.5))
    below, n = share_below(at_the_median)
    assert n == 1
    assert below.tolist() == [0, 0, 0, 0, 0.5, 1, 1, 1, 1]
    flat = replace(forecast, quantiles=np.zeros((1, 1, 9)), y=np.zeros((1, 1)))
    levels = np.array(forecast.quantile_levels)
    assert share_below(flat)[0] == pytest.approx((levels - levels[0]) / (levels[-1] - levels[0]))


def test_crossed_quantiles_are_counted_and_put_in_order(past: Build) -> None:
    forecast = past().forecast("a", 2, sigma=1.0)
    quantiles = forecast.quantiles.copy()
    quantiles[:3, 1, [2, 5]] = quantiles[:3, 1, [5, 2]]
    quantiles[5, 0, 3] = quantiles[5, 0, 4] * (1 + 1e-14)  # rounding is no crossing
    bad = replace(forecast, quantiles=quantiles)
    assert crossed(bad) == (3, 500)
    assert crossed(past().forecast("point", 2)) == (0, 0)
    assert pit_table([bad])["share"].to_numpy() == pytest.approx(pit_table([forecast])["share"].to_numpy(), abs=0.003)
    assert parts(calibration_table([bad], {"a": np.ones(250)}))["crossed"] == pytest.approx(3 / 500)


def test_all_tables_of_two_judged_models_and_their_baselines(past: Build) -> None:
    here = past(series=2)
    forecasts = [here.forecast(name, 2, sigma=1.0, shift=0.01) for name in ("mine", "yours")]
    forecasts += [here.forecast("naive", 2), here.forecast("volatility_cone", 2, sigma=1.0)]
    found = tabulate(forecasts[:2], forecasts[2:], here.panel, Outcomes("change"))
    pairs = set(found.skill.select("model", "baseline").unique().rows())
    assert pairs == {(ours, base) for ours in ("mine", "yours") for base in ("naive", "volatility_cone")}
    assert set(found.confidence["model"]) == {"mine", "yours", "naive", "volatility_cone"}
    assert set(found.pit["model"]) == {"mine", "yours", "volatility_cone"}
    assert found.grid.ids == grid_of(forecasts).ids
