"""What was found, what was done on which dates, with what, and how to repeat it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report.formats import date, finite, number, percent, position, seconds
from longshort.report.rows import Row

PARTS = ("train", "validation", "test")
SEVERITIES = ("defect", "warning", "info")
Words = Mapping[str, Any]


def findings(rows: Sequence[Row], words: Words) -> list[dict[str, Any]]:
    """Arrange the findings, the gravest first, each with what it means."""
    return sorted((_finding(row, words) for row in rows), key=lambda row: SEVERITIES.index(row["severity"]))


def _finding(row: Row, words: Words) -> dict[str, Any]:
    severity = str(row.get("severity")) if row.get("severity") in SEVERITIES else "info"
    told = _told(row, severity, words)
    return {
        "code": row.get("code"),
        "severity": severity,
        "label": words["severities"][severity],
        "text": told or row.get("text"),
        "original": row.get("text") if told else "",
        "explain": words["explain"].get(row.get("code"), ""),
        "value": number(row.get("value")) if finite(row.get("value")) is not None else "",
    }


def _told(row: Row, severity: str, words: Words) -> str:
    """Say a finding in the page's own language; nothing where it has no sentence, or lacks the number for it."""
    code, value = row.get("code"), finite(row.get("value"))
    told = words["told"].get(f"{code}.{severity}") or words["told"].get(code) or ""
    if value is None and "{" in told:
        return ""
    return str(told.format(value=number(value), share=percent(value)))


def timeline(folds: Sequence[Row], words: Words) -> dict[str, Any]:
    """Place every fold's stretches on one time line, in percent of its width."""
    stretches = [fold.get(part) or {} for fold in folds for part in (*PARTS, "known")]
    dates = [part.get(key) for part in stretches for key in ("from", "to")]
    known = sorted((at, ds) for ds in dates if (at := position(ds)) is not None)
    (low, begin), (high, end) = (known[0], known[-1]) if known else ((0.0, None), (1.0, None))
    rows = [
        {
            "fold": fold.get("fold"),
            "parts": [_stretch(name, fold.get(name) or {}, low, (high - low) or 1.0, words) for name in PARTS],
        }
        for fold in folds
    ]
    return {"rows": rows, "from": date(begin, words) if known else "", "to": date(end, words) if known else ""}


def _stretch(name: str, part: Row, low: float, width: float, words: Words) -> dict[str, Any]:
    begin, end = position(part.get("from")), position(part.get("to"))
    shown = begin is not None and end is not None
    return {
        "name": name,
        "label": words[name],
        "left": round(100 * ((begin or 0.0) - low) / width, 2) if shown else 0,
        "width": max(0.4, round(100 * ((end or 0.0) - (begin or 0.0)) / width, 2)) if shown else 0,
        "from": date(part.get("from"), words),
        "to": date(part.get("to"), words),
        "sessions": part.get("sessions"),
    }


def provenance(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange what was done, with what, and how to repeat it."""
    run = summary.get("run") or {}
    data, recipe = run.get("data") or {}, run.get("recipe")
    written = recipe if isinstance(recipe, str) else json.dumps(recipe, indent=2, ensure_ascii=False)
    return {
        "notes": [*(data.get("notes") or []), *(run.get("notes") or [])],
        "command": run.get("command") or "",
        "recipe": written if recipe else "",
        "versions": {"longshort": run.get("version"), **(run.get("versions") or {})},
        "seconds": {name: seconds(value) for name, value in (run.get("seconds") or {}).items()},
        "created": date(run.get("created"), words) if run.get("created") else "",
        "quick": bool(run.get("quick")),
        "synthetic": bool(summary.get("synthetic")),
        "facts": _facts(summary.get("target"), run, data, words),
    }


def _facts(target: Any, run: Mapping[str, Any], data: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    seeds = run.get("seeds")
    span = f"{date(data.get('from'), words)} – {date(data.get('to'), words)}" if data.get("from") is not None else ""
    facts = [
        ("fact_target", target),
        ("fact_series", data.get("series")),
        ("fact_rows", f"{data['rows']:,}" if isinstance(data.get("rows"), int) else data.get("rows")),
        ("fact_span", span),
        ("fact_calendar", data.get("calendar")),
        ("fact_horizon", run.get("horizon")),
        ("fact_seeds", ", ".join(map(str, seeds)) if isinstance(seeds, list | tuple) else seeds),
        ("fact_device", run.get("device")),
        ("fact_fingerprint", data.get("fingerprint")),
    ]
    return [(words[key], str(value)) for key, value in facts if value not in (None, "")]
