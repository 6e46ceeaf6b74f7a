"""The section on what the test can find: planned and realised in one table, and how much evidence there is."""

from collections.abc import Mapping
from typing import Any

from longshort.report.csv import csv
from longshort.report.formats import finite, number, percent
from longshort.report.rows import Row, first, where
from longshort.report.words import Words

Summary = Mapping[str, Any]


def power(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange the smallest effects that are found, the forecast dates that others would need, and the evidence."""
    claim = (summary.get("claims") or {}).get("power") or {}
    effects = [row for row in claim.get("effects") or [] if row]
    needed = [row for row in summary.get("power") or [] if finite(row.get("sessions_needed")) is not None]
    return {
        "effects": [
            {
                "question": words.named("questions", row.get("question"), row.get("question")),
                "planned": percent(row.get("planned")),
                "realised": percent(row.get("realised")),
            }
            for row in effects
        ],
        "needed": [_needed(row, words) for row in needed],
        "csv": [
            ("effects", csv(effects)),
            ("power", csv(summary.get("power") or [])),
            ("effective", csv(summary.get("effective") or [])),
        ],
        **_evidence(summary, words),
    }


def _needed(row: Row, words: Words) -> dict[str, Any]:
    return {
        "question": words.named("questions", row.get("question"), row.get("question")),
        "step": row.get("step") or words("all_steps"),
        "edge": percent(row.get("edge")),
        "needed": number(row.get("sessions_needed")),
    }


def _evidence(summary: Summary, words: Words) -> dict[str, Any]:
    """Say how many outcomes there are, and as how many independent ones they count where forecasts overlap."""
    rows = where(summary.get("effective") or [], model=summary.get("network"))
    whole = first(rows, step=None) or (rows[0] if len(rows) == 1 else {})
    counts = {key: number(whole.get(key)) for key in ("n", "cutoffs", "independent")}
    said = ""
    if None not in (finite(whole.get("n")), finite(whole.get("cutoffs")), finite(whole.get("independent"))):
        said = words("effective_overlap" if overlaps(summary) else "effective", **counts)
    table = [
        {"step": row.get("step") or words("all_steps")}
        | {key: number(row.get(key)) for key in ("n", "cutoffs", "independent")}
        for row in rows
    ]
    return {"effective": said, "counts": table}


def overlaps(summary: Summary) -> bool:
    """Say whether forecasts of several steps share outcomes: then fewer of the last step are independent than made."""
    rows = [row for row in where(summary.get("effective") or [], model=summary.get("network")) if row.get("step")]
    last = max(rows, key=lambda row: int(row["step"]), default={})
    independent, cutoffs = finite(last.get("independent")), finite(last.get("cutoffs"))
    return int(last.get("step") or 1) > 1 and None not in (independent, cutoffs) and (independent or 0) < (cutoffs or 0)
