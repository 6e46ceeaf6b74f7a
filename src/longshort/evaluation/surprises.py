"""What could not be known at a cutoff: the part of each change that the series' own past does not predict."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.evaluation.lagged import cutoff_rows
from longshort.results.forecast import Forecast
from longshort.seeding import generator

MOST_ROWS = 100_000
_LAGS = ((500, 25), (200, 12), (60, 5), (0, 1))  # from so many rows of a typical series, so many lagged changes
_SEASONS = (7, 12, 24)
_OFTEN = 8  # rows at a place of a season, below which it has no mean
_ALIKE = 0.15  # autocorrelation of surprises from which on they have a season
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surprises:
    """Hold a model's one-step forecasts beside what could be expected, one entry for each usable pair.

    All in units of the series' own surprise (standard deviation 1). `error` is outcome less forecast; `expected` the
    forecast's distance from the best linear one (positive: above it); `now` the surprise at the date forecast, `next`
    that of the row after it (NaN at the end); `step` and `next_step` are the changes themselves. `cutoffs` are times.
    """

    cutoffs: NDArray[np.int64]
    error: Floats
    expected: Floats
    now: Floats
    next: Floats
    step: Floats
    next_step: Floats


@dataclass(frozen=True, eq=False)
class Expected:
    """Hold the best linear prediction of each row's coming change, and the change, in units of its surprise.

    `rows` are the panel's rows looked at, rising; `scale` is the standard deviation of the surprise, by row.
    """

    rows: NDArray[np.int64]
    change: Floats
    predicted: Floats
    scale: Floats


def expect(panel: Panel) -> Expected:
    """Predict each row's coming change from the series' level, last changes and season, by least squares.

    The coefficients are fitted on the whole series, each row's own outcome among them: a forecast from the past alone
    cannot be expected to beat that by much. Of many series as many are drawn as have 100,000 rows, of a long one its
    newest rows are taken. Series of fewer than three rows for each coefficient are left out.
    """
    rows = _chosen_rows(panel)
    y, series = panel.target[rows], panel.series[rows]
    first = np.searchsorted(series, series)  # the first looked-at row of each row's series
    place = np.arange(len(rows))

    def back(lag: int) -> Floats:
        return np.where(place - lag >= first, y[np.maximum(place - lag, 0)], np.nan)

    last = place + 1 < len(rows)
    same = last & (series[np.minimum(place + 1, len(rows) - 1)] == series)
    change = np.where(same, y[np.minimum(place + 1, len(rows) - 1)] - y, np.nan)
    typical = int(np.median(np.unique(series, return_counts=True)[1])) if len(rows) else 0
    depth = next(lags for least, lags in _LAGS if typical >= least)
    lags = [back(lag) for lag in range(depth + 1)]
    seasons = {*_SEASONS, *{calendar.season for calendar in panel.calendars[:1]}}
    columns = [np.ones(len(rows)), y - _by_series(y, series)]
    columns += [newer - older for newer, older in pairwise(lags)]
    columns += [back(season - 1) - y for season in sorted(seasons) if depth < season < typical // 3]
    predicted, scale = _least_squares(np.column_stack(columns), change, series)
    season = _season_left(change - predicted, series)
    if season is not None:
        means = _means_by_place(np.column_stack([change, *columns]), series, panel.sessions[rows], season)
        rest = np.column_stack(columns) - means[:, 1:]
        predicted, scale = _least_squares(np.column_stack([columns[0], rest]), change - means[:, 0], series)
        predicted = predicted + means[:, 0]
    return Expected(rows, change, predicted, scale)


def surprises(forecast: Forecast, panel: Panel, expected: Expected) -> Surprises:
    """Set a model's one-step forecasts beside what could be expected; pairs of which anything is missing are out."""
    rows = cutoff_rows(forecast, panel)
    at = np.minimum(np.searchsorted(expected.rows, rows), max(len(expected.rows) - 1, 0))
    next_row = np.minimum(rows + 1, len(panel.times) - 1)
    usable = (rows >= 0) & (len(expected.rows) > 0) & (panel.times[next_row] == forecast.ds[:, 0])
    usable[usable] = expected.rows[at[usable]] == rows[usable]
    pairs, at = np.flatnonzero(usable), at[usable]
    after = np.minimum(at + 1, max(len(expected.rows) - 1, 0))
    scale = expected.scale[at]
    moved = (forecast.mean[pairs, 0] - panel.target[expected.rows[at]]) / scale
    now = (expected.change[at] - expected.predicted[at]) / scale
    found = Surprises(
        cutoffs=forecast.cutoffs[pairs],
        error=expected.change[at] / scale - moved,
        expected=moved - expected.predicted[at] / scale,
        now=now,
        next=(expected.change[after] - expected.predicted[after]) / scale,
        step=expected.change[at] / scale,
        next_step=expected.change[after] / scale,
    )
    kept = np.isfinite(found.error + found.expected + found.now)
    return Surprises(**{name: values[kept] for name, values in vars(found).items()})


def _chosen_rows(panel: Panel) -> NDArray[np.int64]:
    """Choose series until they have enough rows, and the newest rows of long ones; blank targets are left out."""
    lengths = np.diff(panel.offsets)
    order = (
        generator(0, "hindsight", 0).permutation(len(lengths)) if lengths.sum() > MOST_ROWS else np.arange(len(lengths))
    )
    before = np.cumsum(lengths[order]) - lengths[order]
    chosen = np.zeros(len(lengths), bool)
    chosen[order[before < MOST_ROWS]] = True
    series = panel.series
    newest = np.arange(len(series)) >= panel.offsets[1:][series] - MOST_ROWS
    return np.flatnonzero(chosen[series] & newest & ~np.isnan(panel.target))


def _by_series(values: Floats, series: NDArray[np.int64]) -> Floats:
    """Give each row its series' mean."""
    _, code, count = np.unique(series, return_inverse=True, return_counts=True)
    return np.asarray((np.bincount(code, values) / count)[code])


def _season_left(surprise: Floats, series: NDArray[np.int64]) -> int | None:
    """Give the length of a season that the surprises of the longest series still show; None where they show none.

    It is the lag, at most an eighth of the rows, at which they are the most alike. A network, or a table of means by
    hour, knows such a season, and its size at the next row too: left in, it looks like knowledge of the future.
    """
    values = surprise[series == np.bincount(series, minlength=1).argmax()]
    known = np.where(np.isfinite(values), values, 0.0)
    if len(known) < 4 * _OFTEN or not known.any():
        return None
    spectrum = np.fft.rfft(known - known.mean(), 2 * len(known))
    alike = np.fft.irfft(np.square(np.abs(spectrum)))[: len(known) // _OFTEN + 1]
    lag = int(np.argmax(alike[2:]) + 2)
    return lag if alike[lag] > _ALIKE * alike[0] else None


def _means_by_place(columns: Floats, series: NDArray[np.int64], sessions: NDArray[np.int64], season: int) -> Floats:
    """Give each row its columns' means at its place in its series' season, 0 where they are of too few rows."""
    _, place = np.unique(series * season + sessions % season, return_inverse=True)
    known = np.isfinite(columns).all(axis=1)
    count = np.bincount(place[known], minlength=place.max() + 1)
    means = np.stack([np.bincount(place[known], column[known], len(count)) for column in columns.T], axis=1)
    return np.where(count[:, None] >= _OFTEN, means / np.maximum(count, 1)[:, None], 0.0)[place]


def _least_squares(design: Floats, target: Floats, series: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Fit each series on its own, all at once; give the fitted values and the residuals' standard deviation, by row."""
    predicted, scale = np.full(len(target), np.nan), np.full(len(target), np.nan)
    usable = np.isfinite(design).all(axis=1)
    whole = np.flatnonzero(usable & np.isfinite(target))
    if not len(whole):
        return predicted, scale
    names, starts, counts = np.unique(series[whole], return_index=True, return_counts=True)
    width = design.shape[1]
    x, y = design[whole], target[whole]
    unit = np.sqrt(np.maximum(np.add.reduceat(x * x, starts), 1e-300) / counts[:, None])
    x = x / unit[np.repeat(np.arange(len(names)), counts)]
    gram = np.empty((len(names), width, width))
    for a in range(width):
        gram[:, a] = np.add.reduceat(x * x[:, a : a + 1], starts)
    moment = np.add.reduceat(x * y[:, None], starts)
    weights = np.linalg.solve(gram + 1e-8 * counts[:, None, None] * np.eye(width), moment[..., None])[..., 0]
    square = np.add.reduceat(np.square(y - (x * weights[np.repeat(np.arange(len(names)), counts)]).sum(axis=1)), starts)
    enough = counts >= 3 * width
    deviation = np.sqrt(square / np.maximum(counts - width, 1))
    floor = 1e-12 * np.sqrt(np.add.reduceat(y * y, starts) / counts)
    deviation = np.where(enough & (deviation > floor), deviation, np.nan)
    code = np.minimum(np.searchsorted(names, series), len(names) - 1)
    known = usable & (names[code] == series)
    predicted[known] = (design[known] / unit[code[known]] * weights[code[known]]).sum(axis=1)
    scale[known] = deviation[code[known]]
    return predicted, scale
