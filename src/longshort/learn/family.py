"""The family of recurrent cells: how many parameters each has, and how far each begins to remember."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from longshort.kernels.cells import CELLS
from longshort.kernels.reference.arithmetic import Array
from longshort.kernels.reference.layer import layer
from longshort.nn.stack import Pool, Recurrent, Stack, initialise
from longshort.nn.variants.shapes import VARIANTS, gate_rows, weight_shapes
from longshort.seeding import generator

COUNTED = ("lstm", "peephole", "textbook", "gru_reset_before", "gru")  # those whose counts the lectures give
FAMILY = (
    *("rnn_tanh", "lstm", "peephole", "cifg", "nig", "nfg", "nog", "niaf", "noaf", "fgr", "softsign", "textbook"),
    *("gru_reset_before", "gru", "min_lstm", "min_gru"),
)
FEATURES, SIZE = 4, 12


def count(cell: str, inputs: int, hidden_size: int) -> int:
    """Count the parameters of one recurrent layer, one bias a gate but where a cell has two.

    >>> [count(cell, 1, 50) for cell in COUNTED]
    [10400, 10550, 12900, 7800, 7950]
    """
    return sum(int(np.prod(shape)) for shape in weight_shapes(cell, inputs, hidden_size).values())


def fresh(cell: str, forget_bias: float | None, seed: int = 0) -> dict[str, Array]:
    """Draw one untrained layer of any cell as training does, in float64, with a leading member axis of 1."""
    name = "rnn" if cell == "rnn_tanh" else cell
    stack = Stack(inputs=(None, FEATURES), layers=(Recurrent(cell=name, hidden_size=SIZE), Pool()))
    drawn = {key.partition(".")[2]: value.astype(float) for key, value in initialise(stack, seed).items()}
    rows = gate_rows(cell, SIZE)
    if "forget" in rows and forget_bias is not None:
        drawn["bias"][rows["forget"]] = forget_bias
    return {key: value[None] for key, value in drawn.items()}


def carried(cell: str, steps: int, forget_bias: float) -> float:
    """Give `reach_from_start` of a cell; where no gate is there to bias, measured once for all biases."""
    return reach_from_start(cell, steps, forget_bias if "forget" in gate_rows(cell, SIZE) else None)


@cache
def reach_from_start(cell: str, steps: int, forget_bias: float | None) -> float:
    """Measure how strongly the state after so many steps of random inputs depends on the state before them.

    The largest singular value of dh_T / ds_0, s_0 being all that the cell hands on (the state h, and the memory where
    it has one), by automatic differentiation of the cell that trains.
    """
    import torch

    from longshort.kernels import layer as kernel
    from longshort.nn import variants

    weights = {name: torch.tensor(value) for name, value in fresh(cell, forget_bias).items()}
    read = generator(0, "learn", "inputs").standard_normal((steps, FEATURES))
    inputs = torch.tensor(np.repeat(read[None, :, None, :], SIZE, axis=2))
    parts = variants.state_names(cell) if cell in VARIANTS else ("hidden", "memory") if cell == "lstm" else ("hidden",)
    initial = tuple(torch.zeros(1, SIZE, SIZE, dtype=torch.float64, requires_grad=True) for _ in parts)
    run: Callable[..., Any] = partial(kernel, "torch") if cell in CELLS else variants.layer
    outputs, _ = run(cell, inputs, weights, initial)
    # each copy of the sequence asks for the gradient of another unit of the last state
    rows = torch.autograd.grad(outputs[0, -1].diagonal().sum(), initial, allow_unused=True)
    jacobian = np.concatenate([row[0].numpy() for row in rows if row is not None], axis=1)
    return float(np.linalg.norm(jacobian, 2))


def one_unit_gru(heard: Array, bias: float) -> Array:
    """Let a GRU of a single unit follow a signal, its update gate held by a bias; give its state, `[time]`.

    The reset gate stands open, the candidate is tanh(2 x), and nothing comes back from the state but through z.
    """
    weights = {
        "input_weight": np.array([[[0.0], [0.0], [2.0]]]),
        "recurrent_weight": np.zeros((1, 3, 1)),
        "input_bias": np.array([[9.0, bias, 0.0]]),
        "recurrent_bias": np.zeros((1, 3)),
    }
    outputs, _ = layer("gru", heard[None, :, None, None], weights)
    return np.asarray(outputs[0, :, 0, 0])
