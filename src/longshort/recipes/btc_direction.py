"""Up or down three minutes ahead (L3): sixty minutes of four coins in, a probability out.

The lecture's model is right in 60.7 % of cases and never says how often the more frequent direction comes; minutes
without any change count as "down". Here accuracy and Brier score stand beside always naming the majority, with an
interval, ties are named and left out, training ends before the test's first outcome, and positions pay fees.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from longshort.forecasting.recipe import Recipe
from longshort.language import Message, ahead, message
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import tested, validate
from longshort.recipes.shared.ranges import Rate, Share
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.training.settings import Training

if TYPE_CHECKING:
    import polars as pl

    from longshort.claims import Direction
    from longshort.data.panel import Panel

FILES = {"BTC": "BTC-USD.csv.gz", "LTC": "LTC-USD.csv.gz", "BCH": "BCHABC-USD.csv.gz", "ETH": "ETH-USD.csv.gz"}
COLUMNS = ["time", "low", "high", "open", "close", "volume"]
QUICK = 10_000  # newest minutes of a smaller budget


class Settings(Recipe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the forecaster's settings, the coin to forecast, the share of minutes to test on, and what a trade costs."""

    coin: Literal["BTC", "LTC", "BCH", "ETH"] = "BTC"
    test_share: Share = 0.05
    fee_bps: Rate = 5.0


def run(ask: Ask) -> Run:
    """Learn from the minutes before the test, and name the direction at each of its minutes."""
    import numpy as np

    settings: Settings = ask.settings
    panel = coins(ask)
    times = np.unique(panel.times)
    first = panel.labels(times[[round(len(times) * (1 - settings.test_share))]])[0]
    found = tested(
        ask,
        panel,
        test_from=str(first),
        baselines=("naive", "drift", "volatility_cone"),
        direction="change",
        fee_bps=settings.fee_bps,
    )
    verdict, claim = judge(found, settings)
    assert found.claims is not None
    as_price = message("recipes.btc.as_price", verdict=found.verdict)
    return replace(
        found,
        verdict=verdict,
        claims=msgspec.structs.replace(found.claims, direction=claim),
        info={**found.info, "notes": [*found.info["notes"], as_price]},
    )


def coins(ask: Ask) -> "Panel":
    """Lay closes and volumes of the four coins side by side, minute by minute, the coin that is forecast first."""
    from longshort.data.readers import read

    settings: Settings = ask.settings
    tables = made_up(settings.seed) if ask.data is None else {name: minutes(ask, name) for name in FILES}
    table = tables.pop(settings.coin).select("time", "close", "volume")
    for name, other in tables.items():
        renamed = {"close": f"{name} close", "volume": f"{name} volume"}
        table = table.join(other.select("time", *renamed).rename(renamed), on="time", how="left")
    return read(table.tail(QUICK) if ask.quick else table, target="close", calendar="1min")


def minutes(ask: Ask, name: str) -> "pl.DataFrame":
    """Read a coin's file, which has no header."""
    import polars as pl

    from longshort.errors import DataError

    assert ask.data is not None
    try:
        return pl.read_csv(ask.data / FILES[name], has_header=False, new_columns=COLUMNS)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{FILES[name]!r} in '{ask.data}' cannot be read: {error}",
            hint=f"Give a folder with {', '.join(FILES.values())}, each without a header: {', '.join(COLUMNS)}.",
        ) from error


def made_up(seed: int) -> "dict[str, pl.DataFrame]":
    """Make up four coins that nobody can foresee, on a grid of prices so coarse that some minutes change nothing."""
    import numpy as np
    import polars as pl

    random, count = generator(seed, "btc-direction data"), 1600
    time = 1_550_000_000 // 60 * 60 + 60 * np.arange(count)
    price = np.round(4000 * np.exp(np.cumsum(2e-4 * random.standard_normal((4, count)), axis=1)), 0)
    size = random.lognormal(1.0, 1.0, (4, count))
    return {
        name: pl.DataFrame({"time": time, "close": price[number], "volume": size[number]})
        for number, name in enumerate(FILES)
    }


def judge(found: Run, settings: Settings) -> tuple[Message, "Direction"]:
    """Judge how often the direction at the last step was right, beside the majority: a sentence, and the claim."""
    import polars as pl

    from longshort.claims.verdict import rule
    from longshort.evaluation.claims.direction import GAINS, direction_claim
    from longshort.evaluation.outcomes import Outcomes

    table = found.details["direction"].filter((pl.col("model") == found.network) & (pl.col("step") == settings.horizon))
    overall, none = table.with_columns(step=pl.lit(None, pl.Int64)), pl.DataFrame(schema=GAINS)
    claim = direction_claim(overall, none, found.network, Outcomes("change"))
    if claim.answer == "not_judged":
        return message("recipes.btc.not_judged"), claim
    rows = {row["metric"]: row["value"] for row in table.iter_rows(named=True)}
    about: dict[str, Any] = {"rule": rule(claim), "base": claim.baseline_accuracy, "n": claim.forecasts}
    about |= {name: getattr(claim, name) for name in ("accuracy", "low", "high")} | {"p": claim.p_value}
    about |= {"balanced": rows["balanced_accuracy"], "brier": claim.brier}
    about |= {"uncertainty": rows["brier_uncertainty"], "ties": rows["ties"]}
    key = "small" if claim.answer == "yes" and claim.too_small else claim.answer
    said = message(
        f"recipes.btc.{key}",
        coin=settings.coin,
        ahead=ahead(settings.horizon, "minute"),
        numbers=message("recipes.btc.numbers", **about),
    )
    return message("lists.sentences", all=[said, *earned(found, settings)]), claim


def earned(found: Run, settings: Settings) -> list[Message]:
    """Say from what cost on nothing is left of the one-minute calls; nothing where they were too few to tell."""
    import polars as pl

    money = found.details["money"].filter(pl.col("model") == found.network)
    values = {row["metric"]: row["value"] for row in money.iter_rows(named=True)}
    if "breakeven_bps" not in values:
        return []
    if values["breakeven_bps"] is None:
        return [message("recipes.btc.earns_nothing", fee=settings.fee_bps)]
    return [message("recipes.btc.earns", left=values["breakeven_bps"], fee=settings.fee_bps)]


RECIPE = Named(
    name="btc-direction",
    lecture="L3",
    task="forecast",
    time="1 min",
    expect="BTC 55 % against a majority of 53 %: no skill shown; LTC, BCH, ETH: skill of which no fee leaves anything",
    source="the lecture's linked project; data: four coins by the minute, 2019",
    needs=("crypto_minute/",),
    quick={"training.members": 2, "training.epochs": 5},
    settings=Settings(horizon=3, training=Training(epochs=30, patience=5)),
    validate=validate,
    run=run,
)
