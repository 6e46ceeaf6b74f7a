"""The answers that only some summaries can give: up or down, money, peeking."""

from collections.abc import Iterable, Mapping
from typing import Any

from longshort.report.answers import Answer
from longshort.report.formats import finite, p_value, percent
from longshort.report.measures import overall_steps
from longshort.report.rows import Row, first, where

Words = Mapping[str, Any]
Summary = Mapping[str, Any]
ONE_SIDED = 0.025
FORESIGHT = ("centre", "direction", "money")


def further(summary: Summary, words: Words) -> list[Answer]:
    """Answer what direction, money and the leak test say, each only where it was measured."""
    found = (direction(summary, words), money(summary, words), leak(summary, words))
    return [answer for answer in found if answer is not None]


def tempered(found: Iterable[Answer], summary: Summary, words: Words) -> list[Answer]:
    """Call a yes mechanical where the gain is: a number known already takes no foresight, and is no price to be had."""
    if not first(summary.get("findings") or [], code="mechanical_gain"):
        return list(found)
    return [
        answer._replace(word=words["mechanically"], tone="plain")
        if answer.code in FORESIGHT and answer.tone == "good"
        else answer
        for answer in found
    ]


def direction(summary: Summary, words: Words) -> Answer | None:
    """Judge the calls of the direction against always giving the more frequent answer."""
    rows = overall_steps(where(summary.get("direction") or [], model=summary.get("network")))
    matrix = summary.get("confusion") or {}
    hits = first(rows, metric="accuracy") or {"value": matrix.get("accuracy"), "p_value": matrix.get("p_value")}
    right, low, p = (finite(hits.get(key)) for key in ("value", "low", "p_value"))
    base = finite(first(rows, metric="majority").get("value") if rows else matrix.get("majority"))
    if right is None or base is None:
        return None
    proven = right > base and (low > base if low is not None else p is not None and p < ONE_SIDED)
    word, tone = ("yes", "good") if proven else ("no", "plain")
    detail = words["direction_detail"].format(right=percent(right), base=percent(base))
    shown = f"{detail} ({p_value(p)})" if p is not None else detail
    return Answer("direction", words["direction_question"], words[word], shown, tone)


def money(summary: Summary, words: Words) -> Answer | None:
    """Judge what was left after costs by whether its interval crosses zero."""
    rows = where(summary.get("money") or [], model=summary.get("network"))
    net = first(rows, metric="net_return")
    value, low, high = (finite(net.get(key)) for key in ("value", "low", "high"))
    if value is None:
        return None
    word, tone = "unproven", "plain"
    if low is not None and low > 0:
        word, tone = "yes", "good"
    elif high is not None and high < 0:
        word, tone = "loses", "bad"
    hold = finite(first(rows, metric="buy_and_hold").get("value"))
    said = words["money_detail_alone" if hold is None else "money_detail"]
    detail = said.format(net=percent(value, signed=True), hold=percent(hold, signed=True))
    return Answer("money", words["money_question"], words[word], detail, tone)


def leaks(summary: Summary) -> bool:
    """Say whether the leak test found something that peeks."""
    found = summary.get("leak") or {}
    return bool(found.get("found") or found.get("columns") or first(summary.get("findings") or [], code="leak"))


def leak(summary: Summary, words: Words) -> Answer | None:
    """Judge whether forecasts moved when only what comes after their cutoffs was changed."""
    runs = (summary.get("leak") or {}).get("runs") or []
    if not runs:
        return None
    question = words["leak_question"]
    if not leaks(summary):
        tested = f"{sum(int(finite(run.get('cutoffs')) or 0) for run in runs):,}"
        return Answer("leak", question, words["no"], words["leak_still"].format(n=tested), "good")
    worst = max(runs, key=_moved)
    counts = {key: f"{int(finite(worst.get(name)) or 0):,}" for key, name in (("moved", "changed"), ("n", "cutoffs"))}
    return Answer("leak", question, words["yes"], words["leak_moved"].format(**counts), "bad")


def _moved(run: Row) -> float:
    compared = finite(run.get("cutoffs"))
    return (finite(run.get("changed")) or 0.0) / compared if compared else 0.0
