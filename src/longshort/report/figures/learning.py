"""How the members learnt: their losses by epoch, fold by fold, and how far the seeds lie apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, number
from longshort.report.rows import Row, distinct, where

FOLDS_SHOWN = 12


def fold_curves(rows: Sequence[Row], words: Mapping[str, Any]) -> list[tuple[Any, Markup]]:
    """Draw one small picture for each fold, all on the same scale; a line for each member."""
    folds = distinct(rows, "fold")[:FOLDS_SHOWN]
    losses = [finite(row.get(key)) for row in rows for key in ("train_loss", "validation_loss")]
    if not folds or not any(loss is not None for loss in losses):
        return []
    y = svg.Scale(*svg.span(losses, pad=0.08), 96, 18)
    longest = max(finite(row.get("epoch")) or 1.0 for row in rows)
    x = svg.Scale(1, max(longest, 2.0), 40, 170)
    return [(fold, _one(where(rows, fold=fold), fold, x, y, words)) for fold in folds]


def _one(rows: Sequence[Row], fold: Any, x: svg.Scale, y: svg.Scale, words: Mapping[str, Any]) -> Markup:
    across = svg.numbered(svg.ticks(1, x.high, 3))
    parts = [svg.frame(x, y, [t for t in across if t[0] >= 1], svg.numbered(svg.ticks(y.low, y.high, 3)), ("", ""))]
    for seed in distinct(rows, "seed"):
        mine = sorted(where(rows, seed=seed), key=lambda row: row.get("epoch") or 0)
        for key, style in (("train_loss", "train"), ("validation_loss", "validation")):
            points = [(finite(row.get("epoch")), finite(row.get(key))) for row in mine]
            parts.append(svg.line(points, x, y, f"curve {style}"))
        parts += _best(mine, seed, x, y, words)
    return svg.picture(180, 124, words["curve_label"].format(fold=fold), parts)


def _best(rows: Sequence[Row], seed: Any, x: svg.Scale, y: svg.Scale, words: Mapping[str, Any]) -> list[Markup]:
    """Mark the epoch with the lowest validation loss, whose weights were kept."""
    known = [(loss, row) for row in rows if (loss := finite(row.get("validation_loss"))) is not None]
    if not known:
        return []
    loss, row = min(known, key=lambda pair: pair[0])
    tip = words["best_tip"].format(seed=seed, epoch=row.get("epoch"), loss=number(loss))
    return [svg.mark("circle", x(finite(row.get("epoch")) or 1.0), y(loss), "own", tip, 2.5)]


def seed_strip(rows: Sequence[Row], marks: Sequence[tuple[str, float]], words: Mapping[str, Any]) -> Markup:
    """Draw every seed's own score on one line beside the ensemble's and the baseline's (`marks`)."""
    seeds = [(row.get("seed"), value) for row in rows if (value := finite(row.get("value"))) is not None]
    if not seeds:
        return Markup()
    x = svg.Scale(*svg.span([value for _, value in seeds] + [value for _, value in marks], pad=0.15), 16, 344)
    parts = [svg.text(x(at), 104, label) for at, label in svg.numbered(svg.ticks(x.low, x.high, 4))]
    parts.append(svg.rule(x.start, 84, x.end, 84, "grid"))
    for order, (name, value) in enumerate(marks):
        top = 22 + 18 * order
        parts.append(svg.rule(x(value), top + 4, x(value), 84, "promise" if order else "ensemble"))
        anchor = "start" if x(value) < 180 else "end"
        parts.append(svg.text(x(value), top, f"{name} {number(value)}", "note", anchor))
    for seed, value in seeds:
        parts.append(
            svg.mark("circle", x(value), 74, "own", words["seed_tip"].format(seed=seed, value=number(value)), 5)
        )
    return svg.picture(360, 112, words["seeds_label"].format(n=len(seeds)), parts)
