"""How far the series went in k sessions before, around the newest value: the baseline of spreads."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import Known, NothingToFit, known_targets
from longshort.data.panel import Panel
from longshort.data.support import in_support
from longshort.data.windows import Pairs
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, from_arrays
from longshort.smoothing import window_quantiles

FEW = 20  # below so many k-step changes, one-step changes are stretched by the square root of time instead
THREADS = 2  # results do not depend on it


@dataclass(frozen=True)
class VolatilityCone(NothingToFit):
    """Spread the last `length` known k-step log returns around the newest value, for each step k on its own.

    A k-step return joins two known values that lie k sessions of the calendar apart; over a missing or blank session
    there is none. Where a pair has seen a value at or below zero, differences stand for log returns. Where fewer than
    20 k-step returns are known, changes from one known value to the next serve, times the square root of k. The
    centre (`mean`) is the newest value; the quantiles are the history's own, their median as it comes.
    """

    name: ClassVar[str] = "volatility_cone"
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    length: int = 1000

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees fewer than two values."""
        known = known_targets(panel, pairs, self.name, needed=2)
        logs = all_positive(known)
        quantiles = np.empty((len(pairs), self.horizon, len(self.quantile_levels)))
        for use_logs in (True, False):
            chosen = np.flatnonzero(logs == use_logs)
            if len(chosen):
                seen = Known(known.values, known.sessions, known.series, known.first[chosen], known.stop[chosen])
                spread = self._changes(seen, use_logs)
                last = seen.last[:, None, None]
                quantiles[chosen] = last * np.exp(spread) if use_logs else last + spread
        quantiles = in_support(panel, pairs.rows, quantiles)
        centre = np.repeat(known.last[:, None], self.horizon, axis=1)
        return from_arrays(self.name, panel, pairs, centre, quantile_levels=self.quantile_levels, quantiles=quantiles)

    def _changes(self, known: Known, logs: bool) -> NDArray[np.float64]:
        """Give the empirical quantiles of the changes over each step, `[pair, step, level]`."""
        with np.errstate(invalid="ignore", divide="ignore"):  # other pairs' values may reach zero
            levels = np.log(known.values) if logs else known.values
            neighbours = np.flatnonzero(known.series[1:] == known.series[:-1]) + 1
            next_changes = levels[neighbours] - levels[neighbours - 1]
            out = np.empty((len(known.first), self.horizon, len(self.quantile_levels)))
            for step in range(1, self.horizon + 1):
                ends, starts = apart(known, step)
                low, high = self._window(known, ends)
                changes = levels[ends] - levels[starts]
                out[:, step - 1] = window_quantiles(changes, low, high, self.quantile_levels, THREADS)
                few = np.flatnonzero(high - low < FEW)
                if len(few):
                    low, high = self._window(known, neighbours)
                    stretched = window_quantiles(next_changes, low[few], high[few], self.quantile_levels, THREADS)
                    out[few, step - 1] = stretched * np.sqrt(step)
        return out

    def _window(self, known: Known, ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find for each pair the stretch of the last `length` changes, which end at the positions `ends`."""
        high = np.searchsorted(ends, known.stop)
        return np.maximum(np.searchsorted(ends, known.first), high - self.length), high


def all_positive(known: Known) -> NDArray[np.bool_]:
    """Say for each pair whether every value that it sees is above zero."""
    at_or_below = np.concatenate([[0], np.cumsum(known.values <= 0)])
    return np.asarray(at_or_below[known.stop] == at_or_below[known.first])


def apart(known: Known, step: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the positions (ends, starts) of known values of one series that lie `step` sessions apart."""
    earliest = known.sessions.min(initial=0)
    keys = known.series * (int(known.sessions.max(initial=0) - earliest) + step + 1) + (known.sessions - earliest)
    found = np.searchsorted(keys, keys - step)
    hit = np.flatnonzero((keys[found] == keys - step) & (known.series[found] == known.series))
    return hit, found[hit]
