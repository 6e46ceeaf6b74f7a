"""The tiles: a question, the word that answers it, its numbers and its tone, in both languages."""

from typing import Any

import pytest
from msgspec.structs import replace

from longshort.claims import (
    Answered,
    Claim,
    Claims,
    Copy,
    Coverage,
    Direction,
    DistributionSkill,
    Effect,
    Leak,
    Money,
    PointSkill,
    Power,
    Telling,
    answers,
)
from longshort.evaluation.claims import unjudged
from longshort.language import say

POINT = PointSkill(
    answer="yes", baseline="naive", value=0.104, p_value=0.0004, forecasts=28, baselines=("naive", "mean", "ets")
)
CALLS = Direction(answer="yes", kind="change", accuracy=0.62, baseline="majority", baseline_accuracy=0.56, p_value=0.01)
HELD = Coverage(answer="yes", nominal=0.8, empirical=0.79, low=0.75, high=0.83, outcomes=1005)
COPY = Copy(answer="yes", share=0.97, lag=3, worth=0.0)
EARNED = Money(answer="yes", over_holding=0.05, low=-0.1, high=0.2, net=0.25, holding=0.2)


def tile(code: str, claim: Any) -> Answered:
    claims = replace(unjudged("not_yet"), **{code: claim})
    (found,) = [each for each in answers(claims, Telling("month", 12)) if each.code == code]
    return found


CASES: list[tuple[str, Claim, str, str, str, str, str]] = [
    (
        "point",
        POINT,
        "good",
        "Yes.",
        "Error 10.4 % below that of naive, the toughest of 3 (p < 0.001).",
        "예.",
        "10.4% 작습니다",
    ),
    (
        "point",
        replace(POINT, too_small=True),
        "plain",
        "Yes, but too small to matter.",
        "10.4 %",
        "예. 그러나",
        "naive",
    ),
    (
        "point",
        replace(POINT, mechanical=True),
        "plain",
        "Only mechanically.",
        "10.4 %",
        "기계적으로만 그렇습니다.",
        "naive",
    ),
    (
        "point",
        replace(POINT, answer="not_shown", value=-0.005, p_value=0.64, detectable=0.035),
        "plain",
        "Not shown.",
        "Error 0.5 % above that of naive, the toughest of 3 (p = 0.64). A gain below 3.5 % would go unnoticed.",
        "확인되지 않음.",
        "3.5%보다 작은 이득은 찾아내지 못합니다.",
    ),
    (
        "point",
        replace(POINT, answer="not_shown", p_value=None),
        "plain",
        "Not shown.",
        "28 months are too few to show skill of any size.",
        "확인되지 않음.",
        "28개월은 어떤 크기의 예측력도",
    ),
    (
        "point",
        replace(POINT, answer="no", value=-0.2),
        "bad",
        "No, worse.",
        "Error 20 % above that of naive (p < 0.001).",
        "아니요, 더 못합니다.",
        "20% 큽니다",
    ),
    (
        "distribution",
        DistributionSkill(answer="yes", baseline="garch", value=0.06, p_value=0.001, baselines=("garch",)),
        "good",
        "Yes.",
        "6 % sharper than GARCH, the toughest of 1 (p = 0.001).",
        "예.",
        "GARCH보다 6% 정확합니다",
    ),
    (
        "direction",
        CALLS,
        "good",
        "Yes.",
        "Right in 62 %, always the most frequent in 56 % (p = 0.010).",
        "예.",
        "62%를 맞혔고",
    ),
    (
        "direction",
        replace(CALLS, answer="not_shown", baseline="drift", detectable=0.019),
        "plain",
        "Not shown.",
        "Right in 62 %, drift in 56 % (p = 0.010). A gain below 1.9 points would go unnoticed.",
        "확인되지 않음.",
        "1.9%p보다 작은 이득은",
    ),
    ("direction", replace(CALLS, answer="no"), "bad", "No, worse.", "Right in 62 %", "아니요, 더 못합니다.", "62%"),
    (
        "direction",
        replace(CALLS, too_small=True),
        "plain",
        "Yes, but too small to matter.",
        "62 %",
        "예. 그러나",
        "62%",
    ),
    (
        "coverage",
        HELD,
        "good",
        "Yes.",
        "The 80 % interval held 79 % of 1,005 outcomes (95 %: 75 % to 83 %).",
        "예.",
        "80% 예측구간이 실제값 1,005개 중 79%를 담았습니다(95%: 75%~83%).",
    ),
    (
        "coverage",
        replace(HELD, answer="not_shown", empirical=0.719, low=None),
        "plain",
        "Too few to tell: 71.9 %.",
        "held 71.9 % of 1,005 outcomes.",
        "판단하기에 너무 적음: 71.9%.",
        "71.9%를",
    ),
    (
        "coverage",
        replace(HELD, answer="no", fault="too_narrow"),
        "bad",
        "No, too narrow.",
        "79 %",
        "아니요, 너무 좁습니다.",
        "79%",
    ),
    (
        "coverage",
        replace(HELD, answer="no", fault="too_wide"),
        "bad",
        "No, too wide.",
        "79 %",
        "아니요, 너무 넓습니다.",
        "79%",
    ),
    (
        "copy",
        COPY,
        "bad",
        "Yes.",
        "97 % of its movement is that of the value 3 months earlier",
        "예.",
        "3개월 전 값의 움직임",
    ),
    (
        "copy",
        replace(COPY, answer="not_shown", lag=1),
        "plain",
        "Cannot be told.",
        "1 month ahead, the forecast is almost exactly the last known value; the small change it adds may or may not "
        "be right.",
        "구별할 수 없음.",
        "1개월 앞 예측은",
    ),
    (
        "copy",
        replace(COPY, answer="no", lag=1),
        "good",
        "No.",
        "go with those that came.",
        "아니요.",
        "함께 움직입니다.",
    ),
    (
        "copy",
        replace(COPY, answer="no", lag=0),
        "good",
        "No.",
        "does not move with the past values.",
        "아니요.",
        "과거 값을",
    ),
    (
        "money",
        EARNED,
        "good",
        "Yes.",
        "5 % a year more than holding (95 %: \N{MINUS SIGN}10 % to 20 %); after costs 25 %, holding 20 %.",
        "예.",
        "보유보다 연 5% 많음",
    ),
    ("money", replace(EARNED, mechanical=True), "plain", "Only mechanically.", "5 %", "기계적으로만 그렇습니다.", "5%"),
    ("money", replace(EARNED, answer="not_shown"), "plain", "Not shown.", "5 %", "확인되지 않음.", "5%"),
    (
        "money",
        replace(EARNED, answer="no", over_holding=-0.3),
        "bad",
        "No, it loses.",
        "30 % a year less than holding",
        "아니요, 손실입니다.",
        "연 30% 적음",
    ),
    ("leak", Leak(answer="yes"), "bad", "Yes.", "The findings say how.", "예.", "발견 사항"),
    ("leak", Leak(answer="not_shown"), "plain", "It may.", "There are signs of it", "그럴 수 있습니다.", "징후"),
    (
        "leak",
        Leak(answer="no"),
        "good",
        "No.",
        "Nothing moved when the future was changed.",
        "아니요.",
        "미래를 바꾸어도",
    ),
    (
        "power",
        Power(answer="yes", effects=(Effect("skill", 0.04, 0.03),)),
        "plain",
        "Yes.",
        "It finds a gain of 3 % or more in 80 % of cases.",
        "예.",
        "3% 이상의 이득을 80%의 경우에 찾아냅니다.",
    ),
    (
        "power",
        Power(answer="no", effects=(Effect("skill", 0.07, None),)),
        "plain",
        "No.",
        "7 % or more",
        "아니요.",
        "7% 이상",
    ),
    (
        "power",
        Power(reason="too_few"),
        "plain",
        "Not judged.",
        "too short to find a gain of any size.",
        "판정하지 않음.",
        "너무 짧",
    ),
]


@pytest.mark.parametrize(
    ("code", "claim", "tone", "word", "detail", "korean_word", "korean_detail"),
    CASES,
    ids=[f"{case[0]}-{case[3]}" for case in CASES],
)
def test_each_answer_has_its_word_numbers_and_tone(
    code: str, claim: Claim, tone: str, word: str, detail: str, korean_word: str, korean_detail: str
) -> None:
    found = tile(code, claim)
    assert (found.word, found.tone) == (word, tone)
    assert detail in " ".join(found.details)
    assert say(found.word, "ko").startswith(korean_word)
    assert korean_detail in " ".join(say(each, "ko") for each in found.details)


def test_a_question_is_put_for_classes_too() -> None:
    assert tile("direction", CALLS).question == "Is the direction right more often than by simple rules?"
    classes = tile("direction", replace(CALLS, kind="class"))
    assert classes.question == "Is the class right more often than by simple rules?"
    assert say(classes.question, "ko") == "클래스를 단순한 규칙보다 자주 맞힙니까?"


def test_what_is_not_judged_says_why_and_every_question_has_a_tile() -> None:
    found = answers(unjudged("no_rows"), Telling("day", 1))
    assert [each.code for each in found] == [name for name, _ in Claims().each()]
    assert {each.word for each in found} == {"Not judged."}
    assert {each.tone for each in found} == {"plain"}
    assert found[0].details == ["no usable forecast was found"]
    assert say(found[0].details[0], "ko") == "쓸 수 있는 예측이 없습니다"
