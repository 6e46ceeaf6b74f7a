"""The copy picture. Does the forecast go before the actual, or trot behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite, number
from longshort.report.rows import Row, where
from longshort.report.words import Words

SHOWN = 60
W, H = 400, 240


def followed(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw the last forecasts for one session ahead over what happened and over the session before."""
    test = series.get("test") or {}
    lines = {name: [finite(v) for v in (test.get(name) or [])[-SHOWN:]] for name in ("y", "mean", "naive")}
    count = len(lines["y"])
    if not count or not any(value is not None for value in lines["mean"]):
        return Markup()
    x = svg.Scale(0, max(count - 1, 1), 64, 626)
    y = svg.Scale(*svg.span([value for values in lines.values() for value in values]), 250, 24)
    across = session_ticks((test.get("ds") or [])[-count:], words)
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), ("", ""))]
    for name, style in (("y", "actual"), ("mean", "network"), ("naive", "naive")):
        parts.append(svg.line(enumerate(lines[name]), x, y, style))
    return svg.picture(640, 290, words("copy_label", id=series.get("unique_id")), parts)


def errors(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw the errors of the same forecasts, actual less forecast, to the same scale of time."""
    test = series.get("test") or {}
    pairs = list(zip((test.get("y") or [])[-SHOWN:], (test.get("mean") or [])[-SHOWN:], strict=False))
    missed = [error(finite(y), finite(mean)) for y, mean in pairs]
    if not any(value is not None for value in missed):
        return Markup()
    return svg.picture(
        640, 110, words("error_axis"), error_strip(missed, svg.Scale(0, max(len(missed) - 1, 1), 64, 626), 12, 98)
    )


def error(actual: float | None, forecast: float | None) -> float | None:
    """Give the actual less the forecast, where both are known."""
    return None if actual is None or forecast is None else actual - forecast


def error_strip(missed: Sequence[float | None], x: svg.Scale, top: float, bottom: float) -> list[Markup]:
    """Draw errors as stems from zero, between two heights."""
    y = svg.Scale(*svg.span([0.0, *missed], pad=0.1), bottom, top)
    parts = [svg.frame(x, y, [], svg.numbered(svg.ticks(y.low, y.high, 2)), ("", ""))]
    parts += [
        svg.rule(x(at), y(0), x(at), y(value), "stem own") for at, value in enumerate(missed) if value is not None
    ]
    return [*parts, svg.rule(x.start, y(0), x.end, y(0), "zero")]


def lag_profile(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw how far the forecast lies from the actual of its own date (lag 0) and of earlier sessions."""
    known = [(row.get("lag"), finite(row.get("rmse"))) for row in where(rows, model=network)]
    points = {int(lag): value for lag, value in known if lag is not None and value is not None}
    if not points:
        return Markup()
    best = min(points, key=lambda lag: points[lag])
    x = svg.Scale(min(points) - 0.5, max(points) + 0.5, 52, W - 8)
    y = svg.Scale(0, 1.1 * max(points.values()) or 1.0, H - 44, 26)
    across = [(float(lag), str(lag)) for lag in sorted(points)]
    up = svg.numbered(svg.ticks(y.low, y.high))
    parts = [svg.frame(x, y, across, up, (words("axis_lag"), words("axis_distance")))]
    for lag, value in sorted(points.items()):
        style = "best" if lag == best else "own" if lag == 0 else "rest"
        tip = words("lag_tip", lag=lag, value=number(value))
        parts.append(svg.rule(x(lag), y(0), x(lag), y(value), f"stem {style}"))
        parts.append(svg.mark("circle", x(lag), y(value), style, tip, 5))
    parts.append(svg.text(x(best), y(points[best]) - 12, words("lag_best"), "note"))
    return svg.picture(W, H, words("lag_label", lag=best), parts)
