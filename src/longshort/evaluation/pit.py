"""Where outcomes fall in the distributions that were forecast: everywhere alike, if these are right."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from longshort.evaluation.arrays import Floats
from longshort.results.forecast import Forecast

SCHEMA = {"model": pl.String, "low": pl.Float64, "high": pl.Float64, "share": pl.Float64, "n": pl.Int64}
BLOCK = 4_000  # pairs at a time, to stay in the processor's cache


def share_below(forecast: Forecast) -> tuple[Floats, int]:
    """Give the share of outcomes below each quantile, `[level]`, and the number of outcomes that have them all.

    An outcome that equals a quantile lies half below it; where several quantiles are one number, the outcome is
    spread evenly over their levels, as the randomised probability integral transform would on average (Czado,
    Gneiting and Held 2009). Crossed quantiles are put in order first (Chernozhukov, Fernandez-Val and Galichon 2010).
    """
    levels = np.asarray(forecast.quantile_levels)
    below, n = np.zeros(len(levels)), 0
    for start in range(0, len(forecast), BLOCK):
        y, quantiles = forecast.y[start : start + BLOCK].ravel(), forecast.quantiles[start : start + BLOCK]
        quantiles = quantiles.reshape(len(y), len(levels))
        known = ~(np.isnan(y) | np.isnan(quantiles).any(axis=1))
        y, quantiles = y[known], quantiles[known]
        if (quantiles[:, 1:] < quantiles[:, :-1]).any():
            quantiles = np.sort(quantiles, axis=1)
        n += len(y)
        below += (y[:, None] < quantiles).sum(axis=0)
        equal = y[:, None] == quantiles
        tied = np.flatnonzero(equal.any(axis=1))
        if len(tied):
            below += _tied(equal[tied], levels)
    with np.errstate(invalid="ignore", divide="ignore"):
        return below / n, n


def _tied(equal: np.ndarray[tuple[int, int], np.dtype[np.bool_]], levels: Floats) -> Floats:
    first, last = equal.argmax(axis=1), equal.shape[1] - 1 - equal[:, ::-1].argmax(axis=1)
    span = levels[last] - levels[first]
    flat = span > 0
    share = (levels - levels[first][:, None]) / np.where(flat, span, 1.0)[:, None]
    return np.asarray((equal * np.where(flat[:, None], share, 0.5)).sum(axis=0))


def pit_table(forecasts: Sequence[Forecast]) -> pl.DataFrame:
    """Give the histogram of the probability integral transform: the share of outcomes between neighbouring quantiles.

    A right forecast has `share` equal to `high - low`. The parts are those that the model's own levels make, the
    tails among them, so nothing is assumed between or beyond its quantiles. All series and steps together.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    for forecast in forecasts:
        if len(forecast.quantile_levels) < 2:
            continue
        below, n = share_below(forecast)
        if n:
            edges = np.concatenate([[0.0], forecast.quantile_levels, [1.0]])
            share = np.diff(np.concatenate([[0.0], below, [1.0]]))
            table = {"low": edges[:-1], "high": edges[1:], "share": share, "n": [n] * len(share)}
            frames.append(pl.DataFrame({"model": [forecast.model] * len(share), **table}, schema=SCHEMA))
    return pl.concat(frames)


def crossed(forecast: Forecast) -> tuple[int, int]:
    """Count pairs and steps with a quantile below one of a lower level, beyond rounding, and all with quantiles."""
    found = n = 0
    for start in range(0, len(forecast), BLOCK):
        quantiles = forecast.quantiles[start : start + BLOCK]
        if quantiles.shape[2] < 2:
            break
        n += int((~np.isnan(quantiles).any(axis=2)).sum())
        room = 1e-10 * np.abs(quantiles[:, :, 1:])
        found += int((quantiles[:, :, 1:] < quantiles[:, :, :-1] - room).any(axis=2).sum())
    return found, n
