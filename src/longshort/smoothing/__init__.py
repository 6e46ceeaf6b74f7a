"""Exponential smoothers over a panel: the passes (`losses`, `forecasts`) and the fits (`fit_ets`, `fit_theta`).

Beside them quantiles of sliding windows. Arrays only, whole panels at once. Numpy defines what is computed; compiled
code, where there is any, gives the same bits on any processor and any number of threads. What users know as series,
calendars and tables is of rooms above.

>>> import numpy as np
>>> rows = PanelRows(np.array([3.0, 5.0, 7.0, 9.0, 11.0, 13.0]), np.arange(6), np.array([0, 6]))
>>> fit_theta(rows).forecasts(rows, 2)[-1].round(6).tolist()
[15.0, 17.0]
"""

from longshort.smoothing.ets import fit_ets
from longshort.smoothing.passes import OneStepErrors, forecasts, losses
from longshort.smoothing.quantiles import window_quantiles
from longshort.smoothing.rows import (
    ADDITIVE,
    MULTIPLICATIVE,
    NO_SEASON,
    PanelRows,
    SmoothingParameters,
    States,
    one_after_another,
)
from longshort.smoothing.smoother import TRENDS, Smoother
from longshort.smoothing.theta import fit_theta

__all__ = [
    "ADDITIVE",
    "MULTIPLICATIVE",
    "NO_SEASON",
    "TRENDS",
    "OneStepErrors",
    "PanelRows",
    "Smoother",
    "SmoothingParameters",
    "States",
    "fit_ets",
    "fit_theta",
    "forecasts",
    "losses",
    "one_after_another",
    "window_quantiles",
]
