"""One step of a GRU (Cho et al. 2014), the reset gate after the product as in cuDNN and PyTorch, and its gradient."""

from typing import NamedTuple

import numpy as np

from longshort.kernels.cells import State, Weights
from longshort.kernels.reference.arithmetic import Array, affine, affine_gradient, sigmoid


class GruStep(NamedTuple):
    """One step of a GRU: the new state and the gates that made it, each `[member, batch, hidden]`."""

    hidden: Array
    reset_gate: Array
    update_gate: Array
    candidate: Array


def gru_step(x: Array, state: State, weights: Weights) -> GruStep:
    """Advance a GRU by one position: n = tanh(W x + b + r (U h + c)), h' = (1 - z) n + z h."""
    (hidden,) = state
    from_input = np.split(affine(x, weights["input_weight"], weights["input_bias"]), 3, axis=-1)
    from_state = np.split(affine(hidden, weights["recurrent_weight"], weights["recurrent_bias"]), 3, axis=-1)
    r = sigmoid(from_input[0] + from_state[0])
    z = sigmoid(from_input[1] + from_state[1])
    n = np.tanh(from_input[2] + r * from_state[2])
    return GruStep((1.0 - z) * n + z * hidden, r, z, n)


def gru_step_gradient(
    x: Array, state: State, weights: Weights, step: GruStep, d_state: State
) -> tuple[Array, dict[str, Array], State]:
    """Lead the gradient of the new state back to the input, the weights and the state before."""
    (hidden,), (d_hidden,) = state, d_state
    r, z, n = step.reset_gate, step.update_gate, step.candidate
    # U h + c of the candidate: what the reset gate multiplied
    recalled = np.split(affine(hidden, weights["recurrent_weight"], weights["recurrent_bias"]), 3, axis=-1)[2]
    d_candidate = d_hidden * (1.0 - z) * (1.0 - n * n)
    d_reset = d_candidate * recalled * r * (1.0 - r)
    d_update = d_hidden * (hidden - n) * z * (1.0 - z)
    d_from_input = np.concatenate([d_reset, d_update, d_candidate], axis=-1)
    d_from_state = np.concatenate([d_reset, d_update, d_candidate * r], axis=-1)
    d_x, d_input_weight, d_input_bias = affine_gradient(x, weights["input_weight"], d_from_input)
    d_before, d_recurrent_weight, d_recurrent_bias = affine_gradient(hidden, weights["recurrent_weight"], d_from_state)
    d_weights = {
        "input_weight": d_input_weight,
        "recurrent_weight": d_recurrent_weight,
        "input_bias": d_input_bias,
        "recurrent_bias": d_recurrent_bias,
    }
    return d_x, d_weights, (d_before + d_hidden * z,)
