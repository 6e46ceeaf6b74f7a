"""The sections on what a recipe found: its scores, its labels, its samples, its layers, real against predicted."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report import figures, svg
from longshort.report.csv import csv
from longshort.report.directions import confusion
from longshort.report.formats import MISSING, finite, number, percent
from longshort.report.measures import measures
from longshort.report.pictures import png
from longshort.report.rows import Row, distinct, first, overall, steps, where
from longshort.report.words import Words

SCORES = (
    "accuracy",
    "balanced_accuracy",
    "exact_match",
    "cross_entropy",
    "brier",
    "rmse",
    "mae",
)
CLASSES = 15  # that a matrix can show
MIXED = 10  # that are listed
Summary = Mapping[str, Any]


def forecasts(summary: Summary) -> bool:
    """Say whether a summary is of forecasts, as every summary was before there were recipes."""
    return summary.get("task") in (None, "forecast")


def judged(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange the scores of what is no forecast: a table of measures, and of errors by step."""
    if forecasts(summary):
        return {"table": {"models": [], "rows": []}, "steps": {"steps": [], "rows": []}, "csv": ""}
    network, rows = summary.get("network"), overall(summary.get("scores") or [])
    ends = {row.get("metric"): row for row in where(summary.get("edge") or [], model=network)}
    known = [
        row | {key: ends[row["metric"]].get(key) for key in ("low", "high", "p_value")}
        if row.get("model") == network and row.get("step") is None and row.get("metric") in ends
        else row
        for row in map(dict, rows)
    ]
    return {
        "table": measures(known, network, words, SCORES, about="judged_about"),
        "steps": _by_step(rows, network),
        "csv": csv(rows),
    }


def _by_step(rows: Sequence[Row], network: Any) -> dict[str, Any]:
    errors = where(rows, metric="rmse")
    known = steps(errors)
    models = sorted(distinct(errors, "model"), key=lambda model: model != network)
    body = [
        {"name": model, "cells": [{"text": number(v), "exact": repr(v)} for v in _values(errors, model, known)]}
        for model in models
    ]
    return {"steps": known if len(known) > 1 else [], "rows": body if len(known) > 1 else []}


def _values(rows: Sequence[Row], model: Any, known: Sequence[int]) -> list[float | None]:
    return [finite(first(rows, model=model, step=step).get("value")) for step in known]


def labels(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange a matrix of few classes, what was mixed up most often, and the table of classes."""
    classes, cells = summary.get("classes") or [], summary.get("matrix") or []
    names = [str(row.get("label")) for row in classes]
    counts = {(str(row.get("true")), str(row.get("predicted"))): finite(row.get("n")) or 0.0 for row in cells}
    few = 1 < len(names) <= CLASSES and bool(counts)
    table = [[counts.get((true, said), 0.0) for true in names] for said in names] if few else []
    return {
        "matrix": confusion({"matrix": table, "labels": names}, words),
        "mixed": _mixed(counts, {str(row.get("label")): finite(row.get("n")) or 0.0 for row in classes}),
        "classes": [_class(row) for row in classes],
        "csv": [("classes", csv(classes)), ("matrix", csv(cells))],
    }


def _mixed(counts: Mapping[tuple[str, str], float], sizes: Mapping[str, float]) -> list[dict[str, str]]:
    wrong = [(n, true, said) for (true, said), n in counts.items() if true != said and n > 0]
    return [
        {
            "true": true,
            "predicted": said,
            "n": f"{n:,.0f}",
            "share": percent(n / sizes[true]) if sizes.get(true) else "",
        }
        for n, true, said in sorted(wrong, key=lambda one: -one[0])[:MIXED]
    ]


def _class(row: Row) -> dict[str, Any]:
    low, high = finite(row.get("low")), finite(row.get("high"))
    interval = f"{percent(low)} … {percent(high)}" if low is not None and high is not None else ""
    shares = {key: percent(row.get(key)) for key in ("recall", "precision", "f1")}
    return {
        "label": row.get("label"),
        "n": row.get("n"),
        "predicted": row.get("predicted"),
        **shares,
        "range": interval,
    }


def shown(summary: Summary, words: Words) -> dict[str, list[dict[str, Any]]]:
    """Arrange the samples by kind; a picture without pixels is left out."""
    rows = [row for row in summary.get("samples") or [] if row]
    images = [
        {"source": source, "said": _said(row, words), "caption": _caption(row)}
        for row in where(rows, kind="image")
        if (source := png(row.get("pixels") or []))
    ]
    texts = [{"text": row.get("text") or "", **_caption(row)} for row in where(rows, kind="text")]
    written = [
        {"seed": row.get("seed") or "", "text": row.get("text") or "", "how": _how(row.get("settings") or {})}
        for row in where(rows, kind="generated")
    ]
    pairs = [{"source": row.get("source") or "", **_caption(row)} for row in where(rows, kind="pair")]
    listings = [
        {"title": row.get("title") or "", "text": "\n".join(map(str, row.get("lines") or []))}
        for row in where(rows, kind="listing")
    ]
    return {"images": images, "texts": texts, "written": written, "pairs": pairs, "listings": listings}


def _caption(row: Row) -> dict[str, Any]:
    known = finite(row.get("probability"))
    said, truth = (MISSING if row.get(key) is None else str(row[key]) for key in ("predicted", "truth"))
    return {
        "truth": truth,
        "predicted": said,
        "p": percent(known, 0) if known is not None else "",
        "right": said == truth,
    }


def _said(row: Row, words: Words) -> str:
    known = _caption(row)
    return words("sample_said", predicted=known["predicted"], truth=known["truth"])


def _how(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def layers(summary: Summary) -> dict[str, Any]:
    """Arrange the layers as one prints a network: layer, output shape, parameters."""
    rows = [
        {
            "layer": row.get("layer"),
            "shape": _shape(row.get("output_shape") or []),
            "parameters": _count(row.get("parameters")),
        }
        for row in summary.get("layers") or []
    ]
    shape = summary.get("training_shape") or []
    return {
        "rows": rows,
        "total": _count(summary.get("parameters")),
        "shape": _shape(shape) if shape else "",
        "csv": csv(rows),
    }


def _shape(sides: Sequence[Any]) -> str:
    return f"({', '.join('None' if side is None else str(side) for side in sides)})"


def _count(value: Any) -> str:
    known = finite(value)
    return "" if known is None else f"{known:,.0f}"


def whole(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange real against predicted of each drawn series."""
    drawn = [
        {
            "id": str(series.get("unique_id") or ""),
            "split": "" if summary.get("kind") == "audit" else figures.split(series, words),
            "tested": figures.tested(series, words),
            "csv": csv(_rows(series)),
        }
        for series in summary.get("whole") or []
        if series
    ]
    named = [("actual", "actual"), ("network", "forecast_line"), ("naive", "naive_line")]
    return {
        "series": [each for each in drawn if each["tested"]],
        "read": words("real_read", n=figures.TESTED),
        "split_legend": svg.legend(("line", f"split {name}", words(name)) for name in figures.PARTS),
        "tested_legend": svg.legend(("line", style, words(key)) for style, key in named),
    }


def _rows(series: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the drawn values of the test as rows."""
    columns = [series.get(key) or [] for key in ("ds", "y", "predicted", "persistence")]
    rows = zip(*columns, strict=False)
    return [
        {"ds": ds, "y": y, "predicted": said, "last": last} for ds, y, said, last in rows if finite(said) is not None
    ]
