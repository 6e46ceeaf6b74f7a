"""Scores of a forecast's whole distribution, one for each pair and step; NaN where the outcome is not known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
BLOCK = 2_000  # pairs


def pinball_loss(y: Floats, quantile: Floats, level: float | Floats) -> Floats:
    """Give the quantile loss at a level, in the target's unit; the true quantile has the lowest average.

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


def position_of(forecast: Forecast, level: float) -> int:
    """Give a level's position among the model's own; KeyError where the model does not give it."""
    for position, known in enumerate(forecast.quantile_levels):
        if abs(known - level) < 1e-9:
            return position
    raise KeyError(level)


def pinball_sums(forecast: Forecast, levels: Sequence[float], weights: Floats) -> Floats:
    """Add up the pinball losses at some levels with each of several sets of weights, `[pair, step, set]`.

    `weights` are `[level, set]`. A model without an interval offers its centre at every level. Pairs are taken in
    blocks that stay in the processor's cache.
    """
    own, at = mirrored(forecast.quantile_levels), np.asarray(levels)
    columns = [position_of(forecast, a) for a in levels] if len(own) > 1 else []
    every = columns == list(range(len(forecast.quantile_levels)))
    out = np.empty((*forecast.mean.shape, weights.shape[1]))
    for start in range(0, len(forecast), BLOCK):
        part = slice(start, start + BLOCK)
        if columns:
            quantiles = forecast.quantiles[part] if every else forecast.quantiles[part][:, :, columns]
        else:
            quantiles = forecast.mean[part, :, None]
        out[part] = pinball_loss(forecast.y[part, :, None], quantiles, at) @ weights
    return out


def crps(forecast: Forecast, levels: Sequence[float]) -> Floats:
    """Integrate the continuous ranked probability score over levels, in the target's unit.

    CRPS = 2 ∫ pinball(level) d level (Laio and Tamea 2007; Gneiting and Ranjan 2011). The integral is the midpoint
    rule: every level weighs as much as the part of (0, 1) that lies nearest to it, and `levels` are mirrored (see
    `shared_levels`). So a forecast whose quantiles are all one number scores its absolute error, and a point forecast
    stands beside distributions: its CRPS is its MAE. Without levels the CRPS of every model is that of its centre.
    """
    if not levels or len(mirrored(forecast.quantile_levels)) < 2:
        return np.abs(forecast.y - forecast.mean)
    return pinball_sums(forecast, levels, 2 * quadrature_weights(levels)[:, None])[:, :, 0]


def mean_pinball(forecast: Forecast, levels: Sequence[float]) -> Floats:
    """Average the pinball loss over levels, `[pair, step]`, in the target's unit."""
    return pinball_sums(forecast, levels, np.full((len(levels), 1), 1 / len(levels)))[:, :, 0]


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
