"""How a model fared over time: fold by fold, its gain added up, wealth from its positions, what its errors hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite, number
from longshort.report.rows import Row, distinct, first, where
from longshort.report.words import Words

W, H = 400, 240
CUMULATIVE = (("rmse", "network"), ("crps", "naive"))


def by_fold(rows: Sequence[Row], network: str, shapes: Mapping[str, str], words: Words) -> Markup:
    """Draw one metric of every model in each fold."""
    folds = [fold for fold in distinct(rows, "fold") if isinstance(fold, int)]
    values = [value for row in rows if (value := finite(row.get("value"))) is not None]
    if len(folds) < 2 or not values:
        return Markup()
    x = svg.Scale(folds[0] - 0.5, folds[-1] + 0.5, 52, W - 8)
    y = svg.Scale(0, 1.06 * max(values) or 1.0, H - 44, 26)
    metric = words.named("metrics", rows[0].get("metric"), rows[0].get("metric"))
    across = [(float(fold), str(fold)) for fold in folds[:: -(-len(folds) // 12)]]
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), (words("fold"), metric))]
    for model in sorted(distinct(rows, "model"), key=lambda model: model == network):
        points = [(fold, finite(first(rows, model=model, fold=fold).get("value"))) for fold in folds]
        parts.append(svg.line(points, x, y, "network" if model == network else "faded"))
        for fold, value in points:
            if value is not None:
                tip = words("fold_tip", model=model, fold=fold, value=number(value))
                parts.append(svg.mark(shapes[model], x(fold), y(value), "own" if model == network else "other", tip, 3))
    return svg.picture(W, H, words("by_fold_label", metric=metric), parts)


def cumulative(rows: Sequence[Row], words: Words) -> Markup:
    """Draw the gain on the toughest baseline, added up over the forecast dates."""
    labels = sorted({row.get("ds") for row in rows if row.get("ds") is not None}, key=lambda ds: (str(type(ds)), ds))
    lines = [
        (style, {row.get("ds"): finite(row.get("value")) for row in where(rows, metric=metric)})
        for metric, style in CUMULATIVE
    ]
    values = [value for _, line in lines for value in line.values() if value is not None]
    if len(labels) < 2 or not values:
        return Markup()
    x = svg.Scale(0, len(labels) - 1, 52, W - 8)
    y = svg.Scale(*svg.span([0.0, *values]), H - 30, 14)
    parts = [svg.frame(x, y, session_ticks(labels, words, 4), svg.numbered(svg.ticks(y.low, y.high)), ("", ""))]
    parts.append(svg.rule(x.start, y(0), x.end, y(0), "zero"))
    parts += [svg.line(((at, line.get(ds)) for at, ds in enumerate(labels)), x, y, style) for style, line in lines]
    return svg.picture(W, H, words("cumulative_label"), parts)


def equity(rows: Sequence[Row], words: Words) -> Markup:
    """Draw wealth from one unit beside holding, and the drawdown below."""
    labels = [row.get("ds") for row in rows]
    net, holding, fall = ([finite(row.get(key)) for row in rows] for key in ("net", "holding", "drawdown"))
    if len(rows) < 2 or not any(value is not None for value in net):
        return Markup()
    x = svg.Scale(0, len(rows) - 1, 64, 626)
    y = svg.Scale(*svg.span([1.0, *net, *holding]), 210, 14)
    low = svg.Scale(-max((value for value in fall if value is not None), default=0.0) or -0.01, 0, 296, 232)
    marks = svg.numbered(svg.ticks(low.low, 0, 2), 100, "\u00a0%")
    parts = [
        svg.frame(x, y, [], svg.numbered(svg.ticks(y.low, y.high)), ("", "")),
        svg.frame(x, low, session_ticks(labels, words), marks, ("", "")),
        svg.rule(x.start, y(1), x.end, y(1), "grid"),
    ]
    below = [(at, None if value is None else -value) for at, value in enumerate(fall)]
    parts.append(svg.area([(at, 0.0) for at, _ in below], below, x, low, "range"))
    parts += [svg.line(enumerate(holding), x, y, "naive"), svg.line(enumerate(net), x, y, "network")]
    return svg.picture(640, 320, words("equity_label"), parts)


def residuals(rows: Sequence[Row], words: Words) -> Markup:
    """Draw the autocorrelation of one-step errors; dashed lines are the bounds of chance."""
    known = [(int(row["lag"]), value, finite(row.get("bound"))) for row in rows
             if row.get("lag") is not None and (value := finite(row.get("value"))) is not None]  # fmt: skip
    if not known:
        return Markup()
    bounds = [bound for _, _, bound in known if bound is not None]
    ends = [0.0, *(value for _, value, _ in known), *bounds, *(-bound for bound in bounds)]
    x = svg.Scale(known[0][0] - 0.5, known[-1][0] + 0.5, 52, W - 8)
    y = svg.Scale(*svg.span(ends, pad=0.1, least=0.2), H - 44, 14)
    across = [(float(lag), str(lag)) for lag, _, _ in known[:: -(-len(known) // 12)]]
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), (words("axis_lag"), ""))]
    parts.append(svg.rule(x.start, y(0), x.end, y(0), "zero"))
    for lag, value, bound in known:
        if bound is not None:
            parts += [svg.rule(x(lag - 0.5), y(side), x(lag + 0.5), y(side), "promise") for side in (bound, -bound)]
        parts.append(svg.rule(x(lag), y(0), x(lag), y(value), "stem own"))
        tip = words("residuals_tip", lag=lag, value=number(value))
        parts.append(svg.mark("circle", x(lag), y(value), "own", tip, 4))
    return svg.picture(W, H, words("residuals_label"), parts)


def spark(values: Sequence[Any], label: str) -> Markup:
    """Draw the newest values of a series as a small line."""
    known = [finite(value) for value in values]
    if sum(value is not None for value in known) < 2:
        return Markup()
    x, y = svg.Scale(0, len(known) - 1, 1, 95), svg.Scale(*svg.span(known), 23, 1)
    return svg.picture(96, 24, label, [svg.line(enumerate(known), x, y, "actual")])
