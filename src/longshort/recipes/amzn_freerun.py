"""A year fed back (L0): each day's forecast becomes the next day's input, 251 times, with intervals that widen.

The lecture shows one-day forecasts from true inputs as if they were a year's, and then lets the network run on its own.
Here that is labelled as what it is. One network learns from sixteen Dow stocks up to the end of 2011 and runs freely
from six days in each, 251 sessions apart, so that no two runs of a stock overlap: whether its interval holds 80 % of
what happened is then a count, with an interval of its own that knows that the stocks rise and fall together.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from longshort.forecasting.window import Window
from longshort.language import Message, message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import Settings, made_up, tested, validate
from longshort.results.run import Run
from longshort.training.settings import Training

if TYPE_CHECKING:
    from longshort.data.panel import Panel

SHOWN = (1, 21, 63, 126, 251)  # sessions ahead: a day, a month, a quarter, half a year, a year


def run(ask: Ask) -> Run:
    """Run freely from days that lie a whole horizon apart, and count what the intervals held."""
    settings: Settings = ask.settings
    found = tested(
        ask,
        stocks(ask),
        test_from=settings.test_from,
        every=settings.horizon,
        baselines=("naive", "drift", "volatility_cone"),
    )
    notes = [*found.info["notes"], coverage(found), widths(found)]
    verdict = message("recipes.freerun", n=settings.horizon, verdict=found.verdict)
    return replace(found, verdict=verdict, info={**found.info, "notes": notes})


def stocks(ask: Ask) -> "Panel":
    """Read all stocks of the folder, or make three up."""
    import polars as pl

    from longshort.data.readers import read

    settings: Settings = ask.settings
    if ask.data is not None:
        return read(ask.data, target=settings.target, alone=True)
    rows = 2 * settings.horizon + 2
    tables = [
        made_up(seed, settings.test_from, after=rows).with_columns(Name=pl.lit(f"stock {seed}"))
        for seed in range(settings.seed, settings.seed + 3)
    ]
    return read(pl.concat(tables), target=settings.target, id="Name", alone=True)


def coverage(found: Run) -> Message:
    """Say what the 80 % interval held over all steps, and whether that is what it promises."""
    assert found.claims is not None
    claim = found.claims.coverage
    about = {"nominal": claim.nominal, "share": claim.empirical, "n": claim.outcomes}
    return message(f"recipes.freerun.held.{claim.answer}", **about, low=claim.low, high=claim.high)


def widths(found: Run) -> Message:
    """Say how the interval widens."""
    forecast = found.forecasts[found.network]
    low, high = (forecast.quantile_levels.index(level) for level in (0.1, 0.9))
    width = np.median((forecast.quantiles[..., high] - forecast.quantiles[..., low]) / forecast.last[:, None], axis=0)
    steps = [step for step in SHOWN if step <= len(width)]
    shown = [message("recipes.freerun.width", width=float(width[step - 1]), n=step) for step in steps]
    return message("recipes.freerun.widths", widths=shown)


RECIPE = Named(
    name="amzn-freerun",
    lecture="L0",
    task="forecast",
    time="2 min",
    expect="an 80 % interval that holds 80 % of what came and widens from 2 to 60 % of the price; no skill",
    source="LSTM theory and the AMZN stock forecaster; data: 30 Dow stocks, 2006 to 2017",
    needs=("djia30/",),
    quick={"horizon": 60, "training.members": 1, "training.epochs": 3},
    settings=Settings(
        target="High",
        test_from="2012-01-01",
        horizon=251,
        window=Window(steps="recursive", context_length=20, burn_in=6),
        training=Training(members=2),
    ),
    validate=validate,
    run=run,
)
