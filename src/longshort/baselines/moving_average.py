"""The mean of the last few values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from longshort.baselines.common import NothingToFit, known_targets
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays


@dataclass(frozen=True)
class MovingAverage(NothingToFit):
    """Repeat the mean of the last `length` known values (of fewer where there are not so many) at every step."""

    name: ClassVar[str] = "moving_average"
    horizon: int
    length: int = 5

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        known = known_targets(panel, pairs, self.name)
        positions = known.stop[:, None] - np.arange(1, self.length + 1)
        seen = positions >= known.first[:, None]
        total = np.where(seen, known.values[np.maximum(positions, 0)], 0.0).sum(axis=1)
        return from_arrays(
            self.name, panel, pairs, np.repeat((total / seen.sum(axis=1))[:, None], self.horizon, axis=1)
        )
