"""What a backend of arrays is, and which module serves which name."""

from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell, State, Weights

MODULES = {"reference": "longshort.kernels.reference", "native": "longshort.kernels.native.layer"}
PRECISIONS = ("float32", "float64")

Array = NDArray[np.floating[Any]]
Lengths = NDArray[np.int64]


class ArrayBackend(Protocol):
    """Two functions on checked numpy arrays: float32 or float64, all of one kind, C-contiguous, never written to.

    Shapes are those of `longshort.kernels.layer`. `initial` and `lengths` (int64) are None where the caller has none;
    `d_initial` is given all the same. What is returned is new memory, in shape and kind like what it belongs to.
    """

    def forward(
        self, cell: Cell, inputs: Array, weights: Weights, initial: State | None, lengths: Lengths | None, keep: bool
    ) -> tuple[Array, State, Array | None]:
        """Give outputs, final state, and with `keep` what the gradient needs: one flat array of the inputs' kind.

        A backend that needs nothing gives None; without `keep` it always does.
        """

    def gradient(
        self,
        cell: Cell,
        inputs: Array,
        weights: Weights,
        initial: State | None,
        lengths: Lengths | None,
        kept: Array | None,
        outputs: Array,
        d_outputs: Array,
        d_final: State,
    ) -> tuple[Array, dict[str, Array], State]:
        """Give the gradients of inputs, of each weight by name, and of the initial state."""


def array_backend(name: str) -> ArrayBackend:
    """Import the backend of that name, which is one of MODULES."""
    return cast(ArrayBackend, import_module(MODULES[name]))
