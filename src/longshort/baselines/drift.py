"""The straight line from the first known value through the newest one."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from longshort.baselines.common import NothingToFit, known_targets
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays


@dataclass(frozen=True)
class Drift(NothingToFit):
    """Go on along the line from the first to the newest known value, re-estimated at each cutoff.

    The slope is per session of the calendar; with a single known value it is 0. Source: Hyndman and Athanasopoulos,
    Forecasting: Principles and Practice, section 5.2.
    """

    name: ClassVar[str] = "drift"
    horizon: int

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        known = known_targets(panel, pairs, self.name)
        newest = known.sessions[known.stop - 1]
        elapsed = newest - known.sessions[known.first]
        slope = (known.last - known.values[known.first]) / np.maximum(elapsed, 1)
        ahead = (panel.sessions[pairs.rows] - newest)[:, None] + np.arange(1, self.horizon + 1)
        return from_arrays(self.name, panel, pairs, known.last[:, None] + slope[:, None] * ahead)
