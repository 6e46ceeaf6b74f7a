"""Findings appear where there is something to find, with its number, and stay away where there is not."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation import FitFacts
from longshort.evaluation import findings as find
from longshort.evaluation.lagged import lag_table
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


def test_cutoffs_that_lie_a_horizon_apart_count_in_full(past: Build) -> None:
    forecast = past().forecast("lstm", 5)
    apart = forecast.select(np.arange(0, 250, 5))
    assert [finding.value for finding in find.few_folds(apart)] == [50.0]
    assert [finding.value for finding in find.few_folds(forecast.select(np.arange(50)))] == [10.0]


def test_series_on_the_same_days_are_no_further_cutoffs(past: Build) -> None:
    forecast = past(series=4).forecast("lstm")
    few = forecast.select(forecast.cutoffs < np.unique(forecast.cutoffs)[50])
    assert [finding.value for finding in find.few_folds(few)] == [50.0]


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
