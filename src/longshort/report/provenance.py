"""What was found, what was done on which dates, with what, and how to repeat it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import tomli_w

from longshort.language import counted, say
from longshort.report.csv import csv
from longshort.report.formats import date, finite, number, position, seconds
from longshort.report.rows import Row
from longshort.report.words import Words

PARTS = ("train", "validation", "test")
SEVERITIES = ("defect", "warning", "info")


def findings(rows: Sequence[Row], words: Words) -> list[dict[str, Any]]:
    """Arrange the findings, the gravest first, each with what it means."""
    return sorted((_finding(row, words) for row in rows), key=lambda row: SEVERITIES.index(row["severity"]))


def _finding(row: Row, words: Words) -> dict[str, Any]:
    severity = str(row.get("severity")) if row.get("severity") in SEVERITIES else "info"
    return {
        "code": row.get("code"),
        "severity": severity,
        "label": words.named("severities", severity),
        "text": row.get("text"),
        "explain": words.named("explain", row.get("code")),
        "value": number(row.get("value")) if finite(row.get("value")) is not None else "",
    }


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
    return {
        "rows": rows,
        "csv": csv(_raw(folds)),
        "from": date(begin, words) if known else "",
        "to": date(end, words) if known else "",
    }


def _raw(folds: Sequence[Row]) -> list[dict[str, Any]]:
    """Give each part of each fold as a row."""
    return [
        {"fold": fold.get("fold"), "part": name, **(fold.get(name) or {})}
        for fold in folds
        for name in (*PARTS, "known")
    ]


def _stretch(name: str, part: Row, low: float, width: float, words: Words) -> dict[str, Any]:
    begin, end = position(part.get("from")), position(part.get("to"))
    shown = begin is not None and end is not None
    return {
        "name": name,
        "label": words(name),
        "left": round(100 * ((begin or 0.0) - low) / width, 2) if shown else 0,
        "width": max(0.4, round(100 * ((end or 0.0) - (begin or 0.0)) / width, 2)) if shown else 0,
        "from": date(part.get("from"), words),
        "to": date(part.get("to"), words),
        "counted": _counted(part.get("sessions"), words),
    }


def _counted(n: Any, words: Words) -> str:
    return "" if finite(n) is None else say(counted(n, words.units), words.lang)


def provenance(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange what was done, with what, and how to repeat it."""
    run = summary.get("run") or {}
    data, recipe = run.get("data") or {}, run.get("recipe")
    written = recipe if isinstance(recipe, str) else tomli_w.dumps(_without_none(recipe)) if recipe else ""
    return {
        "notes": [*(data.get("notes") or []), *(run.get("notes") or [])],
        "command": run.get("command") or "",
        "recipe": written,
        "toml": f"data:application/toml;charset=utf-8,{quote(written.encode('utf-8', 'replace'))}" if written else "",
        "versions": {"longshort": run.get("version"), **(run.get("versions") or {})},
        "seconds": {name: seconds(value) for name, value in (run.get("seconds") or {}).items()},
        "created": date(run.get("created"), words) if run.get("created") else "",
        "quick": bool(run.get("quick")),
        "synthetic": bool(summary.get("synthetic")),
        "facts": _facts(summary.get("target"), run, data, words),
    }


def _without_none(value: Any) -> Any:
    """Leave out what is null, which TOML cannot say; a recipe reads a missing setting as its default."""
    if isinstance(value, Mapping):
        return {str(key): _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value if item is not None] if isinstance(value, list | tuple) else value


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
    return [(words(key), str(value)) for key, value in facts if value not in (None, "")]
