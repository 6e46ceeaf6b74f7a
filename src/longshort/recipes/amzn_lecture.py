"""The stock forecaster of the lecture (L0), replayed faithfully, its error beside that of repeating yesterday.

Four layers of LSTM(50) read the highs of sixty days, scaled to 0 .. 1 by the years up to 2016, and forecast the next.
The lecture prints an error of 148 and the remark "huh?". The reason: nearly all highs of 2017 lie above what training
saw, where a network that saturates cannot follow; and nobody compared it with "tomorrow is like today".
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from longshort.data.transforms import Transform
from longshort.forecasting.window import Window
from longshort.language import message
from longshort.nn.network import Model
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.forecasting import Settings, stock, tested, validate
from longshort.results.run import Run
from longshort.training.settings import Training

if TYPE_CHECKING:
    from longshort.data.panel import Panel

SETTINGS = Settings(
    target="High",
    window=Window(method="single", context_length=60),
    transform=Transform(name="minmax"),
    model=Model(hidden_size=50, num_layers=4, dropout=0.2, dropout_after="each", head="point"),
    training=Training(
        members=1,
        optimizer="rmsprop",
        learning_rate=1e-3,
        weight_decay=0.0,
        gradient_clip=None,
        batch_size=32,
        epochs=50,
        steps_per_epoch=None,
        patience=None,
        validation=0.0,
    ),
)
OTHERWISE = message("recipes.lecture.rmsprop")


def run(ask: Ask) -> Run:
    """Replay the lecture: everything up to 2016 trains, nothing is held back, 2017 is forecast day by day."""
    found = tested(ask, row_by_row(stock(ask, alone=True)), test_from=ask.settings.test_from)
    notes = [*found.info["notes"], OTHERWISE]
    return replace(found, layers=as_printed(found), info={**found.info, "notes": notes})


def row_by_row(panel: "Panel") -> "Panel":
    """Count rows as the lecture does: a session that is missing from the file leaves no gap."""
    number = int(panel.sessions[-1])
    return replace(panel, sessions=np.arange(number + 1 - len(panel.sessions), number + 1))


def as_printed(found: Run) -> tuple[dict[str, object], ...]:
    """Name the layers as the lecture's summary does."""
    kinds: dict[str, int] = {}
    rows = []
    for row in found.layers:
        kind = "dense" if row["layer"] == "readout" else str(row["layer"]).rstrip("0123456789").rstrip("_")
        kinds[kind] = kinds.get(kind, 0) + 1
        rows.append({**row, "layer": f"{kind}_{kinds[kind]}"})
    return tuple(rows)


RECIPE = Named(
    name="amzn-lecture",
    lecture="L0",
    task="forecast",
    time="6 min",
    expect="an error 18 times that of repeating yesterday (12.612): 86.9 % of 2017 lies above all of training",
    source="LSTM theory and the AMZN stock forecaster; data: 30 Dow stocks, 2006 to 2017",
    needs=("djia30/AMZN_2006-01-01_to_2018-01-01.csv",),
    quick={"training.epochs": 1},
    settings=SETTINGS,
    validate=validate,
    run=run,
)
