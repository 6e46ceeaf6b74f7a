"""What happens with every step ahead: the error of all models, and the skill against the yardstick."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, number, percent
from longshort.report.rows import Row, distinct, first, steps, where
from longshort.report.words import Words

W, H = 400, 240
Shapes = Mapping[str, str]


def _frame(
    at: Sequence[int], y: svg.Scale, up: Sequence[svg.Tick], title: str, words: Words
) -> tuple[svg.Scale, Markup]:
    x = svg.Scale(at[0] - 0.5, at[-1] + 0.5, 52, W - 8)
    across = [(float(step), str(step)) for step in at[:: -(-len(at) // 12)]]
    return x, svg.frame(x, y, across, up, (words("axis_step"), title))


def error_by_step(
    rows: Sequence[Row], metric: str, network: str, yardstick: str, shapes: Shapes, words: Words
) -> Markup:
    """Draw one metric of every model at each step."""
    chosen = where(rows, metric=metric)
    at = steps(chosen)
    values = [finite(row.get("value")) for row in chosen if row.get("step") is not None]
    if not at or not any(value is not None for value in values):
        return Markup()
    y = svg.Scale(0, 1.06 * max(value for value in values if value is not None) or 1.0, H - 44, 26)
    x, drawn = _frame(at, y, svg.numbered(svg.ticks(y.low, y.high)), words.named("metrics", metric, metric), words)
    parts = [drawn]
    names = distinct(chosen, "model")
    for name in sorted(names, key=lambda name: (name == network, name == yardstick)):
        points = [(step, finite(first(chosen, model=name, step=step).get("value"))) for step in at]
        style = "network" if name == network else "naive" if name == yardstick else "faded"
        parts.append(svg.line(points, x, y, style))
        for step, value in points:
            if value is not None:
                tip = words("point_tip", model=name, step=step, value=number(value))
                parts.append(svg.mark(shapes[name], x(step), y(value), _style(name, network, yardstick), tip, 3))
    return svg.picture(W, H, words("error_label", metric=metric), parts)


def _style(name: str, network: str, yardstick: str) -> str:
    return "own" if name == network else "yardstick" if name == yardstick else "other"


def implied_skill(scores: Sequence[Row], metric: str, yardstick: str, network: str) -> list[Row]:
    """Give the other models' skill by step from their scores alone, without intervals.

    >>> scores = [{"model": m, "metric": "crps", "step": 1, "value": v} for m, v in (("cone", 2.0), ("garch", 1.5))]
    >>> implied_skill(scores, "crps", "cone", "lstm")[0]["value"]
    0.25
    """
    rows = where(scores, metric=metric)
    found: list[Row] = []
    for row in rows:
        own, base = finite(row.get("value")), finite(first(rows, model=yardstick, step=row.get("step")).get("value"))
        if row.get("step") and row.get("model") not in (network, yardstick) and own is not None and base:
            found.append({"model": row["model"], "step": row["step"], "value": 1 - own / base})
    return found


def skill_by_step(own: Sequence[Row], others: Sequence[Row], yardstick: str, shapes: Shapes, words: Words) -> Markup:
    """Draw the network's skill at each step with its 95 % interval, the other models' beside it; zero is the yardstick.

    The network sets the scale: a model far below would flatten all that matters (`beyond` names those).
    """
    at = steps(own)
    if not at:
        return Markup()
    low, high = _limits(own)
    y = svg.Scale(low, high, H - 44, 26)
    title = words("axis_skill", yardstick=yardstick)
    x, drawn = _frame(at, y, svg.numbered(svg.ticks(low, high), 100, "\u00a0%"), title, words)
    parts = [drawn, svg.rule(x.start, y(0), x.end, y(0), "zero")]
    names = distinct(others, "model")
    for order, name in enumerate(names):
        aside = 0.5 * ((order + 1) / (len(names) + 1) - 0.5)
        parts += _points(where(others, model=name), shapes[name], aside, x, y, words)
    for row in own:
        if row.get("step") is not None:
            parts += _own(row, x, y, words)
    return svg.picture(W, H, words("skill_label", baseline=yardstick), parts)


def _limits(own: Sequence[Row]) -> tuple[float, float]:
    shown = [finite(row.get(key)) for row in own if row.get("step") for key in ("value", "low", "high")]
    return svg.span([0.0, *shown], pad=0.15, least=0.04)


def _points(rows: Sequence[Row], shape: str, aside: float, x: svg.Scale, y: svg.Scale, words: Words) -> list[Markup]:
    """Draw one other model's points where they fit on the scale, a little aside so that none hides another."""
    parts = []
    for row in rows:
        value = finite(row.get("value"))
        if row.get("step") is not None and value is not None and y.low <= value <= y.high:
            tip = words("point_tip", model=row["model"], step=row["step"], value=percent(value, signed=True))
            parts.append(svg.mark(shape, x(row["step"] + aside), y(value), "other", tip, 3))
    return parts


def _own(row: Row, x: svg.Scale, y: svg.Scale, words: Words) -> list[Markup]:
    """Draw one of the network's points with its interval."""
    value, low, high = (finite(row.get(key)) for key in ("value", "low", "high"))
    if value is None:
        return []
    across = x(row["step"])
    whisker = [] if low is None or high is None else [svg.rule(across, y(low), across, y(high), "whisker")]
    ends = {"value": percent(value, signed=True), "low": percent(low, signed=True), "high": percent(high, signed=True)}
    tip = words("interval_tip", model=row.get("model"), step=row["step"], **ends)
    return [*whisker, svg.mark("circle", across, y(value), "own", tip, 5)]


def beyond(own: Sequence[Row], others: Sequence[Row]) -> list[tuple[str, float]]:
    """Name the models that lie too far below to be drawn at any step, with their mean skill, worst first."""
    low, _ = _limits(own)
    found = []
    for name in distinct(others, "model"):
        values = [
            v for row in where(others, model=name) if row.get("step") and (v := finite(row.get("value"))) is not None
        ]
        if values and max(values) < low:
            found.append((str(name), sum(values) / len(values)))
    return sorted(found, key=lambda pair: pair[1])
