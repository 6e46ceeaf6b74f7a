"""The section on how the judged model fared over time: by fold, added up, and what its errors still hold."""

from collections.abc import Mapping
from typing import Any

from longshort.report import figures, svg
from longshort.report.csv import csv
from longshort.report.formats import number
from longshort.report.rows import Row, distinct, first, where
from longshort.report.words import Words


def over_time(summary: Mapping[str, Any], shapes: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Arrange the pictures over time; any of them may be missing."""
    folds = [row for row in summary.get("by_fold") or [] if row]
    network = summary.get("network") or ""
    metrics = [metric for metric in distinct(folds, "metric") if len(distinct(where(folds, metric=metric), "fold")) > 1]
    drawn = [
        (words.named("metrics", metric, metric), figures.by_fold(where(folds, metric=metric), network, shapes, words))
        for metric in metrics
    ]
    cumulative = [row for row in summary.get("cumulative") or [] if row]
    residuals = [row for row in summary.get("residuals") or [] if row]
    return {
        "folds": [(name, picture) for name, picture in drawn if picture],
        "fold_legend": svg.legend(
            (shapes[name], "own" if name == network else "other", name) for name in distinct(folds, "model")
        ),
        "tables": [_table(where(folds, metric=metric), metric, words) for metric in metrics],
        "cumulative": figures.cumulative(cumulative, words),
        "cumulative_legend": svg.legend(
            ("line", style, words(f"cumulative_{metric}"))
            for metric, style in figures.CUMULATIVE
            if where(cumulative, metric=metric)
        ),
        "residuals": figures.residuals(residuals, words),
        "csv": [
            (name, address)
            for name, rows in (("by_fold", folds), ("cumulative", cumulative), ("residuals", residuals))
            if (address := csv(rows))
        ],
    }


def _table(rows: list[Row], metric: str, words: Words) -> dict[str, Any]:
    folds = distinct(rows, "fold")
    return {
        "name": words.named("metrics", metric, metric),
        "steps": folds,
        "rows": [
            {"name": model, "cells": [_cell(first(rows, model=model, fold=fold).get("value")) for fold in folds]}
            for model in distinct(rows, "model")
        ],
    }


def _cell(value: Any) -> dict[str, str]:
    return {"text": number(value), "exact": "" if value is None else repr(value)}
