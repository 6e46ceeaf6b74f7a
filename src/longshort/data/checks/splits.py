"""Jumps that look like splits: reported, never adjusted."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY
from longshort.data.checks.oddities import Found, by_kind
from longshort.data.panel import PRICES, Panel
from longshort.language import Message, message

SPLITS = np.array([1.5, 2.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100])
SPLIT_TOLERANCE = 0.03
"""How far (in logarithms) a jump may lie from a split's ratio: about a day's usual move."""
UNUSUAL = 12.0
"""A jump is looked at when it is this many times the series' usual move (its median absolute change)."""
RATIOS = np.log(np.concatenate([SPLITS, 1 / SPLITS]))


def splits(panel: Panel) -> Iterator[Found]:
    """Find overnight jumps of the target near 2, 3, 3/2, 1/10 ..., far beyond the series' usual moves, that last.

    From the close before to the open where the file has both, else between targets. Only prices, and numbers that come
    once a day, are looked at.
    """
    if panel.columns[0].kind not in PRICES and any(c.length != DAY for c in panel.calendars):
        return
    jump = jumps(panel)
    large = np.flatnonzero(np.abs(jump) > np.log(1.5) - SPLIT_TOLERANCE)
    near = np.abs(jump[large][:, None] - RATIOS).min(axis=1, initial=np.inf) < SPLIT_TOLERANCE
    rows = large[near]
    usual = {s: usual_move(panel, s) for s in np.unique(panel.series[rows]).tolist()}
    lasting = [r for r in rows.tolist() if abs(jump[r]) > UNUSUAL * usual[int(panel.series[r])] and stays(panel, r)]
    yield Found(
        "suspected_split",
        "warning",
        np.array(lasting, dtype=np.int64),
        "checks.suspected_split",
        {"column": panel.columns[0].name},
        lambda some: [[ratio_in_words(float(np.exp(jump[row])))] for row in some],
    )


def jumps(panel: Panel) -> NDArray[np.float64]:
    """Give for each row the logarithm of the value before over its own: overnight where the file has open and close.

    Zero where either is not a positive number, and at the first row of each series.
    """
    kinds = by_kind(panel)
    both = "close" in kinds and "open" in kinds
    before, after = (panel.values[:, kinds[kind] if both else 0] for kind in ("close", "open"))
    with np.errstate(all="ignore"):
        jump = np.concatenate([[0.0], np.log(before[:-1] / after[1:])])[: len(before)]
    jump[panel.offsets[:-1][np.diff(panel.offsets) > 0]] = 0.0
    return np.where(np.isfinite(jump), jump, 0.0)


def usual_move(panel: Panel, series: int) -> float:
    """Give the median absolute change of a series' logarithm; infinity where there is none to be had."""
    target = panel.target[panel.rows(series)]
    moves = np.abs(np.diff(np.log(target[target > 0])))
    return float(np.median(moves)) if len(moves) else np.inf


def stays(panel: Panel, row: int) -> bool:
    """Tell whether the level stays where the jump brought it: the medians of five rows on either side agree."""
    own = panel.rows(int(panel.series[row]))
    sides = [panel.target[max(own.start, row - 5) : row], panel.target[row : min(own.stop, row + 5)]]
    known = [side[side > 0] for side in sides]
    if not all(map(len, known)):
        return False
    level = np.log(np.median(known[0]) / np.median(known[1]))
    return bool(np.abs(level - RATIOS).min() < 5 * SPLIT_TOLERANCE)


def ratio_in_words(ratio: float) -> Message:
    """Write a split as people do: so many new shares for one old, or the reverse.

    >>> ratio_in_words(2.02), ratio_in_words(0.1)
    ('about 2 for 1', 'about 1 for 10')
    """
    size = float(SPLITS[np.abs(np.log(SPLITS) - abs(np.log(ratio))).argmin()])
    return message("checks.row.split" if ratio > 1 else "checks.row.reverse_split", n=size)
