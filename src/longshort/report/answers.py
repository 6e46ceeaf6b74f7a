"""The questions that a reader brings, each with a one-word answer and its numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from longshort.report.formats import finite, number, p_value, percent
from longshort.report.rows import CENTRE, SPREAD, Row, first, overall, skill_of, where

SIGNIFICANT = 0.05
TOLERANCE = 0.04
SAME = 0.0005  # a skill that would be written as 0.0 %
Words = Mapping[str, Any]


class Answer(NamedTuple):
    """Hold a question, the word that answers it, the numbers behind it, and its tone: good, bad or plain."""

    code: str
    question: str
    word: str
    detail: str
    tone: str


def answers(summary: Mapping[str, Any], words: Words) -> list[Answer]:
    """Answer what the page is opened for: centre, spread, honesty of the ranges, copying."""
    return [
        _skill("centre", summary, "naive", CENTRE, words),
        _skill("spread", summary, "volatility_cone", SPREAD, words),
        _coverage(summary, words),
        _copying(summary, words),
    ]


def _skill(code: str, summary: Mapping[str, Any], baseline: str, metrics: Sequence[str], words: Words) -> Answer:
    rows = skill_of(overall(summary.get("skill") or []), baseline, metrics)
    row = first(rows, model=summary.get("network"), step=None)
    value, p = finite(row.get("value")), finite(row.get("p_value"))
    question = words[f"{code}_question"]
    if value is None:
        return Answer(code, question, words["unknown"], "", "plain")
    claimed = p is not None and p < SIGNIFICANT
    word, tone = ("yes", "good") if claimed and value > 0 else ("worse", "bad") if claimed else ("no", "plain")
    side = "same" if abs(value) < SAME else "better" if value > 0 else "behind"
    size = words[f"{code}_{side}"].format(size=percent(abs(value)))
    return Answer(code, question, words[word], f"{size} ({p_value(p)})" if p is not None else size, tone)


def _coverage(summary: Mapping[str, Any], words: Words) -> Answer:
    """Judge the 80 % range: honest where its interval reaches 80 % or it lies within four points."""
    rows = where(summary.get("coverage") or [], model=summary.get("network"), step=None)
    row: Row = next((row for row in rows if abs((finite(row.get("nominal")) or 0.0) - 0.8) < 1e-6), {})
    share, low, high = (finite(row.get(key)) for key in ("empirical", "low", "high"))
    question = words["coverage_question"]
    if share is None:
        return Answer("coverage", question, words["unknown"], "", "plain")
    near = abs(share - 0.8) <= TOLERANCE or (low is not None and high is not None and low <= 0.8 <= high)
    word = "yes" if near else "too_narrow" if share < 0.8 else "too_wide"
    detail = words["coverage_detail"].format(share=percent(share))
    return Answer("coverage", question, words[word], detail, "good" if near else "bad")


def best_lag(summary: Mapping[str, Any]) -> int | None:
    """Give the lag at which the network's forecast lies nearest to the actual, or None where it was not measured."""
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    known = [(value, int(row["lag"])) for row in rows if (value := finite(row.get("rmse"))) is not None]
    return min(known)[1] if known else None


def _copying(summary: Mapping[str, Any], words: Words) -> Answer:
    """Judge the copy by the finding: nearest to the last value is what an honest forecast of a random walk is too."""
    lag, question = best_lag(summary), words["copy_question"]
    if lag is None:
        return Answer("copy", question, words["unknown"], "", "plain")
    if lag == 0:
        return Answer("copy", question, words["no"], words["copy_not"], "good")
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    sizes = {"best": number(first(rows, lag=lag).get("rmse")), "own": number(first(rows, lag=0).get("rmse"))}
    severity = first(summary.get("findings") or [], code="lagged_copy").get("severity")
    if severity is None:
        return Answer("copy", question, words["no"], words["copy_adds"], "good")
    if severity != "info":
        return Answer("copy", question, words["yes"], words["copy_follows"].format(lag=lag, **sizes), "bad")
    return Answer("copy", question, words["seems"], words["copy_walk"], "plain")
