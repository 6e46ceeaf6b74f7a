"""The section on what could be found at all, with that much evidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report import figures
from longshort.report.formats import finite, number, percent
from longshort.report.rows import Row, distinct, first, where

Words = Mapping[str, Any]
Summary = Mapping[str, Any]


def power(summary: Summary, words: Words) -> dict[str, Any]:
    """Arrange the smallest effects that would be found, the sessions that others would need, and what stands behind."""
    rows = summary.get("power") or []
    known = [row for row in rows if finite(row.get("smallest")) is not None]
    found = list({(row.get("question"), row.get("step")): row for row in known}.values())
    needed = [row for row in rows if finite(row.get("sessions_needed")) is not None]
    questions = distinct(rows, "question")
    drawn = [
        (words["questions"].get(q, q), figures.power(_shown(where(rows, question=q)), q, words)) for q in questions
    ]
    sessions = next((n for row in found if (n := finite(row.get("sessions"))) is not None), None)
    return {
        "said": [text for q in questions if (text := _said(q, first(_shown(where(found, question=q))), words))],
        "sessions": "" if sessions is None else words["power_sessions"].format(sessions=number(sessions)),
        "figures": [(name, picture) for name, picture in drawn if picture],
        "found": [_found(row, words) for row in found],
        "needed": [_needed(row, words) for row in needed],
        **_evidence(summary, words),
    }


def _shown(rows: Sequence[Row]) -> list[Row]:
    """Keep the rows over all steps, or those of the first step."""
    at = distinct(rows, "step")
    return where(rows, step=None) or (where(rows, step=min(at)) if at else [])


def _said(question: str, row: Row, words: Words) -> str:
    said = words["detectable"].get(question, "")
    return str(said.format(smallest=percent(row.get("smallest")))) if row else ""


def _found(row: Row, words: Words) -> dict[str, Any]:
    return {
        "question": words["questions"].get(row.get("question"), row.get("question")),
        "step": row.get("step") or words["all_steps"],
        "sessions": number(row.get("sessions")),
        "independent": number(row.get("independent")),
        "smallest": percent(row.get("smallest")),
    }


def _needed(row: Row, words: Words) -> dict[str, Any]:
    return {
        "question": words["questions"].get(row.get("question"), row.get("question")),
        "step": row.get("step") or words["all_steps"],
        "edge": percent(row.get("edge")),
        "needed": number(row.get("sessions_needed")),
    }


def _evidence(summary: Summary, words: Words) -> dict[str, Any]:
    """Say how many outcomes there are, and as how many independent ones they count."""
    rows = where(summary.get("effective") or [], model=summary.get("network"))
    whole = first(rows, step=None) or (rows[0] if len(rows) == 1 else {})
    counts = {key: number(whole.get(key)) for key in ("n", "cutoffs", "independent")}
    said = ""
    if finite(whole.get("independent")) is not None and finite(whole.get("n")) is not None:
        known = finite(whole.get("cutoffs")) is not None
        said = words["effective" if known else "effective_plain"].format(**counts)
    table = [
        {"step": row.get("step") or words["all_steps"]}
        | {key: number(row.get(key)) for key in ("n", "cutoffs", "independent")}
        for row in rows
    ]
    return {"effective": said, "counts": table}
