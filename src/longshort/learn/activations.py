"""The ten activation functions of the lectures: value, derivative, and what is agreed on where there is a kink."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.reference import sigmoid

Floats = NDArray[np.floating[Any]]
LEAK = 0.25  # PReLU's slope below zero before it is learned (He et al. 2015, section 2.1)


class Activation(NamedTuple):
    """Hold one activation function: its value, its derivative, and where it has a kink or a jump."""

    value: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]
    kink: float | None = None


def logistic_derivative(x: Floats) -> Floats:
    """Give σ(x)(1 − σ(x)), which is never above 1/4.

    >>> float(logistic_derivative(np.array(0.0)))
    0.25
    """
    y = sigmoid(x)
    return y * (1.0 - y)


def softplus(x: Floats) -> Floats:
    """Give log(1 + exp(x)) without overflow; its derivative is the logistic function."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def elu(x: Floats) -> Floats:
    """Give x above 0 and exp(x) − 1 below (Clevert et al. 2016, with alpha 1)."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(lambda x: x, np.ones_like),
    # At the jump the value is 1 and the slope is taken as 0, as everywhere: nothing can be learned through it.
    "binary step": Activation(lambda x: (x >= 0) * 1.0, np.zeros_like, kink=0.0),
    "logistic": Activation(sigmoid, logistic_derivative),
    "tanh": Activation(np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    "arctan": Activation(np.arctan, lambda x: 1.0 / (1.0 + x * x)),
    # At the kink the lectures' table says 1 where PyTorch says 0: both are slopes that touch the curve.
    "ReLU": Activation(lambda x: np.maximum(x, 0.0), lambda x: (x >= 0) * 1.0, kink=0.0),
    "PReLU": Activation(lambda x: np.where(x >= 0, x, LEAK * x), lambda x: np.where(x >= 0, 1.0, LEAK), kink=0.0),
    "ELU": Activation(elu, lambda x: np.exp(np.minimum(x, 0.0))),
    "softplus": Activation(softplus, sigmoid),
    "softsign": Activation(lambda x: x / (1.0 + np.abs(x)), lambda x: 1.0 / (1.0 + np.abs(x)) ** 2),
}


def finite_difference(function: Callable[[Floats], Floats], x: Floats, step: float = 1e-7) -> Floats:
    """Measure a slope: the rise from `step` below to `step` above over the distance.

    >>> float(finite_difference(np.square, np.array(3.0)).round(6))
    6.0
    """
    return (function(x + step) - function(x - step)) / (2.0 * step)
