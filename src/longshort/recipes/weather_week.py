"""A week of daily weather (L4): the coldest hour of each of the coming seven days, from the days before.

The network sees the temperature itself, as weather comes back to what is usual for the season, and a yearly wave that
is known in advance. Every step stands beside repeating today's.
"""

from typing import TYPE_CHECKING

from longshort.data.transforms import Transform
from longshort.forecasting.recipe import Recipe
from longshort.nn.network import Model
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import tested, validate
from longshort.recipes.shared.ranges import Count
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.training.settings import Training

if TYPE_CHECKING:
    import polars as pl

    from longshort.data.panel import Panel

YEAR = 365.25  # days


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings and how many of the newest days are tested."""

    test_days: Count = 730


def run(ask: Ask) -> Run:
    """Learn from the years before the test, forecast the week after each of its days."""
    from longshort.data.readers import read

    settings: Settings = ask.settings
    panel = with_wave(read(made_up(settings.seed) if ask.data is None else ask.data), settings.horizon)
    days = len(panel.times) - settings.horizon
    first = panel.labels(panel.times[[max(days - settings.test_days, 1)]])[0]
    return tested(ask, panel, test_from=str(first))


def with_wave(panel: "Panel", horizon: int) -> "Panel":
    """Lay a yearly wave beside the temperature, also for the days to come."""
    import numpy as np
    import polars as pl

    from longshort.data.readers import read

    coming = panel.times[-1] + 86_400_000_000 * np.arange(1, horizon + 1)
    day = np.concatenate([panel.times, coming]).astype("datetime64[us]")
    turn = 2 * np.pi * (day - day.astype("datetime64[Y]")) / np.timedelta64(1, "D") / YEAR
    degrees = np.append(panel.target, np.full(horizon, np.nan))
    waves = {"sine of the year": np.sin(turn), "cosine of the year": np.cos(turn)}
    table = pl.DataFrame({"ds": day, "degrees": degrees, **waves}).with_columns(pl.col("degrees").fill_nan(None))
    return read(table, target="degrees", known_future=list(waves))


def made_up(seed: int) -> "pl.DataFrame":
    """Make up four years of days that come back to what is usual for the season."""
    import numpy as np
    import polars as pl

    day = np.arange("1987-01-01", "1991-01-01", dtype="datetime64[D]")
    shocks, away = 2.5 * generator(seed, "weather-week data").standard_normal(len(day)), np.zeros(len(day))
    for today in range(1, len(day)):
        away[today] = 0.6 * away[today - 1] + shocks[today]
    usual = 11.0 + 4.0 * np.cos(2 * np.pi * np.arange(len(day)) / YEAR)
    return pl.DataFrame({"Date": day, "degrees": (usual + away).round(1)})


RECIPE = Named(
    name="weather-week",
    lecture="L4",
    task="forecast",
    time="15 s",
    expect="errors of 0.86 (tomorrow) to 0.73 (from the third day on) of repeating today's",
    source="From the perceptron to the LSTM (2019); data: daily minimum temperatures in Melbourne, 1981 to 1990",
    needs=("classic/temps.csv",),
    quick={"training.members": 2, "training.epochs": 10},
    settings=Settings(
        horizon=7,
        transform=Transform(name="standardise"),
        model=Model(cell="gru", hidden_size=32, head="point"),
        training=Training(epochs=200, patience=40),
    ),
    validate=validate,
    run=run,
)
