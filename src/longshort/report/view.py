"""Arrange the summary for the template: one plain dictionary with a part for each section of the page."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report import figures
from longshort.report.answers import Answer, answers, best_lag
from longshort.report.figures.fan import pairs
from longshort.report.figures.learning import FOLDS_SHOWN
from longshort.report.figures.skill import beyond
from longshort.report.formats import day, finite, number, percent, position, price, seconds
from longshort.report.rows import CENTRE, SPREAD, Row, distinct, first, overall, skill_of, where
from longshort.report.tables import by_step, coverage_table, per_series, ranking, skill_steps

Words = Mapping[str, Any]
PARTS = ("train", "validation", "test")
SEVERITIES = ("defect", "warning", "info")


def arrange(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Build everything that the page shows."""
    said = {answer.code: answer for answer in answers(summary, words)}
    found = sorted(summary.get("findings") or [], key=_severity)
    return {
        "w": words,
        "title": summary.get("title") or words["untitled"],
        "verdict": summary.get("verdict") or words["no_verdict"],
        "network": summary.get("network"),
        "answers": list(said.values()),
        "panels": [panel(series, words) for series in summary.get("series") or []],
        "left_out": summary.get("series_left_out") or 0,
        "centre": contest(summary, said["centre"], "naive", CENTRE, ("rmse", "mae", "mape", "mase"), words),
        "spread": contest(
            summary, said["spread"], "volatility_cone", SPREAD, ("crps", "pinball", "coverage_80", "width_80"), words
        ),
        "series_table": per_series(summary, words, CENTRE),
        "coverage": coverage(summary, said["coverage"], words),
        "direction": direction(summary, words),
        "copy": copying(summary, said["copy"], words),
        "learning": learning(summary, words),
        "folds": timeline(summary.get("folds") or [], words),
        "findings": [finding(row, words) for row in found],
        "serious": sum(row.get("severity") in ("warning", "defect") for row in found),
        "run": provenance(summary, words),
    }


def _severity(row: Row) -> int:
    name = row.get("severity")
    return SEVERITIES.index(name) if name in SEVERITIES else len(SEVERITIES)


def _day(ds: Any, words: Words) -> str:
    return day(ds, words["months"], words["day_pattern"])


def panel(series: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange one series: its fan, the table of what is coming, its copy picture."""
    coming = series.get("forecast") or {}
    rows = [_coming(coming, step, words) for step in range(len(coming.get("mean") or []))]
    end = rows[-1] if rows else {}
    heading = words["fan_heading"].format(**end) if end.get("r80") else words["fan_heading_plain"]
    return {
        "id": str(series.get("unique_id")),
        "heading": heading,
        "fan": figures.fan(series, words),
        "rows": rows,
        "has_p": any(row["p_value"] is not None for row in rows),
        "has_ranges": any(row["r80"] or row["r95"] for row in rows),
        "cutoff": _day(series.get("cutoff"), words),
        "last": price(series.get("last")),
        "copy": figures.followed(series, words),
    }


def _coming(coming: Mapping[str, Any], step: int, words: Words) -> dict[str, Any]:
    dates, said = coming.get("ds") or [], coming.get("p_up") or []
    p_up = finite(said[step]) if step < len(said) else None
    return {
        "step": step + 1,
        "day": _day(dates[step], words) if step < len(dates) else str(step + 1),
        "mean": price(coming["mean"][step]),
        "exact": coming["mean"][step],
        "r80": _range(coming, step, 0.8),
        "r95": _range(coming, step, 0.95),
        "p_up": percent(p_up),
        "p_value": p_up,
    }


def _range(coming: Mapping[str, Any], step: int, share: float) -> str:
    rows = coming.get("quantiles") or []
    row = rows[step] if step < len(rows) else None
    for low, high, held in pairs(coming.get("quantile_levels") or []):
        if row and held == share and finite(row[low]) is not None and finite(row[high]) is not None:
            return f"{price(row[low])} – {price(row[high])}"
    return ""


def contest(
    summary: Mapping[str, Any],
    answer: Answer,
    baseline: str,
    metrics: Sequence[str],
    shown: Sequence[str],
    words: Words,
) -> dict[str, Any]:
    """Arrange one comparison of all models: the table, the picture by step and the numbers behind it."""
    network = summary.get("network") or ""
    skill = skill_of(overall(summary.get("skill") or []), baseline, metrics)
    return {
        "answer": answer,
        "table": ranking(summary, baseline, metrics, shown, words),
        "figure": figures.skill_by_step(skill, network, words),
        "beyond": ", ".join(f"{name} ({percent(value, 0, signed=True)})" for name, value in beyond(skill, network)),
        "skill": skill_steps(skill),
        "scores": by_step(summary.get("scores") or [], shown[0]),
        "metric": words["metrics"].get(shown[0], shown[0]),
    }


def coverage(summary: Mapping[str, Any], answer: Answer, words: Words) -> dict[str, Any]:
    """Arrange the honesty of the ranges."""
    rows, network = summary.get("coverage") or [], summary.get("network") or ""
    return {
        "answer": answer,
        "by_step": figures.coverage_by_step(rows, network, words),
        "diagonal": figures.nominal_empirical(rows, network, words),
        "table": coverage_table(rows, network),
        "others": [m for m in distinct(where(rows, step=None), "model") if m != network],
    }


def direction(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange the probability of a rise: how often it was right, and whether it means what it says."""
    network = summary.get("network") or ""
    scores = where(overall(summary.get("scores") or []), model=network, step=None)
    value = {m: finite(first(scores, metric=m).get("value")) for m in ("accuracy", "base_rate", "brier")}
    heading = words["direction_heading_plain"]
    right, base = value["accuracy"], value["base_rate"]
    if right is not None and base is not None:
        key = "up" if base >= 0.5 else "down"
        heading = words[f"direction_heading_{key}"].format(right=percent(right), base=percent(max(base, 1 - base)))
    rows = [
        {"p": percent(row.get("p")), "observed": percent(row.get("observed")), "n": row.get("n")}
        for row in where(summary.get("reliability") or [], model=network)
    ]
    figure = figures.reliability(summary.get("reliability") or [], network, words)
    return {"heading": heading, "figure": figure, "rows": rows, "brier": number(value["brier"])}


def copying(summary: Mapping[str, Any], answer: Answer, words: Words) -> dict[str, Any]:
    """Arrange the copy picture's lag profile."""
    rows = where(summary.get("lag") or [], model=summary.get("network"))
    lag = best_lag(summary)
    return {
        "answer": answer,
        "figure": figures.lag_profile(rows, summary.get("network") or "", words),
        "rows": [
            {"lag": row.get("lag"), "rmse": number(row.get("rmse")), "best": row.get("lag") == lag} for row in rows
        ],
    }


def learning(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange the learning curves and the spread over seeds."""
    rows, network = summary.get("curves") or [], summary.get("network") or ""
    seeds = overall(summary.get("seeds") or [])
    metric = next((m for m in (*CENTRE, "crps") if where(seeds, metric=m, step=None)), "")
    chosen = where(seeds, metric=metric, step=None)
    scores = where(overall(summary.get("scores") or []), metric=metric, step=None)
    named = [(words["ensemble"], first(scores, model=network)), ("naive", first(scores, model="naive"))]
    marks = [(name, value) for name, row in named if (value := finite(row.get("value"))) is not None]
    return {
        "curves": figures.fold_curves(rows, words),
        "folds_left_out": max(0, len(distinct(rows, "fold")) - FOLDS_SHOWN),
        "members": [_member(rows, fold, seed) for fold in distinct(rows, "fold") for seed in distinct(rows, "seed")],
        "strip": figures.seed_strip(chosen, marks, words),
        "seeds": [{"seed": row.get("seed"), "value": number(row.get("value"))} for row in chosen],
        "metric": words["metrics"].get(metric, metric),
    }


def _member(rows: Sequence[Row], fold: Any, seed: Any) -> dict[str, Any]:
    mine = where(rows, fold=fold, seed=seed)
    key = "validation_loss" if any(finite(row.get("validation_loss")) is not None for row in mine) else "train_loss"
    known = [row for row in mine if finite(row.get(key)) is not None]
    best: Row = min(known, key=lambda row: float(row[key]), default={})
    return {
        "fold": fold,
        "seed": seed,
        "epochs": len(mine),
        "best": best.get("epoch"),
        "train": number(best.get("train_loss")),
        "validation": number(best.get("validation_loss")),
    }


def timeline(folds: Sequence[Row], words: Words) -> dict[str, Any]:
    """Place every fold's stretches on one time line, in percent of its width."""
    stretches = [fold.get(part) or {} for fold in folds for part in (*PARTS, "known")]
    ends = [at for part in stretches for key in ("from", "to") if (at := position(part.get(key))) is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    rows = [{"fold": fold.get("fold"), "parts": [_stretch(fold, p, low, high, words) for p in PARTS]} for fold in folds]
    dates = [part.get(key) for part in stretches for key in ("from", "to") if part.get(key) is not None]
    edge = sorted(dates, key=lambda ds: position(ds) or 0.0)
    return {"rows": rows, "from": _day(edge[0], words) if edge else "", "to": _day(edge[-1], words) if edge else ""}


def _stretch(fold: Row, name: str, low: float, high: float, words: Words) -> dict[str, Any]:
    part = fold.get(name) or {}
    begin, end = position(part.get("from")), position(part.get("to"))
    width = (high - low) or 1.0
    shown = begin is not None and end is not None
    return {
        "name": name,
        "label": words[name],
        "left": round(100 * ((begin or 0.0) - low) / width, 2) if shown else 0,
        "width": max(0.4, round(100 * ((end or 0.0) - (begin or 0.0)) / width, 2)) if shown else 0,
        "from": _day(part.get("from"), words),
        "to": _day(part.get("to"), words),
        "sessions": part.get("sessions"),
    }


def finding(row: Row, words: Words) -> dict[str, Any]:
    """Arrange one finding with what it means."""
    severity = row.get("severity") if row.get("severity") in SEVERITIES else "info"
    return {
        "code": row.get("code"),
        "severity": severity,
        "label": words["severities"][severity],
        "text": row.get("text"),
        "explain": words["explain"].get(row.get("code"), ""),
        "value": number(row.get("value")) if finite(row.get("value")) is not None else "",
    }


def provenance(summary: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Arrange what was done, with what, and how to repeat it."""
    run = summary.get("run") or {}
    data = run.get("data") or {}
    recipe = run.get("recipe")
    return {
        "notes": [*(data.get("notes") or []), *(run.get("notes") or [])],
        "command": run.get("command") or "",
        "recipe": recipe
        if isinstance(recipe, str)
        else json.dumps(recipe, indent=2, ensure_ascii=False)
        if recipe
        else "",
        "versions": {"longshort": run.get("version"), **(run.get("versions") or {})},
        "seconds": {name: seconds(value) for name, value in (run.get("seconds") or {}).items()},
        "created": _day(run.get("created"), words) if run.get("created") else "",
        "quick": bool(run.get("quick")),
        "facts": _facts(summary, run, data, words),
    }


def _facts(
    summary: Mapping[str, Any], run: Mapping[str, Any], data: Mapping[str, Any], words: Words
) -> list[tuple[str, str]]:
    span = f"{_day(data.get('from'), words)} – {_day(data.get('to'), words)}" if data.get("from") is not None else ""
    seeds = run.get("seeds")
    facts = [
        ("fact_target", summary.get("target")),
        ("fact_series", data.get("series")),
        ("fact_rows", f"{data['rows']:,}" if isinstance(data.get("rows"), int) else None),
        ("fact_span", span),
        ("fact_calendar", data.get("calendar")),
        ("fact_horizon", run.get("horizon")),
        ("fact_seeds", len(seeds) if isinstance(seeds, list) else seeds),
        ("fact_device", run.get("device")),
        ("fact_fingerprint", data.get("fingerprint")),
    ]
    return [(words[key], str(value)) for key, value in facts if value not in (None, "")]
