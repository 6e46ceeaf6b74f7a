"""Scores of the direction: did it end above where it started? Ties are counted as neither."""

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]


def went_up(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the outcome lay above the last value at the cutoff; NaN for a tie or the unknown."""
    last = forecast.last[:, None]
    unknown = np.isnan(forecast.y) | np.isnan(last) | (forecast.y == last)
    return np.where(unknown, np.nan, forecast.y > last)


def ties(forecast: Forecast) -> int:
    """Count the outcomes that equal the last value at the cutoff."""
    return int((forecast.y == forecast.last[:, None]).sum())


def calls_up(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the model expects a rise; NaN where it does not say.

    A model with a probability is asked whether that lies above one half, a model without one whether its centre lies
    above the last value. Exactly one half, or exactly the last value, is no call: `naive` never makes one.
    """
    lean = np.where(np.isnan(forecast.p_up), forecast.mean - forecast.last[:, None], forecast.p_up - 0.5)
    return np.where(np.isnan(lean) | (lean == 0), np.nan, lean > 0)


def hits(forecast: Forecast) -> Floats:
    """Say with 1 or 0 whether the direction was called right; its average is the accuracy."""
    up, call = went_up(forecast), calls_up(forecast)
    return np.where(np.isnan(up) | np.isnan(call), np.nan, up == call)


def rises(forecast: Forecast) -> Floats:
    """Give `went_up` where the model made a call: its average p makes the base rate max(p, 1 - p).

    The base rate is the accuracy of always naming the direction that turned out to be the more frequent one.
    """
    return np.where(np.isnan(calls_up(forecast)), np.nan, went_up(forecast))


def brier_score(forecast: Forecast) -> Floats:
    """Give the squared distance of the probability of a rise to what happened, 0 to 1 (Brier 1950)."""
    return np.square(forecast.p_up - went_up(forecast))
