"""The section on direction: how often it was right, whether its chances come true, what was called and what came."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report import figures
from longshort.report.csv import csv
from longshort.report.formats import MISSING, finite, number, p_value, percent
from longshort.report.measures import measures
from longshort.report.rows import Row, where
from longshort.report.words import Words

SHOWN = (
    "accuracy",
    "majority",
    "gain",
    "balanced_accuracy",
    "macro_recall",
    "matthews",
    "pesaran_timmermann",
    "brier",
    "brier_reliability",
    "brier_resolution",
    "brier_uncertainty",
    "ties",
)
Summary = Mapping[str, Any]


def direction(summary: Summary, answer: Row | None, words: Words) -> dict[str, Any]:
    """Arrange everything on the direction; any part of it may be missing."""
    network = summary.get("network") or ""
    rows = summary.get("direction") or []
    own = where(summary.get("reliability") or [], model=network)
    said = [{"p": percent(r.get("p")), "observed": percent(r.get("observed")), "n": r.get("n")} for r in own]
    return {
        "answer": answer,
        "by_step": figures.right_by_step(rows, network, words),
        "table": measures(rows, network, words, SHOWN),
        "figure": figures.reliability(own, network, words),
        "luck": _luck(own, words),
        "rows": said,
        "confusion": confusion(summary.get("confusion") or {}, words),
        "csv": [("direction", csv(rows)), ("reliability", csv(own))],
    }


def _luck(rows: Sequence[Row], words: Words) -> str:
    """Say how far a perfect forecaster's dots stray; overlapping forecasts make it more, so it is a lower bound."""
    counts = sorted(n for row in rows if (n := finite(row.get("n"))))
    if not counts:
        return ""
    typical = counts[len(counts) // 2]
    return words("luck", n=number(typical), points=f"{98 / typical**0.5:.1f}")


def confusion(found: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange a confusion matrix (rows: what was called, columns: what came) with each cell's share of its column.

    >>> confusion({"matrix": [[3, 1], [1, 0]]}, Words())["rows"][0]["cells"][0]["share"].replace(chr(160), " ")
    '75 %'
    """
    matrix = [[finite(cell) or 0.0 for cell in row or []] for row in found.get("matrix") or []]
    size = len(matrix)
    if not size or any(len(row) != size for row in matrix):
        return {"rows": [], "labels": [], "totals": [], "facts": []}
    named = list(found.get("labels") or [])
    labels = [str(named[at]) if at < len(named) else words("confusion_class", n=at + 1) for at in range(size)]
    came = [sum(row[at] for row in matrix) for at in range(size)]
    rows = [
        {
            "label": labels[at],
            "cells": [_cell(value, came[to], at == to) for to, value in enumerate(row)],
            "total": _count(sum(row)),
        }
        for at, row in enumerate(matrix)
    ]
    ends = {"accuracy": {"low": found.get("low"), "high": found.get("high")}}
    given = ("accuracy", "majority", "macro_recall")
    facts = measures(
        [{"model": "", "metric": key, "value": found.get(key), **ends.get(key, {})} for key in given], "", words
    )
    p = p_value(found.get("p_value"))
    totals = [*(_count(value) for value in came), _count(sum(came))]
    return {"rows": rows, "labels": labels, "totals": totals, "facts": facts["rows"], "p": "" if p == MISSING else p}


def _cell(value: float, column: float, diagonal: bool) -> dict[str, Any]:
    share = value / column if column else 0.0
    return {
        "text": _count(value),
        "share": percent(share, 0) if column else MISSING,
        "depth": round(0.4 * share, 3),
        "diagonal": diagonal,
    }


def _count(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else number(value)
