"""Recurrent arithmetic on arrays `[member, time, batch, feature]`: it knows arrays and numbers, nothing else of ours.

`reference` is the definition, in the plainest form. Every other backend takes the same arguments and gives the same
values and gradients. One door, `layer`, picks the backend by name at the moment of the call.
"""

from typing import Any

import numpy as np

from longshort.kernels.arguments import check_precision, check_shapes, checked_lengths
from longshort.kernels.backend import array_backend
from longshort.kernels.cells import BACKENDS, CELLS, Cell, State, Weights, weight_shapes

__all__ = ["BACKENDS", "CELLS", "Cell", "State", "Weights", "layer", "weight_shapes"]


def layer(
    backend: str, cell: Cell, inputs: Any, weights: Weights, initial: State | None = None, lengths: Any = None
) -> tuple[Any, State]:
    """Run one recurrent layer over time with the named backend.

    `inputs` is `[member, time, batch, feature]` and `weights` as `weight_shapes` says, each with a leading member
    axis: all tensors, which carry gradients, or but for "torch" all numpy arrays. `initial` is the state before the
    first position, one `[member, batch, hidden]` array for GRU and RNN, two (hidden, memory) for LSTM; zeros unless
    given. `lengths`, integers `[member, batch]` from 1 to time, say where each row ends: behind its end a row keeps
    its state, so outputs there repeat the last one, and what lies in `inputs` there does not matter.

    Gives the hidden states `[member, time, batch, hidden]` and the state after the last position of each row. Raises
    ValueError for a backend or cell that does not exist, and for arguments that do not fit each other.
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend {backend!r} is not one of {BACKENDS}")
    check_shapes(cell, inputs, weights, initial)
    if isinstance(inputs, np.ndarray):
        return array_layer(backend, cell, inputs, weights, initial, lengths)
    # PyTorch is loaded where there are tensors, and nowhere else
    if backend == "torch":
        from longshort.kernels import torch

        return torch.layer(cell, inputs, weights, initial, lengths)
    from longshort.kernels import operator

    return operator.layer(backend, cell, inputs, weights, initial, lengths)


def array_layer(
    backend: str, cell: Cell, inputs: Any, weights: Weights, initial: State | None, lengths: Any
) -> tuple[Any, State]:
    """Run a backend of arrays, which is given C-contiguous ones."""
    if backend == "torch":
        raise ValueError("backend 'torch' takes tensors, but inputs are a numpy array; 'reference' takes those")
    check_precision(inputs, weights, initial)
    outputs, final, _ = array_backend(backend).forward(
        cell,
        np.ascontiguousarray(inputs),
        {name: np.ascontiguousarray(weight) for name, weight in weights.items()},
        None if initial is None else tuple(np.ascontiguousarray(part) for part in initial),
        None if lengths is None else checked_lengths(lengths, inputs),
        False,
    )
    return outputs, final
