"""A rule that gives point forecasts becomes a distribution by its own past errors at the same step."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import known_targets
from longshort.data.panel import Panel
from longshort.data.support import in_support
from longshort.data.windows import Pairs, future_rows
from longshort.results.forecast import Forecast, from_arrays
from longshort.smoothing import window_quantiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LAST = 500  # errors that make a distribution
FEW = 20  # errors of a step, below which those of all steps are pooled
LEAST = 2  # errors in all, below which there is no distribution
BLOCK = 4_000_000  # numbers held at a time, to bound memory


class Rule(Protocol):
    """Give point forecasts from any row, by what is known there."""

    @property
    def name(self) -> str:
        """Name the rule in tables."""

    @property
    def horizon(self) -> int:
        """Count the steps ahead."""

    @property
    def growth(self) -> float:
        """Give the power of the step with which errors grow: 0 around a mean, 1/2 where the level is followed."""

    def points(self, panel: Panel, rows: Ints) -> Floats:
        """Forecast from rows of a panel, `[row, step]`; NaN where nothing is known."""


def with_past_errors(rule: Rule, panel: Panel, pairs: Pairs, levels: tuple[float, ...]) -> Forecast:
    """Forecast from pairs: the rule's point, and around it the quantiles of its errors that were known at the cutoff.

    For each step these are the newest 500 errors of that series at that step. Where there are fewer than 20, errors of
    all steps are pooled, each scaled by step ** growth; where there are fewer than two, the quantiles are NaN. A series
    that was never negative up to the cutoff gets no negative quantile. Raises NotEnoughHistory where a pair sees no
    value at all.
    """
    known_targets(panel, pairs, rule.name)
    points = np.full((len(pairs), rule.horizon), np.nan)
    quantiles = np.full((len(pairs), rule.horizon, len(levels)), np.nan)
    for chosen, rows in blocks(rule, panel, pairs):
        points[chosen] = rule.points(panel, pairs.rows[chosen])
        spread = error_quantiles(rule, panel, pairs[chosen], rows, levels)
        quantiles[chosen] = points[chosen][:, :, None] + spread
    quantiles = in_support(panel, pairs.rows, quantiles)
    return from_arrays(rule.name, panel, pairs, points, quantile_levels=levels, quantiles=quantiles)


def blocks(rule: Rule, panel: Panel, pairs: Pairs) -> Iterator[tuple[Ints, Ints]]:
    """Cut the pairs by whole series into blocks, each with the rows whose forecasts give the errors that it needs."""
    order = np.argsort(pairs.series, kind="stable")
    starts = np.searchsorted(pairs.series[order], np.arange(len(panel) + 1))
    chosen: list[Ints] = []
    origins: list[Ints] = []
    held = 0
    for series in np.flatnonzero(np.diff(starts)):
        own = order[starts[series] : starts[series + 1]]
        first = max(int(panel.offsets[series]), int(pairs.rows[own].min()) - LAST - rule.horizon)
        rows = np.arange(first, int(pairs.rows[own].max()) + 1)
        rows = rows[~np.isnan(panel.target[rows])]
        if held and held + (len(rows) + len(own)) * rule.horizon > BLOCK:
            yield np.concatenate(chosen), np.concatenate(origins)
            chosen, origins, held = [], [], 0
        chosen.append(own)
        origins.append(rows)
        held += (len(rows) + len(own)) * rule.horizon
    if chosen:
        yield np.concatenate(chosen), np.concatenate(origins)


def error_quantiles(rule: Rule, panel: Panel, pairs: Pairs, origins: Ints, levels: tuple[float, ...]) -> Floats:
    """Give the quantiles of the errors that each pair knows of, `[pair, step, level]`.

    `origins` are the rows, ascending, from which the rule forecast in the past.
    """
    ends = future_rows(panel, Pairs(panel.series[origins], origins), rule.horizon)
    with np.errstate(invalid="ignore", over="ignore"):
        errors = np.where(ends >= 0, panel.target[ends] - rule.points(panel, origins), np.nan)
    out = np.full((len(pairs), rule.horizon, len(levels)), np.nan)
    few = np.zeros((len(pairs), rule.horizon), dtype=bool)
    for step in range(rule.horizon):
        known = np.isfinite(errors[:, step])
        low, high = windows(ends[known, step], panel, pairs)
        few[:, step] = high - low < FEW
        enough = ~few[:, step]
        out[enough, step] = window_quantiles(errors[known, step], low[enough], high[enough], levels)
    if few.any():
        scale = np.arange(1, rule.horizon + 1) ** rule.growth
        pooled = pooled_quantiles(errors / scale, ends, panel, pairs, np.asarray(few.any(axis=1)), levels)
        for step in range(rule.horizon):
            out[few[:, step], step] = pooled[few[:, step]] * scale[step]
    return out


def windows(ends: Ints, panel: Panel, pairs: Pairs) -> tuple[Ints, Ints]:
    """Find for each pair the newest errors that it knows of, by the rows (ascending) at which they became known."""
    high = np.searchsorted(ends, pairs.rows, side="right")
    first = np.searchsorted(ends, panel.offsets[:-1])[pairs.series]
    return np.maximum(first, high - LAST), high


def pooled_quantiles(
    scaled: Floats, ends: Ints, panel: Panel, pairs: Pairs, wanted: NDArray[np.bool_], levels: tuple[float, ...]
) -> Floats:
    """Give the quantiles of the scaled errors of all steps together, `[pair, level]`, for the pairs that are wanted."""
    known = np.isfinite(scaled)
    order = np.argsort(ends[known], kind="stable")
    low, high = windows(ends[known][order], panel, pairs[wanted])
    found = window_quantiles(scaled[known][order], low, high, levels)
    out = np.full((len(pairs), len(levels)), np.nan)
    out[wanted] = np.where((high - low >= LEAST)[:, None], found, np.nan)
    return out
