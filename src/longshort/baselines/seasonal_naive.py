"""The value of the same session of the last season."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NothingToFit, known_targets
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays


@dataclass(frozen=True)
class SeasonalNaive(NothingToFit):
    """Repeat the last season, session by session.

    `season` counts sessions; None takes each series' own calendar's (5 for exchange sessions, 24 for hours ...).
    Where the session of the last season is missing or blank, the newest known value before it serves; where history
    does not reach back that far, the newest value of all.
    """

    name: ClassVar[str] = "seasonal_naive"
    horizon: int
    season: int | None = None

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        known = known_targets(panel, pairs, self.name)
        season = self._seasons(panel)[pairs.series][:, None]
        steps = np.arange(1, self.horizon + 1)
        wanted = panel.sessions[pairs.rows][:, None] + steps - season * -(-steps // season)
        everything = np.concatenate([known.sessions, wanted.ravel()])
        earliest = everything.min(initial=0)
        span = everything.max(initial=0) - earliest + 1
        keys = known.series * span + (known.sessions - earliest)
        found = np.searchsorted(keys, pairs.series[:, None] * span + (wanted - earliest), side="right") - 1
        reached = found >= known.first[:, None]
        return from_arrays(self.name, panel, pairs, np.where(reached, known.values[found], known.last[:, None]))

    def _seasons(self, panel: Panel) -> NDArray[np.int64]:
        own = [calendar.season for calendar in panel.calendars] if self.season is None else [self.season] * len(panel)
        return np.asarray(own, dtype=np.int64)
