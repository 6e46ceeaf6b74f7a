"""Recurrent cells that have no native kernel: each from its equations, once, on PyTorch's tensors with autograd.

Shapes and names need no PyTorch, only `layer` loads it. A new variant of the LSTM is a line in `shapes.ODYSSEY`; any
other cell is a step in `steps`, and its name here.
"""

from typing import TYPE_CHECKING, Any

from longshort.kernels.cells import State, Weights
from longshort.nn.variants.shapes import (
    VARIANTS,
    blocks,
    gate_rows,
    memory_gates,
    state_names,
    weight_shapes,
)

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["VARIANTS", "blocks", "gate_rows", "layer", "memory_gates", "sentence", "state_names", "weight_shapes"]


def layer(
    cell: str, inputs: "Tensor", weights: Weights, initial: State | None = None, lengths: Any = None
) -> "tuple[Tensor, State]":
    """Run one layer of a variant over time, with the arguments and results of `longshort.kernels.layer`.

    The state has the parts that `state_names` says. Raises ValueError for a cell that is no variant, and for arguments
    that do not fit each other.
    """
    from longshort.nn.variants import run

    return run.layer(cell, inputs, weights, initial, lengths)


def sentence(cell: str) -> str:
    """Say in one line what runs a variant, and why.

    >>> sentence("nig")
    "The cell 'nig' runs step by step through PyTorch: there is no native kernel for it."
    """
    return f"The cell {cell!r} runs step by step through PyTorch: there is no native kernel for it."
