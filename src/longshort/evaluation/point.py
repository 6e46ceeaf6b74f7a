"""Errors of the centre of a forecast, one for each pair and step; NaN where the outcome is not known."""

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel

Floats = NDArray[np.float64]


def absolute_error(y: Floats, mean: Floats) -> Floats:
    """Give |y - mean| in the target's unit; its average is the MAE."""
    return np.abs(y - mean)


def squared_error(y: Floats, mean: Floats) -> Floats:
    """Give the squared error in the target's unit squared; the root of its average is the RMSE."""
    return np.square(y - mean)


def percentage_error(y: Floats, mean: Floats) -> Floats:
    """Give the absolute error in percent of the *actual* value; its average is the MAPE. NaN where y is 0.

    >>> percentage_error(np.array([200.0, 0.0]), np.array([190.0, 1.0]))
    array([ 5., nan])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(y == 0, np.nan, 100 * np.abs(y - mean) / np.abs(y))


def scaled_error(y: Floats, mean: Floats, scale: Floats) -> Floats:
    """Divide the absolute error by each pair's scale, `[pair]`; its average is the MASE.

    Source: Hyndman and Koehler (2006), Another look at measures of forecast accuracy, with the one-step naive
    forecast's error as the scale at every step.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale[:, None] > 0, np.abs(y - mean) / scale[:, None], np.nan)


def naive_scale(panel: Panel, until: int) -> dict[str, float]:
    """Give for each series the mean absolute change from one session to the next, up to a time (inclusive).

    Only neighbours enter: a missing session or a blank makes no change of two. NaN where there is no change to see,
    or where the series never moved.
    """
    change = np.abs(np.diff(panel.target))
    neighbours = (np.diff(panel.sessions) == 1) & (np.diff(panel.series) == 0) & (panel.times[1:] <= until)
    seen = neighbours & ~np.isnan(change)
    owner = panel.series[1:][seen]
    total = np.bincount(owner, change[seen], minlength=len(panel))
    n = np.bincount(owner, minlength=len(panel))
    scale = np.divide(total, n, out=np.full(len(panel), np.nan), where=(n > 0) & (total > 0))
    return dict(zip(panel.ids, scale.tolist(), strict=True))
