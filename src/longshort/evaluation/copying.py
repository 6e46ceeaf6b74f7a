"""Is a forecast a copy of the past? What its movement follows, and whether what it adds to yesterday is worth anything.

The level of a price says nothing here: every forecast of a random walk lies near the last value. So movements are
compared, from one cutoff to the next, and an honest forecast is told from a copy by what it adds to the last value.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.evaluation.arrays import Grid, grid_of
from longshort.evaluation.comparison import critical, mean_tests
from longshort.evaluation.lagged import past_values
from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHARE = 0.2  # of its movement is one past value's in a copy: less where noise exceeds what the series moves
# Two standard errors would let a copy scaled below 1 pass for a forecast in a third of random walks: the slope's t is
# then that of Dickey and Fuller (1979), beyond three in one of thirty. An honest forecast of an AR(1) with
# phi = 0.9 lies five standard errors away at n = 500.
WORTH = 0.0027
FEWEST = 30  # movements, below which nothing is said
MOST = 200_000  # forecasts, above which every second, third, ... series stands for all, to bound memory
SCHEMA = {
    "model": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
}


def copy_table(forecasts: Sequence[Forecast], panel: Panel, grid: Grid | None = None) -> pl.DataFrame:
    """Tabulate what each model's one-step centre follows; a model whose centre never moves has no row.

    `share_of_yesterday`: the share of the forecast's movement from cutoff to cutoff that is the last known value's
    (their squared correlation). `best_lag`: which value, so many sessions before the forecast's date, has the largest
    such share (0: the one that it should forecast); `share_of_best` is that share. `weight_yesterday` and
    `weight_today`: that movement regressed on the last known value's and on the coming value's. `worth`: the actual
    change regressed on the change forecast (Mincer and Zarnowitz 1969): 1 for an honest forecast, 0 for a copy with
    noise. `return`: the change regressed on the last value's distance from the mean of the 9 before it: 0 for a random
    walk. Each slope with its 95 % interval and two-sided p-value, robust to heteroskedasticity, autocorrelation and
    to what series have in common. With several series all is in units of each series' own root mean squared change; of
    more than 200,000 forecasts every second, third, ... series stands for all.
    """
    if not forecasts:
        return pl.DataFrame(schema=SCHEMA)
    laid = grid_of(forecasts) if grid is None else grid
    rows = [(forecast.model, *row) for forecast in forecasts for row in _rows(forecast, panel, laid)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").fill_nan(None)


Row = tuple[str, float, float, float, float]
NONE = float("nan")


def _rows(forecast: Forecast, panel: Panel, grid: Grid) -> Iterator[Row]:
    if len(forecast) > MOST:
        forecast = forecast.select(forecast.series % -(-len(forecast) // MOST) == 0)
    moment = grid.moments(forecast)
    order = np.lexsort((forecast.cutoffs, forecast.series))
    series, moment, last = forecast.series[order], moment[order], forecast.last[order]
    actual = np.column_stack([forecast.y[:, 0], past_values(forecast, panel)])[order]
    actual[:, 1] = last  # also where the cutoff's own value is blank, or not in the panel
    centre = forecast.mean[order, 0]
    unit = _unit(actual[:, 0] - last, series)
    actual, centre = (actual - last[:, None]) / unit[:, None], (centre - last) / unit
    moves = _moves(np.column_stack([centre, actual]) + (last / unit)[:, None], series)
    known = ~np.isnan(moves).any(axis=1)
    if known.sum() < FEWEST or np.ptp(moves[known, 0]) < 1e-12:
        return
    moves = moves[known]
    shares = _shares(moves[:, 0], moves[:, 1:])
    best = int(np.argmax(shares))
    yield "share_of_yesterday", float(shares[1]), NONE, NONE, NONE
    yield "best_lag", float(best), NONE, NONE, NONE
    yield "share_of_best", float(shares[best]), NONE, NONE, NONE
    at = moment[1:][known]
    slopes = regress(moves[:, 0], moves[:, [2, 1]], at)
    yield "weight_yesterday", *slopes[0]
    yield "weight_today", *slopes[1]
    enters = ~(np.isnan(centre) | np.isnan(actual[:, 0]))
    yield "worth", *regress(actual[enters, 0], centre[enters, None], moment[enters])[0]
    away = -actual[:, 2:].mean(axis=1)
    enters = ~(np.isnan(away) | np.isnan(actual[:, 0]))
    if enters.sum() >= FEWEST:
        yield "return", *regress(actual[enters, 0], away[enters, None], moment[enters])[0]


def _unit(change: Floats, series: Ints) -> Floats:
    """Give for each pair the root mean squared change of its series; NaN where it never changes."""
    known = ~np.isnan(change)
    square = np.bincount(series[known], np.square(change[known]), minlength=series.max(initial=-1) + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(square / np.bincount(series[known], minlength=len(square)))
    unit: Floats = np.where(root > 0, root, np.nan)[series]
    return unit


def _moves(levels: Floats, series: Ints) -> Floats:
    """Give the change of each column from one cutoff of a series to its next, `[pair - 1, column]`."""
    return np.where((np.diff(series) == 0)[:, None], np.diff(levels, axis=0), np.nan)


def _shares(move: Floats, others: Floats) -> Floats:
    """Give the squared correlation of a movement with each of others, 0 where they move in opposite ways."""
    centred, theirs = move - move.mean(), others - others.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = centred @ theirs / np.sqrt((centred @ centred) * np.square(theirs).sum(axis=0))
    return np.asarray(np.square(np.clip(np.nan_to_num(r), 0.0, 1.0)))


def regress(y: Floats, x: Floats, moment: Ints) -> list[tuple[float, float, float, float]]:
    """Regress y on the columns of x and a constant; give each slope, its 95 % interval and its two-sided p-value.

    The errors are Newey and West's (1987) of the scores summed by `moment`. NaN where a column does not vary.
    """
    centred, target = x - x.mean(axis=0), y - y.mean()
    spread = np.sqrt(np.square(centred).mean(axis=0))
    if len(y) < FEWEST or (spread < 1e-9 * np.maximum(np.abs(x).max(axis=0), 1e-300)).any() or not spread.all():
        return [(NONE, NONE, NONE, NONE)] * x.shape[1]
    inverse = np.linalg.pinv(centred.T @ centred)
    slopes = inverse @ (centred.T @ target)
    influence = centred @ inverse * (target - centred @ slopes)[:, None]
    occupied, place = np.unique(moment, return_inverse=True)
    found = []
    for slope, each in zip(slopes.tolist(), influence.T, strict=True):
        scores = np.bincount(place, each, minlength=len(occupied)) * len(occupied) + slope
        _, error, p_value, n = mean_tests(scores, np.zeros(len(scores), dtype=np.int64), np.zeros(1, dtype=np.int64))
        reach = float(error[0] * critical(n)[0])
        found.append((slope, slope - reach, slope + reach, float(p_value[0])))
    return found
