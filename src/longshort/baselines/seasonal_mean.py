"""The mean of the same place in all seasons: what is left of a pattern behind noise."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NO_SEASON, NothingToFit, Seasons
from longshort.baselines.mean import running_mean
from longshort.baselines.past_errors import with_past_errors
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import QUANTILE_LEVELS, Forecast

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class SeasonalMean(NothingToFit):
    """Forecast the mean of all known values at the same place in the season, with its own past errors around it.

    The place is the session's number modulo the season, so missing sessions shift nothing. Where no value at that place
    is known yet, the mean of all serves.
    """

    name: ClassVar[str] = "seasonal_mean"
    growth: ClassVar[float] = 0.0
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seasons: Seasons = NO_SEASON

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        return with_past_errors(self, panel, pairs, self.quantile_levels)

    def points(self, panel: Panel, rows: Ints) -> Floats:
        """Give the means by place that are known at each row, `[row, step]`."""
        season = self.seasons.of(panel)
        out = np.repeat(running_mean(panel)[rows][:, None], self.horizon, axis=1)
        owner = panel.series[rows]
        order = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[order], np.arange(len(panel) + 1))
        for series in np.flatnonzero((np.diff(starts) > 0) & (season > 1)).tolist():
            own, at = panel.rows(series), order[starts[series] : starts[series + 1]]
            found = self._of_one(panel.target[own], panel.sessions[own], rows[at] - own.start, int(season[series]))
            out[at] = np.where(np.isnan(found), out[at], found)
        return out

    def _of_one(self, values: Floats, sessions: Ints, rows: Ints, season: int) -> Floats:
        """Average one series' values by place up to each of its rows, for the coming places, `[row, step]`.

        Each place is summed by itself, oldest value first, so that no later value changes a digit of an earlier mean.
        """
        known = np.flatnonzero(~np.isnan(values))
        place = sessions[known] % season
        order = np.argsort(place, kind="stable")
        by_place, starts = known[order], np.searchsorted(place[order], np.arange(season))
        nth = np.arange(len(known)) - starts[place[order]]
        sums = np.zeros((int(nth.max(initial=-1)) + 2, season))
        sums[nth + 1, place[order]] = values[by_place]
        sums = np.cumsum(sums, axis=0)
        keys = place[order] * (len(values) + 1) + by_place
        coming = (sessions[rows][:, None] + np.arange(1, self.horizon + 1)) % season
        ends = np.searchsorted(keys, coming * (len(values) + 1) + rows[:, None], side="right")
        count = ends - starts[coming]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(count > 0, sums[count, coming] / count, np.nan)
