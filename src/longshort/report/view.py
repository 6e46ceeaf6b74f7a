"""Arrange the summary for the template: one plain dictionary with a part for each section of the page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report import recipe
from longshort.report.contests import all_models, contest
from longshort.report.directions import direction
from longshort.report.leaking import leaking
from longshort.report.money import money
from longshort.report.over_time import over_time
from longshort.report.panels import copy_legend, panel
from longshort.report.power import power
from longshort.report.provenance import findings, provenance, timeline
from longshort.report.rows import overall
from longshort.report.sections import copying, coverage, learning
from longshort.report.series_table import series_table
from longshort.report.svg import shapes as shapes_of
from longshort.report.words import Words

OPENING, WORDY = 50, 180
Row = Mapping[str, Any]


def arrange(summary: Row, lang: str) -> dict[str, Any]:
    """Build everything that the page shows; what the summary says is already in `lang`."""
    words = Words(lang, str(summary.get("unit") or "step"), summary.get("kind") == "audit")
    summary = {**summary, **{name: overall(summary.get(name) or []) for name in ("scores", "skill", "seeds")}}
    said = {str(row.get("code")): answer(row) for row in summary.get("answers") or [] if row}
    asked = {code: row for code, row in said.items() if row["answer"] != "not_judged"}
    shapes = shapes_of(all_models(summary), summary.get("network") or "")
    noted = findings(summary.get("findings") or [], words)
    panels = [panel(series, words) for series in summary.get("series") or [] if series]
    copy = copying(summary, asked.get("copy"), words)
    rivals = summary if recipe.forecasts(summary) else {**summary, "scores": [], "skill": []}
    untitled = words("untitled_audit") if summary.get("kind") == "audit" else words("untitled")
    return {
        "w": words,
        "title": summary.get("title") or untitled,
        **verdict(summary.get("verdict") or words("no_verdict")),
        "answers": sorted(asked.values(), key=lambda row: (row["code"], row["tone"]) != ("leak", "bad")),
        "panels": panels,
        "judged": recipe.judged(summary, words),
        "whole": recipe.whole(summary, words),
        "labels": recipe.labels(summary, words),
        "shown": recipe.shown(summary, words),
        "layers": recipe.layers(summary),
        "has_forecast": any(each["rows"] for each in panels),
        "left_out": summary.get("series_left_out") or 0,
        "contests": [contest(code, rivals, asked.get(code), shapes, words) for code in ("point", "distribution")],
        "series_table": series_table(summary, words),
        "copy_legend": copy_legend(words),
        "coverage": coverage(summary, asked.get("coverage"), shapes, words),
        "direction": direction(summary, asked.get("direction"), words),
        "money": money(summary, asked.get("money"), words),
        "time": over_time(summary, shapes, words),
        "copy": copy,
        "has_copy": bool(copy["figure"] or copy["table"]["rows"]) or any(each["followed"] for each in panels),
        "learning": learning(summary, words),
        "leak": leaking(summary, asked.get("leak"), words),
        "power": power(summary, words),
        "unjudged": unjudged(summary.get("not_judged") or [], said.values(), words),
        "folds": timeline([] if summary.get("kind") == "audit" else summary.get("folds") or [], words),
        "findings": noted,
        "serious": sum(row["severity"] != "info" for row in noted),
        "run": provenance(summary, words),
    }


def answer(row: Row) -> dict[str, Any]:
    """Give a claim in words as the page shows it."""
    details = " ".join(str(each) for each in row.get("details") or [])
    return {
        **{key: str(row.get(key) or "") for key in ("code", "answer", "question", "word")},
        "tone": str(row.get("tone") or "plain"),
        "detail": glued(details),
    }


def verdict(text: str) -> dict[str, Any]:
    """Set the verdict's opening apart ("No skill shown:"), and say whether it needs smaller type."""
    opening, colon, rest = glued(text).partition(":")
    short = bool(colon) and len(opening) <= OPENING
    return {
        "verdict": glued(text),
        "opening": f"{opening}:" if short else "",
        "rest": rest if short else glued(text),
        "wordy": len(text) > WORDY,
    }


def glued(text: str) -> str:
    """Keep a number and its sign on one line.

    >>> glued("80 % (p = 0.61)") == "80\u00a0% (p\u00a0=\u00a00.61)"
    True
    """
    return re.sub(r"\bp ([=<]) (?=\d)", "p\u00a0\\1\u00a0", re.sub(r"(?<=\d) %", "\u00a0%", text))


def unjudged(rows: Sequence[Row], answers: Any, words: Words) -> list[dict[str, str]]:
    """Name what was not judged, with the reason: what the summary lists, and claims without an answer."""
    listed = [
        {"part": words.named("parts", row.get("part"), row.get("part")), "why": glued(str(row.get("why") or ""))}
        for row in rows
        if row
    ]
    claims = [{"part": row["question"], "why": row["detail"]} for row in answers if row["answer"] == "not_judged"]
    return listed or claims
