"""The S&P 500 from its constituents (L4): 500 prices in, the index a minute later out, through four dense layers.

The lecture's file leads the index by one minute before anybody sees it (`lead`), which its slide does not say; its
error is printed in scaled units, where 0.00078 looks small. Here it stands in points, beside "the next is the last".
The network 500-1024-512-256-128-1 has 1,202,177 parameters; on a file with fewer constituents it has fewer.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.index import Index, read_index
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.numbers import regressed
from longshort.language import message
from longshort.nn.stack import Dense, Flatten
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Lead, Seed, Share
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences import SequenceRegressor
from longshort.sequences.settings import TRAINING, Model
from longshort.settings import change
from longshort.training.settings import Training

Floats = NDArray[np.float64]
HIDDEN = (1024, 512, 256, 128)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many minutes the file's index stands ahead already (`lead`), and the share of rows to learn from."""

    seed: Seed = 0
    lead: Lead = 1
    training_share: Share = 0.8
    model: Model = Model(layers=(Flatten(), *(Dense(units=units, activation="relu") for units in HIDDEN)), scale="none")
    training: Training = change(TRAINING, {"epochs": 10, "batch_size": 256, "learning_rate": 1e-3, "patience": 3})


def run(ask: Ask) -> Run:
    """Learn the first 80 % of the minutes, forecast the rest one by one."""
    settings: Settings = ask.settings
    data = made_up(settings.seed) if ask.data is None else read_index(ask.data)
    first = int(settings.training_share * len(data.level))
    inputs = between(data.constituents, first)
    known, asked = data.level[:first], data.level[first:]
    network = SequenceRegressor.from_settings(settings, in_order=True, device=ask.device)
    network.fit(inputs[:first], known, listen=ask.listen, checkpoint=ask.checkpoint)
    table = network.layer_table()
    parameters = sum(row["parameters"] for row in table)
    judged = regressed(
        asked,
        network.predict(inputs[first:]),
        {"persistence": data.level[first - 1 : -1], "mean": np.full(len(asked), known.mean())},
        model="dense",
        unit=message("recipes.points"),
        things=message("recipes.things.minutes"),
        trained_on=known,
        parameters=parameters,
    )
    lead = message("recipes.sp500.lead", n=settings.lead) if settings.lead else message("recipes.sp500.no_lead")
    constituents = message("recipes.sp500.constituents", n=len(data.names))
    notes = [lead, constituents, message("recipes.sp500.published")]
    return bare_run(
        "dense",
        **judged,
        layers=table,
        training_shape=(first, len(data.names)),
        curves=curve_table(network.records_, settings.seed),
        info={"notes": notes, "device": network.engine_, "data": {"rows": len(data.level)}},
    )


def between(values: Floats, first: int) -> Floats:
    """Scale each column to -1 .. 1 by its smallest and largest value among the training rows; rows become sequences."""
    low, high = values[:first].min(axis=0), values[:first].max(axis=0)
    scaled: Floats = 2.0 * (values - low) / np.where(high > low, high - low, 1.0) - 1.0
    return scaled[:, None, :]


def made_up(seed: int) -> Index:
    """Make up minutes of five stocks and of their mean, a minute ahead."""
    moves = generator(seed, "sp500-network data").normal(0.0, 0.001, (1500, 5))
    prices = 100.0 * np.exp(moves.cumsum(axis=0))
    return Index(level=prices[1:].mean(axis=1), constituents=prices[:-1], names=tuple("ABCDE"))


RECIPE = Named(
    name="sp500-network",
    lecture="L4",
    task="regress",
    time="40 s",
    expect="on five columns 12 points RMSE; persistence 0.587, and 0.323 MAE; the lecture's network 2.147",
    source="STATWORX (2017), the lecture's example",
    needs=("sp500_minute/",),
    quick={"training.epochs": 2},
    settings=Settings(),
    run=run,
)
