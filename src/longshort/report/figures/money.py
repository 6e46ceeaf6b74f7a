"""What positions would have earned: a year's result beside its yardsticks, and the growth of one unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, first, where

RESULTS = ("net_return", "buy_and_hold", "gross_return", "shuffled", "shifted")
POINTS = 400
W, ROW = 400, 46
Words = Mapping[str, Any]


def results(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the yearly results of the forecast's positions and of their yardsticks below each other, with intervals."""
    found = [(name, first(where(rows, model=network), metric=name)) for name in RESULTS]
    known = [(name, row) for name, row in found if finite(row.get("value")) is not None]
    if not known or known[0][0] != "net_return":
        return Markup()
    ends = [finite(row.get(key)) for _, row in known for key in ("value", "low", "high")]
    x = svg.Scale(*svg.span([0.0, *ends], pad=0.08, least=0.02), 14, W - 14)
    bottom = ROW * len(known) + 8
    parts = [svg.rule(x(0), 0, x(0), bottom, "zero")]
    for at, label in svg.numbered(svg.ticks(x.low, x.high, 4), 100, " %"):
        parts += [svg.rule(x(at), 0, x(at), bottom, "grid"), svg.text(x(at), bottom + 17, label)]
    for order, (name, row) in enumerate(known):
        parts += _result(name, row, ROW * order, x, words)
    return svg.picture(W, bottom + 24, words["money_label"], parts)


def _result(name: str, row: Row, top: float, x: svg.Scale, words: Words) -> list[Markup]:
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    said = words["metrics"][name]
    shape, style = ("circle", "own") if name == RESULTS[0] else ("square", "other")
    whisker = [] if low is None or high is None else [svg.rule(x(low), top + 34, x(high), top + 34, f"whisker {style}")]
    tip = words["money_tip"].format(name=said, value=percent(value, signed=True))
    label = f"{said}: {percent(value, signed=True)}"
    return [
        svg.text(14, top + 20, label, "note", "start"),
        *whisker,
        svg.mark(shape, x(value or 0), top + 34, style, tip, 5),
    ]


def growth(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw what one unit grew to, `net` by the positions and `hold` by holding, at the dates `ds`."""
    own = where(rows, model=network)
    own = own[:: max(1, -(-len(own) // POINTS))]
    lines = {name: [finite(row.get(name)) for row in own] for name in ("net", "hold")}
    if sum(value is not None for value in lines["net"]) < 2:
        return Markup()
    x = svg.Scale(0, len(own) - 1, 64, 626)
    y = svg.Scale(*svg.span([1.0, *lines["net"], *lines["hold"]]), 250, 24)
    across = session_ticks([row.get("ds") for row in own], words)
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), ("", ""))]
    parts.append(svg.rule(x.start, y(1), x.end, y(1), "promise"))
    for name, style in (("hold", "actual"), ("net", "network")):
        parts.append(svg.line(enumerate(lines[name]), x, y, style))
    return svg.picture(640, 280, words["money_curve_label"].format(model=network), parts)
