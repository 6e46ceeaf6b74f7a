"""From a fitted classifier and its test to a Run, the same for digits, reviews and series."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified, worst
from longshort.recipes.named import Ask
from longshort.results.run import Run
from longshort.sequences import SequenceClassifier
from longshort.sequences.labels import refuse_unseen

SHOWN = 24  # errors to look at


def learn_and_judge(
    ask: Ask,
    training: tuple[Any, NDArray[Any]],
    test: tuple[Any, NDArray[Any]],
    *,
    name: str,
    things: str,
    sample: Callable[..., dict[str, Any]],
    notes: Sequence[str] = (),
) -> Run:
    """Fit a classifier of the recipe's settings, touch the test once, and judge it beside the majority class.

    `training` and `test` are inputs and labels; `sample(number, truth, predicted, probability)` shows a test example.
    """
    refuse_unseen(np.asarray(test[1]), np.unique(training[1]))
    classifier = SequenceClassifier.from_settings(ask.settings, device=ask.device)
    classifier.fit(*training, listen=ask.listen, checkpoint=ask.checkpoint)
    probabilities = classifier.predict_proba(test[0])
    table = classifier.layer_table()
    parameters = sum(row["parameters"] for row in table)
    judged = classified(
        test[1],
        classifier.classes_[probabilities.argmax(axis=1)],
        model=name,
        classes=classifier.classes_.tolist(),
        probabilities=probabilities,
        trained_on=training[1],
        parameters=parameters,
        things=things,
    )
    errors = worst(judged["predictions"], SHOWN)
    said = judged["predictions"]
    samples = [sample(i, said["truth"][i], said["predicted"][i], float(np.max(probabilities[i]))) for i in errors]
    return bare_run(
        name,
        **judged,
        layers=table,
        training_shape=shape_of(training[0]),
        curves=curve_table(classifier.records_, ask.settings.seed),
        samples=tuple(samples),
        info={"notes": list(notes), "device": classifier.engine_, "data": {"rows": len(training[1])}},
    )


def shape_of(inputs: Any) -> tuple[int, ...]:
    """Give the shape of what was learnt from: samples, longest time, features."""
    if isinstance(inputs, np.ndarray):
        return tuple(inputs.shape)
    if isinstance(inputs, list):
        return (len(inputs),)
    return (len(inputs), int(inputs.lengths.max()), max(inputs.features, 1))
