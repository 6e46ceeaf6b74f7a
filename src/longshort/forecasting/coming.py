"""The forecast to act on: the network's where a backtest has shown skill, else the best simple one's."""

from typing import Any

from longshort.backtest.coming import with_claims
from longshort.backtest.run import backtest
from longshort.data.panel import Panel
from longshort.forecasting.recipe import Recipe
from longshort.results.forecast import Forecast


def forecast(panel: Panel, recipe: Recipe | None = None, **walk: Any) -> Forecast:
    """Forecast the coming sessions, by what a backtest shows to be worth acting on.

    A backtest of `recipe` (None: the usual one) comes first; `walk` are its options (`folds`, `season`, `baselines`,
    ...). The forecast is the network's where it has shown skill, else that of the best simple forecast
    (`evaluation.given`), and says so: `model` names whose it is, `claims` and `verdict` are those of the backtest.
    Raises what `backtest` raises.

    >>> import longshort as ls, numpy as np, polars as pl
    >>> days = np.arange("2021-01-01", "2021-08-01", dtype="datetime64[D]")
    >>> noise = np.random.default_rng(0).normal(size=len(days))
    >>> panel = ls.read(pl.DataFrame({"date": days, "y": noise}))
    >>> recipe = ls.Recipe(horizon=2).quick().replace({"training.epochs": 1})
    >>> coming = ls.forecast(panel, recipe, folds=1)
    >>> coming.mean.shape, coming.claims.useful
    ((1, 2), False)
    """
    run = backtest(Recipe() if recipe is None else recipe, panel, **walk)
    return with_claims(run.coming[run.given], run)
