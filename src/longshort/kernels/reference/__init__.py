"""The definition of each recurrence, in the plainest form: one step and its gradient for each cell, a loop over time.

Works in the precision of its arguments (float64 in the tests that measure every other backend against it). A new cell
is a file of two functions, and its name in `layer`.
"""

from typing import Any

from longshort.kernels.cells import Cell, State, Weights
from longshort.kernels.reference.arithmetic import Array, sigmoid
from longshort.kernels.reference.gru import GruStep, gru_step, gru_step_gradient
from longshort.kernels.reference.layer import layer, layer_gradient, step, step_gradient
from longshort.kernels.reference.lstm import LstmStep, lstm_step, lstm_step_gradient
from longshort.kernels.reference.rnn import RnnStep, rnn_step, rnn_step_gradient

__all__ = [
    "GruStep",
    "LstmStep",
    "RnnStep",
    "forward",
    "gradient",
    "gru_step",
    "gru_step_gradient",
    "layer",
    "layer_gradient",
    "lstm_step",
    "lstm_step_gradient",
    "rnn_step",
    "rnn_step_gradient",
    "sigmoid",
    "step",
    "step_gradient",
]


def forward(
    cell: Cell, inputs: Array, weights: Weights, initial: State | None, lengths: Any, keep: bool
) -> tuple[Array, State, None]:
    """Serve as a backend of arrays, see `longshort.kernels.backend`; keeps nothing for the gradient."""
    return *layer(cell, inputs, weights, initial, lengths), None


def gradient(
    cell: Cell,
    inputs: Array,
    weights: Weights,
    initial: State | None,
    lengths: Any,
    kept: None,
    outputs: Array,
    d_outputs: Array,
    d_final: State,
) -> tuple[Array, dict[str, Array], State]:
    """Serve as a backend of arrays, see `longshort.kernels.backend`; computes the forward pass again."""
    return layer_gradient(cell, inputs, weights, initial, lengths, d_outputs, d_final)
