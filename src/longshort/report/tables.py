"""The page's tables: rows of cells, each with its text for people and its exact value."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report.formats import finite, number, p_value, percent
from longshort.report.rows import Row, distinct, first, overall, skill_of, steps, where

SERIES_SHOWN = 40
SHARES = ("mape", "coverage", "accuracy", "base_rate")


def cell(value: Any, metric: str = "") -> dict[str, Any]:
    """Write one value for people, with the exact one for the tooltip; `mape` is in percent already."""
    known = finite(value)
    share = metric.startswith(SHARES) and known is not None
    text = (
        percent(known / (100 if metric == "mape" else 1), 2 if metric == "mape" else 1)
        if share and known is not None
        else number(known)
    )
    return {"text": text, "exact": "" if known is None else repr(known)}


def label(model: Any, words: Mapping[str, Any]) -> str:
    """Say in a few words what a known model does."""
    return str(words["models"].get(model, ""))


def models(rows: Sequence[Row]) -> list[str]:
    """List all models in order of appearance."""
    return [str(model) for model in distinct(rows, "model")]


def ranking(
    summary: Mapping[str, Any],
    baseline: str,
    skill_metrics: Sequence[str],
    metrics: Sequence[str],
    words: Mapping[str, Any],
) -> dict[str, Any]:
    """Build the table of all models: their scores over all steps and their skill against one baseline."""
    scores = where(overall(summary.get("scores") or []), step=None)
    skill = where(skill_of(overall(summary.get("skill") or []), baseline, skill_metrics), step=None)
    network = summary.get("network")
    used = [
        metric
        for metric in metrics
        if any(finite(row.get("value")) is not None for row in where(scores, metric=metric))
    ]
    reach = _reach(first(skill, model=network), skill)
    names = [m for m in models(scores) if any(_value(scores, m, metric) is not None for metric in used)]
    names += [m for m in models(skill) if m not in names]
    names.sort(key=lambda m: (m != network, m != baseline))
    rows = [
        {
            "model": name,
            "about": label(name, words),
            "own": name == network,
            "baseline": name == baseline,
            "cells": [cell(_value(scores, name, metric), metric) for metric in used],
            "skill": forest(first(skill, model=name), reach),
        }
        for name in names
    ]
    heads = [{"metric": metric, "text": words["metrics"].get(metric, metric)} for metric in used]
    return {"heads": heads, "rows": rows, "baseline": baseline, "reach": percent(reach, 0), "has_skill": bool(skill)}


def _value(rows: Sequence[Row], model: str, metric: str) -> float | None:
    return finite(first(rows, model=model, metric=metric).get("value"))


def _reach(own: Row, rows: Sequence[Row]) -> float:
    """Choose how far the intervals' common scale reaches to either side of zero."""
    ends = [abs(v) for key in ("low", "high", "value") if (v := finite(own.get(key))) is not None]
    ends = ends or [abs(v) for row in rows if (v := finite(row.get("value"))) is not None]
    wide = 1.6 * max(ends, default=0.05)
    return next((step for step in (0.02, 0.05, 0.1, 0.2, 0.5) if step >= wide), 1.0)


def forest(row: Row, reach: float) -> dict[str, Any] | None:
    """Place a skill and its interval on a scale from -reach to +reach, in percent of the width."""
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    if value is None:
        return None

    def place(at: float) -> float:
        return round(min(100.0, max(0.0, 50 + 50 * at / reach)), 2)

    low, high = (value if low is None else low), (value if high is None else high)
    return {
        "text": percent(value, signed=True),
        "interval": f"{percent(low, signed=True)} … {percent(high, signed=True)}"
        if finite(row.get("low")) is not None
        else "",
        "p": p_value(row.get("p_value")),
        "exact": repr(value),
        "at": place(value),
        "from": place(low),
        "width": round(place(high) - place(low), 2),
        "outside": "left" if value < -reach else "right" if value > reach else "",
    }


def by_step(rows: Sequence[Row], metric: str) -> dict[str, Any]:
    """Build a table of one metric: a row for each model, a column for each step."""
    chosen = where(overall(rows), metric=metric)
    at = steps(chosen)
    body = [
        {"model": name, "cells": [cell(first(chosen, model=name, step=step).get("value"), metric) for step in at]}
        for name in models(chosen)
    ]
    return {"steps": at, "rows": body if at else []}


def skill_steps(rows: Sequence[Row]) -> dict[str, Any]:
    """Build a table of skill: a row for each model, a column for each step with its interval."""
    at = steps(rows)
    body = [
        {"model": name, "cells": [forest(first(rows, model=name, step=step), 1.0) for step in at]}
        for name in models(rows)
    ]
    return {"steps": at, "rows": body if at else []}


def coverage_table(rows: Sequence[Row], network: Any) -> dict[str, Any]:
    """Build the table of the network's coverage: a row for each step, a column for each nominal level."""
    own = where(rows, model=network)
    levels = sorted({value for row in own if (value := finite(row.get("nominal"))) is not None})
    body = []
    for step in [*steps(own), None]:
        found = [first(own, step=step, nominal=level) for level in levels]
        if any(found):
            body.append({"step": step, "cells": [_held(row) for row in found]})
    return {"levels": [percent(level, 0) for level in levels], "rows": body}


def _held(row: Row) -> dict[str, Any]:
    interval = f"{percent(row.get('low'))} … {percent(row.get('high'))}" if finite(row.get("low")) is not None else ""
    return {"text": percent(row.get("empirical")), "interval": interval, "n": row.get("n")}


def per_series(summary: Mapping[str, Any], words: Mapping[str, Any], metrics: Sequence[str]) -> dict[str, Any]:
    """Build the table with a row for each series: the network's skill against `naive` and the volatility cone."""
    network = summary.get("network")
    skill = where(summary.get("skill") or [], model=network, step=None)
    ids = distinct(skill, "unique_id")
    if len(ids) < 2:
        return {"rows": [], "left_out": 0}
    against = [skill_of(skill, "naive", metrics), skill_of(skill, "volatility_cone", ("crps",))]
    reach = 0.1
    body = [{"id": name, "cells": [forest(first(rows, unique_id=name), reach) for rows in against]} for name in ids]
    return {"rows": body[:SERIES_SHOWN], "left_out": max(0, len(body) - SERIES_SHOWN), "reach": percent(reach, 0)}
