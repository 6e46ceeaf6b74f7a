"""Tomorrow equals today: the baseline that prices hardly ever let anybody beat."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from longshort.baselines.common import NothingToFit, known_targets
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays


@dataclass(frozen=True)
class Naive(NothingToFit):
    """Repeat the newest known value at every step."""

    name: ClassVar[str] = "naive"
    horizon: int

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        last = known_targets(panel, pairs, self.name).last
        return from_arrays(self.name, panel, pairs, np.repeat(last[:, None], self.horizon, axis=1))
