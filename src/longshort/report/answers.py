"""The questions that a reader brings, each with a one-word answer and its numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from longshort.report.formats import MISSING, finite, number, p_value, percent
from longshort.report.rows import CENTRE, SPREAD, Row, first, overall, skill_of, where

SIGNIFICANT = 0.05
TOLERANCE = 0.04


class Answer(NamedTuple):
    """Hold a question, the word that answers it, the numbers behind it and whether they please."""

    code: str
    question: str
    word: str
    detail: str
    tone: str


def answers(summary: Mapping[str, Any], words: Mapping[str, Any]) -> list[Answer]:
    """Answer what the page is opened for: centre, spread, honesty of the ranges, copying."""
    return [
        _skill("centre", skill_row(summary, "naive", CENTRE), words),
        _skill("spread", skill_row(summary, "volatility_cone", SPREAD), words),
        _coverage(summary, words),
        _copying(summary, words),
    ]


def skill_row(summary: Mapping[str, Any], baseline: str, metrics: Sequence[str]) -> Row:
    """Give the network's skill over all series and steps against one baseline, or an empty row."""
    rows = skill_of(overall(summary.get("skill") or []), baseline, metrics)
    return first(rows, model=summary.get("network"), step=None)


def _skill(code: str, row: Row, words: Mapping[str, Any]) -> Answer:
    value, p = finite(row.get("value")), finite(row.get("p_value"))
    question = words[f"{code}_question"]
    if value is None:
        return Answer(code, question, words["unknown"], "", "plain")
    claimed = p is not None and p < SIGNIFICANT
    word, tone = ("yes", "good") if claimed and value > 0 else ("worse", "bad") if claimed else ("no", "plain")
    size = words[f"{code}_better" if value >= 0 else f"{code}_behind"].format(size=percent(abs(value)))
    detail = f"{size} ({p_value(p)})" if p is not None else size
    return Answer(code, question, words[word], detail, tone)


def coverage_row(summary: Mapping[str, Any], nominal: float = 0.8) -> Row:
    """Give the network's coverage over all steps at one nominal level, or an empty row."""
    rows = where(summary.get("coverage") or [], model=summary.get("network"), step=None)
    return next((row for row in rows if abs((finite(row.get("nominal")) or 0.0) - nominal) < 1e-6), {})


def _coverage(summary: Mapping[str, Any], words: Mapping[str, Any]) -> Answer:
    row = coverage_row(summary)
    share, low, high = (finite(row.get(key)) for key in ("empirical", "low", "high"))
    if share is None:
        return Answer("coverage", words["coverage_question"], words["unknown"], "", "plain")
    near = abs(share - 0.8) <= TOLERANCE or (low is not None and high is not None and low <= 0.8 <= high)
    text = words["coverage_detail"].format(share=percent(share))
    return Answer(
        "coverage", words["coverage_question"], words["yes" if near else "no"], text, "good" if near else "bad"
    )


def best_lag(summary: Mapping[str, Any]) -> int | None:
    """Give the lag at which the network's forecast lies nearest to the actual, or None where it was not measured."""
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    known = [(value, int(row["lag"])) for row in rows if (value := finite(row.get("rmse"))) is not None]
    return min(known)[1] if known else None


def _copying(summary: Mapping[str, Any], words: Mapping[str, Any]) -> Answer:
    lag = best_lag(summary)
    if lag is None:
        return Answer("copy", words["copy_question"], words["unknown"], "", "plain")
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    own, best = first(rows, lag=0).get("rmse"), first(rows, lag=lag).get("rmse")
    if lag == 0:
        return Answer("copy", words["copy_question"], words["no"], words["copy_not"], "good")
    text = words["copy_follows"].format(lag=lag, best=number(best), own=number(own) if own is not None else MISSING)
    return Answer("copy", words["copy_question"], words["yes"], text, "bad")
