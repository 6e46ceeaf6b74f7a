"""Forecasts of many kinds over one simulated price, and a tiny backtest in a folder."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import longshort as ls


class Market:
    """Hold a price over days, and lay forecasts from its last days into tables."""

    def __init__(self, n: int = 420, phi: float = 0.0, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        shocks, change = 0.01 * random.standard_normal(n), np.zeros(n)
        for t in range(1, n):
            change[t] = phi * change[t - 1] + shocks[t]
        self.random, self.n, self.phi = random, n, phi
        self.close = 100 * np.exp(np.cumsum(change))
        self.days = [date(2020, 1, 1) + timedelta(days=i) for i in range(n)]

    @property
    def actuals(self) -> pl.DataFrame:
        return pl.DataFrame({"Date": self.days, "Close": self.close})

    def table(self, horizon: int = 1, start: int = 120, **models: object) -> pl.DataFrame:
        """Give a row for each cutoff from `start` and step; a model is a function of the cutoff and the step."""
        at = [(c, s) for c in range(start, self.n - horizon) for s in range(1, horizon + 1)]
        keys = {
            "ds": [self.days[c + s] for c, s in at],
            "cutoff": [self.days[c] for c, _ in at],
            "y": [self.close[c + s] for c, s in at],
        }
        return pl.DataFrame(keys | {name: [float(model(c, s)) for c, s in at] for name, model in models.items()})

    def audit(self, table: pl.DataFrame, **options: object) -> "ls.Audit":
        return ls.audit(table, self.actuals, target="Close", **options)


@pytest.fixture(scope="session")
def market() -> Market:
    return Market()


@pytest.fixture(scope="session")
def trending() -> Market:
    """Give a price whose changes go on: an honest forecast has skill."""
    return Market(phi=0.6)


@pytest.fixture(scope="session")
def backtest(prices, small, tmp_path_factory):
    """Give a tiny backtest of two series, and the folder that it was written to."""
    run = ls.backtest(small, prices(series=2, rows=150), folds=2, device="cpu")
    folder = tmp_path_factory.mktemp("runs") / "run"
    run.save(folder)
    return run, folder
