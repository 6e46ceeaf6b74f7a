"""Logistic and softmax regression (L3, L4): one layer from observations to probabilities, judged by cross-entropy.

The lecture prints three rows of probabilities, says how many are right, and asks "cross-entropy = ???".
"""

import msgspec
import numpy as np

from longshort.evaluation.bare import bare_run
from longshort.evaluation.labels import classified
from longshort.recipes.named import Ask, Named
from longshort.results.run import Run

CLASSES = ("1", "2", "3")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what the lecture's layer answered for three observations, and what was true."""

    seed: int = 0
    probabilities: tuple[tuple[float, ...], ...] = ((0.1, 0.1, 0.8), (0.6, 0.2, 0.2), (0.01, 0.97, 0.02))
    truth: tuple[str, ...] = ("3", "3", "2")


def run(ask: Ask) -> Run:
    """Answer the lecture's question."""
    said = np.array(ask.settings.probabilities)
    predicted = [CLASSES[place] for place in said.argmax(axis=1)]
    judged = classified(
        ask.settings.truth, predicted, model="softmax", classes=CLASSES, probabilities=said, things="observations"
    )
    return bare_run("softmax", **judged)


RECIPE = Named(
    name="perceptron",
    lecture="L3, L4",
    task="classify",
    about="softmax regression: three rows of probabilities, and the cross-entropy that the lecture leaves open",
    time="1 s",
    expect="accuracy 66.67 %, cross-entropy 0.6210 nats (sum 1.8630), Brier 0.3671",
    source="From the perceptron to the LSTM (2019)",
    settings=Settings(),
    run=run,
)
