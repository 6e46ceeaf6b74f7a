"""A small dense network and its gradient, written out: forwards, the loss ½(p − y)², and back by the chain rule."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.learn.activations import ACTIVATIONS

Floats = NDArray[np.floating[Any]]


class Layer(NamedTuple):
    """One dense layer: weights `[to, from]`, bias `[to]` and the name of its activation."""

    weights: Floats
    bias: Floats
    activation: str


class Passed(NamedTuple):
    """What one layer computed for rows `[row, unit]`: what it read, its sums, and its outputs."""

    read: Floats
    sums: Floats
    outputs: Floats


def forward(network: Sequence[Layer], x: Floats) -> list[Passed]:
    """Send rows `[row, feature]` through a network, layer by layer, and keep what each computed."""
    passed = []
    for layer in network:
        sums = x @ layer.weights.T + layer.bias
        passed.append(Passed(x, sums, ACTIVATIONS[layer.activation].value(sums)))
        x = passed[-1].outputs
    return passed


def predict(network: Sequence[Layer], x: Floats) -> Floats:
    """Give a network's outputs for rows `[row, feature]`."""
    return forward(network, x)[-1].outputs


def loss(prediction: Floats, truth: Floats) -> float:
    """Give ½(p − y)², summed over the outputs and averaged over the rows."""
    return float(0.5 * ((prediction - truth) ** 2).sum(axis=-1).mean())


def errors(network: Sequence[Layer], passed: Sequence[Passed], truth: Floats) -> list[Floats]:
    """Lead ∂loss/∂sum of every layer back from the output, `[row, unit]`; it begins with +(p − y)."""
    found: list[Floats] = []
    d_outputs = (passed[-1].outputs - truth) / len(truth)
    for layer, seen in zip(reversed(network), reversed(passed), strict=True):
        d_sums = d_outputs * ACTIVATIONS[layer.activation].derivative(seen.sums)
        found.append(d_sums)
        d_outputs = d_sums @ layer.weights
    return found[::-1]


def gradient(network: Sequence[Layer], x: Floats, truth: Floats) -> list[tuple[Floats, Floats]]:
    """Give ∂loss/∂weights and ∂loss/∂bias of every layer."""
    passed = forward(network, x)
    found = errors(network, passed, truth)
    return [(d_sums.T @ seen.read, d_sums.sum(axis=0)) for d_sums, seen in zip(found, passed, strict=True)]


def moved(network: Sequence[Layer], slopes: Sequence[tuple[Floats, Floats]], rate: float) -> list[Layer]:
    """Step against the gradient: every weight and bias minus `rate` times its slope."""
    return [
        Layer(layer.weights - rate * d_weights, layer.bias - rate * d_bias, layer.activation)
        for layer, (d_weights, d_bias) in zip(network, slopes, strict=True)
    ]


def descend(network: list[Layer], x: Floats, truth: Floats, rate: float, steps: int) -> Iterator[list[Layer]]:
    """Give the network before the first step of gradient descent and after each one, on all rows at once."""
    yield network
    for _ in range(steps):
        network = moved(network, gradient(network, x, truth), rate)
        yield network
