"""Coverage, money, copies, leaks and power: each answer from the numbers that make it."""

from typing import Any

import polars as pl
import pytest

from longshort.claims import Copy, Coverage, Direction, Effect, Money, PointSkill
from longshort.evaluation.calibration import COVERAGE_SCHEMA
from longshort.evaluation.claims.copy import copy_claim
from longshort.evaluation.claims.coverage import coverage_claim
from longshort.evaluation.claims.leak import leak_claim
from longshort.evaluation.claims.money import money_claim
from longshort.evaluation.claims.power import power_claim
from longshort.evaluation.copying import SCHEMA as COPIES
from longshort.evaluation.coverage_tests import SCHEMA as TESTS
from longshort.evaluation.money import SCHEMA as MONEY
from longshort.evaluation.power import SCHEMA as PLANNED
from longshort.finding import Finding
from longshort.language import message


def covered(share: float, half: float, *p_values: float | None) -> Coverage:
    """Judge an 80 % interval that held a share of outcomes, beside a 50 % one; a p-value for each of its steps."""
    row = {"model": "m", "step": None, "n": 500, "independent": 100.0}
    rows = [
        {**row, "nominal": 0.5, "empirical": 0.5, "low": 0.49, "high": 0.51},
        {**row, "nominal": 0.8, "empirical": share, "low": share - half, "high": share + half},
    ]
    tests = [{"model": "m", "step": i, "nominal": 0.8, "p_value": p} for i, p in enumerate(p_values, 1)]
    tests.append({"model": "other", "step": 1, "nominal": 0.8, "p_value": 1e-9})
    return coverage_claim(pl.DataFrame(rows, schema=COVERAGE_SCHEMA), pl.DataFrame(tests, schema=TESTS), "m")


@pytest.mark.parametrize(
    ("share", "half", "p_values", "answer", "fault"),
    [
        (0.761, 0.079, (0.9,), "yes", ""),
        (0.839, 0.01, (0.001,), "yes", ""),  # within four points, however certain the difference
        (0.80, 0.081, (0.9,), "not_shown", ""),  # right, and too few cases to say so
        (0.719, 0.05, (0.06,), "not_shown", ""),
        (0.719, 0.05, (0.04,), "no", "too_narrow"),
        (0.719, 0.05, (0.04, 0.9), "not_shown", ""),  # 0.04 twice
        (0.88, 0.05, (0.001, 0.9), "no", "too_wide"),
        (0.6, 0.3, (None,), "not_shown", ""),
    ],
)
def test_coverage_is_within_four_points_off_for_certain_or_too_few_to_tell(
    share: float, half: float, p_values: tuple[float | None, ...], answer: str, fault: str
) -> None:
    claim = covered(share, half, *p_values)
    assert (claim.answer, claim.fault) == (answer, fault)
    assert (claim.nominal, claim.empirical, claim.outcomes) == (0.8, share, 500)


def test_without_intervals_coverage_is_not_judged() -> None:
    empty = pl.DataFrame(schema=COVERAGE_SCHEMA), pl.DataFrame(schema=TESTS)
    assert coverage_claim(*empty, "m").reason == "no_intervals"
    assert coverage_claim(*empty, "m", "classes").reason == "classes"


def traded(zero: Any, holding: Any, shuffled: Any, gross: float = 0.3, **more: Any) -> Money:
    """Judge trades by the one-sided p-values against nothing, holding and random order."""
    tested = {"net_return": (0.25, zero), "over_holding": (0.05, holding), "shuffled": (0.1, shuffled)}
    rows = [
        {"metric": name, "value": value, "low": value - 0.2, "high": value + 0.2, "p_value": p}
        for name, (value, p) in tested.items()
    ]
    plain = {"gross_return": gross, "buy_and_hold": 0.2, "fee_bps": 5.0, "drawdown": 0.1}
    rows += [{"metric": name, "value": value} for name, value in plain.items()]
    table = pl.DataFrame([{"model": "m", "n": 300, **row} for row in rows], schema=MONEY)
    return money_claim(table, "m", **more)


def test_money_must_beat_nothing_holding_and_luck() -> None:
    claim = traded(0.001, 0.02, 0.002)
    assert (claim.answer, claim.against, claim.p_value) == ("yes", "holding", 0.02)
    assert (claim.over_holding, claim.low, claim.high) == (0.05, pytest.approx(-0.15), 0.25)
    assert (claim.net, claim.holding, claim.shuffled, claim.fee_bps, claim.moments) == (0.25, 0.2, 0.1, 5.0, 300)
    for rival, p_values in {"zero": (0.03, 0.001, 0.001), "holding": (0.001, 0.4, 0.1)}.items():
        claim = traded(*p_values)
        assert (claim.answer, claim.against) == ("not_shown", rival)
    assert traded(0.001, 0.001, 0.03).against == "shuffled"
    assert traded(0.001, 0.02, 0.002, trials=2).answer == "not_shown"


def test_money_is_lost_where_one_test_says_so_after_holms_correction() -> None:
    claim = traded(0.6, 0.995, 0.3)
    assert (claim.answer, claim.against, claim.p_value) == ("no", "holding", pytest.approx(0.015))
    assert traded(0.6, 0.99, 0.3).answer == "not_shown"  # 0.01 three times
    assert traded(0.3, 0.3, 1.0, gross=-0.2).against == "shuffled"


def test_orders_that_earn_the_same_are_no_proof_of_a_loss() -> None:
    assert traded(0.3, 0.5, 1.0, gross=0.1).answer == "not_shown"  # always long: each order is the true one


def test_money_that_cannot_be_tested_is_not_shown_or_not_judged() -> None:
    assert traded(0.001, None, 0.001).answer == "not_shown"
    assert traded(0.001, 0.001, 0.001, reason="no_price").reason == "no_price"
    assert money_claim(pl.DataFrame(schema=MONEY), "m").reason == "no_trades"


def copied(share: float, lag: int, worth: float, worth_p: float, back: float | None, **more: Any) -> Copy:
    rows = {
        "best_lag": {"value": float(lag)},
        "share_of_best": {"value": share},
        "worth": {"value": worth, "low": worth - 0.1, "high": worth + 0.1, "p_value": worth_p},
        "return": {"value": 0.1, "p_value": back},
    }
    table = pl.DataFrame([{"model": "m", "metric": name, **row} for name, row in rows.items()], schema=COPIES)
    given = {"naive": None, "point": PointSkill(answer="not_shown")} | more
    return copy_claim(table, "m", given["naive"], given["point"])


@pytest.mark.parametrize(
    ("numbers", "answer"),
    [
        ((0.95, 1, 0.0, 0.9, 0.5), "not_shown"),
        ((0.95, 2, 0.0, 0.9, 0.5), "yes"),  # an older value
        ((0.95, 1, 0.0, 0.9, 0.01), "yes"),  # of a series that returns to its mean
        ((0.95, 0, 0.0, 0.9, 0.01), "no"),  # moves with the value that it forecasts
        ((0.19, 1, 0.0, 0.9, 0.01), "no"),
        ((0.95, 1, 1.0, 1e-6, 0.01), "no"),  # what it adds is worth something
        ((0.95, 1, -1.0, 1e-6, 0.01), "yes"),
    ],
)
def test_a_copy_moves_with_the_past_and_adds_nothing(numbers: Any, answer: str) -> None:
    assert copied(*numbers).answer == answer


def test_leaks_are_shown_suspected_tested_or_not_judged() -> None:
    def found(code: str) -> Finding:
        return Finding(code, "defect", message("claims.leak.yes"), None)

    assert leak_claim([found("leak_suspected"), found("misaligned"), found("misaligned")], tested=True).findings == (
        "misaligned",
    )
    assert leak_claim([found("overlap")], tested=False).answer == "yes"
    assert leak_claim([found("leak_suspected")], tested=True).answer == "not_shown"
    assert leak_claim([found("few_folds")], tested=True).answer == "no"
    unknown = leak_claim([], tested=False)
    assert (unknown.answer, unknown.reason) == ("not_judged", "no_leak_test")


def test_power_sets_what_was_planned_beside_what_came_out() -> None:
    planned = pl.DataFrame(
        [
            {"question": question, "step": step, "smallest": smallest}
            for question, smallest in (("skill", 0.04), ("direction", 0.06), ("coverage", None))
            for step in (1, None)
        ],
        schema=PLANNED,
    )
    effective = pl.DataFrame(
        {"model": ["m"], "step": [None], "cutoffs": [250], "independent": [50.0]}, schema_overrides={"step": pl.Int64}
    )
    point, direction = PointSkill(model="m", detectable=0.051), Direction(detectable=0.03)
    claim = power_claim(planned, effective, point, direction, Coverage())
    assert claim.answer == "no"
    assert claim.effects == (
        Effect("skill", 0.04, 0.051),
        Effect("direction", 0.06, 0.03),
        Effect("coverage", None, None),
    )
    assert (claim.cutoffs, claim.independent) == (250, 50.0)
    before = power_claim(planned, effective, PointSkill(model="m"), direction, Coverage())
    assert before.answer == "yes"  # what was planned stands in
    nothing = power_claim(None, effective, PointSkill(model="m"), Direction(), Coverage())
    assert (nothing.answer, nothing.reason) == ("not_judged", "too_few")
