"""The baselines: simple forecasts that stand beside every model, and that it has to beat, each of them."""

from longshort.baselines.common import Baseline, Fitted, Seasons
from longshort.baselines.drift import Drift
from longshort.baselines.garch import Garch
from longshort.baselines.mean import Mean
from longshort.baselines.moving_average import MovingAverage
from longshort.baselines.naive import Naive
from longshort.baselines.registry import NAMES, Chosen, baselines_for
from longshort.baselines.seasonal_mean import SeasonalMean
from longshort.baselines.seasonal_naive import SeasonalNaive
from longshort.baselines.smoothers import Ets, Theta
from longshort.baselines.volatility_cone import VolatilityCone
from longshort.baselines.zero import Zero

__all__ = [
    "NAMES",
    "Baseline",
    "Chosen",
    "Drift",
    "Ets",
    "Fitted",
    "Garch",
    "Mean",
    "MovingAverage",
    "Naive",
    "SeasonalMean",
    "SeasonalNaive",
    "Seasons",
    "Theta",
    "VolatilityCone",
    "Zero",
    "baselines_for",
]
