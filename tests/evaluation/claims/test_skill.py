"""Skill is claimed where the largest of the one-sided p-values is small, and refused in the words of its case."""

from typing import Any

import polars as pl
import pytest

from longshort.claims import DistributionSkill, LeftOut, PointSkill
from longshort.evaluation.claims.skill import NOTICED, skill_claim
from longshort.evaluation.skill import SCHEMA


def table(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Make a skill table of (baseline, value, p-value[, covers]): over all series and steps, of a model "m"."""
    full = [
        {
            "model": "m",
            "baseline": baseline,
            "metric": "rmse",
            "value": value,
            "low": value - 0.02,
            "high": value + 0.02,
            "p_value": p_value,
            "n": 100,
            "covers": covers[0] if covers else 1.0,
        }
        for baseline, value, p_value, *covers in rows
    ]
    return pl.DataFrame(full, schema=SCHEMA)


def judged(*rows: tuple[Any, ...], **more: Any) -> PointSkill:
    return skill_claim(PointSkill, table(*rows), "m", "rmse", forecasts=100, **more)


def test_every_baseline_must_be_beaten_and_the_largest_p_value_decides() -> None:
    claim = judged(("naive", 0.20, 0.0001), ("mean", 0.03, 0.024), ("drift", 0.18, 0.001))
    assert (claim.answer, claim.baseline, claim.p_value, claim.value) == ("yes", "mean", 0.024, 0.03)
    assert (claim.low, claim.high) == (pytest.approx(0.01), pytest.approx(0.05))
    assert claim.baselines == ("naive", "mean", "drift")
    assert judged(("naive", 0.20, 0.0001), ("mean", 0.03, 0.026)).answer == "not_shown"


def test_the_number_of_baselines_needs_no_correction_for_a_yes() -> None:
    assert judged(*[(f"b{i}", 0.05, 0.02) for i in range(20)]).answer == "yes"


def test_of_p_values_that_are_not_told_apart_the_lowest_loss_is_the_toughest() -> None:
    claim = judged(("naive", 0.20, 0.0009), ("mean", 0.03, 0.00001), ("drift", 0.10, 0.0005))
    assert (claim.baseline, claim.value, claim.p_value) == ("mean", 0.03, 0.00001)


def test_worse_than_any_is_a_no_only_after_holms_correction_over_all() -> None:
    one = judged(("naive", -0.1, 0.985))
    assert (one.answer, one.p_value) == ("no", pytest.approx(0.015))
    two = judged(("naive", -0.1, 0.985), ("mean", 0.1, 0.4))
    assert two.answer == "not_shown"  # 0.015 twice
    certain = judged(("naive", -0.1, 0.999), ("mean", 0.1, 0.001))
    assert (certain.answer, certain.baseline, certain.p_value) == ("no", "naive", pytest.approx(0.002))
    assert certain.value == -0.1


def test_a_certain_gain_below_one_percent_over_the_best_baseline_is_too_small() -> None:
    claim = judged(("naive", 0.02, 0.01), ("mean", 0.0099, 0.001))
    assert (claim.answer, claim.too_small, claim.useful) == ("yes", True, False)
    assert (claim.baseline, claim.value, claim.p_value, claim.smallest_gain) == ("mean", 0.0099, 0.001, 0.0099)
    large = judged(("naive", 0.02, 0.01), ("mean", 0.01, 0.001))
    assert (large.too_small, large.useful) == (False, True)


def test_what_is_not_shown_says_what_would_have_been_found() -> None:
    claim = judged(("naive", 0.01, 0.3))
    assert claim.answer == "not_shown"
    assert claim.detectable == pytest.approx(0.04 * NOTICED)
    assert pytest.approx((1.95996 + 0.84162) / (2 * 1.95996), rel=1e-4) == NOTICED


def test_a_baseline_that_forecasts_too_little_is_left_out_and_named() -> None:
    claim = judged(("naive", 0.1, 0.001), ("ets", -0.3, 0.999, 0.89), left_out=[LeftOut("theta", "history")])
    assert (claim.answer, claim.baselines) == ("yes", ("naive",))
    assert claim.left_out == (LeftOut("theta", "history"), LeftOut("ets", "history"))
    assert judged(("naive", 0.1, 0.001), ("ets", -0.3, 0.999, 0.9)).answer == "no"


def test_too_few_to_test_against_one_baseline_is_too_few_to_show_anything() -> None:
    claim = judged(("naive", 0.1, 0.001), ("mean", 0.2, None), ("drift", -0.5, None))
    assert (claim.answer, claim.baseline, claim.p_value) == ("not_shown", "drift", None)
    assert (claim.low, claim.high, claim.detectable) == (None, None, None)


def test_models_tried_count_against_a_yes() -> None:
    assert judged(("naive", 0.1, 0.01), trials=2).p_value == pytest.approx(1 - 0.99**2)
    assert judged(("naive", 0.1, 0.01), trials=2).answer == "yes"
    assert judged(("naive", 0.1, 0.01), trials=3).answer == "not_shown"


def test_without_a_baseline_or_with_a_reason_nothing_is_judged() -> None:
    assert (judged().answer, judged().reason) == ("not_judged", "no_baseline")
    assert judged(("naive", 0.1, 0.001, 0.5)).reason == "no_baseline"
    assert judged(("naive", 0.1, 0.001), reason="classes").reason == "classes"
    other = skill_claim(DistributionSkill, table(("naive", 0.1, 0.001)), "m", "crps", forecasts=1)
    assert (type(other), other.reason) == (DistributionSkill, "no_baseline")


def test_series_won_are_counted_against_the_toughest_after_holms_correction() -> None:
    series = [{"unique_id": name, "p_value": p} for name, p in zip("abcde", [0.001, 0.02, 0.015, 0.001, None])]  # noqa: B905
    rows = [
        {"model": "m", "baseline": base, "metric": "rmse", "value": 0.1, "covers": 1.0, **each}
        for base in ("naive", "mean")
        for each in series
    ]
    alone = pl.DataFrame(rows, schema=SCHEMA)
    both = pl.concat([table(("naive", 0.1, 0.001), ("mean", 0.05, 0.01)), alone])
    claim = skill_claim(PointSkill, both, "m", "rmse", forecasts=100)
    assert (claim.series_won, claim.series) == (2, 5)  # of 0.001, 0.001, 0.015, 0.02: the last two are 0.03 and 0.03
    one = pl.concat([table(("naive", 0.1, 0.001)), alone.head(1)])
    assert skill_claim(PointSkill, one, "m", "rmse", forecasts=100).series is None
