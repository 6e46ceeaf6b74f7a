"""Draw a network's centre towards the history's own as far as the rows held back ask for it.

A network always forecasts some movement, also where nothing can be forecast; each such movement costs accuracy. On the
rows that were held back we regress what happened on what was forecast (both as distances from the training median):
a slope of 1 says that the forecast movements are right in size, 0 that they are noise. Few rows say little, so the
slope meets a prior, half a movement give or take a half, and the normal posterior mean is what is kept.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST = 30  # cutoffs below which the slope says nothing
PRIOR, PRIOR_SPREAD = 0.5, 0.5  # share of the movement believed before anything was held back
LIMIT = 6.0  # volatilities: one crash must not decide


@dataclass(frozen=True, eq=False)
class Shrinkage:
    """Hold the training median of each step, in the network's coordinates, and the share of the movement to keep."""

    median: Floats
    trust: float

    def apply(self, centre: Floats, quantiles: Floats) -> tuple[Floats, Floats]:
        """Move centres `[..., step]`, and the quantiles `[..., step, level]` along with them."""
        moved = self.median + self.trust * (centre - self.median)
        return moved, quantiles + (moved - centre)[..., None]


def fit_shrinkage(median: Floats, forecast: Floats, happened: Floats, times: NDArray[np.int64]) -> Shrinkage:
    """Learn how much of the movement to keep from forecasts and outcomes `[pair, step]` at cutoff `times`."""
    x = forecast - median
    y = np.clip(happened, -LIMIT, LIMIT) - median
    known = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(known, x, 0.0), np.where(known, y, 0.0)
    size = float((x * x).sum())
    moments, place = np.unique(times, return_inverse=True)
    if len(moments) < FEWEST or size <= 0.0:
        return Shrinkage(median, 1.0)
    slope = float((x * y).sum()) / size
    noise = np.bincount(place, weights=(x * (y - slope * x)).sum(axis=1)).astype(np.float64)
    error = long_run_sum(noise, forecast.shape[1] - 1) / size**2
    weight = PRIOR_SPREAD**2 / (PRIOR_SPREAD**2 + error)
    return Shrinkage(median, float(np.clip(PRIOR + weight * (slope - PRIOR), 0.0, 1.0)))


def long_run_sum(noise: Floats, lags: int) -> float:
    """Give the variance of a sum whose terms overlap over `lags` (Newey & West 1987, Bartlett weights)."""
    total = float(noise @ noise)
    for lag in range(1, min(lags, len(noise) - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(noise[lag:] @ noise[:-lag])
    return max(total, 0.0)
