"""Logistic and softmax regression (L3, L4): one layer from observations to probabilities, judged by cross-entropy.

The lecture prints three rows of probabilities, says how many are right, and asks "cross-entropy = ???". That is
answered first; then such a layer is trained on the lecture's three observations: it fits them, which proves nothing.
"""

import numpy as np

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.language import message
from longshort.nn.stack import Flatten
from longshort.recipes.named import Ask, Named
from longshort.recipes.shared.ranges import Triples
from longshort.results import samples
from longshort.results.run import Run
from longshort.sequences.settings import TRAINING, Model
from longshort.sequences.settings import Settings as Fit
from longshort.settings import change
from longshort.training.settings import Training

CLASSES = ("1", "2", "3")
OBSERVATIONS = np.array([[1, 3, 5, 2], [21, 0, 15, 58], [112, 57, 193, -11]], np.float32)[:, None]  # one time step each


class Settings(Fit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what the lecture's layer answered for three observations, what was true, and how a layer is trained."""

    probabilities: Triples = ((0.1, 0.1, 0.8), (0.6, 0.2, 0.2), (0.01, 0.97, 0.02))
    truth: tuple[str, ...] = ("3", "3", "2")
    model: Model = Model(layers=(Flatten(),), scale="each")
    training: Training = change(
        TRAINING, {"learning_rate": 0.1, "epochs": 100, "weight_decay": 0.0, "validation": 0.0, "patience": "none"}
    )


def run(ask: Ask) -> Run:
    """Answer the lecture's question, and train its layer."""
    from longshort.sequences import SequenceClassifier

    settings: Settings = ask.settings
    said = np.array(settings.probabilities)
    predicted = [CLASSES[place] for place in said.argmax(axis=1)]
    judged = classified(
        settings.truth,
        predicted,
        model="softmax",
        classes=CLASSES,
        probabilities=said,
        things=message("recipes.things.observations"),
    )
    layer = SequenceClassifier.from_settings(settings, device=ask.device)
    layer.fit(OBSERVATIONS, np.array(settings.truth), listen=ask.listen)
    table = layer.layer_table()
    lines = [
        f"{features[0].astype(int).tolist()}: {truth}, with {chance:.1%}"
        for features, truth, chance in zip(
            OBSERVATIONS, layer.predict(OBSERVATIONS), layer.predict_proba(OBSERVATIONS).max(axis=1), strict=True
        )
    ]
    return bare_run(
        "softmax",
        **judged,
        layers=table,
        training_shape=OBSERVATIONS.shape,
        curves=curve_table(layer.records_, settings.seed),
        samples=(samples.listing(message("recipes.listing.perceptron"), lines),),
        info={
            "notes": [message("recipes.perceptron.note")],
            "device": layer.engine_,
            "data": {"rows": len(OBSERVATIONS)},
        },
    )


RECIPE = Named(
    name="perceptron",
    lecture="L3, L4",
    task="classify",
    time="1 s",
    expect="accuracy 66.67 %, cross-entropy 0.6210 nats (sum 1.8630), Brier 0.3671",
    source="From the perceptron to the LSTM (2019)",
    settings=Settings(),
    run=run,
)
