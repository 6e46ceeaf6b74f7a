"""Findings appear where there is something to find, with its number, and stay away where there is not."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation import FitFacts
from longshort.evaluation import findings as find
from longshort.evaluation.arrays import grid_of
from longshort.evaluation.calibration import coverage_table
from longshort.evaluation.lagged import LAGS, lag_table
from longshort.evaluation.seeds import SCHEMA as SEEDS
from longshort.evaluation.skill import Edge
from longshort.finding import Finding

Build = Callable[..., Any]
WON, LOST = Edge(0.05, 0.01, 0.09, 0.01), Edge(-0.2, -0.3, -0.1, 0.001)
FACTS = FitFacts(0, 100, 2_000, 0.01, 0.02, (1.0, 1.1), (1.2, 1.3))


def codes(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in findings]


def lag_of(past: Any, centre: np.ndarray) -> pl.DataFrame:
    forecast = past.forecast("lstm")
    return lag_table([replace(forecast, mean=centre)], past.panel, {"lstm": np.ones(len(forecast))})


def lagged(past: Any, sessions: int) -> np.ndarray:
    """Forecast, for each cutoff, the value so many sessions before the coming one."""
    target, first = past.panel.target, past.start
    rows = np.arange(first, len(target) - 1)
    return target[rows + 1 - sessions][:, None]


@pytest.mark.parametrize("sessions", [2, 3, 7])
def test_a_copy_of_the_past_is_found_at_its_lag(past: Build, sessions: int) -> None:
    here = past()
    profile = lag_of(here, lagged(here, sessions))
    found = list(find.lagged_copy(profile, "lstm", LOST))
    assert codes(found) == [("lagged_copy", "warning")]
    assert found[0].value == sessions
    assert f"the value {sessions} sessions before its date" in found[0].text
    assert profile.filter(pl.col("lag") == sessions)["rmse"][0] == 0


def test_repeating_today_on_a_random_walk_is_no_reproach(past: Build) -> None:
    here = past()
    found = list(find.lagged_copy(lag_of(here, lagged(here, 1)), "lstm", Edge(0.0, -0.01, 0.01, 0.7)))
    assert codes(found) == [("lagged_copy", "info")]
    assert "honest" in found[0].text


def test_repeating_today_and_losing_by_it_is_warned_of(past: Build) -> None:
    here = past()
    assert codes(find.lagged_copy(lag_of(here, lagged(here, 1)), "lstm", LOST)) == [("lagged_copy", "warning")]


def test_a_forecast_that_saturates_below_the_price_follows_the_past(past: Build) -> None:
    """The lecture's network: the price climbs beyond what training saw, the forecast flattens out behind it."""
    climbing = 700 + np.cumsum(1.5 + 5 * np.random.default_rng(0).standard_normal(451))
    here = past(climbing[None])
    flattened = 900 + 60 * np.tanh((lagged(here, 1) - 900) / 200)
    found = list(find.lagged_copy(lag_of(here, flattened), "lstm", LOST))
    assert codes(found) == [("lagged_copy", "warning")]
    assert found[0].value == LAGS
    assert "or longer ago" in found[0].text


def test_a_forecast_of_the_future_is_no_copy(past: Build) -> None:
    here = past()
    assert not list(find.lagged_copy(lag_of(here, here.forecast("lstm").y + 0.1), "lstm", WON))


def test_series_that_start_at_the_cutoff_have_no_lag_profile(past: Build) -> None:
    here = past(np.arange(12.0)[None], history=2)
    assert len(lag_of(here, lagged(here, 1))) == LAGS + 1
    short = past(np.arange(9.0)[None], history=2)
    assert lag_of(short, lagged(short, 1)).is_empty()


def test_training_that_went_well_is_passed_over() -> None:
    for finding in (find.extrapolation, find.overfitting, find.parameters_exceed_targets):
        assert not list(finding([FACTS]))
        assert not list(finding([]))


def test_targets_beyond_what_training_saw_are_warned_of() -> None:
    found = list(find.extrapolation([replace(FACTS, targets_outside=0.869)]))
    assert codes(found) == [("extrapolation", "warning")]
    assert found[0].value == pytest.approx(0.869)


@pytest.mark.parametrize(("train", "validation", "far"), [(1.0, 1.6, True), (-2.0, -1.4, True), (-2.0, -1.6, False)])
def test_overfitting_is_a_ratio_where_losses_are_positive_and_a_gap_elsewhere(
    train: float, validation: float, far: bool
) -> None:
    fact = replace(FACTS, best_train_loss=(train,), best_validation_loss=(validation,))
    assert bool(list(find.overfitting([fact]))) == far


def test_without_validation_overfitting_is_not_judged() -> None:
    assert not list(find.overfitting([replace(FACTS, best_validation_loss=(None, None))]))


@pytest.mark.parametrize(
    ("cutoffs", "folds", "horizon", "expected"),
    [
        (250, 8, 1, []),
        (250, 1, 1, [("few_folds", "info")]),
        (250, 8, 5, [("few_folds", "warning")]),
        (59, 8, 1, [("few_folds", "warning")]),
    ],
)
def test_few_folds_and_few_cutoffs_are_said(
    past: Build, cutoffs: int, folds: int, horizon: int, expected: list[tuple[str, str]]
) -> None:
    forecast = past().forecast("lstm", horizon).select(np.arange(cutoffs))
    forecast = replace(forecast, fold=np.arange(cutoffs) % folds)
    assert codes(find.few_folds(forecast)) == expected


def test_series_on_the_same_days_are_no_further_cutoffs(past: Build) -> None:
    forecast = past(series=4).forecast("lstm")
    few = forecast.select(forecast.cutoffs < np.unique(forecast.cutoffs)[50])
    assert [finding.value for finding in find.few_folds(few)] == [50.0]


def test_an_interval_that_does_not_hold_what_it_says_is_warned_of(past: Build) -> None:
    expected = {0.5: "too narrow", 1.0: None, 2.0: "too wide"}
    for sigma, fault in expected.items():
        forecast = past().forecast("lstm", 3, sigma=sigma)
        found = list(find.coverage(coverage_table([forecast], grid_of([forecast])), "lstm"))
        assert [fault in finding.text for finding in found if fault] == [True] * bool(fault)
        assert bool(found) == bool(fault)


def test_seeds_that_differ_more_than_the_skill_are_said() -> None:
    rows = [{"model": "lstm", "seed": i, "metric": "rmse_skill", "value": v} for i, v in enumerate([0.1, -0.1, 0.2])]
    seeds = pl.DataFrame(rows, schema=SEEDS)
    assert codes(find.unstable_seeds(seeds, {"rmse": WON})) == [("unstable_seeds", "warning")]
    assert codes(find.unstable_seeds(seeds, {"rmse": replace(WON, p_value=0.5)})) == [("unstable_seeds", "info")]
    assert not list(find.unstable_seeds(seeds, {"rmse": replace(WON, value=0.5)}))
    assert not list(find.unstable_seeds(seeds.head(1), {"rmse": WON}))
    assert not list(find.unstable_seeds(seeds, {"rmse": None, "crps": WON}))


def test_a_gain_is_called_mechanical_only_where_there_is_one() -> None:
    assert codes(find.mechanical_gain("the close is fresher", WON)) == [("mechanical_gain", "warning")]
    assert not list(find.mechanical_gain("the close is fresher", LOST))
    assert not list(find.mechanical_gain(None, WON))


def test_ties_are_counted(past: Build) -> None:
    here = past(np.array([[1.0, 2.0, 2.0, 2.0, 3.0]]), history=0)
    assert [finding.value for finding in find.tied(here.forecast("lstm"))] == [2.0]
    assert not list(find.tied(past().forecast("lstm")))


def test_series_won_are_counted_after_holms_correction() -> None:
    p_values = [0.001, 0.04, 0.03, 0.001, None]
    skill = pl.DataFrame(
        {
            "model": ["lstm"] * 5,
            "baseline": ["naive"] * 5,
            "unique_id": list("abcde"),
            "step": [None] * 5,
            "metric": ["rmse"] * 5,
            "value": [0.1, 0.1, 0.1, -0.1, 0.1],
            "p_value": p_values,
        }
    )
    assert find.series_won(skill, "lstm", ("naive", "rmse")) == (1, 5)
