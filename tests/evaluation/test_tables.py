"""The tables of several series, baselines and seeds: what is averaged, on which outcomes, and by whose levels."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.seeds import seed_table
from longshort.evaluation.tables import Tables, tabulate
from longshort.results.forecast import Forecast

CHANGE = Outcomes("change")
Build = Callable[..., Any]


def tables(past: Any, network: Forecast, *baselines: Forecast) -> Tables:
    return tabulate([network], baselines, past.panel, CHANGE)


def value(frame: pl.DataFrame, **where: Any) -> Any:
    """Give the one value in the rows where columns equal, or are null."""
    for name, wanted in where.items():
        frame = frame.filter(pl.col(name).is_null() if wanted is None else pl.col(name) == wanted)
    assert len(frame) == 1, frame
    return frame["value"][0]


def test_one_series_stands_under_its_name_and_under_all(past: Build) -> None:
    here = past()
    scores = tables(here, here.forecast("lstm", 2, sigma=1.0), here.forecast("naive", 2)).scores
    named = scores.filter(pl.col("unique_id") == "s0").drop("unique_id")
    assert named.equals(scores.filter(pl.col("unique_id").is_null()).drop("unique_id"))
    assert set(named["step"]) == {1, 2, None}


def test_several_series_are_averaged_only_where_scale_does_not_matter(past: Build) -> None:
    here = past(series=4)
    network, cone = here.forecast("lstm", 2, sigma=1.1, shift=0.01), here.forecast("volatility_cone", 2, sigma=1.0)
    found = tables(here, network, here.forecast("naive", 2), cone)
    together = found.scores.filter(pl.col("unique_id").is_null())["metric"].unique().to_list()
    assert not {"mae", "rmse", "mape", "crps", "pinball", "width_80"} & set(together)
    assert {"mase", "relative_crps", "coverage_80", "brier", "accuracy", "base_rate"} <= set(together)
    relative = value(found.scores, model="lstm", unique_id=None, step=None, metric="relative_crps")
    skill = value(found.skill, model="lstm", baseline="volatility_cone", unique_id=None, step=None, metric="crps")
    assert relative == pytest.approx(1 - skill, rel=2e-3)


def test_the_scale_of_one_series_does_not_move_what_is_said_of_all(past: Build) -> None:
    rng = np.random.default_rng(1)
    values = 100 + np.cumsum(rng.standard_normal((3, 300)), axis=1)
    found = []
    for scale in (np.ones((3, 1)), np.array([[1.0], [1000.0], [1e-3]])):
        here = past(values * scale)
        shift = np.repeat(0.1 * scale[:, 0], 99)[:, None]
        network = here.forecast("lstm", 1)
        found.append(tables(here, replace(network, mean=network.mean + shift), here.forecast("naive")))
    for frame in ("scores", "skill"):
        one, other = (getattr(each, frame).filter(pl.col("unique_id").is_null()) for each in found)
        assert one["value"].to_numpy() == pytest.approx(other["value"].to_numpy(), rel=1e-9)
    profiles = [each.lag["rmse"].to_numpy() for each in found]
    assert profiles[0] == pytest.approx(profiles[1], rel=1e-9, abs=1e-9)


def test_series_that_begin_later_are_scored_where_they_are(past: Build) -> None:
    here = past(series=2)
    network, naive = here.forecast("lstm", 2, shift=0.1), here.forecast("naive", 2)
    late = ~((network.series == 1) & (network.cutoffs < np.median(network.cutoffs)))
    found = tables(here, network.select(late), naive.select(late))
    counts = found.scores.filter((pl.col("metric") == "mae") & (pl.col("model") == "lstm") & (pl.col("step") == 1))
    assert dict(zip(counts["unique_id"], counts["n"], strict=True)) == {"s0": 250, "s1": 125}
    together = found.scores.filter((pl.col("metric") == "mase") & pl.col("unique_id").is_null() & (pl.col("step") == 1))
    assert together["n"].to_list() == [375, 375]


def test_models_with_other_levels_are_compared_on_those_they_share(past: Build) -> None:
    here = past()
    network, cone = here.forecast("lstm", sigma=1.0), here.forecast("volatility_cone", sigma=1.0)
    coarse = replace(cone, quantile_levels=cone.quantile_levels[2:7], quantiles=cone.quantiles[:, :, 2:7])
    found = tables(here, network, here.forecast("naive"), coarse)
    crps = [value(found.scores, model=m, unique_id=None, step=None, metric="crps") for m in ("lstm", "volatility_cone")]
    assert crps[0] == pytest.approx(crps[1])
    assert value(found.skill, baseline="volatility_cone", model="lstm", unique_id=None, step=None, metric="crps") == 0
    metrics = found.scores.filter(pl.col("model") == "volatility_cone")["metric"]
    assert "coverage_80" in metrics
    assert "coverage_95" not in metrics


def test_a_point_baseline_has_crps_equal_to_mae_and_no_coverage(past: Build) -> None:
    here = past()
    scores = tables(here, here.forecast("lstm", sigma=1.0), here.forecast("naive")).scores
    naive = scores.filter((pl.col("model") == "naive") & pl.col("unique_id").is_null() & pl.col("step").is_null())
    by_metric = dict(zip(naive["metric"], naive["value"], strict=True))
    assert by_metric["crps"] == pytest.approx(by_metric["mae"], rel=1e-12)
    assert not any(metric.startswith(("coverage", "width")) for metric in by_metric)


def test_a_seed_of_its_own_is_scored_and_compared(past: Build) -> None:
    here = past()
    network = here.forecast("lstm", sigma=1.0)
    seed_mean = np.stack([network.mean, network.mean + 0.5])
    network = replace(network, seed_mean=seed_mean, seed_quantiles=np.stack([network.quantiles] * 2))
    naive, cone = here.forecast("naive"), here.forecast("volatility_cone", sigma=1.0)
    cone = replace(cone, seed_mean=seed_mean[:1], seed_quantiles=cone.quantiles[None])
    found = tables(here, network, naive, cone)
    against = {"rmse": "naive", "crps": "volatility_cone"}
    made = (found.grid, found.scales, found.levels)
    seeds = seed_table([network, naive, cone], "lstm", against, *made, CHANGE)
    assert set(seeds.filter(pl.col("metric").str.ends_with("_skill"))["model"]) == {"lstm"}
    assert {"rmse_skill", "crps_skill"} <= set(seeds["metric"])
    alone = [value(seeds, model="lstm", seed=seed, unique_id=None, step=None, metric="rmse") for seed in (0, 1)]
    base = value(found.scores, model="naive", unique_id=None, step=None, metric="rmse")
    skills = [value(seeds, seed=seed, unique_id=None, step=None, metric="rmse_skill") for seed in (0, 1)]
    assert skills == pytest.approx([1 - each / base for each in alone], abs=1e-12)
    assert "brier" not in seeds["metric"]
    assert seed_table([network, naive], "lstm", {"rmse": "naive"}, *made, Outcomes("class", (0.0, 1.0))).is_empty()


def test_classes_have_no_errors_no_intervals_and_no_lag(past: Build) -> None:
    here = past(np.tile([[0.0, 1.0]], 100), history=10)
    found = tabulate([here.forecast("m")], [here.forecast("naive")], here.panel, Outcomes("class", (0.0, 1.0)))
    assert set(found.scores["metric"]) == {"accuracy", "base_rate", "brier"}
    assert all(
        frame.is_empty() for frame in (found.coverage, found.lag, found.confidence, found.calibration, found.pit)
    )
