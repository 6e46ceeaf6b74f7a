"""How a stack's parameters begin."""

import numpy as np
from numpy.typing import NDArray

from longshort.nn.initialisers import Parameters, draw, orthogonal_gates
from longshort.nn.stack.layers import Embedding, Layer, Recurrent, Stack
from longshort.nn.stack.shapes import cell_of, parameter_shapes
from longshort.nn.variants import gate_rows, memory_gates
from longshort.seeding import generator

RECTIFIED = ("relu", "elu", "softplus")


def initialise(stack: Stack, seed: int) -> Parameters:
    """Draw one member's parameters, each from its own name, so that one more layer leaves the others as they were.

    With `initial` "auto": matrices after Glorot & Bengio (2010), before a rectifier after He et al. (2015), recurrent
    ones orthogonal per gate (Saxe et al. 2014), embeddings normal with a deviation of 0.1, biases zero but for
    the gates' that keep a memory. Anything else draws all matrices as named and leaves biases at zero.
    """
    layers = dict(stack.kinds())
    return {
        name: begin(stack, layers[name.partition(".")[0]], name, shape, generator(seed, "initialise", name)).astype(
            np.float32
        )
        for name, shape in parameter_shapes(stack).items()
    }


def begin(
    stack: Stack, layer: Layer, name: str, shape: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw one parameter."""
    kind = name.rpartition(".")[2]
    if kind == "running_variance" or (len(shape) == 1 and kind == "weight"):
        return np.ones(shape)
    if len(shape) == 1:
        return bias(layer, kind, shape, rng)
    initial = stack.initial
    if initial.name != "auto":
        return draw(initial.name, initial.scale, rng, shape, *fans(layer, shape))
    if kind == "recurrent_weight":
        return orthogonal_gates(rng, shape)
    if isinstance(layer, Embedding):
        return draw("normal", 0.1, rng, shape, *fans(layer, shape))
    rectified = getattr(layer, "activation", "") in RECTIFIED
    fan_in, fan_out = fans(layer, shape)
    return draw("xavier", 1.0, rng, shape, fan_in, fan_in if rectified else fan_out) * (
        np.sqrt(2.0) if rectified else 1.0
    )


def fans(layer: Layer, shape: tuple[int, ...]) -> tuple[int, int]:
    """Count how many numbers one output is made of, and how many outputs one input reaches (of one gate)."""
    patch = int(np.prod(shape[2:]))
    rows = layer.hidden_size if isinstance(layer, Recurrent) else shape[0]
    return shape[1] * patch, rows * patch


def bias(layer: Layer, kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """Begin a bias at zero, that of a forget gate at the layer's `forget_bias`, or the gates' as `chrono` says.

    A unit that keeps a share of k / (1 + k) of its memory a step remembers for about k steps: the log-odds are log k,
    with k drawn evenly from 1 to `chrono` - 1 (Tallec & Ollivier 2018, "chrono initialization").
    """
    value = np.zeros(shape)
    if not isinstance(layer, Recurrent) or kind not in ("bias", "input_bias"):
        return value
    cell, rows = cell_of(layer), gate_rows(cell_of(layer), layer.hidden_size)
    if layer.chrono is not None:
        keeping = np.log(rng.uniform(1.0, layer.chrono - 1.0, layer.hidden_size))
        for gate, sign in memory_gates(cell).items():
            value[rows[gate]] = sign * keeping
    elif "forget" in rows:
        value[rows["forget"]] = layer.forget_bias
    return value
