"""Findings appear where there is something to find, with its number, and stay away where there is not."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from msgspec import structs

from longshort.claims import Claims, DistributionSkill, PointSkill
from longshort.evaluation import findings as find
from longshort.evaluation import training_findings as trained
from longshort.evaluation.arrays import grid_of
from longshort.evaluation.coverage_tests import coverage_tests
from longshort.evaluation.effective import effective_table
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.seeds import SCHEMA as SEEDS
from longshort.finding import Finding
from longshort.language import message

Build = Callable[..., Any]
WON = PointSkill(answer="yes", metric="rmse", value=0.05, p_value=0.005)
LOST = PointSkill(answer="no", metric="rmse", value=-0.2, p_value=0.001)
CHANGE = Outcomes("change")
FACTS = FitFacts(0, 100, 2_000, 0.01, 0.02, (1.0, 1.1), (1.2, 1.3))


def codes(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in findings]


def few(past: Any, forecast: Any) -> list[Finding]:
    return list(find.few_forecasts(forecast, past.panel, effective_table([forecast], grid_of([forecast])), CHANGE))


def test_training_that_went_well_is_passed_over() -> None:
    for finding in (trained.extrapolation, trained.overfitting, trained.parameters_exceed_targets):
        assert not list(finding([FACTS]))
        assert not list(finding([]))


def test_targets_beyond_what_training_saw_are_warned_of() -> None:
    found = list(trained.extrapolation([replace(FACTS, targets_outside=0.869)]))
    assert codes(found) == [("extrapolation", "warning")]
    assert found[0].value == pytest.approx(0.869)


@pytest.mark.parametrize(("train", "validation", "far"), [(1.0, 1.6, True), (-2.0, -1.4, True), (-2.0, -1.6, False)])
def test_overfitting_is_a_ratio_where_losses_are_positive_and_a_gap_elsewhere(
    train: float, validation: float, far: bool
) -> None:
    fact = replace(FACTS, best_train_loss=(train,), best_validation_loss=(validation,))
    assert bool(list(trained.overfitting([fact]))) == far


def test_without_validation_overfitting_is_not_judged() -> None:
    assert not list(trained.overfitting([replace(FACTS, best_validation_loss=(None, None))]))


@pytest.mark.parametrize(("folds", "expected"), [(8, []), (3, []), (2, [("few_folds", "info")])])
def test_few_fits_are_said(past: Build, folds: int, expected: list[tuple[str, str]]) -> None:
    forecast = past().forecast("lstm")
    assert codes(trained.few_folds(replace(forecast, fold=np.arange(250) % folds))) == expected


@pytest.mark.parametrize(("cutoffs", "horizon", "independent"), [(250, 1, None), (250, 5, 50.0), (59, 1, 59.0)])
def test_few_independent_forecasts_are_warned_of(past: Build, cutoffs: int, horizon: int, independent: Any) -> None:
    here = past()
    found = few(here, here.forecast("lstm", horizon).select(np.arange(cutoffs)))
    assert codes(found) == ([] if independent is None else [("few_forecasts", "warning")])
    assert [finding.value for finding in found] == ([] if independent is None else [independent])


def test_cutoffs_that_lie_a_horizon_apart_count_in_full(past: Build) -> None:
    here = past()
    forecast = here.forecast("lstm", 5)
    assert [finding.value for finding in few(here, forecast.select(np.arange(0, 250, 5)))] == [50.0]
    assert [finding.value for finding in few(here, forecast.select(np.arange(50)))] == [10.0]


def test_how_many_forecast_dates_would_be_needed_is_said_where_the_past_tells(past: Build) -> None:
    here = past()
    (finding,) = few(here, here.forecast("lstm").select(np.arange(50)))
    assert finding.text.startswith("Only 50 forecasts are independent of the others: only a large effect")
    assert "To tell a skill of 5 % from luck takes about" in finding.text


def test_seeds_that_differ_more_than_the_skill_are_said() -> None:
    rows = [{"model": "lstm", "seed": i, "metric": "rmse_skill", "value": v} for i, v in enumerate([0.1, -0.1, 0.2])]
    seeds = pl.DataFrame(rows, schema=SEEDS)

    def found(point: PointSkill, table: pl.DataFrame = seeds) -> list[tuple[str, str]]:
        return codes(trained.unstable_seeds(table, Claims(point=point, distribution=DistributionSkill(metric="crps"))))

    assert found(WON) == [("unstable_seeds", "warning")]
    assert found(structs.replace(WON, answer="not_shown")) == [("unstable_seeds", "info")]
    assert not found(structs.replace(WON, value=0.5))
    assert not found(WON, seeds.head(1))
    assert not found(structs.replace(WON, value=None))


def test_a_gain_is_called_mechanical_only_where_there_is_one() -> None:
    why = message("verdict.fresher_column", column="high")
    assert codes(find.mechanical_gain(why, Claims(point=WON))) == [("mechanical_gain", "warning")]
    assert not list(find.mechanical_gain(why, Claims(point=LOST)))
    assert not list(find.mechanical_gain(None, Claims(point=WON)))


def test_ties_are_counted(past: Build) -> None:
    here = past(np.array([[1.0, 2.0, 2.0, 2.0, 3.0]]), history=0)
    assert [finding.value for finding in find.tied(here.forecast("lstm"), CHANGE)] == [2.0]
    assert not list(find.tied(past().forecast("lstm"), CHANGE))
    assert not list(find.tied(here.forecast("lstm"), Outcomes("none")))
    zeros = past(np.array([[1.0, 0.0, -2.0, 0.0]]), history=0)
    assert [finding.value for finding in find.tied(zeros.forecast("lstm"), Outcomes("sign"))] == [2.0]


def test_what_the_data_decided_about_outcomes_is_said() -> None:
    assert not list(find.kind_of_outcome(CHANGE))
    assert codes(find.kind_of_outcome(Outcomes("sign"))) == [("outcomes", "info")]
    assert not list(find.kind_of_outcome(Outcomes("sign", asked=True)))
    (finding,) = find.kind_of_outcome(Outcomes("class", (0.0, 1.0)))
    assert finding.text.startswith("The target takes 2 values only")


def test_unknown_trials_are_a_question_only_where_few_would_undo_the_skill() -> None:
    (finding,) = find.trials_unknown(Claims(point=WON), None)
    assert finding.value == 5.0  # 1 - (1 - 0.005)^5 is below 0.025, with 6 it is not
    assert not list(find.trials_unknown(Claims(point=WON), 3))
    assert not list(find.trials_unknown(Claims(point=LOST), None))
    assert not list(find.trials_unknown(Claims(point=structs.replace(WON, p_value=1e-9)), None))


def test_scores_over_fewer_outcomes_are_named() -> None:
    assert not list(find.unequal_outcomes({"a": 10, "b": 10}))
    (finding,) = find.unequal_outcomes({"a": 10, "b": 7})
    assert "b 7" in finding.text


def test_right_intervals_are_accused_in_at_most_one_of_twenty_and_narrow_ones_always(past: Build) -> None:
    def accused(sigma: float, seed: int) -> list[Finding]:
        forecast = past(seed=seed).forecast("a", 5, sigma=sigma)
        return list(find.coverage(coverage_tests(forecast, grid_of([forecast])), "session", several=False))

    assert np.mean([bool(accused(1.0, seed)) for seed in range(120)]) <= 0.065
    narrow = [accused(0.6567, seed) for seed in range(20)]
    assert all(narrow)
    assert all("too narrow" in finding.text for (finding,) in narrow)
    (wide,) = accused(3.0, 0)
    assert "too wide" in wide.text


def test_one_finding_names_the_worst_of_several_models(past: Build) -> None:
    here = past()
    forecasts = [here.forecast("right", 2, sigma=1.0), here.forecast("wrong", 2, sigma=0.3)]
    tests = pl.concat([coverage_tests(each, grid_of(forecasts)) for each in forecasts])
    (finding,) = find.coverage(tests, "session", several=True)
    assert finding.text.startswith("'wrong': ")
    assert "Of 16 intervals and steps" in finding.text
