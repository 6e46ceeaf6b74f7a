"""The verdict: what the claims come to, in one to four sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longshort.claims.structs import Claims, Coverage, Direction, Skill
from longshort.finding import Finding
from longshort.language import Message, coming, message, model_name, restored

TWICE = -1.0  # a skill below this is said as so many times the baseline's error
ALIKE = 0.02  # intervals whose losses differ by less are called as sharp
SAME = 0.00005  # a difference below this is none


@dataclass(frozen=True)
class Telling:
    """Hold how to speak of forecasts: the calendar's `unit`, how many steps, and baselines chosen by the user."""

    unit: str
    horizon: int
    chosen: tuple[str, ...] = ()
    why_mechanical: Message | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data, from which `telling_of` makes it again."""
        why = None if self.why_mechanical is None else self.why_mechanical.to_dict()
        return {"unit": self.unit, "horizon": self.horizon, "chosen": list(self.chosen), "why_mechanical": why}


def telling_of(plain: Mapping[str, Any]) -> Telling:
    """Make a telling again from its plain data."""
    why = restored(plain["why_mechanical"])
    return Telling(str(plain["unit"]), int(plain["horizon"]), tuple(plain["chosen"]), why)


def verdict(claims: Claims, telling: Telling, findings: Sequence[Finding] = ()) -> Message:
    """Write the verdict: what makes the numbers untrustworthy first, then skill, then the interval."""
    defect = next((finding for finding in findings if finding.severity == "defect"), None)
    parts = [message("verdict.untrusted", finding=defect.text)] if defect is not None else []
    return message("verdict.all", sentences=[*parts, *_judged(claims, telling)])


def _judged(claims: Claims, telling: Telling) -> Iterator[Message]:
    point, direction, distribution = claims.point, claims.direction, claims.distribution
    if point.reason == "not_yet":
        yield message("verdict.not_yet")
        return
    if point.answer != "not_judged":
        yield _point(point, telling)
    elif direction.answer != "not_judged":
        yield _direction(direction)
    else:
        yield message("verdict.nothing", reason=reason(point.reason))
    if point.mechanical and point.answer == "yes" and telling.why_mechanical is not None:
        yield message("verdict.mechanical", why=telling.why_mechanical)
    if distribution.useful and point.answer in ("no", "not_shown") and claims.coverage.answer != "no":
        yield message("verdict.advice")
    yield from _interval(distribution, claims.coverage)
    if telling.chosen:
        yield message("verdict.compared", baselines=[model_name(name) for name in telling.chosen])


def reason(code: str) -> Message:
    """Say why a question was not judged."""
    return message(f"claims.reason.{code or 'no_test'}")


def _point(claim: Skill, telling: Telling) -> Message:
    about = {"n": claim.forecasts, "ahead": coming(telling.horizon, telling.unit)}
    if claim.p_value is None or claim.value is None:
        return message("verdict.point.few", **about)
    key = "small" if claim.answer == "yes" and claim.too_small else claim.answer
    about |= {
        "difference": difference(claim.value),
        "baseline": model_name(claim.baseline),
        "evidence": evidence(claim),
    }
    return message(f"verdict.point.{key}", **about)


def difference(value: float) -> Message:
    """Say how a model's error compares with a baseline's, to be followed by that baseline's name."""
    if abs(value) < SAME:
        return message("verdict.difference.same")
    if value < TWICE:
        return message("verdict.difference.times", times=1 - value)
    return message("verdict.difference.below" if value > 0 else "verdict.difference.above", size=value)


def evidence(claim: Skill) -> Message:
    """Say what a skill rests on: its interval where it is claimed, its test, the series won, the models tried."""
    if claim.answer == "yes" and claim.low is not None and claim.high is not None:
        said = message("verdict.evidence.interval", low=claim.low, high=claim.high, p=claim.p_value)
    else:
        said = message("verdict.evidence.test", p=claim.p_value)
    if claim.trials > 1:
        said = message("verdict.evidence.trials", evidence=said, trials=claim.trials)
    if claim.series_won is not None:
        said = message("verdict.evidence.series", evidence=said, won=claim.series_won, series=claim.series)
    return said


def _interval(claim: Skill, coverage: Coverage) -> Iterator[Message]:
    held = {"share": coverage.empirical, "nominal": coverage.nominal}
    if claim.answer == "not_judged" or claim.value is None or claim.metric != "crps" or claim.p_value is None:
        if coverage.empirical is not None:
            yield message("verdict.distribution.alone", **held)
    else:
        key: str = "small" if claim.answer == "yes" and claim.too_small else claim.answer
        key = "as_sharp" if key == "not_shown" and abs(claim.value) < ALIKE else key
        about = {
            "baseline": model_name(claim.baseline),
            "evidence": evidence(claim),
            "size": claim.value,
            "difference": _change(claim.value),
        }
        if coverage.empirical is None:
            yield message(f"verdict.distribution.{key}", **about)
        else:
            yield message(f"verdict.distribution.{key}.held", **about, **held)
    if coverage.answer == "no":
        yield message(f"verdict.fault.{coverage.fault}")


def _change(value: float) -> Message:
    if abs(value) < SAME:
        return message("verdict.change.same")
    return message("verdict.change.better" if value > 0 else "verdict.change.worse", size=value)


def rule(claim: Direction) -> Message:
    """Name the rule that a direction was compared with."""
    if claim.baseline == "majority":
        return message("verdict.rule.majority")
    return message("verdict.rule.baseline", baseline=model_name(claim.baseline))


def _direction(claim: Direction) -> Message:
    key = "small" if claim.answer == "yes" and claim.too_small else claim.answer
    return message(
        f"verdict.direction.{key}",
        accuracy=claim.accuracy,
        n=claim.forecasts,
        what=message(f"verdict.what.{claim.kind}"),
        rule=rule(claim),
        base=claim.baseline_accuracy,
        p=claim.p_value,
    )
