"""What a fit gives: for each series a form, its parameters and where it begins; forecasts from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.smoothing.passes import forecasts
from longshort.smoothing.rows import ADDITIVE, MULTIPLICATIVE, Floats, Integers, PanelRows, SmoothingParameters, States

TRENDS = ("no observations", "level", "damped trend", "drift", "half the drift", "more of the drift")
"""Names of the codes in `Smoother.trend`; the last two are Theta's."""

SEASONS = {ADDITIVE: ", additive season", MULTIPLICATIVE: ", multiplicative season"}


@dataclass(frozen=True)
class Smoother:
    """Hold one fitted smoother for each series.

    `parameters` and `states` are [series] (see `rows`). `trend` [series] is a number in TRENDS. `count` [series] are
    the observations that the fit looked at, `deviation` [series] the root of the mean of their squared one-step errors,
    in the series' unit. Parameters and the beginning were fitted to these observations, so forecasts made at their rows
    are a little better than those made later. Of a series without any observation all is NaN, and so are its forecasts.
    """

    states: States
    parameters: SmoothingParameters
    trend: NDArray[np.int8]
    count: Integers
    deviation: Floats

    def forecasts(self, rows: PanelRows, horizon: int, asked: Integers | None = None, threads: int = 1) -> Floats:
        """Give the forecasts made at each row, `[row, horizon]`, as `smoothing.forecasts` does."""
        return forecasts(rows, self.states, self.parameters, horizon, asked, threads)

    def of(self, series: Integers) -> "Smoother":
        """Keep these series, in this order."""
        names = ("alpha", "beta", "gamma", "phi")
        parameters = SmoothingParameters(*(getattr(self.parameters, name)[series] for name in names))
        kept = (self.trend[series], self.count[series], self.deviation[series])
        return Smoother(self.states.of(series), parameters, *kept)

    def forms(self) -> list[str]:
        """Name what was chosen for each series, for people: 'damped trend, multiplicative season'."""
        codes = zip(self.trend.tolist(), self.states.seasonal.tolist(), strict=True)
        return [TRENDS[trend] + SEASONS.get(season, "") for trend, season in codes]
