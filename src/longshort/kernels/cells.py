"""Names and shapes that all backends share."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

Cell = Literal["lstm", "gru", "rnn_tanh", "rnn_relu"]
Weights = Mapping[str, Any]
State = tuple[Any, ...]

CELLS: tuple[Cell, ...] = get_args(Cell)
BACKENDS = ("reference", "torch", "native")
GATES: dict[str, int] = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


def weight_shapes(cell: Cell, inputs: int, hidden_size: int) -> dict[str, tuple[int, ...]]:
    """Give the shape of each of one layer's weights, without the member axis.

    Rows are gates stacked as in PyTorch: input, forget, cell, output (i f g o) for LSTM; reset, update, new (r z n)
    for GRU. LSTM and RNN carry one bias per gate (PyTorch's two summed), GRU two, because its reset gate multiplies
    the recurrent part with its bias (reset after).

    >>> weight_shapes("gru", 2, 3)["input_weight"]
    (9, 2)
    """
    rows = GATES[cell] * hidden_size
    biases = ("input_bias", "recurrent_bias") if cell == "gru" else ("bias",)
    return {
        "input_weight": (rows, inputs),
        "recurrent_weight": (rows, hidden_size),
        **dict.fromkeys(biases, (rows,)),
    }
