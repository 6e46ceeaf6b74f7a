"""What positions would have earned: a year's result beside its yardsticks."""

from collections.abc import Sequence

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, first, where
from longshort.report.words import Words

RESULTS = ("over_holding", "net_return", "buy_and_hold", "gross_return", "shuffled", "shifted")
W, ROW = 400, 46


def results(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the yearly results of the forecast's positions and of their yardsticks below each other, with intervals."""
    found = [(name, first(where(rows, model=network), metric=name)) for name in RESULTS]
    known = [(name, row) for name, row in found if finite(row.get("value")) is not None]
    if not known or "net_return" not in [name for name, _ in known]:
        return Markup()
    ends = [finite(row.get(key)) for _, row in known for key in ("value", "low", "high")]
    x = svg.Scale(*svg.span([0.0, *ends], pad=0.08, least=0.02), 14, W - 14)
    bottom = ROW * len(known) + 8
    parts = [svg.rule(x(0), 0, x(0), bottom, "zero")]
    for at, label in svg.numbered(svg.ticks(x.low, x.high, 4), 100, "\u00a0%"):
        parts += [svg.rule(x(at), 0, x(at), bottom, "grid"), svg.text(x(at), bottom + 17, label)]
    for order, (name, row) in enumerate(known):
        parts += _result(name, row, ROW * order, x, words)
    return svg.picture(W, bottom + 24, words("money_label"), parts)


def _result(name: str, row: Row, top: float, x: svg.Scale, words: Words) -> list[Markup]:
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    said = words.named("metrics", name)
    shape, style = ("circle", "own") if name == "net_return" else ("square", "other")
    whisker = [] if low is None or high is None else [svg.rule(x(low), top + 34, x(high), top + 34, f"whisker {style}")]
    tip = words("money_tip", name=said, value=percent(value, signed=True))
    label = f"{said}: {percent(value, signed=True)}"
    return [
        svg.text(14, top + 20, label, "note", "start"),
        *whisker,
        svg.mark(shape, x(value or 0), top + 34, style, tip, 5),
    ]
