"""One step of a plain recurrent network (Elman 1990), and its gradient."""

from typing import NamedTuple

import numpy as np

from longshort.kernels.cells import State, Weights
from longshort.kernels.reference.arithmetic import Array, sums, sums_gradient


class RnnStep(NamedTuple):
    """One step of a plain recurrent network: the new state, `[member, batch, hidden]`."""

    hidden: Array


def rnn_step(x: Array, state: State, weights: Weights, nonlinearity: str) -> RnnStep:
    """Advance a plain recurrent network by one position: h' = tanh(W x + U h + b), or the positive part of the sum."""
    (hidden,) = state
    total = sums(x, hidden, weights)
    return RnnStep(np.tanh(total) if nonlinearity == "tanh" else np.maximum(total, 0.0))


def rnn_step_gradient(
    x: Array, state: State, weights: Weights, step: RnnStep, d_state: State, nonlinearity: str
) -> tuple[Array, dict[str, Array], State]:
    """Lead the gradient of the new state back to the input, the weights and the state before.

    Where a sum is exactly 0 the positive part's slope is taken as 0, as in PyTorch.
    """
    (hidden,), (d_hidden,) = state, d_state
    slope = 1.0 - step.hidden * step.hidden if nonlinearity == "tanh" else step.hidden > 0.0
    d_x, d_before, d_weights = sums_gradient(x, hidden, weights, d_hidden * slope)
    return d_x, d_weights, (d_before,)
