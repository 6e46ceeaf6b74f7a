"""The section on peeking: what was changed after the cutoffs, and which forecasts moved."""

from collections.abc import Mapping
from typing import Any

from longshort.report.csv import csv
from longshort.report.formats import date, finite, number, percent
from longshort.report.rows import Row
from longshort.report.words import Words


def leaking(summary: Mapping[str, Any], answer: Row | None, words: Words) -> dict[str, Any]:
    """Arrange the leak test: what it concludes in sentences, and every run as a row."""
    found = summary.get("leak") or {}
    return {
        "answer": answer,
        "said": _said(found, words) if found.get("found") or found.get("columns") else _clean(found, words),
        "rows": [_run(run, words) for run in found.get("runs") or []],
        "notes": found.get("notes") or [],
        "csv": csv(found.get("runs") or []),
    }


def _said(found: Row, words: Words) -> list[str]:
    """Name the guilty columns, how far the peek reaches, and what it looks like."""
    columns = ", ".join(str(name) for name in found.get("columns") or [])
    near = finite(found.get("distance"))
    far = finite(found.get("reach"))
    said = [words("leak_columns", columns=columns)] if columns else []
    if near is not None:
        single = far is None or far == near
        said.append(words("leak_row" if single else "leak_rows", near=number(near), far=number(far)))
    return [
        *said,
        *([kind] if (kind := words.named("kinds", found.get("kind"))) else []),
        *_noise(found, words),
    ]


def _clean(found: Row, words: Words) -> list[str]:
    return [*([words("leak_unsure")] if found.get("suspected") else []), *_noise(found, words)]


def _noise(found: Row, words: Words) -> list[str]:
    noise = finite(found.get("noise"))
    if noise is None:
        return []
    return [words("leak_noise", noise=number(noise)) if noise else words("leak_exact")]


def _run(run: Row, words: Words) -> dict[str, Any]:
    compared, moved = finite(run.get("cutoffs")), finite(run.get("changed"))
    share = moved / compared if compared and moved is not None else 0.0
    judged = run.get("judged") is not False
    return {
        "change": words.named("changes", run.get("change"), run.get("change")),
        "column": run.get("column") or words("all_columns"),
        "cutoff": date(run.get("cutoff"), words),
        "compared": number(compared),
        "moved": number(moved) if judged else words("unjudged_run"),
        "share": percent(share, 0) if judged and moved else "",
        "width": round(100 * min(share, 1.0), 1) if judged else 0,
        "largest": number(run.get("largest")) if judged and moved else "",
        "guilty": judged and bool(moved),
    }
