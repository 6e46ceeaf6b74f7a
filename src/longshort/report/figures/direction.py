"""Up or down: how often the direction was called right at each step, against always giving one answer."""

from collections.abc import Sequence

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, first, steps, where
from longshort.report.words import Words

W, H = 400, 240


def right_by_step(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the share of directions called right at each step with its interval, and the majority's as dashes."""
    own = where(rows, model=network)
    hits = [row for row in where(own, metric="accuracy") if finite(row.get("value")) is not None]
    at = steps(hits)
    if not at:
        return Markup()
    bases = {step: finite(first(own, metric="majority", step=step).get("value")) for step in at}
    ends = [finite(row.get(key)) for row in hits for key in ("value", "low", "high")]
    low, high = svg.span([*ends, *bases.values()], pad=0.1, least=0.1)
    y = svg.Scale(max(0.0, low), min(1.0, high), H - 44, 26)
    x = svg.Scale(at[0] - 0.5, at[-1] + 0.5, 52, W - 8)
    across = [(float(step), str(step)) for step in at[:: -(-len(at) // 12)]]
    up = svg.numbered(svg.ticks(y.low, y.high), 100, "\u00a0%")
    parts = [svg.frame(x, y, across, up, (words("axis_step"), words("axis_right")))]
    for step, base in bases.items():
        if base is not None:
            parts.append(svg.rule(x(step - 0.5), y(base), x(step + 0.5), y(base), "promise"))
    for step in at:
        parts += _dot(first(hits, step=step), bases[step], x, y, words)
    return svg.picture(W, H, words("direction_label"), parts)


def _dot(row: Row, base: float | None, x: svg.Scale, y: svg.Scale, words: Words) -> list[Markup]:
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    across = x(row["step"])
    said = {"step": row["step"], "right": percent(value), "n": row.get("n"), "base": percent(base)}
    whisker = [] if low is None or high is None else [svg.rule(across, y(low), across, y(high), "whisker")]
    return [*whisker, svg.mark("circle", across, y(value or 0.0), "own", words("direction_tip", **said), 5)]
