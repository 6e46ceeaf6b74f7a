"""Forecasts of simulated series, for the tests of scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from longshort.data.panel import Column, Panel
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, p_up_from_quantiles

DAY = 86_400_000_000


@dataclass(frozen=True)
class Past:
    """Series of equal length on days, and the forecasts of them that tests ask for."""

    panel: Panel
    start: int

    @property
    def scale_until(self) -> int:
        return self.start * DAY

    def forecast(
        self, model: str, horizon: int = 1, *, shift: float = 0.0, sigma: ArrayLike | None = None, blind: bool = False
    ) -> Forecast:
        """Forecast the last value plus `shift`; with `sigma` (`[pair]` or a number) normal quantiles around it."""
        panel, length = self.panel, int(self.panel.offsets[1])
        rows = np.concatenate([np.arange(self.start, length - 1) + first for first in panel.offsets[:-1]])
        last = panel.target[rows]
        steps = np.arange(1, horizon + 1)
        mean = np.repeat(last[:, None], horizon, axis=1) + shift
        coming = rows[:, None] + steps
        inside = coming < panel.offsets[panel.series[rows] + 1][:, None]
        y = np.where(inside & (not blind), panel.target[np.minimum(coming, len(panel.target) - 1)], np.nan)
        levels = () if sigma is None else QUANTILE_LEVELS
        quantiles = np.empty((*mean.shape, 0))
        if sigma is not None:
            spread = np.broadcast_to(np.asarray(sigma, dtype=float), len(rows))[:, None] * np.sqrt(steps)
            quantiles = mean[:, :, None] + spread[:, :, None] * ndtri(np.array(levels))
        return Forecast(
            model=model,
            ids=panel.ids,
            series=panel.series[rows],
            cutoffs=panel.times[rows],
            ds=panel.times[rows][:, None] + steps * DAY,
            last=last,
            mean=mean,
            quantile_levels=levels,
            quantiles=quantiles,
            p_up=p_up_from_quantiles(levels, quantiles, last) if levels else np.full(mean.shape, np.nan),
            y=y,
            fold=np.zeros(len(rows), dtype=np.int64),
            seed_mean=np.empty((0, *mean.shape)),
            seed_quantiles=np.empty((0, *quantiles.shape)),
        )


def walks(seed: int, *, series: int = 1, history: int = 200, cutoffs: int = 250) -> NDArray[np.float64]:
    """Simulate random walks of unit steps around 100, `[series, session]`."""
    steps = np.random.default_rng(seed).standard_normal((series, history + cutoffs + 1))
    return 100 + np.cumsum(steps, axis=1)


@pytest.fixture
def past() -> Callable[..., Past]:
    """Give a function that puts values `[series, session]` (by default random walks) into a Past."""

    def build(values: NDArray[np.float64] | None = None, *, history: int = 200, series: int = 1, seed: int = 0) -> Past:
        table = walks(seed, series=series, history=history) if values is None else np.atleast_2d(values)
        count, length = table.shape
        times = np.tile(np.arange(length, dtype=np.int64), count)
        ids = tuple(f"s{i}" for i in range(count))
        panel = Panel(
            table.reshape(-1, 1).copy(), times * DAY, times, np.arange(count + 1) * length, ids, (Column("y"),), ()
        )
        return Past(panel, history)

    return build
