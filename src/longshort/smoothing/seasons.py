"""A series' season before anything is smoothed: classical decomposition, and the test whether there is one."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.smoothing.rows import ADDITIVE, MULTIPLICATIVE, Floats, Integers, PanelRows

SEASONS = 2  # that a series must span
ENOUGH = 0.75  # of a moving average's sessions must have been observed
SMALLEST = 0.01  # multiplicative index; below, a season is no factor
NORMAL_90 = 1.645  # two-sided


class Grid(NamedTuple):
    """Some series of one season length, session by session from their first, `[series, session]`: NaN where blank."""

    series: Integers
    values: Floats
    spans: Integers
    first: Integers
    length: int


def profiles(rows: PanelRows, lengths: Integers, kind: int) -> tuple[NDArray[np.bool_], list[Floats]]:
    """Decompose each series into a moving average and a season that adds or multiplies.

    The season is the mean of what the centred moving average leaves (differences or quotients), for each position in
    it, shifted or scaled to a mean of 0 or 1. `rows` are observations. Gives which series have one, and theirs in
    order: none where fewer than two seasons are spanned, where some position was never observed beside a moving
    average, or where an index that should multiply is not well above zero.
    """
    has = np.zeros(len(rows), bool)
    seasons: dict[int, Floats] = {}
    for grid in grids(rows, lengths):
        with np.errstate(all="ignore"):
            trend = moving_average(grid)
            rest = grid.values / trend if kind == MULTIPLICATIVE else grid.values - trend
        there = np.flatnonzero(np.isfinite(rest))
        number, session = np.divmod(there, rest.shape[1])
        key = number * grid.length + (grid.first[number] + session) % grid.length
        size = len(grid.series) * grid.length
        with np.errstate(invalid="ignore"):
            means = np.bincount(key, rest.ravel()[there], size) / np.bincount(key, minlength=size)
        season = means.reshape(-1, grid.length)
        middle = season.mean(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            season = season / middle if kind == MULTIPLICATIVE else season - middle
            good = np.isfinite(season).all(axis=1) & ((kind == ADDITIVE) | (season.min(axis=1) >= SMALLEST))
        has[grid.series[good]] = True
        seasons |= dict(zip(grid.series[good].tolist(), season[good], strict=True))
    return has, [seasons[number] for number in np.flatnonzero(has).tolist()]


def seasonal(rows: PanelRows, lengths: Integers) -> NDArray[np.bool_]:
    """Test each series for a season: whether its autocorrelation one season back is beyond what chance gives.

    The test of Assimakopoulos & Nikolopoulos (2000): beyond 1.645 standard errors, which are Bartlett's, of a series
    that spans two seasons or more. Blanks count as the mean.
    """
    out = np.zeros(len(rows), bool)
    for grid in grids(rows, lengths):
        observed = ~np.isnan(grid.values)
        total, count = np.nansum(grid.values, axis=1), observed.sum(axis=1)
        apart = np.where(observed, grid.values - (total / count)[:, None], 0.0)
        power = np.abs(np.fft.rfft(apart, 2 * apart.shape[1], axis=1)) ** 2
        products = np.fft.irfft(power, axis=1)[:, : grid.length + 1]
        with np.errstate(all="ignore"):
            correlations = products[:, 1:] / products[:, :1]
            error = np.sqrt((1 + 2 * (correlations[:, :-1] ** 2).sum(axis=1)) / grid.spans)
            out[grid.series] = np.abs(correlations[:, -1]) > NORMAL_90 * error
    return out


def grids(rows: PanelRows, lengths: Integers) -> Iterator[Grid]:
    """Lay out the series that span two seasons or more, those of one season length and of a like span together.

    Grids are as wide as the next power of two, whoever else is in them, so that sums over them are the same in any
    company. Of a series with large gaps only the newest sessions are laid out, four times as many as it has rows.
    """
    counts = np.diff(rows.offsets)
    ends = np.maximum(rows.offsets[1:] - 1, 0)
    last, first = (np.zeros(len(rows), np.int64) for _ in range(2))
    some = counts > 0
    last[some], first[some] = rows.sessions[ends[some]], rows.sessions[rows.offsets[:-1][some]]
    first = np.maximum(first, last - 4 * counts)
    spans = np.where(some, last - first + 1, 0)
    widths = 2 ** np.ceil(np.log2(np.maximum(spans, 1))).astype(np.int64)
    fits = (lengths > 1) & (spans >= SEASONS * lengths)
    owner = rows.series()
    for length, width in sorted(set(zip(lengths[fits].tolist(), widths[fits].tolist(), strict=True))):
        selected = np.flatnonzero(fits & (lengths == length) & (widths == width))
        for begin in range(0, len(selected), size := max(2**20 // width, 1)):
            series = selected[begin : begin + size]
            values = np.full((len(series), width), np.nan)
            part = np.flatnonzero(np.isin(owner, series))
            number = np.searchsorted(series, owner[part])
            session = rows.sessions[part] - first[series][number]
            inside = session >= 0
            values[number[inside], session[inside]] = rows.values[part[inside]]
            yield Grid(series, values, spans[series], first[series], length)


def moving_average(grid: Grid) -> Floats:
    """Average a season's length of sessions around each; an even length takes half of either end.

    NaN where the window leaves the series, or where fewer than three quarters of it were observed.
    """
    observed, reach = ~np.isnan(grid.values), grid.length // 2
    total = window(np.where(observed, grid.values, 0.0), grid.length)
    seen = window(observed.astype(float), grid.length)
    inside = np.arange(reach, reach + seen.shape[1]) < (grid.spans - reach)[:, None]
    out = np.full(grid.values.shape, np.nan)
    good = inside & (seen >= ENOUGH * grid.length)
    out[:, reach : reach + good.shape[1]] = np.where(good, total / np.maximum(seen, 1.0), np.nan)
    return out


def window(values: Floats, length: int) -> Floats:
    """Sum each window of so many neighbours, or the mean of two windows that lie one apart where that is even."""
    sums = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    whole = sums[:, length:] - sums[:, :-length]
    return whole if length % 2 else (whole[:, 1:] + whole[:, :-1]) / 2
