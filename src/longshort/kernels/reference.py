"""The definition of each recurrence, in the plainest form: one step that returns its gates, then a loop over time.

Works in the precision of its arguments (float64 in the tests that measure every other backend against it).

LSTM: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000. GRU: Cho et al. 2014, with the reset
gate after the product (as cuDNN, PyTorch and Keras). RNN: Elman 1990.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell, State, Weights

Array = NDArray[np.floating[Any]]


class LstmStep(NamedTuple):
    """One step of an LSTM: the new state and the gates that made it, each `[member, batch, hidden]`."""

    hidden: Array
    memory: Array
    input_gate: Array
    forget_gate: Array
    candidate: Array
    output_gate: Array


class GruStep(NamedTuple):
    """One step of a GRU: the new state and the gates that made it, each `[member, batch, hidden]`."""

    hidden: Array
    reset_gate: Array
    update_gate: Array
    candidate: Array


class RnnStep(NamedTuple):
    """One step of a plain recurrent network: the new state, `[member, batch, hidden]`."""

    hidden: Array


def sigmoid(x: Array) -> Array:
    """Squash into (0, 1) without overflow: 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2."""
    squashed: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return squashed


def affine(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    """Multiply each member's rows `[member, batch, in]` by its own weight `[member, out, in]` and add its bias."""
    shift = bias if isinstance(bias, float) else bias[:, None, :]
    product: Array = np.einsum("mbf,mof->mbo", x, weight) + shift
    return product


def lstm_step(x: Array, state: State, weights: Weights) -> LstmStep:
    """Advance an LSTM by one position: c' = f c + i g, h' = o tanh(c')."""
    hidden, memory = state
    sums = affine(x, weights["input_weight"], weights["bias"]) + affine(hidden, weights["recurrent_weight"])
    parts = np.split(sums, 4, axis=-1)
    i, f, g, o = sigmoid(parts[0]), sigmoid(parts[1]), np.tanh(parts[2]), sigmoid(parts[3])
    new = f * memory + i * g
    return LstmStep(o * np.tanh(new), new, i, f, g, o)


def gru_step(x: Array, state: State, weights: Weights) -> GruStep:
    """Advance a GRU by one position: n = tanh(W x + b + r (U h + c)), h' = (1 - z) n + z h."""
    (hidden,) = state
    from_input = np.split(affine(x, weights["input_weight"], weights["input_bias"]), 3, axis=-1)
    from_state = np.split(affine(hidden, weights["recurrent_weight"], weights["recurrent_bias"]), 3, axis=-1)
    r = sigmoid(from_input[0] + from_state[0])
    z = sigmoid(from_input[1] + from_state[1])
    n = np.tanh(from_input[2] + r * from_state[2])
    return GruStep((1.0 - z) * n + z * hidden, r, z, n)


def rnn_step(x: Array, state: State, weights: Weights, nonlinearity: str) -> RnnStep:
    """Advance a plain recurrent network by one position: h' = tanh(W x + U h + b), or the positive part of the sum."""
    (hidden,) = state
    sums = affine(x, weights["input_weight"], weights["bias"]) + affine(hidden, weights["recurrent_weight"])
    return RnnStep(np.tanh(sums) if nonlinearity == "tanh" else np.maximum(sums, 0.0))


def step(cell: Cell, x: Array, state: State, weights: Weights) -> tuple[LstmStep | GruStep | RnnStep, State]:
    """Advance the named cell by one position; gives all that it computed, and the new state."""
    if cell == "lstm":
        lstm = lstm_step(x, state, weights)
        return lstm, (lstm.hidden, lstm.memory)
    if cell == "gru":
        gru = gru_step(x, state, weights)
        return gru, (gru.hidden,)
    rnn = rnn_step(x, state, weights, nonlinearity=cell.removeprefix("rnn_"))
    return rnn, (rnn.hidden,)


def layer(cell: Cell, inputs: Array, weights: Weights, initial: State | None = None) -> tuple[Array, State]:
    """Run one layer over time; see `longshort.kernels.layer`."""
    members, _, batch, _ = inputs.shape
    zeros = np.zeros((members, batch, weights["recurrent_weight"].shape[-1]), inputs.dtype)
    state = initial or ((zeros, zeros) if cell == "lstm" else (zeros,))
    hidden = []
    for position in range(inputs.shape[1]):
        result, state = step(cell, inputs[:, position], state, weights)
        hidden.append(result.hidden)
    return np.stack(hidden, axis=1), state
