"""Scores of a forecast's whole distribution, one for each pair and step; NaN where the outcome is not known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]


def pinball_loss(y: Floats, quantile: Floats, level: float) -> Floats:
    """Give the quantile loss at one level, in the target's unit; the true quantile has the lowest average.

    >>> pinball_loss(np.array([1.0, -1.0]), np.array([0.0, 0.0]), 0.9)
    array([0.9, 0.1])
    """
    error = y - quantile
    return np.maximum(level * error, (level - 1) * error)


def mirrored(levels: Sequence[float]) -> tuple[float, ...]:
    """Keep, in ascending order, the levels whose mirror image 1 - level is there too.

    >>> mirrored((0.1, 0.25, 0.5, 0.9))
    (0.1, 0.5, 0.9)
    """
    return tuple(sorted(a for a in levels if any(abs(a + b - 1) < 1e-9 for b in levels)))


def shared_levels(forecasts: Sequence[Forecast]) -> tuple[float, ...]:
    """Give the mirrored levels that all models with an interval share; a point forecast restricts nobody."""
    each = [mirrored(f.quantile_levels) for f in forecasts]
    spread = [levels for levels in each if len(levels) > 1]
    shared = spread[0] if spread else ()
    for levels in spread[1:]:
        shared = tuple(a for a in shared if any(abs(a - b) < 1e-9 for b in levels))
    return shared


def quadrature_weights(levels: Sequence[float]) -> Floats:
    """Give each level the length of the part of (0, 1) that lies nearest to it; the weights add to 1.

    >>> quadrature_weights((0.1, 0.5, 0.9)).round(2).tolist()
    [0.3, 0.4, 0.3]
    """
    inner = (np.asarray(levels[1:]) + np.asarray(levels[:-1])) / 2
    return np.diff(np.concatenate([[0.0], inner, [1.0]]))


def pinball_terms(forecast: Forecast, levels: Sequence[float]) -> Floats:
    """Give the pinball loss at each level, `[pair, step, level]`; a model without an interval offers its centre."""
    own = mirrored(forecast.quantile_levels)
    quantiles = [forecast.quantile(a) if len(own) > 1 else forecast.mean for a in levels]
    return np.stack([pinball_loss(forecast.y, q, a) for q, a in zip(quantiles, levels, strict=True)], axis=-1)


def crps(forecast: Forecast, levels: Sequence[float]) -> Floats:
    """Integrate the continuous ranked probability score over levels, in the target's unit.

    CRPS = 2 ∫ pinball(level) d level (Laio and Tamea 2007; Gneiting and Ranjan 2011). The integral is the midpoint
    rule: every level weighs as much as the part of (0, 1) that lies nearest to it, and `levels` are mirrored (see
    `shared_levels`). So a forecast whose quantiles are all one number scores its absolute error, and a point forecast
    stands beside distributions: its CRPS is its MAE. Without levels the CRPS of every model is that of its centre.
    """
    if not levels:
        return np.abs(forecast.y - forecast.mean)
    return np.asarray(2 * pinball_terms(forecast, levels) @ quadrature_weights(levels))


def interval(forecast: Forecast, nominal: float) -> tuple[Floats, Floats] | None:
    """Give the central interval's lower and upper end, `[pair, step]`, or None where the model lacks its levels."""
    try:
        return forecast.quantile((1 - nominal) / 2), forecast.quantile((1 + nominal) / 2)
    except KeyError:
        return None


def covered(forecast: Forecast, nominal: float) -> Floats | None:
    """Say with 1 or 0 whether the outcome lay inside the central interval, ends included."""
    ends = interval(forecast, nominal)
    if ends is None:
        return None
    unknown = np.isnan(forecast.y) | np.isnan(ends[0]) | np.isnan(ends[1])
    return np.where(unknown, np.nan, (forecast.y >= ends[0]) & (forecast.y <= ends[1]))


def width(forecast: Forecast, nominal: float) -> Floats | None:
    """Give the central interval's width where the outcome is known, in the target's unit."""
    ends = interval(forecast, nominal)
    return None if ends is None else np.where(np.isnan(forecast.y), np.nan, ends[1] - ends[0])
