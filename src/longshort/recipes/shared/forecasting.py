"""From a recipe of the forecaster and a table of prices to a backtest, the same for every series."""

from datetime import date
from typing import TYPE_CHECKING, Any

from longshort.errors import SettingsError
from longshort.forecasting.recipe import Recipe
from longshort.forecasting.recipe import validate as validate_recipe
from longshort.recipes.named import Ask
from longshort.results.run import Run
from longshort.seeding import generator

if TYPE_CHECKING:
    import polars as pl

    from longshort.data.panel import Panel


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings, the column to forecast, and the day from which on is tested."""

    target: str = "Close"
    test_from: str = "2017-01-01"


def validate(settings: Recipe) -> None:
    """Raise SettingsError where the forecaster's settings cannot be, or the test begins on what is no day."""
    validate_recipe(settings)
    day = getattr(settings, "test_from", "2017-01-01")
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise SettingsError(
            f"test_from={day!r} is not a day.", hint="Write it as 2017-01-01: --set test_from=2017-01-01"
        ) from error


def forecaster(settings: Recipe) -> Recipe:
    """Give the forecaster's own settings, without what a recipe has added to them."""
    return Recipe(**{name: getattr(settings, name) for name in Recipe.__struct_fields__})


def tested(ask: Ask, panel: "Panel", **options: Any) -> Run:
    """Fit the recipe's network on what was known before the test, and judge it beside the baselines."""
    from longshort.backtest.run import backtest

    recipe = forecaster(ask.settings)
    return backtest(recipe, panel, device=ask.device, listen=ask.listen, checkpoint=ask.checkpoint, **options)


def stock(ask: Ask, *, alone: bool = False) -> "Panel":
    """Read the stock that was asked for, or make one up whose last days are tested."""
    from longshort.data.readers import read

    settings = ask.settings
    table = ask.data or made_up(settings.seed, settings.test_from)
    return read(table, target=settings.target, alone=alone)


def made_up(seed: int, test_from: str, before: int = 320, after: int = 60) -> "pl.DataFrame":
    """Make up a stock: weekdays around the first day of a test, and prices that nobody can foresee."""
    import numpy as np
    import polars as pl

    first = np.busday_offset(np.datetime64(test_from, "D"), 0, roll="forward")
    days = np.busday_offset(first, np.arange(-before, after))
    random = generator(seed, "made-up stock")
    close = 100.0 * np.exp(np.cumsum(0.01 * random.standard_t(5, len(days))))
    opened = np.append(close[:1], close[:-1]) * np.exp(0.003 * random.standard_normal(len(days)))
    reach = np.exp(0.005 * np.abs(random.standard_normal((2, len(days)))))
    return pl.DataFrame(
        {
            "Date": days.astype("datetime64[D]"),
            "Open": opened,
            "High": np.maximum(opened, close) * reach[0],
            "Low": np.minimum(opened, close) / reach[1],
            "Close": close,
            "Volume": np.round(1e6 * random.lognormal(0.0, 0.3, len(days))),
        }
    )
