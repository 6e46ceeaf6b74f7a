"""Recurrent arithmetic on arrays `[member, time, batch, feature]`: it knows arrays and numbers, nothing else of ours.

`reference` is the definition, in the plainest form. Every other backend (`torch` today) takes the same arguments and
gives the same values and gradients. One door, `layer`, picks the backend by name at the moment of the call.
"""

from importlib import import_module
from typing import Any

from longshort.kernels.cells import BACKENDS, CELLS, Cell, State, Weights, weight_shapes

__all__ = ["BACKENDS", "CELLS", "Cell", "State", "Weights", "layer", "weight_shapes"]


def layer(backend: str, cell: Cell, inputs: Any, weights: Weights, initial: State | None = None) -> tuple[Any, State]:
    """Run one recurrent layer over time with the named backend.

    `inputs` is `[member, time, batch, feature]` and `weights` as `weight_shapes` says, each with a leading member
    axis; arrays of the backend's own kind (numpy for "reference", tensors for "torch"). `initial` is the state before
    the first position, one `[member, batch, hidden]` array for GRU and RNN, two (hidden, memory) for LSTM; zeros
    unless given. Gives the hidden states `[member, time, batch, hidden]` and the state after the last position.
    Raises ValueError for a backend or cell that does not exist.
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend {backend!r} is not one of {BACKENDS}")
    if cell not in CELLS:
        raise ValueError(f"cell {cell!r} is not one of {CELLS}")
    outputs, final = import_module(f"longshort.kernels.{backend}").layer(cell, inputs, weights, initial)
    return outputs, final
