"""The value of the same place in the last season."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NO_SEASON, NothingToFit, Seasons
from longshort.baselines.past_errors import with_past_errors
from longshort.data.panel import Panel
from longshort.data.windows import Pairs, last_known
from longshort.results.forecast import QUANTILE_LEVELS, Forecast


@dataclass(frozen=True)
class SeasonalNaive(NothingToFit):
    """Repeat the last season, session by session, with its own past errors around it.

    Where the value of the last season is missing or blank, the newest known value before it serves; where history does
    not reach back that far, the newest value of all.
    """

    name: ClassVar[str] = "seasonal_naive"
    growth: ClassVar[float] = 0.0
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seasons: Seasons = NO_SEASON

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        return with_past_errors(self, panel, pairs, self.quantile_levels)

    def points(self, panel: Panel, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the values of the last season before each row, `[row, step]`."""
        known = np.flatnonzero(~np.isnan(panel.target))
        sessions, series = panel.sessions, panel.series
        season = self.seasons.of(panel)[series[rows]][:, None]
        steps = np.arange(1, self.horizon + 1)
        wanted = sessions[rows][:, None] + steps - season * -(-steps // season)
        earliest = min(int(sessions.min(initial=0)), int(wanted.min(initial=0)))
        span = max(int(sessions.max(initial=0)), int(wanted.max(initial=0))) - earliest + 1
        keys = series[known] * span + (sessions[known] - earliest)
        found = np.searchsorted(keys, series[rows][:, None] * span + (wanted - earliest), side="right") - 1
        reached = (found >= 0) & (series[known[np.maximum(found, 0)]] == series[rows][:, None])
        return np.where(reached, panel.target[known[np.maximum(found, 0)]], last_known(panel)[rows][:, None])
