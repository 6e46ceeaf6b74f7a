"""Skill at each step: how much better or worse than the named baseline."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, distinct, steps, where


def skill_by_step(rows: Sequence[Row], network: str, words: Mapping[str, Any]) -> Markup:
    """Draw the skill of every model at each step, the network's with its 95 % interval; zero is the baseline.

    The network and what lies near it set the scale: a baseline far below would flatten all that matters.
    """
    at = steps(rows)
    own = {row["step"]: row for row in where(rows, model=network)}
    shown = [finite(own[step].get(key)) for step in at if step in own for key in ("value", "low", "high")]
    if not any(value is not None for value in shown):
        return Markup()
    y = svg.Scale(*svg.span([0.0, *shown], pad=0.15, least=0.04), 196, 30)
    x = svg.Scale(at[0] - 0.5, at[-1] + 0.5, 54, 350)
    up = svg.numbered(svg.ticks(y.low, y.high), 100, "%")
    every = max(1, len(at) // 10)
    across = [(float(step), str(step)) for step in at[::every]]
    parts = [svg.frame(x, y, across, up, (words["axis_step"], words["axis_skill"]))]
    parts.append(svg.rule(x.start, y(0), x.end, y(0), "zero"))
    others = [model for model in distinct(rows, "model") if model != network]
    for order, model in enumerate(others):
        parts += _points(where(rows, model=model), x, y, order, words)
    parts += [part for step in at if step in own for part in _own(own[step], x, y, words)]
    return svg.picture(360, 240, words["skill_label"].format(baseline=rows[0].get("baseline")), parts)


def _points(rows: Sequence[Row], x: svg.Scale, y: svg.Scale, order: int, words: Mapping[str, Any]) -> list[Markup]:
    """Draw one other model's points where they fit on the scale."""
    shape, parts = svg.SHAPES[1 + order % (len(svg.SHAPES) - 1)], []
    for row in rows:
        value = finite(row.get("value"))
        if row.get("step") is not None and value is not None and y.holds(value):
            tip = words["point_tip"].format(model=row.get("model"), step=row["step"], value=percent(value, signed=True))
            parts.append(svg.mark(shape, x(row["step"]), y(value), "other", tip, 3))
    return parts


def _own(row: Row, x: svg.Scale, y: svg.Scale, words: Mapping[str, Any]) -> list[Markup]:
    """Draw one of the network's points with its interval."""
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    if value is None:
        return []
    across, parts = x(row["step"]), []
    if low is not None and high is not None:
        parts.append(svg.rule(across, y(low), across, y(high), "whisker"))
    tip = words["interval_tip"].format(
        model=row.get("model"),
        step=row["step"],
        value=percent(value, signed=True),
        low=percent(low, signed=True),
        high=percent(high, signed=True),
    )
    return [*parts, svg.mark("circle", across, y(value), "own", tip, 5)]


def beyond(rows: Sequence[Row], network: str) -> list[tuple[str, float]]:
    """Name the models whose skill over all steps lies too far below the network's to be drawn, worst first."""
    own = [finite(row.get(key)) for row in where(rows, model=network) for key in ("low", "value", "high")]
    low, _ = svg.span([0.0, *own], pad=0.15, least=0.04)
    found = []
    for model in distinct(rows, "model"):
        values = [
            v for row in where(rows, model=model) if row.get("step") and (v := finite(row.get("value"))) is not None
        ]
        if values and max(values) < low:
            found.append((str(model), sum(values) / len(values)))
    return sorted(found, key=lambda pair: pair[1])
