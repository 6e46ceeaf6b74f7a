"""Regression (L3, L4): numbers from numbers, by one unit (a straight line) and by a hidden layer (any curve).

The answer is the last layer's sum as it is, not bent ("identity output"), learnt by the squared error. Each network is
tried on points around a line and on points around a wave: the one unit finds the line that least squares would, the
hidden layer also bends. No network can come nearer than the noise that was added, and where there is nothing to bend
the hidden layer has nothing to gain. Both are judged beside the mean, which knows no x.
"""

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.numbers import regressed
from longshort.language import message
from longshort.nn.stack import Dense, Flatten
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Count, Rate
from longshort.recipes.shared.tables import lines, scored
from longshort.results import samples
from longshort.results.run import Run
from longshort.seeding import generator
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

CURVES = {"line": lambda x: 1.0 + 2.0 * x, "wave": lambda x: np.sin(2.0 * x)}
UNIT = [{"layer": "Flatten"}]  # nothing before the output but the shape: one unit


class Settings(Fit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold the settings of the network with a hidden layer, and say how many points there are and how noisy."""

    rows: Count = 300
    tested: Count = 200
    noise: Rate = 0.2
    model: Model = Model(layers=(Flatten(), Dense(units=16, activation="tanh")))
    training: Training = change(
        TRAINING, {"learning_rate": 0.02, "epochs": 150, "weight_decay": 0.0, "schedule": "cosine", "patience": None}
    )


class Points(NamedTuple):
    """Hold points around a curve: inputs (samples, 1 time step, 1 feature) and what belongs to each."""

    x: NDArray[np.float32]
    y: NDArray[np.float64]


def run(ask: Ask) -> Run:
    """Lay each network through each cloud of points."""
    settings: Settings = ask.settings
    networks = {"one unit": change(settings, {"model.layers": UNIT}), "hidden layer": settings}
    rows: list[dict[str, Any]] = []
    scores: list[tuple[str, str, str, float, int]] = []
    for curve in CURVES:
        training, test = points(settings, curve, "train"), points(settings, curve, "test")
        answers = {"mean": np.full(len(test.y), training.y.mean()), "least squares": straight(training, test)}
        for name, chosen in networks.items():
            network = learn(ask, chosen, training)
            answers[name] = network.predict(test.x)
        misses = {name: float(np.sqrt(np.square(said - test.y).mean())) for name, said in answers.items()}
        rows.append({"points around a": curve, **misses, "noise": settings.noise})
        scores += [(name, curve, "rmse", miss, settings.tested) for name, miss in misses.items()]
    table, layers = pl.DataFrame(rows), network.layer_table()
    parameters = sum(row["parameters"] for row in layers)
    judged = regressed(
        test.y,
        answers.pop("hidden layer"),
        answers,
        model="hidden layer",
        things=message("recipes.things.points", curve=message(f"recipes.curve.{curve}")),
        trained_on=training.y,
        parameters=parameters,
        overlapping=False,
    )
    judged["scores"] = pl.concat([judged["scores"], scored(scores)])
    return bare_run(
        "hidden layer",
        **judged,
        details={"errors": table},
        layers=layers,
        training_shape=training.x.shape,
        curves=curve_table(network.records_, settings.seed),
        samples=(samples.listing(message("recipes.listing.errors"), lines(table)),),
        info={"notes": [], "device": network.engine_, "data": {"rows": settings.rows}},
    )


def points(settings: Settings, curve: str, part: str) -> Points:
    """Draw points around a curve, x from -2 to 2; the noise is normal."""
    count = settings.rows if part == "train" else settings.tested
    random = generator(settings.seed, "regression data", curve, part)
    x = random.uniform(-2.0, 2.0, count)
    y = CURVES[curve](x) + settings.noise * random.standard_normal(count)
    return Points(x[:, None, None].astype(np.float32), y)


def straight(training: Points, test: Points) -> NDArray[np.float64]:
    """Give what the line of least squares says: what one unit should find."""
    slope, intercept = np.polyfit(training.x[:, 0, 0].astype(np.float64), training.y, 1)
    found: NDArray[np.float64] = intercept + slope * test.x[:, 0, 0]
    return found


def learn(ask: Ask, settings: Settings, training: Points) -> Any:
    """Train one network."""
    from longshort.sequences import SequenceRegressor

    network = SequenceRegressor.from_settings(settings, device=ask.device)
    return network.fit(training.x, training.y, listen=ask.listen)


RECIPE = Named(
    name="regression",
    lecture="L3, L4",
    task="regress",
    time="10 s",
    expect="both come within a few hundredths of the noise, 0.2; one unit on the wave hardly beats the mean",
    source="From the perceptron to the LSTM (2019)",
    quick={"training.epochs": 60},
    settings=Settings(),
    run=run,
)
