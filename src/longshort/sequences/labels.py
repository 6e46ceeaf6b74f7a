"""Labels: read from what a user passes as y, numbered as classes, and answered by probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.text import checked
from longshort.data.sequences import Sequences
from longshort.errors import DataError, examples
from longshort.sequences.inputs import Given


def labels_of(given: Given, y: Any) -> NDArray[Any]:
    """Give one label for each sequence; DataError where they are missing, not flat, or numbers that measure."""
    labels = np.asarray(given.targets(y, "a label for each sequence"))
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise DataError(f"y has shape {labels.shape}; one label for each sequence is needed.", hint="Pass a flat y.")
    check_labels(labels)
    return labels


def step_labels(given: Given, y: Any) -> NDArray[Any]:
    """Lay the labels of all steps flat, one for each row; DataError names the sequence that has too many or too few."""
    y = given.targets(y, "a label for each time step")
    if not isinstance(given.rows, Sequences):
        raise DataError("X holds texts, and labels belong to steps.", hint="Encode them first: tokenizer.encode(X).")
    parts = [np.asarray(one).reshape(-1) for one in y]
    for number, (part, length) in enumerate(zip(parts, given.rows.lengths, strict=True)):
        if len(part) != length:
            raise DataError(
                f"sequence {number} has {length} time steps and {len(part)} labels.",
                hint="Pass one label for each step, or use SequenceClassifier for one a sequence.",
            )
    labels: NDArray[Any] = np.concatenate(parts)
    check_labels(labels)
    return labels


def check_labels(labels: NDArray[Any]) -> None:
    """Raise DataError where labels are no classes: measured numbers, NaN, dates, bytes, or no plain text."""
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise DataError("y contains NaN or infinity.", hint="Leave the sequences without a label out.")
        if (labels != np.round(labels)).any():
            raise DataError(
                "Unknown label type: y is continuous, and a classifier needs classes.", hint="Use SequenceRegressor."
            )
        return
    for label in set(labels.tolist()):
        if isinstance(label, str):
            checked(label, f"the label {label!r}")
        elif not isinstance(label, int):
            raise DataError(
                f"Unknown label type: y holds {label!r}, of type {type(label).__name__}.",
                hint="Pass texts or whole numbers, such as np.asarray(y).astype(str).",
            )


def numbered(labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Give the classes in order, and the number of each label's; DataError where there is only one.

    >>> numbered(np.array(["b", "a", "b"]))
    (array(['a', 'b'], dtype='<U1'), array([1, 0, 1]))
    """
    try:
        classes, numbers = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise DataError(f"y mixes labels that have no order ({error}).", hint="Pass labels of one type.") from None
    if len(classes) < 2:
        raise DataError(
            f"y has one class only, {classes.tolist()[0]!r}: there is nothing to tell apart.",
            hint="Pass labels of 2 classes or more.",
        )
    return classes, numbers


def refuse_unseen(labels: NDArray[Any], classes: NDArray[Any]) -> NDArray[Any]:
    """Give labels back; DataError names those that training did not see."""
    unseen = sorted(set(labels.tolist()) - set(classes.tolist()), key=repr)
    if unseen:
        raise DataError(
            f"y has labels that training did not see: {examples(unseen)}.",
            hint=f"Training saw {examples(classes.tolist(), 12)}.",
        )
    return labels


def softmax(raw: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turn logits into probabilities along the last axis.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    raised = np.exp(raw.astype(np.float64) - raw.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = raised / raised.sum(axis=-1, keepdims=True)
    return probabilities
