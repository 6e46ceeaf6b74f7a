"""One neuron, several that share one probability, and what a wrong probability costs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.reference import sigmoid

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


def neuron(x: Floats, weights: Floats, bias: float) -> Floats:
    """Weigh each observation `[row, feature]`, add the bias, squash into (0, 1): logistic regression."""
    return sigmoid(x @ weights + bias)


def softmax(scores: Floats) -> Floats:
    """Turn scores `[row, class]` into probabilities that sum to one; what is added to all of a row changes nothing.

    >>> softmax(np.array([[1.0, 1.0], [1000.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def cross_entropy(probabilities: Floats, truth: Labels) -> Floats:
    """Give each row's surprise in nats: −log of the probability that its true class was given."""
    surprise: Floats = -np.log(probabilities[np.arange(len(truth)), truth])
    return surprise


def accuracy(probabilities: Floats, truth: Labels) -> float:
    """Give the share of rows whose most probable class is the true one."""
    return float((probabilities.argmax(axis=-1) == truth).mean())


def brier(probabilities: Floats, truth: Labels) -> float:
    """Give the mean squared distance to the truth, summed over the classes, 0 to 2 (Brier 1950)."""
    happened = np.eye(probabilities.shape[-1])[truth]
    return float(((probabilities - happened) ** 2).sum(axis=-1).mean())
