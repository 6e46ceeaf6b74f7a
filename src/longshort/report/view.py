"""Arrange the summary for the template: one plain dictionary with a part for each section of the page."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from longshort.report import figures, recipe, svg
from longshort.report.answers import Answer, answers
from longshort.report.contests import all_models, contest
from longshort.report.directions import direction
from longshort.report.figures.fan import pairs
from longshort.report.formats import date, finite, moment, percent, price
from longshort.report.judged import further, tempered
from longshort.report.leaking import leaking
from longshort.report.money import money
from longshort.report.power import power
from longshort.report.provenance import findings, provenance, timeline
from longshort.report.rows import overall
from longshort.report.sections import copying, coverage, learning
from longshort.report.tables import per_series

Words = Mapping[str, Any]
OPENING, WORDY = 20, 180


def arrange(summary: Mapping[str, Any], known: Words) -> dict[str, Any]:
    """Build everything that the page shows."""
    words = suited(known, summary)
    every_series = per_series(summary)
    summary = {**summary, **{name: overall(summary.get(name) or []) for name in ("scores", "skill", "seeds")}}
    said = {answer.code: answer for answer in tempered(answers(summary, words), summary, words)}
    more = {answer.code: answer for answer in tempered(further(summary, words), summary, words)}
    shapes = svg.shapes(all_models(summary), summary.get("network") or "")
    noted = findings(summary.get("findings") or [], words)
    panels = [panel(series, words) for series in summary.get("series") or []]
    copy = copying(summary, said["copy"], words)
    rivals = summary if recipe.forecasts(summary) else {**summary, "scores": [], "skill": []}
    return {
        "w": words,
        "title": summary.get("title") or words["untitled_audit" if summary.get("kind") == "audit" else "untitled"],
        **verdict(summary.get("verdict") or words["no_verdict"]),
        "evidence": [glued(str(line)) for line in summary.get("evidence_lines") or []],
        "answers": chosen([*recipe.beats(summary, words), *said.values(), *more.values()], summary, words),
        "panels": panels,
        "judged": recipe.judged(summary, words),
        "whole": recipe.whole(summary, words),
        "labels": recipe.labels(summary, words),
        "shown": recipe.shown(summary, words),
        "layers": recipe.layers(summary),
        "has_forecast": any(panel["rows"] for panel in panels),
        "left_out": summary.get("series_left_out") or 0,
        "centre": contest(rivals, said["centre"], shapes, words),
        "spread": contest(rivals, said["spread"], shapes, words),
        "series_table": every_series,
        "copy_legend": _copy_legend(words),
        "coverage": coverage(summary, said["coverage"], shapes, words),
        "direction": direction(summary, more.get("direction"), words),
        "money": money(summary, more.get("money"), words),
        "copy": copy,
        "has_copy": bool(copy["figure"] or copy["table"]["rows"]) or any(panel["followed"] for panel in panels),
        "learning": learning(summary, words),
        "leak": leaking(summary, more.get("leak"), words),
        "power": power(summary, words),
        "unjudged": unjudged(summary.get("not_judged") or [], words),
        "folds": timeline(summary.get("folds") or [], words),
        "findings": noted,
        "serious": sum(row["severity"] != "info" for row in noted),
        "run": provenance(summary, words),
    }


def chosen(every: Sequence[Answer], summary: Mapping[str, Any], words: Words) -> list[Answer]:
    """Choose the answers to show: only a forecast says what it did not measure; a leak comes first."""
    sparing = summary.get("kind") == "audit" or not recipe.forecasts(summary)
    kept = [answer for answer in every if not (sparing and answer.word == words["unknown"])]
    return sorted(kept, key=lambda answer: (answer.code, answer.tone) != ("leak", "bad"))


def verdict(text: str) -> dict[str, Any]:
    """Set the verdict's opening apart ("No skill:"), and say whether it needs smaller type."""
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


def suited(words: Words, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Speak of today where data are daily, of the last value elsewhere; of a network, or of the model of an audit."""
    series = summary.get("series") or []
    dates = [at for ds in ((series[0].get("history") or {}).get("ds") or [] if series else []) if (at := moment(ds))]
    gaps = sorted((b - a).days for a, b in pairwise(dates))
    daily = bool(gaps) and gaps[len(gaps) // 2] == 1
    repeating = words["repeating_today" if daily else "repeating_last"]
    network = words["audited_word" if summary.get("kind") == "audit" else "network_word"]
    return {
        key: value.replace("{repeating}", repeating).replace("{network}", network) if isinstance(value, str) else value
        for key, value in words.items()
    }


def unjudged(rows: Sequence[Mapping[str, Any]], words: Words) -> list[dict[str, str]]:
    """Name what could not be judged, with the reason."""
    return [
        {"part": words["parts"].get(row.get("part"), str(row.get("part"))), "why": glued(str(row.get("why") or ""))}
        for row in rows
    ]


def panel(series: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange one series: its fan, the table of what is coming, its copy picture."""
    coming = series.get("forecast") or {}
    rows = [_coming(coming, step, words) for step in range(len(coming.get("mean") or []))]
    end = rows[-1] if rows else {}
    shares = {round(100 * held) for _, _, held in pairs(coming.get("quantile_levels") or [])}
    return {
        "id": str(series.get("unique_id")),
        "heading": words["fan_heading"].format(**end) if end.get("low") else words["fan_heading_plain"],
        "fan": figures.fan(series, words),
        "fan_legend": _fan_legend(shares, words),
        "widest": f"{max(shares, default=0)}\u00a0%",
        "rows": rows,
        "has_p": any(row["p_value"] is not None for row in rows),
        "has_ranges": any(row["r80"] or row["r95"] for row in rows),
        "cutoff": date(series.get("cutoff"), words),
        "last": price(series.get("last")),
        "followed": figures.followed(series, words),
    }


def _fan_legend(shares: set[int], words: Words) -> str:
    entries = [("line", "actual", words["actual"]), ("line", "network", words["forecast_line"])]
    bands = [("line", f"swatch s{share}", f"{share}\u00a0%") for share in sorted(shares)]
    return svg.legend([*entries, *bands])


def _copy_legend(words: Words) -> str:
    """List the lines of the copy picture."""
    named = (("actual", "actual"), ("network", "forecast_line"), ("naive", "naive_line"))
    return svg.legend(("line", style, words[key]) for style, key in named)


def _coming(coming: Mapping[str, Any], step: int, words: Words) -> dict[str, Any]:
    dates, said = coming.get("ds") or [], coming.get("p_up") or []
    p_up = finite(said[step]) if step < len(said) else None
    low, high = _range(coming, step, 0.8)
    wide = _range(coming, step, 0.95)
    return {
        "step": step + 1,
        "day": date(dates[step], words) if step < len(dates) else str(step + 1),
        "mean": price(coming["mean"][step]),
        "exact": coming["mean"][step],
        "low": low,
        "high": high,
        "r80": f"{low} – {high}" if low else "",
        "r95": f"{wide[0]} – {wide[1]}" if wide[0] else "",
        "p_up": percent(p_up),
        "p_value": p_up,
    }


def _range(coming: Mapping[str, Any], step: int, share: float) -> tuple[str, str]:
    rows = coming.get("quantiles") or []
    row = (rows[step] if step < len(rows) else None) or []
    for low, high, held in pairs(coming.get("quantile_levels") or []):
        if abs(held - share) < 1e-6 and max(low, high) < len(row):
            ends = finite(row[low]), finite(row[high])
            return (price(ends[0]), price(ends[1])) if None not in ends else ("", "")
    return "", ""
