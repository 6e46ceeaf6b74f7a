"""The copy picture: does the forecast go before the actual, or trot behind it?"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite, number
from longshort.report.rows import Row, where

SHOWN = 40


def followed(series: Mapping[str, Any], words: Mapping[str, Any]) -> Markup:
    """Draw the last forecasts for one session ahead over what happened and over the day before."""
    test = series.get("test") or {}
    lines = {name: [finite(v) for v in (test.get(name) or [])[-SHOWN:]] for name in ("y", "mean", "naive")}
    count = len(lines["y"])
    if not count or not any(value is not None for value in lines["mean"]):
        return Markup()
    x = svg.Scale(0, max(count - 1, 1), 64, 626)
    y = svg.Scale(*svg.span([value for values in lines.values() for value in values]), 250, 24)
    across = session_ticks((test.get("ds") or [])[-count:], words["months"])
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), ("", ""))]
    for name, style in (("naive", "naive"), ("y", "actual"), ("mean", "network")):
        parts.append(svg.line(enumerate(lines[name]), x, y, style))
    return svg.picture(640, 290, words["copy_label"].format(id=series.get("unique_id")), parts)


def lag_profile(rows: Sequence[Row], network: str, words: Mapping[str, Any]) -> Markup:
    """Draw how far the forecast lies from the actual of its own date (lag 0) and of earlier sessions."""
    known = [(int(row["lag"]), finite(row.get("rmse"))) for row in where(rows, model=network)]
    points = sorted((lag, value) for lag, value in known if value is not None)
    if not points:
        return Markup()
    best = min(points, key=lambda point: point[1])[0]
    top = max(value for _, value in points) * 1.1 or 1.0
    x = svg.Scale(points[0][0] - 0.5, points[-1][0] + 0.5, 48, 350)
    y = svg.Scale(0, top, 196, 30)
    across = [(float(lag), str(lag)) for lag, _ in points]
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(0, top)), (words["axis_lag"], words["axis_rmse"]))]
    for lag, value in points:
        style = "best" if lag == best else "own" if lag == 0 else "rest"
        tip = words["lag_tip"].format(lag=lag, value=number(value))
        parts.append(svg.rule(x(lag), y(0), x(lag), y(value), f"stem {style}"))
        parts.append(svg.mark("circle", x(lag), y(value), style, tip, 5))
    parts.append(svg.text(x(best), y(dict(points)[best]) - 12, words["lag_best"], f"note {'best'}"))
    return svg.picture(360, 240, words["lag_label"].format(lag=best), parts)
