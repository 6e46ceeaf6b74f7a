"""Does the forecast follow the future or the past? The lag at which it fits best."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.results.forecast import Forecast

SCHEMA = {"model": pl.String, "lag": pl.Int64, "rmse": pl.Float64}
LAGS = 10


Ints = NDArray[np.int64]
_RANKED: WeakKeyDictionary[Panel, tuple[Ints, Ints]] = WeakKeyDictionary()


def _ranked(panel: Panel) -> tuple[Ints, Ints]:
    """Give the distinct times of a panel, and the place of each row's among them: sorted once for all models."""
    if panel not in _RANKED:
        times, rank = np.unique(panel.times, return_inverse=True)
        _RANKED[panel] = times, rank
    return _RANKED[panel]


def cutoff_rows(forecast: Forecast, panel: Panel) -> NDArray[np.int64]:
    """Find the panel's row of each pair's cutoff, -1 where the panel has none."""
    if not len(panel.times):
        return np.full(len(forecast), -1, dtype=np.int64)
    position = {name: i for i, name in enumerate(panel.ids)}
    owner = np.array([position.get(name, -1) for name in forecast.ids], dtype=np.int64)[forecast.series]
    times, rank = _ranked(panel)
    wanted = np.minimum(np.searchsorted(times, forecast.cutoffs), len(times) - 1)
    keys, key = panel.series * len(times) + rank, owner * len(times) + wanted
    found = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    hit = (keys[found] == key) & (times[wanted] == forecast.cutoffs)  # an unknown series' key is below all keys
    return np.where(hit, found, -1)


def past_values(forecast: Forecast, panel: Panel) -> NDArray[np.float64]:
    """Give for each pair the target 1, 2, ... LAGS rows before step 1, `[pair, lag]`; lag 1 is the cutoff's own."""
    rows = cutoff_rows(forecast, panel)
    wanted = rows[:, None] - np.arange(LAGS)
    starts = panel.offsets[panel.series[np.maximum(rows, 0)]]
    inside = (rows[:, None] >= 0) & (wanted >= starts[:, None])
    return np.asarray(np.where(inside, panel.target[np.maximum(wanted, 0)], np.nan))


def lag_rows(forecast: Forecast, past: NDArray[np.float64], scale: NDArray[np.float64]) -> pl.DataFrame:
    """Give the distance of the one-step centre to the actual at its own date (lag 0) and 1, 2, ... sessions before.

    The root mean squared distance, over the pairs that have all lags; with several series each is divided by its
    naive error (`scale`, as in the MASE), so that they can be averaged. `past` are the `past_values`.
    """
    actual = np.column_stack([forecast.y[:, 0], past])
    unit = scale[:, None] if np.count_nonzero(np.bincount(forecast.series)) > 1 else 1.0
    distance = (actual - forecast.mean[:, :1]) / unit
    complete = ~np.isnan(distance).any(axis=1)
    if not complete.any():
        return pl.DataFrame(schema=SCHEMA)
    rmse = np.sqrt(np.square(distance[complete]).mean(axis=0))
    return pl.DataFrame({"model": [forecast.model] * len(rmse), "lag": range(len(rmse)), "rmse": rmse}, schema=SCHEMA)


def lag_table(forecasts: Sequence[Forecast], panel: Panel, scales: dict[str, NDArray[np.float64]]) -> pl.DataFrame:
    """Profile every model's one-step centre against the actuals at its own date and before."""
    found, before, past = [], None, np.empty(0)
    for forecast in forecasts:
        if before is None or not same_pairs(forecast, before):
            before, past = forecast, past_values(forecast, panel)
        found.append(lag_rows(forecast, past, scales[forecast.model]))
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found])


def same_pairs(one: Forecast, other: Forecast) -> bool:
    """Tell whether two models forecast from the same cutoffs of the same series, in the same order."""
    alike = one.ids == other.ids and np.array_equal(one.cutoffs, other.cutoffs)
    return alike and np.array_equal(one.series, other.series)
