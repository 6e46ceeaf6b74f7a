"""From forecasts to a verdict, on both sides of normal life."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.errors import SettingsError
from longshort.evaluation import Evaluation, FitFacts, evaluate
from longshort.results.forecast import Forecast

Build = Callable[..., Any]


def judge(past: Any, *forecasts: Forecast, **more: Any) -> Evaluation:
    return evaluate(forecasts, network=forecasts[0].model, panel=past.panel, **more)


def value(frame: pl.DataFrame, **where: Any) -> Any:
    """Give the one value in the rows where columns equal, or are null."""
    for name, wanted in where.items():
        frame = frame.filter(pl.col(name).is_null() if wanted is None else pl.col(name) == wanted)
    assert len(frame) == 1, frame
    return frame["value"][0]


def ahead_of(past: Any, share: float, horizon: int = 1, sigma: float = 1.0) -> Forecast:
    """Forecast with foresight: the last value plus a share of what is about to happen."""
    forecast = past.forecast("lstm", horizon, sigma=sigma)
    known = np.nan_to_num(forecast.y - forecast.last[:, None])
    return replace(
        forecast,
        mean=forecast.mean + share * known,
        quantiles=forecast.quantiles + (share * known)[:, :, None],
    )


def test_foresight_is_granted_skill_in_centre_and_spread_with_size_interval_and_test(past: Build) -> None:
    here = past()
    found = judge(here, ahead_of(here, 0.2), here.forecast("naive"), here.forecast("volatility_cone", sigma=1.0))
    assert found.verdict.startswith("Skill: over 250 forecasts the network's error for tomorrow is 20 % below simply ")
    assert "repeating today (95 % interval 15.6 to 24.7 %, p < 0.001); its spread is " in found.verdict
    assert "sharper than the history's" in found.verdict
    assert value(found.skill, model="lstm", baseline="naive", unique_id=None, step=None, metric="rmse") == (
        pytest.approx(0.2)
    )


def test_one_series_stands_under_its_name_and_under_all(past: Build) -> None:
    here = past()
    scores = judge(here, here.forecast("lstm", 2, sigma=1.0), here.forecast("naive", 2)).scores
    named = scores.filter(pl.col("unique_id") == "s0").drop("unique_id")
    assert named.equals(scores.filter(pl.col("unique_id").is_null()).drop("unique_id"))
    assert set(named["step"]) == {1, 2, None}


def test_several_series_are_averaged_only_where_scale_does_not_matter(past: Build) -> None:
    here = past(series=4)
    network, cone = here.forecast("lstm", 2, sigma=1.1, shift=0.01), here.forecast("volatility_cone", 2, sigma=1.0)
    found = judge(here, network, here.forecast("naive", 2), cone)
    together = found.scores.filter(pl.col("unique_id").is_null())["metric"].unique().to_list()
    assert not {"mae", "rmse", "mape", "crps", "pinball", "width_80"} & set(together)
    assert {"mase", "relative_crps", "coverage_80", "brier", "accuracy", "base_rate"} <= set(together)
    assert "in 0 of 4 series after Holm's correction" in found.verdict
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
        network = replace(network, mean=network.mean + shift)
        found.append(judge(here, network, here.forecast("naive")))
    for frame in ("scores", "skill"):
        one, other = (getattr(each, frame).filter(pl.col("unique_id").is_null()) for each in found)
        assert one["value"].to_numpy() == pytest.approx(other["value"].to_numpy(), rel=1e-9)


def test_the_scale_of_one_series_does_not_move_the_lag_profile(past: Build) -> None:
    rng = np.random.default_rng(1)
    values = 100 + np.cumsum(rng.standard_normal((2, 300)), axis=1)
    profiles = []
    for scale in (np.ones((2, 1)), np.array([[1.0], [1000.0]])):
        here = past(values * scale)
        profiles.append(judge(here, here.forecast("lstm")).lag["rmse"].to_numpy())
    assert profiles[0] == pytest.approx(profiles[1], rel=1e-9, abs=1e-9)


def test_a_forecast_counts_when_any_of_its_steps_is_known(past: Build) -> None:
    here = past()
    assert "over 250 forecasts" in judge(here, here.forecast("lstm", 5), here.forecast("naive", 5)).verdict


def test_series_that_begin_later_are_scored_where_they_are(past: Build) -> None:
    here = past(series=2)
    network, naive = here.forecast("lstm", 2, shift=0.1), here.forecast("naive", 2)
    late = ~((network.series == 1) & (network.cutoffs < np.median(network.cutoffs)))
    found = judge(here, network.select(late), naive.select(late))
    counts = found.scores.filter((pl.col("metric") == "mae") & (pl.col("model") == "lstm") & (pl.col("step") == 1))
    assert dict(zip(counts["unique_id"], counts["n"], strict=True)) == {"s0": 250, "s1": 125}
    together = found.scores.filter((pl.col("metric") == "mase") & pl.col("unique_id").is_null() & (pl.col("step") == 1))
    assert together["n"].to_list() == [375, 375]


@pytest.mark.parametrize("missing", ["naive", "volatility_cone", "both"])
def test_a_missing_baseline_leaves_its_side_unjudged(past: Build, missing: str) -> None:
    here = past()
    baselines = {"naive": here.forecast("naive"), "volatility_cone": here.forecast("volatility_cone", sigma=1.0)}
    kept = [baseline for name, baseline in baselines.items() if missing not in (name, "both")]
    verdict = judge(here, here.forecast("lstm", sigma=1.3), *kept).verdict
    assert ("no naive forecast" in verdict) == (missing != "volatility_cone")
    assert ("not judged" in verdict) == (missing != "naive")


def test_models_with_other_levels_are_compared_on_those_they_share(past: Build) -> None:
    here = past()
    network, cone = here.forecast("lstm", sigma=1.0), here.forecast("volatility_cone", sigma=1.0)
    coarse = replace(cone, quantile_levels=cone.quantile_levels[2:7], quantiles=cone.quantiles[:, :, 2:7])
    found = judge(here, network, here.forecast("naive"), coarse)
    for model in ("lstm", "volatility_cone"):
        assert value(found.scores, model=model, unique_id=None, step=None, metric="crps") == pytest.approx(
            value(found.scores, model="lstm", unique_id=None, step=None, metric="crps")
        )
    assert value(found.skill, baseline="volatility_cone", model="lstm", unique_id=None, step=None, metric="crps") == 0
    metrics = found.scores.filter(pl.col("model") == "volatility_cone")["metric"]
    assert "coverage_80" in metrics
    assert "coverage_95" not in metrics


def test_a_point_baseline_has_crps_equal_to_mae_and_no_coverage(past: Build) -> None:
    here = past()
    scores = judge(here, here.forecast("lstm", sigma=1.0), here.forecast("naive")).scores
    naive = scores.filter((pl.col("model") == "naive") & pl.col("unique_id").is_null() & pl.col("step").is_null())
    by_metric = dict(zip(naive["metric"], naive["value"], strict=True))
    assert by_metric["crps"] == pytest.approx(by_metric["mae"], rel=1e-12)
    assert not any(metric.startswith(("coverage", "width")) for metric in by_metric)


def test_a_network_of_points_alone_is_still_judged(past: Build) -> None:
    here = past()
    cone = here.forecast("volatility_cone", sigma=1.0)
    found = judge(here, here.forecast("lstm", shift=0.1), here.forecast("naive"), cone)
    assert found.verdict.startswith("No skill")
    assert "80 % interval" not in found.verdict
    assert found.coverage.filter(pl.col("model") == "lstm").is_empty()


def test_nothing_that_has_come_to_pass_is_said_to_be_so(past: Build) -> None:
    here = past()
    forecasts = [here.forecast(name, 3, sigma=1.0, blind=True) for name in ("lstm", "naive", "volatility_cone")]
    found = judge(here, *forecasts)
    assert found.verdict == "No verdict: nothing that was forecast has come to pass yet."
    assert all(frame.is_empty() for frame in (found.scores, found.skill, found.coverage, found.reliability, found.lag))


@pytest.mark.parametrize("cutoffs", [1, 2, 3, 7])
def test_a_handful_of_cutoffs_is_judged_and_called_few(past: Build, cutoffs: int) -> None:
    here = past()
    keep = np.arange(cutoffs)
    forecasts = [here.forecast(name, 3, sigma=1.0).select(keep) for name in ("lstm", "naive", "volatility_cone")]
    found = judge(here, *forecasts)
    assert "few_folds" in {finding.code for finding in found.findings}
    assert found.verdict.startswith(f"No skill: over {cutoffs} forecasts")


def test_no_table_holds_a_nan(past: Build) -> None:
    here = past(series=2)
    network = here.forecast("lstm", 3, sigma=1.0)
    network = replace(network, seed_mean=network.mean[None], seed_quantiles=network.quantiles[None])
    keep = np.arange(len(network)) % 250 < 2
    found = judge(here, *(each.select(keep) for each in (network, here.forecast("naive", 3))))
    for frame in (found.scores, found.skill, found.seeds, found.coverage, found.reliability, found.lag):
        assert not frame.select(pl.col(pl.Float64).is_nan().any()).to_numpy().any()


def test_a_seed_of_its_own_is_scored_and_compared(past: Build) -> None:
    here = past()
    network = here.forecast("lstm", sigma=1.0)
    seed_mean = np.stack([network.mean, network.mean + 0.5])
    network = replace(network, seed_mean=seed_mean, seed_quantiles=np.stack([network.quantiles] * 2))
    naive = here.forecast("naive")
    cone = replace(here.forecast("volatility_cone", sigma=1.0), seed_mean=seed_mean[:1])
    cone = replace(cone, seed_quantiles=cone.quantiles[None])
    found = judge(here, network, naive, cone)
    assert set(found.seeds.filter(pl.col("metric").str.ends_with("_skill"))["model"]) == {"lstm"}
    alone = [value(found.seeds, model="lstm", seed=seed, unique_id=None, step=None, metric="rmse") for seed in (0, 1)]
    base = value(found.scores, model="naive", unique_id=None, step=None, metric="rmse")
    skills = [value(found.seeds, seed=seed, unique_id=None, step=None, metric="rmse_skill") for seed in (0, 1)]
    assert skills == pytest.approx([1 - each / base for each in alone], abs=1e-12)
    assert "brier" not in found.seeds["metric"]
    assert "unstable_seeds" in {finding.code for finding in found.findings}


def test_the_facts_of_training_become_findings(past: Build) -> None:
    here = past()
    fact = FitFacts(0, 71_051, 2_708, 0.2, 0.869, (0.1, 0.1), (0.5, None))
    findings = judge(here, here.forecast("lstm"), here.forecast("naive"), facts=[fact]).findings
    codes = {finding.code: finding for finding in findings}
    assert {"extrapolation", "overfitting", "parameters_exceed_targets"} <= set(codes)
    assert "86.9 %" in codes["extrapolation"].text
    assert "71,051 parameters learn from 2,708" in codes["parameters_exceed_targets"].text


def test_a_network_that_is_not_there_is_named_with_those_that_are(past: Build) -> None:
    here = past()
    with pytest.raises(SettingsError, match="'lsmt'") as caught:
        evaluate([here.forecast("lstm")], network="lsmt", panel=here.panel)
    assert "'lstm'" in caught.value.hint
