"""The best fit of each series so far, and the smoother that is made of them."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from longshort.smoothing.history import History
from longshort.smoothing.rows import ADDITIVE, NO_SEASON, Floats, Integers, PanelRows, States, offsets_of
from longshort.smoothing.search import Best, parameters_of
from longshort.smoothing.smoother import TRENDS, Smoother
from longshort.smoothing.starts import backcast, first_sessions


@dataclass
class Fits:
    """Hold for each series the fit with the least criterion among those offered."""

    history: History
    best: Best = field(init=False)
    criterion: Floats = field(init=False)
    trend: NDArray[np.int8] = field(init=False)
    seasonal: NDArray[np.int8] = field(init=False)
    seasons: list[Floats] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.history.rows)
        squares, level, trend = (np.full(count, np.nan) for _ in range(3))
        self.best = Best(squares, np.full((count, 4), np.nan), level, trend)
        self.criterion = np.full(count, np.inf)
        self.trend, self.seasonal = np.zeros(count, np.int8), np.full(count, NO_SEASON, np.int8)
        self.seasons = [np.zeros(0)] * count

    def offer(self, series: Integers, states: States, best: Best, criterion: Floats, trend: str) -> None:
        """Keep, of these series, the fits that are better than what there is; at first any fit is.

        The first form that is offered therefore stays where no criterion can be computed, and among equals.
        """
        better = (criterion < self.criterion[series]) | (self.trend[series] == 0)
        into = series[better]
        for name, array in vars(self.best).items():
            array[into] = getattr(best, name)[better]
        self.criterion[into] = criterion[better]
        self.trend[into], self.seasonal[into] = TRENDS.index(trend), states.seasonal[better]
        for number in np.flatnonzero(better).tolist():
            self.seasons[series[number]] = states.season[slice(*states.season_offsets[number : number + 2])]

    def smoother(self, threads: int) -> Smoother:
        """Make the smoother that begins with each series' first observation, in the series' own unit."""
        history, parameters = self.history, parameters_of(self.best.shares)
        states = States(
            before=first_sessions(history.rows),
            level=self.best.level,
            trend=self.best.trend,
            seasonal=self.seasonal,
            season=np.concatenate([*self.seasons, np.zeros(0)]),
            season_offsets=offsets_of(np.array([len(season) for season in self.seasons], np.int64)),
        )
        states = _begun_earlier(history.earlier, states, self.best.shares, threads)
        unit = history.exponent
        exponents = np.repeat(np.where(self.seasonal == ADDITIVE, unit, 0), states.lengths())
        with np.errstate(all="ignore"):
            states = replace(
                states,
                level=np.ldexp(states.level, unit),
                trend=np.ldexp(states.trend, unit),
                season=np.ldexp(states.season, exponents),
            )
            deviation = np.ldexp(np.sqrt(self.best.squares / history.count), unit)
        return Smoother(states, parameters, self.trend, history.count, deviation)


def _begun_earlier(earlier: PanelRows, states: States, shares: Floats, threads: int) -> States:
    """Run what begins after earlier observations backwards through them, so that it begins before all."""
    series = np.flatnonzero(np.diff(earlier.offsets) > 0)
    rows, part = earlier.of(series), states.of(series)
    part = replace(part, before=first_sessions(rows))
    begun = backcast(rows, part, parameters_of(shares[series, None]), threads)
    level, trend, before = states.level.copy(), states.trend.copy(), states.before.copy()
    level[series], trend[series], before[series] = begun.level[:, 0], begun.trend[:, 0], begun.before
    return replace(states, level=level, trend=trend, before=before)
