"""Few samples with many features: least squares, what L2 and L1 penalties make of it, and what a copy keeps."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.seeding import generator

Floats = NDArray[np.floating[Any]]
Model = dict[str, Floats]
WEIGHTS, MOST = np.array([1.5, -1.0, 0.75]), 64


class Samples(NamedTuple):
    """Rows `[sample, feature]` and their targets, to learn from and to test on, and the weights behind them."""

    x: Floats
    y: Floats
    test_x: Floats
    test_y: Floats
    truth: Floats


@cache
def columns(part: str, count: int, seed: int) -> tuple[Floats, Floats]:
    """Draw 64 features `[sample, feature]` and a target: three of them, weighed, and noise of deviation 1."""
    x = generator(seed, "samples", part).normal(size=(count, MOST))
    return x, x[:, : len(WEIGHTS)] @ WEIGHTS + generator(seed, "noise", part).normal(size=count)


def samples(count: int, features: int, seed: int = 0) -> Samples:
    """Give samples and 1,000 others to test on, of which only the first few features are seen."""
    (x, y), (test_x, test_y) = columns("train", count, seed), columns("test", 1000, seed)
    truth = np.append(WEIGHTS, np.zeros(MOST))[:features]
    return Samples(x[:, :features], y, test_x[:, :features], test_y, truth)


def rmse(weights: Floats, x: Floats, y: Floats) -> float:
    """Give the root mean squared error of a linear forecast."""
    return float(np.sqrt(((x @ weights - y) ** 2).mean()))


def ridge(x: Floats, y: Floats, penalty: float) -> Floats:
    """Minimise the mean of ½(x w − y)² plus ½ penalty · Σ w² (L2), in closed form; 0 is least squares."""
    squares = x.T @ x / len(y) + penalty * np.eye(x.shape[1])
    weights: Floats = np.linalg.lstsq(squares, x.T @ y / len(y), rcond=None)[0]
    return weights


def lasso(x: Floats, y: Floats, penalty: float, sweeps: int = 200) -> Floats:
    """Minimise the mean of ½(x w − y)² plus penalty · Σ |w| (L1), one weight after the other (Friedman et al. 2007).

    A weight whose help is worth less than the penalty becomes exactly 0.
    """
    weights = np.zeros(x.shape[1])
    squares, pull = x.T @ x / len(y), x.T @ y / len(y)
    for _ in range(sweeps):
        for at, own in enumerate(squares):
            worth = float(pull[at] - own @ weights + own[at] * weights[at])  # what the others leave for it to explain
            weights[at] = np.sign(worth) * max(abs(worth) - penalty, 0.0) / own[at]
    return weights


def train_in_place(x: Floats, y: Floats, rate: float, epochs: int) -> Iterator[Model]:
    """Descend on the squared error, changing one and the same array in every epoch, as real training does."""
    model: Model = {"weights": np.zeros(x.shape[1])}
    for _ in range(epochs):
        model["weights"] -= rate * (x.T @ (x @ model["weights"] - y)) / len(y)
        yield model


def keep_best(epochs: Iterator[Model], score: Callable[[Model], float], copying: Callable[[Model], Model]) -> Model:
    """Keep the best model by its score while it trains; what is kept depends on how it was copied."""
    lowest, best = np.inf, {}
    for model in epochs:
        if score(model) < lowest:
            lowest, best = score(model), copying(model)
    return best
