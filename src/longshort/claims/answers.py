"""Each claim as a reader meets it: a question, the word that answers it, the numbers behind it, and its tone."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from longshort.claims.structs import Claim, Claims, Copy, Coverage, Direction, Money, Power, Skill
from longshort.claims.verdict import SAME, Telling, reason
from longshort.language import Message, ahead, counted, message, model_name

Tone = Literal["good", "bad", "plain"]
GOOD: dict[str, Tone] = {"yes": "good", "not_shown": "plain", "no": "bad", "not_judged": "plain"}
BAD: dict[str, Tone] = {"yes": "bad", "not_shown": "plain", "no": "good", "not_judged": "plain"}


class Answered(NamedTuple):
    """Hold a claim's question, the word that answers it, sentences with its numbers, and its tone."""

    code: str
    question: Message
    word: Message
    details: Sequence[Message]
    tone: Tone


def answers(claims: Claims, telling: Telling) -> list[Answered]:
    """Word every claim, in the order in which a reader asks."""
    return [
        _skill("point", claims.point, telling),
        _skill("distribution", claims.distribution, telling),
        _direction(claims.direction),
        _coverage(claims.coverage),
        _copy(claims.copy, telling),
        _money(claims.money),
        _plain("leak", claims.leak, BAD),
        _power(claims.power, telling),
    ]


def _word(key: str, **values: Any) -> Message:
    return message(f"claims.answer.{key}", **values)


def _asked(code: str) -> Message:
    return message(f"claims.question.{code}")


def _unjudged(code: str, claim: Claim) -> Answered:
    return Answered(code, _asked(code), _word("not_judged"), [reason(claim.reason)], "plain")


def _plain(code: str, claim: Claim, tones: dict[str, Tone]) -> Answered:
    if claim.answer == "not_judged":
        return _unjudged(code, claim)
    word = "suspected" if claim.answer == "not_shown" else claim.answer
    return Answered(code, _asked(code), _word(word), [message(f"claims.{code}.{claim.answer}")], tones[claim.answer])


def _skill(code: str, claim: Skill, telling: Telling) -> Answered:
    if claim.answer == "not_judged":
        return _unjudged(code, claim)
    small = claim.answer == "yes" and claim.too_small
    key = "mechanical" if claim.answer == "yes" and claim.mechanical else "small" if small else claim.answer
    word, tone = _word("worse" if key == "no" else key), GOOD[claim.answer]
    details = []
    if claim.value is not None and claim.p_value is not None:
        side = "same" if abs(claim.value) < SAME else "below" if claim.value > 0 else "above"
        side = "worse" if claim.answer == "no" else side
        kind = "skill" if code == "point" else "sharp"
        about = {
            "size": claim.value,
            "baseline": model_name(claim.baseline),
            "n": len(claim.baselines),
            "p": claim.p_value,
        }
        details.append(message(f"claims.{kind}.{side}", **about))
    if claim.answer == "not_shown":
        if claim.detectable is not None and claim.detectable < 1:
            details.append(message("claims.unnoticed", size=claim.detectable))
        else:
            details.append(message("claims.no_size", counted=counted(claim.forecasts, telling.unit)))
    return Answered(code, _asked(code), word, details, "plain" if key in ("mechanical", "small") else tone)


def _direction(claim: Direction) -> Answered:
    code = "class" if claim.kind == "class" else "direction"
    if claim.answer == "not_judged":
        return _unjudged("direction", claim)
    small = claim.answer == "yes" and claim.too_small
    key = "mechanical" if claim.answer == "yes" and claim.mechanical else "small" if small else claim.answer
    majority = claim.baseline == "majority"
    rule = (
        message("claims.rule.majority")
        if majority
        else message("claims.rule.baseline", baseline=model_name(claim.baseline))
    )
    about = {"accuracy": claim.accuracy, "rule": rule, "base": claim.baseline_accuracy, "p": claim.p_value}
    details = [message("claims.direction.against", **about)]
    if claim.answer == "not_shown" and claim.detectable is not None:
        details.append(message("claims.unnoticed_points", size=claim.detectable))
    tone = "plain" if key in ("mechanical", "small") else GOOD[claim.answer]
    return Answered("direction", _asked(code), _word("worse" if key == "no" else key), details, tone)


def _coverage(claim: Coverage) -> Answered:
    if claim.answer == "not_judged":
        return _unjudged("coverage", claim)
    about = {"nominal": claim.nominal, "share": claim.empirical, "n": claim.outcomes}
    if claim.low is None:
        detail = message("claims.coverage.held_alone", **about)
    else:
        detail = message("claims.coverage.held", **about, low=claim.low, high=claim.high)
    if claim.answer == "not_shown":
        word = _word("too_few", share=claim.empirical)
    else:
        word = _word(claim.fault if claim.answer == "no" else "yes")
    return Answered("coverage", _asked("coverage"), word, [detail], GOOD[claim.answer])


def _copy(claim: Copy, telling: Telling) -> Answered:
    if claim.answer == "not_judged" or claim.lag is None:
        return _unjudged("copy", claim)
    if claim.answer == "yes":
        detail = message("claims.copy.yes", share=claim.share, lag=counted(claim.lag, telling.unit))
    elif claim.answer == "not_shown":
        detail = message("claims.copy.not_shown", step=ahead(1, telling.unit))
    else:
        detail = message("claims.copy.moves" if claim.lag == 0 else "claims.copy.no")
    word = _word("cannot_tell" if claim.answer == "not_shown" else claim.answer)
    return Answered("copy", _asked("copy"), word, [detail], BAD[claim.answer])


def _money(claim: Money) -> Answered:
    if claim.answer == "not_judged" or claim.over_holding is None:
        return _unjudged("money", claim)
    side = message("claims.money.more" if claim.over_holding >= 0 else "claims.money.less")
    about = {"value": abs(claim.over_holding), "side": side, "low": claim.low, "high": claim.high}
    detail = message("claims.money.over", **about, net=claim.net, holding=claim.holding)
    key = (
        "mechanical"
        if claim.answer == "yes" and claim.mechanical
        else "loses"
        if claim.answer == "no"
        else claim.answer
    )
    return Answered(
        "money", _asked("money"), _word(key), [detail], "plain" if key == "mechanical" else GOOD[claim.answer]
    )


def _power(claim: Power, telling: Telling) -> Answered:
    effects = {effect.question: effect for effect in claim.effects}
    skill = effects.get("skill")
    smallest = None if skill is None else skill.realised if skill.realised is not None else skill.planned
    if claim.answer == "not_judged" or smallest is None:
        detail = message("claims.power.nothing") if claim.reason == "too_few" else reason(claim.reason or "no_test")
        return Answered("power", _asked("power"), _word("not_judged"), [detail], "plain")
    return Answered(
        "power", _asked("power"), _word(claim.answer), [message("claims.power.smallest", size=smallest)], "plain"
    )
