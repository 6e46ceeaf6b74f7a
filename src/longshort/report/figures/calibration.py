"""Calibration: do the ranges hold what they promise, and do probabilities come true as often as they say?"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, distinct, steps, where


def coverage_by_step(rows: Sequence[Row], network: str, words: Mapping[str, Any]) -> Markup:
    """Draw the share of outcomes inside each range at each step; the dashed line is the promise."""
    own = [row for row in where(rows, model=network) if finite(row.get("empirical")) is not None]
    at = steps(own)
    if not at:
        return Markup()
    levels = sorted({float(row["nominal"]) for row in own})
    values = [finite(row.get(key)) for row in own for key in ("empirical", "low", "high")]
    low, high = svg.span([*values, *levels], pad=0.06)
    y = svg.Scale(max(0.0, low), min(1.0, high), 196, 30)
    x = svg.Scale(at[0] - 0.5, at[-1] + 0.5, 48, 350)
    across = [(float(step), str(step)) for step in at[:: max(1, len(at) // 10)]]
    up = svg.numbered(svg.ticks(y.low, y.high), 100, "%")
    parts = [svg.frame(x, y, across, up, (words["axis_step"], words["axis_inside"]))]
    for level in levels:
        parts.append(svg.rule(x.start, y(level), x.end, y(level), "promise"))
    for row in own:
        if finite(row.get("step")) is not None:
            parts += _dot(row, x(row["step"]), y, words)
    return svg.picture(360, 240, words["coverage_label"], parts)


def _dot(row: Row, across: float, y: svg.Scale, words: Mapping[str, Any]) -> list[Markup]:
    low, high = finite(row.get("low")), finite(row.get("high"))
    tip = words["coverage_tip"].format(
        step=row["step"], nominal=percent(row["nominal"], 0), empirical=percent(row["empirical"]), n=row.get("n")
    )
    whisker = [] if low is None or high is None else [svg.rule(across, y(low), across, y(high), "whisker")]
    return [*whisker, svg.mark("circle", across, y(float(row["empirical"])), "own", tip, 4.5)]


def _diagonal(x: svg.Scale, y: svg.Scale, titles: tuple[str, str]) -> list[Markup]:
    ends = svg.numbered([0.0, 0.25, 0.5, 0.75, 1.0], 100, "%")
    seen = [tick for tick in ends if x.holds(tick[0])]
    return [
        svg.frame(x, y, seen, [tick for tick in ends if y.holds(tick[0])], titles),
        svg.rule(x(x.low), y(x.low), x(x.high), y(x.high), "promise"),
    ]


def nominal_empirical(rows: Sequence[Row], network: str, words: Mapping[str, Any]) -> Markup:
    """Draw nominal against empirical coverage over all steps, the network's and every baseline's that has ranges."""
    known = [row for row in rows if row.get("step") is None and finite(row.get("empirical")) is not None]
    if not known:
        return Markup()
    x, y = svg.Scale(0, 1, 48, 342), svg.Scale(0, 1, 196, 30)
    parts = _diagonal(x, y, (words["axis_nominal"], words["axis_empirical"]))
    models = [model for model in distinct(known, "model") if model != network]
    for order, model in enumerate([*models, network]):
        mine = sorted(where(known, model=model), key=lambda row: float(row["nominal"]))
        style, shape = ("own", "circle") if model == network else ("other", svg.SHAPES[1 + order % 6])
        if model == network:
            parts.append(svg.line([(row["nominal"], row["empirical"]) for row in mine], x, y, "network"))
        for row in mine:
            tip = words["nominal_tip"].format(
                model=model, nominal=percent(row["nominal"], 0), empirical=percent(row["empirical"])
            )
            parts.append(svg.mark(shape, x(row["nominal"]), y(row["empirical"]), style, tip, 4))
    return svg.picture(360, 240, words["nominal_label"], parts)


def reliability(rows: Sequence[Row], network: str, words: Mapping[str, Any]) -> Markup:
    """Draw the probability of a rise that was said against how often it rose; larger dots stand on more forecasts."""
    own = [row for row in where(rows, model=network) if None not in (finite(row.get("p")), finite(row.get("observed")))]
    if not own:
        return Markup()
    x, y = svg.Scale(0, 1, 48, 342), svg.Scale(0, 1, 196, 30)
    parts = _diagonal(x, y, (words["axis_said"], words["axis_rose"]))
    most = max((finite(row.get("n")) or 0.0 for row in own), default=0.0) or 1.0
    own = sorted(own, key=lambda row: float(row["p"]))
    parts.append(svg.line([(row["p"], row["observed"]) for row in own], x, y, "network thin"))
    for row in own:
        size = 2.5 + 6 * ((finite(row.get("n")) or 0.0) / most) ** 0.5
        tip = words["reliability_tip"].format(p=percent(row["p"]), observed=percent(row["observed"]), n=row.get("n"))
        parts.append(svg.mark("circle", x(row["p"]), y(row["observed"]), "own", tip, size))
    return svg.picture(360, 240, words["reliability_label"], parts)
