"""Forecasts of the S&P 500, built directly, and the tables in which others would write them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from longshort.data.panel import Panel
from longshort.data.readers import read
from longshort.data.windows import Pairs
from longshort.results.forecast import Forecast, from_arrays

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
HORIZON = 3


def stamps(times: np.ndarray) -> pl.Series:
    return pl.Series(times.ravel(), dtype=pl.Int64).cast(pl.Datetime("us"))


@dataclass(frozen=True)
class Case:
    """Forecasts on a panel, and one row for each pair and step of them."""

    panel: Panel
    forecast: Forecast

    @property
    def keys(self) -> pl.DataFrame:
        f = self.forecast
        ids = pl.Series(f.ids).gather(np.repeat(f.series, f.horizon))
        cutoffs = stamps(np.repeat(f.cutoffs, f.horizon))
        steps = pl.Series(np.tile(np.arange(1, f.horizon + 1), len(f)))
        return pl.DataFrame({"unique_id": ids, "ds": stamps(f.ds), "cutoff": cutoffs, "step": steps})

    @property
    def mean(self) -> pl.Series:
        return pl.Series(self.forecast.mean.ravel())

    @property
    def y(self) -> pl.Series:
        return pl.Series(self.forecast.y.ravel()).fill_nan(None)

    def quantile(self, level: float) -> pl.Series:
        return pl.Series(self.forecast.quantile(level).ravel())


def case_on(panel: Panel, seed: int = 0, first: int = 30, cutoffs: int = 40, horizon: int = HORIZON) -> Case:
    random = np.random.default_rng(seed)
    starts = panel.offsets[:-1] + first
    rows = (starts[:, None] + np.arange(cutoffs)).ravel()
    pairs = Pairs(panel.series[rows], rows)
    mean = panel.target[rows][:, None] * np.exp(random.normal(0, 0.01, (len(rows), horizon)))
    width = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * 0.01 * mean[:, :, None]
    quantiles = mean[:, :, None] * np.exp(random.normal(0, 1e-3, (len(rows), horizon, 1))) + width
    return Case(panel, from_arrays("LSTM", panel, pairs, mean, quantile_levels=LEVELS, quantiles=quantiles))


@pytest.fixture(scope="session")
def sp500() -> Panel:
    """Give the last two years of the daily S&P 500 that a dependency ships."""
    data = pytest.importorskip("arch.data.sp500").load()
    return replace(read(data["Close"].iloc[-500:].to_frame(), target="Close"), ids=("S&P 500",))


@pytest.fixture(scope="session")
def case(sp500: Panel) -> Case:
    return case_on(sp500)


@pytest.fixture(scope="session")
def many(prices: Callable[..., Panel]) -> Case:
    """Give forecasts of three simulated series on days."""
    return case_on(prices(series=3, rows=90, alone=True), seed=1, first=40, cutoffs=10)


@pytest.fixture(scope="session")
def on() -> Callable[..., Case]:
    return case_on
