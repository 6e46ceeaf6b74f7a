"""Claims are plain data: they come back from JSON as they went, and say which of them are worth acting on."""

import msgspec
import pytest

from longshort.claims import (
    Claims,
    Copy,
    Coverage,
    Direction,
    DistributionSkill,
    Effect,
    Leak,
    LeftOut,
    Money,
    PointSkill,
    Power,
)

FULL = Claims(
    point=PointSkill(
        answer="yes",
        model="lstm",
        metric="rmse",
        baseline="mean",
        value=0.1,
        low=0.01,
        high=0.19,
        p_value=1e-300,
        baselines=("naive", "mean"),
        left_out=(LeftOut("ets", "history"),),
    ),
    distribution=DistributionSkill(answer="no", value=-0.30000000000000004),
    direction=Direction(answer="not_shown", kind="sign", accuracy=2 / 3),
    coverage=Coverage(reason="no_intervals"),
    copy=Copy(answer="yes", lag=2),
    money=Money(answer="no", over_holding=-0.1, against="holding"),
    leak=Leak(answer="yes", findings=("misaligned",)),
    power=Power(answer="yes", effects=(Effect("skill", 0.04, None),)),
)


def test_claims_come_back_from_json_as_they_went() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FULL), type=Claims) == FULL
    assert msgspec.json.decode(b"{}", type=Claims) == Claims()


def test_another_answer_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="answer"):
        msgspec.json.decode(b'{"point": {"answer": "perhaps"}}', type=Claims)


def test_a_claim_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        FULL.point.answer = "no"  # type: ignore[misc]


def test_each_question_is_asked_once_in_order() -> None:
    names = [name for name, _ in FULL.each()]
    assert names == ["point", "distribution", "direction", "coverage", "copy", "money", "leak", "power"]


def test_useful_is_what_is_shown_and_matters() -> None:
    assert FULL.useful
    assert not Claims(point=PointSkill(answer="yes", too_small=True)).useful
    assert not Claims(direction=Direction(answer="yes", too_small=True)).useful
    assert Claims(direction=Direction(answer="yes")).useful
    assert Claims(distribution=DistributionSkill(answer="yes")).useful
    assert not Claims(point=PointSkill(answer="not_shown"), coverage=Coverage(answer="yes")).useful
