"""Nothing at all: the forecast to beat for counts that are mostly zero."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NothingToFit
from longshort.baselines.past_errors import with_past_errors
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import QUANTILE_LEVELS, Forecast


@dataclass(frozen=True)
class Zero(NothingToFit):
    """Forecast zero at every step; its distribution is that of the values observed up to the cutoff."""

    name: ClassVar[str] = "zero"
    growth: ClassVar[float] = 0.0
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        return with_past_errors(self, panel, pairs, self.quantile_levels)

    def points(self, panel: Panel, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give zeros, `[row, step]`."""
        return np.zeros((len(rows), self.horizon))
