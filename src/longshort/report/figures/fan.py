"""The forecast fan: the recent past, the centre of the forecast and its nested ranges."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite
from longshort.report.words import Words

SHOWN = 60
W, H = 640, 320


def pairs(levels: Sequence[float]) -> list[tuple[int, int, float]]:
    """Match quantile levels into central ranges, widest first: positions of both ends and the share between them.

    >>> pairs([0.1, 0.5, 0.9])
    [(0, 2, 0.8)]
    """
    found = []
    for low, level in enumerate(levels):
        high = next((at for at, other in enumerate(levels) if abs(level + other - 1) < 1e-9), None)
        if level < 0.5 and high is not None:
            found.append((low, high, round(1 - 2 * level, 9)))
    return sorted(found, key=lambda pair: -pair[2])


def fan(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw the last sessions of a series and its forecast."""
    history, coming = series.get("history") or {}, series.get("forecast") or {}
    past = [finite(value) for value in (history.get("y") or [])[-SHOWN:]]
    mean = [finite(value) for value in coming.get("mean") or []]
    if not past and not mean:
        return Markup()
    own = [finite(value) for value in (series.get("network") or {}).get("mean") or []][: len(mean)]
    labels = [*(history.get("ds") or [])[-len(past) :][: len(past)], *(coming.get("ds") or [])[: len(mean)]]
    rows = [[finite(value) for value in row or []] for row in coming.get("quantiles") or []]
    y = svg.Scale(*svg.span([*past, *mean, *own, *(value for row in rows for value in row)]), H - 40, 24)
    x = svg.Scale(0, max(len(past) + len(mean) - 1, 1), 64, W - 14)
    across = [(at, label) for at, label in session_ticks(labels, words)]
    up = svg.numbered(svg.ticks(y.low, y.high))
    parts = [svg.frame(x, y, across, up, ("", series.get("unit") or ""))]
    anchor = [(len(past) - 1, past[-1])] if past else []
    ahead = [(len(past) + step, value) for step, value in enumerate(mean)]
    for low, high, share in pairs(coming.get("quantile_levels") or []):
        lower = anchor + [(len(past) + step, row[low] if low < len(row) else None) for step, row in enumerate(rows)]
        upper = anchor + [(len(past) + step, row[high] if high < len(row) else None) for step, row in enumerate(rows)]
        parts.append(svg.area(lower, upper, x, y, f"range r{round(100 * share)}"))
    if past and mean:
        parts.append(svg.rule(x(len(past) - 1), y.start, x(len(past) - 1), y.end, "cutoff"))
    aside = [(len(past) + step, value) for step, value in enumerate(own)]
    parts += [svg.line(anchor + aside, x, y, "aside")] if aside else []
    parts += [svg.line(enumerate(past), x, y, "actual"), svg.line(anchor + ahead, x, y, "network")]
    return svg.picture(W, H, words("fan_label", id=series.get("unique_id")), parts)
