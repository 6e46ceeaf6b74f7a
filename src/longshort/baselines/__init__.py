"""The baselines that stand in every table."""

from collections.abc import Sequence

from longshort.baselines.common import Baseline, Fitted
from longshort.baselines.drift import Drift
from longshort.baselines.garch import Garch
from longshort.baselines.moving_average import MovingAverage
from longshort.baselines.naive import Naive
from longshort.baselines.seasonal_naive import SeasonalNaive
from longshort.baselines.volatility_cone import VolatilityCone
from longshort.data.panel import Panel

__all__ = [
    "Baseline",
    "Drift",
    "Fitted",
    "Garch",
    "MovingAverage",
    "Naive",
    "SeasonalNaive",
    "VolatilityCone",
    "default_baselines",
]


def default_baselines(
    panel: Panel,
    horizon: int,
    quantile_levels: Sequence[float],
    season: int | None = None,
    seed: int = 0,
) -> list[Baseline]:
    """List the baselines of every table.

    `season` counts sessions (None: each calendar's own); `seed` is that of GARCH's simulated paths.
    """
    levels = tuple(quantile_levels)
    points: list[Baseline] = [Naive(horizon), Drift(horizon), SeasonalNaive(horizon, season), MovingAverage(horizon)]
    return [*points, VolatilityCone(horizon, levels), Garch(horizon, levels, seed)]
