"""The verdict in both languages: what is shown, what is not, what is worse, and the interval after it."""

from typing import Any

import pytest
from msgspec.structs import replace

from longshort.claims import (
    Claims,
    Coverage,
    Direction,
    DistributionSkill,
    PointSkill,
    Telling,
    reason,
    telling_of,
    verdict,
)
from longshort.finding import Finding
from longshort.language import message, say

DAYS = Telling("day", 1)
POINT = PointSkill(
    answer="not_shown",
    metric="rmse",
    baseline="naive",
    value=-0.005,
    low=-0.02,
    high=0.01,
    p_value=0.64,
    forecasts=1005,
    baselines=("naive", "mean", "theta"),
)
WON = replace(POINT, answer="yes", value=0.104, low=0.052, high=0.151, p_value=0.0004, smallest_gain=0.104)
SPREAD = DistributionSkill(
    answer="not_shown", metric="crps", baseline="garch", value=0.006, p_value=0.44, baselines=("garch", "ets")
)
SHARPER = replace(SPREAD, answer="yes", value=0.055, low=0.03, high=0.08, p_value=0.0001, smallest_gain=0.055)
HELD = Coverage(answer="yes", nominal=0.8, empirical=0.79)
CALLS = Direction(
    answer="yes",
    kind="sign",
    accuracy=0.62,
    baseline="majority",
    baseline_accuracy=0.56,
    p_value=0.0123,
    forecasts=503,
)


def said(telling: Telling = DAYS, **claims: Any) -> tuple[str, str]:
    found = verdict(Claims(**claims), telling)
    return str(found), say(found, "ko")


def test_no_skill_reads_as_in_the_issue() -> None:
    english, korean = said(point=POINT, distribution=SPREAD, coverage=HELD)
    assert english == (
        "No skill shown: over 1,005 forecasts 1 day ahead its error is 0.5 % above the best simple forecast's "
        "(naive; p = 0.64). Its interval is as sharp as that of GARCH (0.6 % better, p = 0.44) "
        "and holds 79 % of outcomes for 80 %."
    )
    assert korean == (
        "예측력이 확인되지 않음: 1일 앞 예측 1,005건에서 오차가 가장 나은 단순 예측보다 0.5% 큽니다(naive; p = 0.64). "
        "예측구간은 GARCH와 비슷합니다(0.6% 나음, p = 0.44). 80% 구간이 실제값의 79%를 담습니다."
    )


def test_skill_is_said_with_its_size_interval_and_test_in_the_calendars_unit() -> None:
    english, korean = said(Telling("month", 12), point=WON)
    assert english == (
        "Skill: over 1,005 forecasts for the next 12 months its error is 10.4 % below the best simple forecast's "
        "(naive; 95 % interval 5.2 % to 15.1 %, p < 0.001)."
    )
    assert korean.startswith(
        "예측력 있음: 앞으로 12개월 예측 1,005건에서 오차가 가장 나은 단순 예측보다 10.4% 작습니다"
    )


@pytest.mark.parametrize(
    ("point", "english", "korean"),
    [
        (
            replace(WON, too_small=True, value=0.004),
            "Skill, but too small to matter: over 1,005 forecasts 1 day ahead its error is 0.4 % below",
            "예측력은 있으나 너무 작아 의미가 없음: ",
        ),
        (
            replace(POINT, answer="no", value=-0.15, p_value=0.001),
            "No skill shown, and worse than a simple forecast: over 1,005 forecasts 1 day ahead its error is "
            "15 % above that of naive (p = 0.001).",
            "예측력이 확인되지 않고, 단순 예측보다 못함: ",
        ),
        (replace(POINT, answer="no", value=-10.77), "its error is 11.77 times that of naive", "11.77배입니다"),
        (replace(POINT, value=1e-9), "its error is the same as the best simple forecast's", "다르지 않습니다"),
        (replace(POINT, value=-0.0004), "its error is 0.04 % above", "0.04% 큽니다"),
        (
            replace(POINT, p_value=None, forecasts=28),
            "No skill shown: 28 forecasts 1 day ahead are too few to test.",
            "예측력이 확인되지 않음: 1일 앞 예측 28건은 검정하기에 너무 적습니다.",
        ),
        (
            PointSkill(reason="not_yet"),
            "No verdict: no outcome is known yet.",
            "판정 없음: 아직 알려진 실제값이 없습니다.",
        ),
        (PointSkill(reason="no_baseline"), "No verdict: there is no simple forecast to compare with.", "판정 없음: "),
    ],
    ids=["small", "worse", "times", "same", "tiny", "few", "not yet", "nothing"],
)
def test_each_answer_on_the_point_forecast_has_its_sentence(point: PointSkill, english: str, korean: str) -> None:
    found = said(point=point, direction=Direction(reason="no_calls"))
    assert english in found[0]
    assert korean in found[1]


def test_models_tried_and_series_won_are_evidence() -> None:
    english, korean = said(point=replace(WON, series_won=3, series=16, trials=4))
    assert "p < 0.001, corrected for 4 models tried; in 3 of 16 series after Holm's correction)" in english
    assert "시도한 모델 4개로 보정; Holm 보정 후 16개 계열 중 3개에서" in korean


@pytest.mark.parametrize(
    ("spread", "english", "korean"),
    [
        (
            SHARPER,
            "5.5 % sharper than that of GARCH, the best simple one",
            "가장 나은 단순 예측(GARCH)보다 5.5% 더 정확합니다",
        ),
        (
            replace(SHARPER, too_small=True, value=0.006, smallest_gain=0.006),
            "0.6 % sharper than that of GARCH, too little to matter",
            "의미 있을 만큼은 아닙니다",
        ),
        (
            replace(SPREAD, answer="no", value=-0.06, p_value=0.001),
            "less sharp than that of GARCH (6 % worse, p = 0.001)",
            "GARCH보다 못합니다(6% 못함, p = 0.001)",
        ),
    ],
    ids=["sharper", "small", "worse"],
)
def test_each_answer_on_the_interval_has_its_sentence(spread: DistributionSkill, english: str, korean: str) -> None:
    alone, held = (said(point=POINT, distribution=spread, coverage=each) for each in (Coverage(), HELD))
    for found in (alone, held):
        assert english in found[0]
        assert korean in found[1]
    assert "outcomes" not in alone[0]
    assert held[0].endswith("and holds 79 % of outcomes for 80 %.")
    assert held[1].endswith("80% 구간이 실제값의 79%를 담습니다.")


def test_the_interval_is_advised_only_where_it_is_sharper_by_what_matters_and_holds() -> None:
    advice, wrong = "Use its interval, not its point forecast.", replace(HELD, answer="no", fault="too_narrow")
    assert advice in said(point=POINT, distribution=SHARPER, coverage=HELD)[0]
    assert "점 예측이 아니라 예측구간을 쓰십시오." in said(point=POINT, distribution=SHARPER, coverage=HELD)[1]
    for other in (
        {"point": WON, "distribution": SHARPER, "coverage": HELD},
        {"point": POINT, "distribution": replace(SHARPER, too_small=True), "coverage": HELD},
        {"point": POINT, "distribution": SPREAD, "coverage": HELD},
        {"point": POINT, "distribution": SHARPER, "coverage": wrong},
    ):
        assert advice not in said(**other)[0]


def test_a_wrong_interval_is_said_to_be_so() -> None:
    narrow = said(point=POINT, coverage=replace(HELD, answer="no", fault="too_narrow", empirical=0.6))
    assert narrow[0].endswith("Its 80 % interval holds 60 % of outcomes. The interval is too narrow.")
    assert narrow[1].endswith("구간이 너무 좁습니다.")
    assert said(coverage=replace(HELD, answer="no", fault="too_wide"), point=POINT)[0].endswith("is too wide.")


@pytest.mark.parametrize(
    ("claim", "english", "korean"),
    [
        (
            CALLS,
            "Skill: 62 % of 503 signs are called right, by always naming the most frequent one 56 % (p = 0.012).",
            "예측력 있음: 부호 503건 중 62%를 맞혔고, 항상 가장 흔한 것을 고르는 규칙으로는 56%를 맞힙니다(p = 0.012).",
        ),
        (replace(CALLS, too_small=True), "Skill, but too small to matter: 62 %", "너무 작아 의미가 없음"),
        (
            replace(CALLS, answer="not_shown", kind="class", baseline="drift", p_value=0.33),
            "No skill shown: 62 % of 503 classes are called right, by the baseline drift 56 % (p = 0.33).",
            "예측력이 확인되지 않음: 클래스 503건 중",
        ),
        (replace(CALLS, answer="no"), "No skill shown, and worse than a simple rule: ", "단순한 규칙보다 못함"),
    ],
    ids=["yes", "small", "not shown", "no"],
)
def test_where_no_value_was_forecast_the_direction_speaks(claim: Direction, english: str, korean: str) -> None:
    found = said(point=PointSkill(reason="classes"), direction=claim)
    assert found[0].startswith(english)
    assert korean in found[1]


def test_a_defect_comes_first_a_mechanical_gain_and_chosen_baselines_are_named() -> None:
    why = message("verdict.fresher_column", column="high")
    telling = Telling("session", 1, chosen=("naive", "garch"), why_mechanical=why)
    defect = Finding("leak", "defect", message("claims.leak.not_shown"), None)
    text = verdict(Claims(point=replace(WON, mechanical=True)), telling, [defect])
    assert text.startswith("Do not trust these numbers: There are signs of it in the forecasts. Skill: over 1,005 ")
    assert "The gain is mechanical, not foresight: the session's close is fresher than its high." in text
    assert text.endswith("It was compared with naive, GARCH alone.")
    assert say(text, "ko").endswith("naive, GARCH와만 비교했습니다.")
    lost = verdict(Claims(point=replace(POINT, mechanical=True)), telling)
    assert "mechanical" not in lost


def test_how_it_is_told_is_kept_as_plain_data() -> None:
    telling = Telling("hour", 24, ("naive",), message("verdict.fresher_column", column="low"))
    again = telling_of(telling.to_dict())
    assert again == telling
    assert again.why_mechanical is not None
    assert say(again.why_mechanical, "ko") == say(telling.why_mechanical or "", "ko")
    assert telling_of(Telling("day", 1).to_dict()) == Telling("day", 1)


def test_every_reason_that_a_claim_can_give_has_a_sentence() -> None:
    for code in ("classes", "direction_only", "labels", "no_intervals", "no_baseline", "no_calls", "not_asked", "task"):
        assert say(reason(code), "ko") != reason(code)
