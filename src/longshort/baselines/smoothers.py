"""Exponential smoothing in two forms, Theta and ETS: what a careful forecaster tries before any network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.common import NO_SEASON, Seasons
from longshort.baselines.past_errors import with_past_errors
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.results.forecast import QUANTILE_LEVELS, Forecast
from longshort.smoothing import PanelRows, Smoother, fit_ets, fit_theta, one_after_another

THREADS = 2  # results do not depend on it
TOGETHER = 2**16  # rows of several pasts that are fitted in one call


@dataclass(frozen=True)
class Theta:
    """Forecast by the Theta method, its parameters chosen at each fit, its level filtered from cutoff to cutoff.

    Assimakopoulos and Nikolopoulos (2000) in the form of Hyndman and Billah (2003), seasonal where the data are; around
    it its own past errors. See `smoothing.fit_theta`.
    """

    name: ClassVar[str] = "theta"
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seasons: Seasons = NO_SEASON

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> "list[FittedSmoother]":
        """Choose parameters for every series at each cutoff time, on its known values at or before it."""
        return _fitted(self, fit_theta, panel, cutoffs)


@dataclass(frozen=True)
class Ets:
    """Forecast by exponential smoothing, its form chosen at each fit, its state filtered from cutoff to cutoff.

    Additive or multiplicative season or none, a level, a drift or a damped trend (Hyndman et al. 2008), chosen by AICc;
    around it its own past errors. See `smoothing.fit_ets`.
    """

    name: ClassVar[str] = "ets"
    horizon: int
    quantile_levels: tuple[float, ...] = QUANTILE_LEVELS
    seasons: Seasons = NO_SEASON

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> "list[FittedSmoother]":
        """Choose form and parameters for every series at each cutoff time, on its known values at or before it."""
        return _fitted(self, fit_ets, panel, cutoffs)


def rows_of(panel: Panel) -> PanelRows:
    """Give a panel's target as smoothers read it."""
    return PanelRows(np.ascontiguousarray(panel.target), panel.sessions, panel.offsets)


def _fitted(
    baseline: Theta | Ets, fit: Callable[..., Smoother], panel: Panel, cutoffs: Sequence[int]
) -> "list[FittedSmoother]":
    """Fit at each cutoff; short pasts lie one after another in one call, since each call has its price."""
    pasts = [panel.until(cutoff) for cutoff in cutoffs]
    sizes = np.cumsum([len(past.times) for past in pasts]) // TOGETHER
    smoothers: list[Smoother] = []
    for size in np.unique(sizes):
        some = [pasts[place] for place in np.flatnonzero(sizes == size)]
        lengths = np.concatenate([baseline.seasons.of(past) for past in some])
        every = fit(one_after_another([rows_of(past) for past in some]), lengths, threads=THREADS)
        smoothers += [every.of(np.arange(len(panel)) + len(panel) * place) for place in range(len(some))]
    return [FittedSmoother(baseline.name, baseline.horizon, baseline.quantile_levels, one) for one in smoothers]


@dataclass(frozen=True, eq=False)
class FittedSmoother:
    """Forecast with one smoother for each series of the panel that it was fitted on."""

    name: str
    horizon: int
    quantile_levels: tuple[float, ...]
    smoother: Smoother
    growth: ClassVar[float] = 0.5

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair; NotEnoughHistory where a pair sees no value at all."""
        return with_past_errors(self, panel, pairs, self.quantile_levels)

    def points(self, panel: Panel, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the forecasts made at each row, `[row, step]`; NaN for a series without a value at the fit."""
        asked, place = np.unique(rows, return_inverse=True)
        found = self.smoother.forecasts(rows_of(panel), self.horizon, asked, threads=THREADS)[place]
        return np.where(np.isfinite(found), found, np.nan)
