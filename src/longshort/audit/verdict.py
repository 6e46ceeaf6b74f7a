"""The audit's verdict in English or Korean: a sentence, and up to three lines of evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longshort.evaluation.skill import Edge
from longshort.evaluation.words import p_text, percent
from longshort.finding import Finding
from longshort.report.words import words

Numbers = Mapping[str, float | None]
MEAN = "mean"  # the rule that forecasts the mean of all that is known
SIGNED = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Facts:
    """Hold what the verdict rests on; None (or nothing in a mapping) for what was not judged.

    `forecasts` counts pairs of series and cutoff with a known outcome. The edges' p-values are corrected for the
    number of `trials`; `as_good` names a simpler rule against which no skill is shown. `copied` is the share of the
    movement that is the last known value's, where the forecasts are found to be a copy. `covered` gives the empirical
    share by nominal one. `scores` are over all series and steps: those of the judged model (`own`), of `naive`, and of
    the best baseline. `why_not` is the code of why nothing was judged.
    """

    forecasts: int = 0
    daily: bool = False
    trials: int = 1
    centre: Edge | None = None
    spread: Edge | None = None
    as_good: str = ""
    copied: float | None = None
    covered: Mapping[float, float] | None = None
    mechanical: str | None = None
    untrusted: Finding | None = None
    scores: Mapping[str, Any] | None = None
    direction: Numbers | None = None
    direction_edge: bool = False
    money: Numbers | None = None
    power: Numbers | None = None
    confusion: Mapping[str, Any] | None = None
    leak: Mapping[str, Any] | None = None
    why_not: str = ""


def verdict(facts: Facts, lang: str = "en") -> str:
    """Write the verdict: what is wrong first, then whether there is skill, then whether intervals held."""
    said = words(lang)["audit"]
    parts = [_opening(facts, lang)]
    if facts.untrusted is not None:
        parts.insert(0, said["untrusted"].format(finding=facts.untrusted.text))
    if facts.leak is not None and not facts.leak.get("columns") and not facts.leak.get("found"):
        parts.append(_no_leak(facts.leak, said))
    return " ".join(part for part in parts if part)


def evidence(facts: Facts, lang: str = "en") -> list[str]:
    """Write up to three lines of evidence: centre, spread, direction, money, power, as far as each was judged."""
    lines = [_centre_line(facts, lang), _spread_line(facts, lang), *_other_lines(facts, lang)]
    return [line for line in lines if line][:3]


def signed(share: float, digits: int = 1) -> str:
    """Write a share in percent with a true minus sign.

    >>> signed(-0.003), signed(-0.0003)
    ('\N{MINUS SIGN}0.3 %', '0 %')
    """
    text = percent(share, digits)
    return text.replace("-", SIGNED if text.strip("-0. %") else "")


def _opening(facts: Facts, lang: str) -> str:
    said = words(lang)["audit"]
    if facts.centre is not None:
        return " ".join((_centre(facts, lang), *_mechanical(facts, said), *_after(facts, said)))
    if facts.confusion is not None:
        return _confusion(facts.confusion, said)
    if facts.direction:
        return _direction(facts, said)
    if facts.why_not and facts.leak is None and facts.untrusted is None:
        return str(said["not_judged"].format(why=f"{words(lang)['why_not'][facts.why_not]}."))
    return ""


def _centre(facts: Facts, lang: str) -> str:
    """Judge the centre against repeating the last value."""
    found, known = facts.centre, words(lang)
    assert found is not None
    said, repeating = known["audit"], known["repeating_today" if facts.daily else "repeating_last"]
    details = []
    if found.low is not None and found.high is not None:
        low, high = (signed(end).removesuffix(" %") for end in (found.low, found.high))
        details.append(said["skill_interval"].format(low=low, high=high))
    details += [p_text(found.p_value), said["skill_forecasts"].format(n=f"{facts.forecasts:,}")]
    if facts.trials > 1:
        details.append(said["trials"].format(n=facts.trials))
    skill = said["skill_size"].format(value=signed(found.value), details=", ".join(details))
    if found.p_value is None:
        return str(said["too_few"].format(repeating=repeating, skill=skill))
    if found.claimed and facts.as_good:
        rule = said["mean_rule"] if facts.as_good == MEAN else facts.as_good
        return str(said["as_good"].format(repeating=repeating, skill=skill, rule=rule))
    if found.claimed:
        return str(said["skill"].format(repeating=repeating, skill=skill))
    if facts.copied is not None:
        return str(said["copy"].format(share=percent(facts.copied, 0), repeating=repeating, skill=skill))
    return str(said["no_skill"].format(repeating=repeating, skill=skill))


def _mechanical(facts: Facts, said: Mapping[str, str]) -> list[str]:
    if facts.mechanical is None or facts.centre is None or not facts.centre.claimed:
        return []
    return [said["mechanical"].format(why=facts.mechanical.rstrip("."))]


def _after(facts: Facts, said: Mapping[str, str]) -> list[str]:
    """Say what is behind the centre: the spread, and how often intervals held."""
    return [*_spread(facts, said), *_covered(facts, said)]


def _spread(facts: Facts, said: Mapping[str, str]) -> list[str]:
    if facts.spread is None or not facts.spread.claimed or facts.centre is None:
        return []
    key = "spread_also" if facts.centre.claimed else "spread_better"
    return [said[key].format(size=percent(facts.spread.value), p=p_text(facts.spread.p_value))]


def _covered(facts: Facts, said: Mapping[str, str]) -> list[str]:
    """Say how often the interval nearest to 80 % held."""
    if not facts.covered:
        return []
    nominal = min(facts.covered, key=lambda level: abs(level - 0.8))
    return [said["covered"].format(nominal=percent(nominal, 0), empirical=percent(facts.covered[nominal], 0))]


def _direction(facts: Facts, said: Mapping[str, str]) -> str:
    numbers = facts.direction or {}
    key = "direction_edge" if facts.direction_edge else "direction_none"
    return said[key].format(
        accuracy=_share(numbers.get("accuracy")),
        majority=_share(numbers.get("majority")),
        n=f"{int(numbers.get('n') or 0):,}",
        p=p_text(numbers.get("p_value")),
    )


def _confusion(found: Mapping[str, Any], said: Mapping[str, str]) -> str:
    key = "confusion_edge" if found["edge"] else "confusion_none"
    shares = {name: _share(found[name], 2) for name in ("accuracy", "majority")}
    first = said[key].format(**shares, n=f"{found['n']:,}", p=p_text(found["p_value"]))
    chance = _share(1 / len(found["matrix"]))
    return f"{first} {said['recall'].format(recall=_share(found['macro_recall']), chance=chance)}"


def _no_leak(leak: Mapping[str, Any], said: Mapping[str, str]) -> str:
    key = "no_leak_noise" if leak.get("noise") else "no_leak"
    runs = leak.get("runs") or []
    return said[key].format(changes=len(runs), cutoffs=max((run.get("cutoffs") or 0 for run in runs), default=0))


def _centre_line(facts: Facts, lang: str) -> str:
    found = facts.scores or {}
    if found.get("own") is None or found.get("naive") is None:
        return ""
    numbers = {name: f"{found[name]:,.4g}" for name in ("own", "naive", "value")}
    said = words(lang)
    metric = said["metrics"].get(found["metric"], found["metric"])
    return str(said["audit"]["line_centre"].format(metric=metric, best=found["best"], **numbers))


def _spread_line(facts: Facts, lang: str) -> str:
    if facts.spread is None or not facts.covered:
        return ""
    nominal, held = (", ".join(map(_bare, each)) for each in zip(*sorted(facts.covered.items()), strict=True))
    said = words(lang)["audit"]["line_spread"]
    return str(said.format(ratio=f"{1 - facts.spread.value:.3f}", nominal=nominal, held=held))


def _other_lines(facts: Facts, lang: str) -> list[str]:
    said, lines = words(lang)["audit"], []
    direction, money, power = facts.direction or {}, facts.money or {}, facts.power or {}
    if direction.get("accuracy") is not None and facts.centre is not None:
        shares = {name: _share(direction.get(name)) for name in ("accuracy", "majority")}
        lines.append(said["line_direction"].format(**shares, p=f" ({p_text(direction.get('p_value'))})"))
    if money.get("net_return") is not None:
        shares = {"net": _share(money["net_return"]), "hold": _share(money.get("buy_and_hold"))}
        ratios = {name: _ratio(money.get(name)) for name in ("sharpe", "low", "high")}
        lines.append(said["line_money"].format(fee=f"{money.get('fee_bps') or 0:g}", **shares, **ratios))
    if power.get("smallest") is not None:
        independent = f"{power.get('independent') or 0:,.0f}"
        lines.append(said["line_power"].format(n=independent, smallest=_share(power["smallest"])))
    return lines


def _bare(share: float) -> str:
    """Write a share in percent without the sign, for lists."""
    return percent(share).removesuffix(" %")


def _share(value: float | None, digits: int = 1) -> str:
    return "?" if value is None else signed(value, digits)


def _ratio(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}".replace("-", SIGNED)
