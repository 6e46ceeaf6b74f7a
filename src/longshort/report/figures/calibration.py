"""Calibration. Do the ranges hold what they promise, and do probabilities come true as often as they say."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, percent
from longshort.report.rows import Row, distinct, steps, where
from longshort.report.words import Words

W, H = 400, 260
TOP, BOTTOM, LEFT, RIGHT = 26, H - 44, 52, W - 24


def coverage_by_step(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the share of outcomes inside each range at each step; the dashed lines are the promises."""
    own = [
        row
        for row in where(rows, model=network)
        if None not in (finite(row.get("empirical")), finite(row.get("nominal")))
    ]
    at = steps(own)
    if not at:
        return Markup()
    levels = sorted({float(row["nominal"]) for row in own})
    low, high = svg.span(
        [*(finite(row.get(key)) for row in own for key in ("empirical", "low", "high")), *levels], 0.04
    )
    y = svg.Scale(max(0.0, low), min(1.0, high), BOTTOM, TOP)
    x = svg.Scale(at[0] - 0.5, at[-1] + 0.5, LEFT, RIGHT)
    across = [(float(step), str(step)) for step in at[:: -(-len(at) // 12)]]
    parts = [svg.frame(x, y, across, _apart(levels, y), (words("axis_step"), words("axis_inside")))]
    parts += [svg.rule(x.start, y(level), x.end, y(level), "promise") for level in levels]
    for row in own:
        if finite(row.get("step")) is not None:
            parts += _dot(row, x(row["step"]), y, words)
    return svg.picture(W, H, words("coverage_label"), parts)


def _apart(levels: Sequence[float], y: svg.Scale) -> list[svg.Tick]:
    """Label the promised levels, leaving out those whose label would touch another."""
    shown: list[svg.Tick] = []
    for level in levels:
        if not shown or abs(y(level) - y(shown[-1][0])) > 13:
            shown.append((level, percent(level, 0)))
    return shown


def _dot(row: Row, across: float, y: svg.Scale, words: Words) -> list[Markup]:
    low, high = finite(row.get("low")), finite(row.get("high"))
    shares = {"nominal": percent(row["nominal"], 0), "empirical": percent(row["empirical"])}
    tip = words("coverage_tip", step=row["step"], n=row.get("n"), **shares)
    whisker = [] if low is None or high is None else [svg.rule(across, y(low), across, y(high), "whisker")]
    return [*whisker, svg.mark("circle", across, y(float(row["empirical"])), "own", tip, 4)]


def _diagonal(values: Sequence[float | None], titles: tuple[str, str]) -> tuple[svg.Scale, svg.Scale, list[Markup]]:
    """Draw a square of shares around some values, with the line on which promise and outcome agree."""
    low, high = svg.span(values, pad=0.1, least=0.2)
    low, high = max(0.0, low), min(1.0, high)
    x, y = svg.Scale(low, high, LEFT, RIGHT), svg.Scale(low, high, BOTTOM, TOP)
    ends = svg.numbered(svg.ticks(low, high), 100, "\u00a0%")
    return x, y, [svg.frame(x, y, ends, ends, titles), svg.rule(x(low), y(low), x(high), y(high), "promise")]


def nominal_empirical(rows: Sequence[Row], network: str, shapes: Mapping[str, str], words: Words) -> Markup:
    """Draw nominal against empirical coverage over all steps, the network's and every baseline's that has ranges."""
    known = [
        row for row in where(rows, step=None) if None not in (finite(row.get("empirical")), finite(row.get("nominal")))
    ]
    if not known:
        return Markup()
    values = [finite(row[key]) for row in known for key in ("nominal", "empirical")]
    x, y, parts = _diagonal(values, (words("axis_nominal"), words("axis_empirical")))
    for model in sorted(distinct(known, "model"), key=lambda model: model == network):
        mine = sorted(where(known, model=model), key=lambda row: float(row["nominal"]))
        own = model == network
        parts.append(
            svg.line([(row["nominal"], row["empirical"]) for row in mine], x, y, "network" if own else "faded")
        )
        for row in mine:
            shares = {"nominal": percent(row["nominal"], 0), "empirical": percent(row["empirical"])}
            tip = words("nominal_tip", model=model, **shares)
            style = "own" if own else "other"
            parts.append(svg.mark(shapes[model], x(row["nominal"]), y(row["empirical"]), style, tip, 4 if own else 3.5))
    return svg.picture(W, H, words("nominal_label"), parts)


def reliability(rows: Sequence[Row], network: str, words: Words) -> Markup:
    """Draw the probability of a rise that was said against how often it rose; larger dots stand on more forecasts."""
    own = [row for row in where(rows, model=network) if None not in (finite(row.get("p")), finite(row.get("observed")))]
    if not own:
        return Markup()
    values = [finite(row[key]) for row in own for key in ("p", "observed")]
    x, y, parts = _diagonal(values, (words("axis_said"), words("axis_rose")))
    most = max((finite(row.get("n")) or 0.0 for row in own), default=0.0) or 1.0
    for row in own:
        size = 2.5 + 4 * ((finite(row.get("n")) or 0.0) / most) ** 0.5
        tip = words("reliability_tip", p=percent(row["p"]), observed=percent(row["observed"]), n=row.get("n"))
        parts.append(svg.mark("circle", x(row["p"]), y(row["observed"]), "own", tip, size))
    return svg.picture(W, H, words("reliability_label"), parts)
