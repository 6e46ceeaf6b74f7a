"""How the members learnt: their losses by epoch, fold by fold, and how far the seeds lie apart."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, number, percent
from longshort.report.rows import Row, distinct, where
from longshort.report.words import Words

FOLDS_SHOWN = 12


def fold_curves(rows: Sequence[Row], words: Words) -> list[tuple[Any, Markup]]:
    """Draw one small picture for each fold, all on the same scale; two lines for each member."""
    folds = distinct(rows, "fold")[:FOLDS_SHOWN]
    losses = [finite(row.get(key)) for row in rows for key in ("train_loss", "validation_loss")]
    if not folds or not any(loss is not None for loss in losses):
        return []
    y = svg.Scale(*svg.span(losses, pad=0.08), 100, 8)
    longest = max((finite(row.get("epoch")) or 1.0 for row in rows), default=1.0)
    x = svg.Scale(1, max(longest, 2.0), 34, 184)
    return [(fold, _one(where(rows, fold=fold), fold, x, y, words)) for fold in folds]


def _one(rows: Sequence[Row], fold: Any, x: svg.Scale, y: svg.Scale, words: Words) -> Markup:
    across = [tick for tick in svg.numbered(svg.ticks(0, x.high, 4, least=1.0)) if tick[0] >= 1]
    parts = [svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high, 3)), ("", ""))]
    for seed in distinct(rows, "seed"):
        mine = sorted(where(rows, seed=seed), key=lambda row: row.get("epoch") or 0)
        for key, style in (("train_loss", "train"), ("validation_loss", "validation")):
            points = [(finite(row.get("epoch")), finite(row.get(key))) for row in mine]
            parts.append(svg.line(points, x, y, f"curve {style}"))
        parts += _best(mine, seed, x, y, words)
    return svg.picture(196, 122, words("curve_label", fold=fold), parts)


def _best(rows: Sequence[Row], seed: Any, x: svg.Scale, y: svg.Scale, words: Words) -> list[Markup]:
    """Mark the epoch with the lowest validation loss, whose weights were kept."""
    known = [(loss, row) for row in rows if (loss := finite(row.get("validation_loss"))) is not None]
    if not known:
        return []
    loss, row = min(known, key=lambda pair: pair[0])
    tip = words("best_tip", seed=seed, epoch=row.get("epoch"), loss=number(loss))
    return [svg.mark("circle", x(finite(row.get("epoch")) or 1.0), y(loss), "own", tip, 3)]


def seed_strip(rows: Sequence[Row], marks: Sequence[tuple[str, float]], words: Words, *, share: bool) -> Markup:
    """Draw every seed's own value on one line beside the ensemble's and the yardstick's (`marks`)."""
    seeds = [(row.get("seed"), value) for row in rows if (value := finite(row.get("value"))) is not None]
    if not seeds:
        return Markup()
    x = svg.Scale(*svg.span([value for _, value in seeds] + [value for _, value in marks], pad=0.12), 14, 386)
    factor, unit = (100, "\u00a0%") if share else (1, "")
    parts = [svg.rule(x.start, 88, x.end, 88, "base")]
    for at, label in svg.numbered(svg.ticks(x.low, x.high, 4), factor, unit):
        parts += [svg.rule(x(at), 88, x(at), 92, "base"), svg.text(x(at), 108, label)]
    for order, (name, value) in enumerate(marks):
        top = 18 + 20 * order
        parts.append(svg.rule(x(value), top + 5, x(value), 88, "promise" if order else "ensemble"))
        anchor = "start" if x(value) < 60 else "end" if x(value) > 340 else "middle"
        parts.append(svg.text(x(value), top, f"{name}: {_say(value, share)}", "note", anchor))
    for seed, value in seeds:
        parts.append(svg.mark("circle", x(value), 76, "own", words("seed_tip", seed=seed, value=_say(value, share)), 5))
    return svg.picture(400, 116, words("seeds_label", n=len(seeds)), parts)


def _say(value: float, share: bool) -> str:
    return percent(value, signed=True) if share else number(value)
