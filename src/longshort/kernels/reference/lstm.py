"""One step of an LSTM (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. 2000, and its gradient."""

from typing import NamedTuple

import numpy as np

from longshort.kernels.cells import State, Weights
from longshort.kernels.reference.arithmetic import Array, sigmoid, sums, sums_gradient


class LstmStep(NamedTuple):
    """One step of an LSTM: the new state and the gates that made it, each `[member, batch, hidden]`."""

    hidden: Array
    memory: Array
    input_gate: Array
    forget_gate: Array
    candidate: Array
    output_gate: Array


def lstm_step(x: Array, state: State, weights: Weights) -> LstmStep:
    """Advance an LSTM by one position: c' = f c + i g, h' = o tanh(c')."""
    hidden, memory = state
    parts = np.split(sums(x, hidden, weights), 4, axis=-1)
    i, f, g, o = sigmoid(parts[0]), sigmoid(parts[1]), np.tanh(parts[2]), sigmoid(parts[3])
    new = f * memory + i * g
    return LstmStep(o * np.tanh(new), new, i, f, g, o)


def lstm_step_gradient(
    x: Array, state: State, weights: Weights, step: LstmStep, d_state: State
) -> tuple[Array, dict[str, Array], State]:
    """Lead the gradient of the new state back to the input, the weights and the state before."""
    hidden, memory = state
    i, f, g, o = step.input_gate, step.forget_gate, step.candidate, step.output_gate
    d_hidden, d_new = d_state
    seen = np.tanh(step.memory)
    d_new = d_new + d_hidden * o * (1.0 - seen * seen)
    d_sums = np.concatenate(
        [
            d_new * g * i * (1.0 - i),
            d_new * memory * f * (1.0 - f),
            d_new * i * (1.0 - g * g),
            d_hidden * seen * o * (1.0 - o),
        ],
        axis=-1,
    )
    d_x, d_before, d_weights = sums_gradient(x, hidden, weights, d_sums)
    return d_x, d_weights, (d_before, d_new * f)
