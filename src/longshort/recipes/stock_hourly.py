"""A stock by the hour (L4): minutes gathered into the hours of a session, the next hour's close out.

A session of New York begins at 9:30 and has seven such hours, the last one half as long. The forecast stands beside
repeating the last hour's close.
"""

from typing import TYPE_CHECKING

from longshort.forecasting.recipe import Recipe
from longshort.forecasting.window import Window
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import tested, validate
from longshort.recipes.shared.ranges import Few
from longshort.results.run import Run
from longshort.seeding import generator

if TYPE_CHECKING:
    import polars as pl

    from longshort.data.panel import Panel

SESSION = 390  # minutes
OPENING = 13 * 3600 + 30 * 60  # seconds after midnight in UTC, in summer
CLOSED = ("2017-04-14", "2017-05-29")  # holidays among the days that are made up


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings, the stock, and into how many folds the last fifth is cut."""

    stock: str = "AMZN"
    folds: Few = 4


def run(ask: Ask) -> Run:
    """Gather minutes into hours, and forecast the next."""
    from longshort.data.readers import read

    settings: Settings = ask.settings
    minutes = made_up(settings) if ask.data is None else ask.data
    panel = read(minutes, target=settings.stock, alone=True)
    return tested(ask, read(hours(panel), target="close"), folds=settings.folds)


def hours(panel: "Panel") -> "pl.DataFrame":
    """Gather each session's minutes into hours that begin with it: open, high, low and close, by their first minute."""
    import polars as pl

    time = pl.Series("time", panel.labels(panel.times))
    price = pl.Series("price", panel.target)
    day = pl.col("time").dt.date()
    hour = ((pl.col("time") - pl.col("time").min().over(day)).dt.total_minutes() // 60).alias("hour")
    table = pl.DataFrame([time, price]).drop_nulls().with_columns(hour, day.alias("day"))
    first, price_ = pl.col("time").first(), pl.col("price")
    return (
        table.group_by("day", "hour", maintain_order=True)
        .agg(first, price_.first().alias("open"), price_.max().alias("high"), price_.min().alias("low"),
             price_.last().alias("close"))
        .select("time", "open", "high", "low", "close")
    )  # fmt: skip


def made_up(settings: Settings) -> "pl.DataFrame":
    """Make up the minutes of sixty sessions, which nobody can foresee."""
    import numpy as np
    import polars as pl

    days = np.busday_offset(np.datetime64("2017-04-03"), np.arange(60)).astype("datetime64[s]").astype(np.int64)
    days = days[~np.isin(days, np.array(CLOSED, dtype="datetime64[s]").astype(np.int64))]
    seconds = (days[:, None] + OPENING + 60 * np.arange(SESSION)).ravel()
    moves = generator(settings.seed, "stock-hourly data").standard_t(5, len(seconds))
    return pl.DataFrame({"DATE": seconds, settings.stock: 900.0 * np.exp(np.cumsum(4e-4 * moves))})


RECIPE = Named(
    name="stock-hourly",
    lecture="L4",
    task="forecast",
    time="25 s",
    expect="no better than repeating the last hour's close",
    source="From the perceptron to the LSTM (2019); data: S&P 500 and five stocks by the minute, 2017",
    needs=("sp500_minute/sp500_minute_7col.csv",),
    quick={"folds": 2, "training.members": 2, "training.epochs": 5},
    settings=Settings(window=Window(context_length=21, burn_in=7)),
    validate=validate,
    run=run,
)
