"""The mean of all that was observed: what beats repeating the last value wherever a series returns to its mean."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NothingToFit
from longshort.baselines.past_errors import with_past_errors
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import QUANTILE_LEVELS, Forecast

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mean(NothingToFit):
    """Forecast the mean of all known values up to the cutoff at every step, with its own past errors around it."""

    name: ClassVar[str] = "mean"
    growth: ClassVar[float] = 0.0
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        return with_past_errors(self, panel, pairs, self.quantile_levels)

    def points(self, panel: Panel, rows: NDArray[np.int64]) -> Floats:
        """Give the mean of what is known at each row, `[row, step]`."""
        return np.repeat(running_mean(panel)[rows][:, None], self.horizon, axis=1)


def running_mean(panel: Panel) -> Floats:
    """Average for each row the known targets of its series up to it, `[row]`; NaN where there is none.

    Each series is summed by itself: a sum that ran through all of them would leave a small series behind a large one
    without digits.
    """
    known = ~np.isnan(panel.target)
    values = np.where(known, panel.target, 0.0)
    out = np.empty(len(values))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for series in range(len(panel)):
            own = panel.rows(series)
            out[own] = np.cumsum(values[own]) / np.cumsum(known[own])
    return np.where(np.isfinite(out), out, np.nan)
