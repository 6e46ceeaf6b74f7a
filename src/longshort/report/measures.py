"""Tables of measures: a row for each measure with what it means, a column for each model with its interval."""

from collections.abc import Sequence
from typing import Any

from longshort.report.formats import finite, number, p_value, percent
from longshort.report.rows import Row, distinct, first, where
from longshort.report.words import Words

PERCENT = (
    "accuracy",
    "majority",
    "gain",
    "over_holding",
    "balanced_accuracy",
    "macro_recall",
    "exact_match",
    "crossed",
    "share_of_yesterday",
    "share_of_best",
    "net_return",
    "gross_return",
    "drawdown",
    "buy_and_hold",
    "shuffled",
    "shifted",
)


def say(value: Any, metric: str) -> str:
    """Write a measure for people: shares and yearly results as percent.

    >>> say(0.61, "accuracy").replace(chr(160), " "), say(0.61, "sharpe")
    ('61.0 %', '0.610')
    """
    return percent(value) if metric in PERCENT or metric.startswith("coverage_") else number(value)


def overall_steps(rows: Sequence[Row]) -> list[Row]:
    """Keep the rows over all steps; where there are none, those of the only step."""
    everywhere = where(rows, step=None)
    known = distinct(rows, "step")
    return everywhere or (where(rows, step=known[0]) if len(known) == 1 else [])


def measures(
    rows: Sequence[Row], network: Any, words: Words, only: Sequence[str] = (), about: str = "about"
) -> dict[str, Any]:
    """Build the table of a long table's rows over all steps, the judged model first; `only` chooses and orders them."""
    chosen = overall_steps(rows)
    chosen = [row for row in chosen if finite(row.get("value")) is not None]
    names = [name for name in distinct(chosen, "metric") if name in only] if only else distinct(chosen, "metric")
    names.sort(key=lambda name: only.index(name) if only else 0)
    models = sorted(distinct(chosen, "model"), key=lambda model: model != network)
    body = [_measure(where(chosen, metric=name), name, models, words, about) for name in names]
    return {"models": models if body else [], "rows": body}


def _measure(rows: Sequence[Row], metric: str, models: Sequence[Any], words: Words, about: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "name": words.named("metrics", metric, metric),
        "about": words.named(about, metric),
        "cells": [_cell(first(rows, model=model), metric) for model in models],
    }


def _cell(row: Row, metric: str) -> dict[str, str]:
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    known = low is not None and high is not None
    return {
        "text": say(value, metric),
        "exact": repr(value) if value is not None else "",
        "interval": f"{say(low, metric)} … {say(high, metric)}" if known else "",
        "p": p_value(row.get("p_value")) if finite(row.get("p_value")) is not None else "",
    }
