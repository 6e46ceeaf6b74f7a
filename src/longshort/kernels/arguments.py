"""Checks of a layer's arguments before any memory is touched, for numpy arrays and tensors alike."""

from typing import Any

import numpy as np

from longshort.kernels.backend import PRECISIONS, Lengths
from longshort.kernels.cells import CELLS, Cell, State, Weights, weight_shapes


def check_shapes(cell: Cell, inputs: Any, weights: Weights, initial: State | None) -> None:
    """Raise ValueError for an unknown cell, for a size of zero, and where a shape contradicts the others."""
    if cell not in CELLS:
        raise ValueError(f"cell {cell!r} is not one of {CELLS}")
    if len(inputs.shape) != 4 or 0 in inputs.shape:
        raise ValueError(f"inputs are [member, time, batch, feature], 1 or more of each, not {tuple(inputs.shape)}")
    if "recurrent_weight" not in weights or 0 in weights["recurrent_weight"].shape:
        raise ValueError(f"a {cell} of 1 or more units needs a recurrent_weight; given are {sorted(weights)}")
    members, _, batch, features = inputs.shape
    hidden = weights["recurrent_weight"].shape[-1]
    shapes = weight_shapes(cell, features, hidden)
    if set(weights) != set(shapes):
        raise ValueError(f"the weights of a {cell} are {sorted(shapes)}, but given are {sorted(weights)}")
    for name, shape in shapes.items():
        check_shape(name, weights[name], (members, *shape))
    if initial is not None and len(initial) != count_states(cell):
        raise ValueError(f"the state of a {cell} has {count_states(cell)} parts, but given are {len(initial)}")
    for part in initial or ():
        check_shape("a part of the initial state", part, (members, batch, hidden))


def check_shape(name: str, array: Any, expected: tuple[int, ...]) -> None:
    """Raise ValueError unless the array has the shape."""
    if tuple(array.shape) != expected:
        raise ValueError(f"{name} has the shape {tuple(array.shape)}, but should have {expected}")


def count_states(cell: Cell) -> int:
    """Count the arrays that make a cell's state."""
    return 2 if cell == "lstm" else 1


def check_precision(inputs: Any, weights: Weights, initial: State | None) -> None:
    """Raise ValueError unless all arrays are float32, or all float64, and all of one library."""
    if str(inputs.dtype).removeprefix("torch.") not in PRECISIONS:
        raise ValueError(f"inputs are {inputs.dtype!r}, but this backend computes in one of {PRECISIONS}")
    for array in (*weights.values(), *(initial or ())):
        if array.dtype != inputs.dtype:
            raise ValueError(f"inputs are {inputs.dtype!r}, but a weight or a part of the state is {array.dtype!r}")


def checked_lengths(lengths: Any, inputs: Any) -> Lengths:
    """Give the lengths as int64; ValueError unless they are integers `[member, batch]`, each from 1 to time."""
    array = np.asarray(lengths)
    members, time, batch, _ = inputs.shape
    if array.dtype.kind not in "iu":
        raise ValueError(f"lengths are whole numbers, but {array.dtype} was given")
    check_shape("lengths", array, (members, batch))
    wrong = array[(array < 1) | (array > time)]
    if wrong.size:
        raise ValueError(f"a length is {wrong[0]}, but is from 1 to {time}, the number of positions")
    return np.ascontiguousarray(array, np.int64)
