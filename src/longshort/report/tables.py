"""The page's tables: rows of cells, each with its text for people and its exact value."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.report.formats import MISSING, finite, number, p_value, percent
from longshort.report.rows import Row, distinct, first, overall, skill_of, steps, where
from longshort.report.words import Words

SHARES = ("coverage", "accuracy", "base_rate")
REACHES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def cell(value: Any, metric: str = "") -> dict[str, str]:
    """Write one value for people, with the exact one for the tooltip; `mape` comes in percent.

    >>> cell(0.79, "coverage_80")["text"].replace(chr(160), " "), cell(None)["text"]
    ('79.0 %', '–')
    """
    known = finite(value)
    if known is None:
        return {"text": MISSING, "exact": ""}
    text = (
        percent(known / 100, 2) if metric == "mape" else percent(known) if metric.startswith(SHARES) else number(known)
    )
    return {"text": text, "exact": repr(known)}


def ranking(
    summary: Mapping[str, Any], yardstick: str, skill_metrics: Sequence[str], metrics: Sequence[str], words: Words
) -> dict[str, Any]:
    """Build the table of all models: scores over all steps, and the network's skill against each of them."""
    network = summary.get("network")
    scores = where(overall(summary.get("scores") or []), step=None)
    used = [m for m in metrics if any(finite(row.get("value")) is not None for row in where(scores, metric=m))]
    skill = where(overall(summary.get("skill") or []), model=network, step=None)
    names = [str(n) for n in distinct([row for row in scores if row.get("metric") in used], "model")]
    names += [str(n) for n in distinct(skill, "baseline") if n not in names]
    names.sort(key=lambda name: (name != network, name != yardstick))
    against = {name: first(skill_of(skill, name, skill_metrics)) for name in names}
    reach = reach_of(against.get(yardstick, {}), list(against.values()))
    best = where(summary.get("confidence") or [], metric=skill_metrics[0], inside=True)
    return {
        "heads": [{"metric": m, "text": words.named("metrics", m, m)} for m in used],
        "rows": [
            _rank(name, network, yardstick, scores, used, against[name], reach, words)
            | {"audited": name in (summary.get("models") or []), "best": bool(first(best, model=name))}
            for name in names
        ],
        "has_set": bool(best),
        "yardstick": yardstick,
        "reach": percent(reach, 0),
        "has_skill": any(against.values()),
    }


def _rank(
    name: str,
    network: Any,
    yardstick: str,
    scores: Sequence[Row],
    used: Sequence[str],
    skill: Row,
    reach: float,
    words: Words,
) -> dict[str, Any]:
    return {
        "model": name,
        "about": words.named("models", name),
        "own": name == network,
        "yardstick": name == yardstick,
        "cells": [cell(first(scores, model=name, metric=m).get("value"), m) for m in used],
        "skill": forest(skill, reach),
    }


def reach_of(main: Row, rows: Sequence[Row]) -> float:
    """Choose how far the intervals' common scale reaches to either side of zero."""
    ends = [abs(v) for key in ("low", "high", "value") if (v := finite(main.get(key))) is not None]
    ends = ends or [abs(v) for row in rows if (v := finite(row.get("value"))) is not None]
    wide = 1.3 * max(ends, default=0.05)
    return next((step for step in REACHES if step >= wide), REACHES[-1])


def forest(row: Row, reach: float) -> dict[str, Any] | None:
    """Place a skill and its interval on a scale from -reach to +reach, in percent of the width; None without a value.

    >>> forest({"value": 0.01, "low": -0.01, "high": 0.03}, 0.05)["at"]
    60.0
    """
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    if value is None:
        return None

    def place(at: float) -> float:
        return round(min(100.0, max(0.0, 50 + 50 * at / reach)), 2)

    known = low is not None and high is not None
    begin, end = place(value if low is None else low), place(value if high is None else high)
    return {
        "text": percent(value, signed=True),
        "exact": repr(value),
        "interval": f"{percent(low, signed=True)} … {percent(high, signed=True)}" if known else "",
        "p": p_value(row.get("p_value")),
        "at": place(value),
        "from": begin,
        "width": round(end - begin, 2),
        "outside": "left" if value < -reach else "right" if value > reach else "",
    }


def by_step(rows: Sequence[Row], metric: str) -> dict[str, Any]:
    """Build a table of one metric: a row for each model, a column for each step."""
    chosen = where(rows, metric=metric)
    at = steps(chosen)
    body = [
        {"name": name, "cells": [cell(first(chosen, model=name, step=step).get("value"), metric) for step in at]}
        for name in distinct(chosen, "model")
    ]
    return {"steps": at, "rows": body if at else []}


def skill_steps(rows: Sequence[Row], metrics: Sequence[str]) -> dict[str, Any]:
    """Build a table of the network's skill: a row for each baseline, a column for each step with its interval."""
    at = steps(rows)
    names = distinct(rows, "baseline")
    chosen = {name: skill_of(rows, name, metrics) for name in names}
    body = [{"name": n, "cells": [forest(first(chosen[n], step=step), 1.0) for step in at]} for n in names if chosen[n]]
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
    return {"text": percent(row.get("empirical")), "interval": interval}
