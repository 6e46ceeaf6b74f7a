"""Averages that leave out what is not known, and the grid on which models meet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def mean_known(values: Floats, axis: int = 0) -> Floats:
    """Average along an axis what is not NaN; NaN where nothing is.

    >>> mean_known(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis))


def average(values: Floats, series: NDArray[np.int64], count: int) -> tuple[Floats, Counts]:
    """Average `[pair, step]` values by series and step, `[series + 1, step + 1]`, and say how many entered.

    The last row is all series together, the last column all steps together. NaN entries are left out.

    >>> means, n = average(np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([0, 1]), 2)
    >>> means
    array([[1. , 2. , 1.5],
           [3. , nan, 3. ],
           [2. , 2. , 2. ]])
    >>> n[-1].tolist()
    [2, 1, 3]
    """
    known = ~np.isnan(values)
    sums = np.zeros((count + 1, values.shape[1] + 1))
    n = np.zeros(sums.shape, dtype=np.int64)
    for step in range(values.shape[1]):
        at = known[:, step]
        sums[:count, step] = np.bincount(series[at], values[at, step], minlength=count)
        n[:count, step] = np.bincount(series[at], minlength=count)
    for table in (sums, n):
        table[:, -1] = table[:, :-1].sum(axis=1)
        table[-1] = table[:-1].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / n, n


@dataclass(frozen=True, eq=False)
class Grid:
    """Name the series and the cutoff times of all models, so that the same forecasts can be laid on each other."""

    ids: tuple[str, ...]
    times: NDArray[np.int64]

    def series(self, forecast: Forecast) -> NDArray[np.int64]:
        """Give each pair's position in `ids`."""
        position = {name: i for i, name in enumerate(self.ids)}
        own = np.array([position.get(name, -1) for name in forecast.ids], dtype=np.int64)  # -1: no pair of it
        return own[forecast.series]

    def place(self, forecast: Forecast, values: Floats) -> Floats:
        """Lay `[pair, step]` values out as `[time, series, step]`, NaN where the model made no forecast."""
        cube = np.full((len(self.times), len(self.ids), values.shape[1]), np.nan)
        cube[np.searchsorted(self.times, forecast.cutoffs), self.series(forecast)] = values
        return cube


def grid_of(forecasts: Sequence[Forecast]) -> Grid:
    """Collect the series (in order of appearance) and the cutoff times (ascending) of several forecasts."""
    present = [f.ids[i] for f in forecasts for i in np.unique(f.series)]
    times = np.unique(np.concatenate([f.cutoffs for f in forecasts]))
    return Grid(tuple(dict.fromkeys(present)), times)
