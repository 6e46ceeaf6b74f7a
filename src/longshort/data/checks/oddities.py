"""Rows of a panel that look wrong: blanks, impossible prices, frozen stretches, jumps that look like splits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import PRICES, Column, Panel
from longshort.finding import Severity
from longshort.language import listed, message

FROZEN = 5
"""The shortest stretch of equal values that is reported, for a series whose values hardly ever repeat."""


def nothing(rows: NDArray[np.int64]) -> list[list[str]]:
    """Add no detail to an example."""
    return [[] for _ in rows]


@dataclass(frozen=True, eq=False)
class Found:
    """Name rows with one kind of fault: code, severity, the sentence of the catalogue with its names, and details.

    `details` gives for each of some rows what to add to it where it is an example.
    """

    code: str
    severity: Severity
    rows: NDArray[np.int64]
    sentence: str
    names: Mapping[str, Any]
    details: Callable[[NDArray[np.int64]], list[list[str]]] = nothing


def by_kind(panel: Panel) -> dict[str, int]:
    """Give the place of each kind of price-file column; the target wins where two columns have one kind."""
    return {column.kind: place for place, column in reversed(list(enumerate(panel.columns)))}


def cells(panel: Panel, *names: str) -> Callable[[NDArray[np.int64]], list[list[str]]]:
    """Quote the cells of the named columns in each example."""
    places = {name: [c.name for c in panel.columns].index(name) for name in names}
    return lambda rows: [[f"{name} {panel.values[row, place]:.10g}" for name, place in places.items()] for row in rows]


def blanks(panel: Panel) -> Iterator[Found]:
    """Find blank cells: of the target first, then those of each past-only column."""
    blank = np.isnan(panel.values)
    if not blank.any():
        return
    newest = np.where(blank[:, 0], -1, np.arange(len(blank)))
    last = np.full(len(panel), -1)
    np.maximum.at(last, panel.series, newest)
    future = any(c.known == "known_future" for c in panel.columns) & (np.arange(len(blank)) > last[panel.series])
    yield Found(
        "blank_target",
        "info",
        np.flatnonzero(blank[:, 0] & ~future),
        "checks.blank_target",
        {"column": panel.columns[0].name},
    )
    rest: NDArray[np.bool_] = blank[:, 1:] & ~future[:, None]
    names = [c.name for place, c in enumerate(panel.columns[1:]) if rest[:, place].any()]
    yield Found(
        "blank_inputs",
        "info",
        np.flatnonzero(rest.any(axis=1)),
        "checks.blank_inputs",
        {"columns": listed(names, 12)},
        lambda rows: [[c.name for place, c in enumerate(panel.columns[1:]) if rest[row, place]] for row in rows],
    )


def out_of_range(panel: Panel) -> Iterator[Found]:
    """Find opens and closes above the high or below the low, and highs below lows."""
    kinds = by_kind(panel)
    if "high" in kinds and "low" in kinds:
        yield crossed(panel, "low_above_high", panel.columns[kinds["low"]], panel.columns[kinds["high"]])
    for kind in ("open", "close"):
        if kind in kinds and "high" in kinds:
            yield crossed(panel, f"{kind}_above_high", panel.columns[kinds[kind]], panel.columns[kinds["high"]])
        if kind in kinds and "low" in kinds:
            yield crossed(panel, f"{kind}_below_low", panel.columns[kinds["low"]], panel.columns[kinds[kind]], True)


def crossed(panel: Panel, code: str, lower: Column, upper: Column, below: bool = False) -> Found:
    """Find the rows where what should be the lower column lies above the upper one (by more than rounding)."""
    low, high = (panel.values[:, panel.columns.index(column)] for column in (lower, upper))
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(low > high)
    rows = rows[low[rows] - high[rows] > 1e-9 * np.abs(high[rows])]
    sentence = "checks.below" if below else "checks.above"
    first, second = (upper, lower) if below else (lower, upper)
    names = {"lower": lower.name, "upper": upper.name}
    return Found(code, "warning", rows, sentence, names, cells(panel, first.name, second.name))


def flat_bars(panel: Panel) -> Iterator[Found]:
    """Find rows whose open, high, low and close are one number: the day's range was not recorded."""
    kinds = by_kind(panel)
    if not {"open", "high", "low", "close"} <= kinds.keys():
        return
    high, low, *rest = (panel.values[:, kinds[kind]] for kind in ("high", "low", "open", "close"))
    rows = np.flatnonzero(high == low)
    rows = rows[np.logical_and.reduce([high[rows] == price[rows] for price in rest])]
    if len(rows) > 0.005 * len(high):
        yield Found("no_range", "info", rows, "checks.no_range", {})


def non_positive(panel: Panel) -> Iterator[Found]:
    """Find prices that are zero or below."""
    for place, column in enumerate(panel.columns):
        if column.kind not in PRICES:
            continue
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero(panel.values[:, place] <= 0)
        sentence = "checks.non_positive_input" if place else "checks.non_positive_target"
        names = {"column": column.name}
        yield Found("non_positive_price", "warning", rows, sentence, names, cells(panel, column.name))


def zero_volume(panel: Panel) -> Iterator[Found]:
    """Find sessions in which nothing was traded."""
    for place, column in enumerate(panel.columns):
        if column.kind == "volume":
            rows = np.flatnonzero(panel.values[:, place] == 0)
            yield Found("zero_volume", "info", rows, "checks.zero_volume", {"column": column.name})


def frozen(panel: Panel) -> Iterator[Found]:
    """Find stretches in which the target and all prices repeat, longer than the series' habits explain."""
    same = unchanged(panel)
    begins = np.flatnonzero(~same)
    lengths = np.diff(np.concatenate([begins, [len(same)]]))
    long = lengths >= longest_by_chance(panel, same)[panel.series[begins]]
    begins, lengths = begins[long], lengths[long]
    last = dict(zip(begins.tolist(), (begins + lengths - 1).tolist(), strict=True))
    yield Found(
        "frozen",
        "warning",
        begins,
        "checks.frozen",
        {"column": panel.columns[0].name},
        lambda rows: [[message("checks.row.length", n=last[int(row)] - int(row) + 1)] for row in rows],
    )


def unchanged(panel: Panel) -> NDArray[np.bool_]:
    """Tell which rows repeat the target and all prices of the row before, within their series."""
    same = np.zeros(len(panel.times), dtype=bool)
    same[1:] = panel.target[1:] == panel.target[:-1]
    same[panel.offsets[:-1][np.diff(panel.offsets) > 0]] = False
    for place, column in enumerate(panel.columns):
        if place and column.kind in PRICES:
            rows = np.flatnonzero(same)
            same[rows] = panel.values[rows, place] == panel.values[rows - 1, place]
    return same


def longest_by_chance(panel: Panel, same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give for each series the length that a stretch of equal values reaches by its own habits in 1 case of 100."""
    running = np.concatenate([[0], np.cumsum(same)])
    count = np.maximum(np.diff(panel.offsets), 1)
    share = np.clip(np.diff(running[panel.offsets]) / count, 1e-6, 0.999)
    length = 1 + np.log(0.01 / count) / np.log(share)
    longest: NDArray[np.int64] = np.maximum(np.ceil(length), FROZEN).astype(np.int64)
    return longest
