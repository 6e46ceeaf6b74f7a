"""Networks that go on row by row in compiled code (csrc/stream.h): packed once, their state kept between calls."""

from collections.abc import Sequence
from ctypes import CDLL, POINTER, Structure, byref, c_int32, c_int64, c_uint64, c_void_p
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell, weight_shapes
from longshort.kernels.native.interface import CELL_NUMBERS
from longshort.native.calls import Status, address, memory
from longshort.native.library import library

Floats = NDArray[np.float32]


class CStream(Structure):
    """struct Stream."""

    _fields_ = (
        *((name, c_int32) for name in ("cell", "inputs", "hidden", "layers", "outputs", "members")),
        ("memory", c_void_p),
        ("bytes", c_uint64),
    )


class StreamShape(NamedTuple):
    """Count a network's inputs, the units of each recurrent layer, these layers, and the numbers read out."""

    inputs: int
    hidden: int
    layers: int
    outputs: int

    def parameters(self, cell: Cell) -> list[tuple[int, ...]]:
        """Give the shape of each of a member's parameters: each layer's as `weight_shapes` says, then the readout's."""
        widths = [self.inputs, *[self.hidden] * (self.layers - 1)]
        layers = [shape for width in widths for shape in weight_shapes(cell, width, self.hidden).values()]
        return [*layers, (self.outputs, self.hidden), (self.outputs,)]


FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "longshort_stream_memory": (c_uint64, [POINTER(CStream)]),
    "longshort_stream_pack": (c_int32, [POINTER(CStream), c_int32, POINTER(c_void_p)]),
    "longshort_stream_rest": (c_int32, [POINTER(CStream)]),
    "longshort_stream_step": (c_int32, [POINTER(CStream), c_void_p, c_void_p]),
    "longshort_stream_window": (c_int32, [POINTER(CStream), c_void_p, c_int64, c_void_p]),
}


@cache
def declare(compiled: CDLL) -> CDLL:
    """Tell ctypes what the library's functions take and give."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(compiled, name)
        function.restype, function.argtypes = result, arguments
    return compiled


class NativeStream:
    """Hold several networks of one shape that see the same rows, each with its state; one thread's at a time.

    `members` are each network's parameters in the order and the shapes of `StreamShape.parameters`; they are copied.
    """

    def __init__(self, isa: str, cell: Cell, shape: StreamShape, members: Sequence[Sequence[Floats]]) -> None:
        self.compiled = declare(library(isa))
        self.described = CStream(cell=CELL_NUMBERS[cell], members=len(members), **shape._asdict())
        need = self.compiled.longshort_stream_memory(byref(self.described))
        if not need:
            raise ValueError(f"{len(members)} members of {shape} are beyond the native kernels")
        self.memory = memory(need)
        self.described.memory, self.described.bytes = address(self.memory), need
        shapes = shape.parameters(cell)
        for number, parts in enumerate(members):
            if [part.shape for part in parts] != shapes:
                raise ValueError(f"the parameters of a {cell} of {shape} have the shapes {shapes}")
            parts = [np.ascontiguousarray(part, np.float32) for part in parts]
            places = (c_void_p * len(parts))(*map(address, parts))
            check(self.compiled.longshort_stream_pack(byref(self.described), number, places))
        self.row, self.raw = np.empty(shape.inputs, np.float32), np.empty((len(members), shape.outputs), np.float32)
        self._step = self.compiled.longshort_stream_step
        self._given = (byref(self.described), address(self.row), address(self.raw))
        self.rest()

    def rest(self) -> None:
        """Put every state back to zero, as before the first row."""
        check(self.compiled.longshort_stream_rest(byref(self.described)))

    def step(self, row: Sequence[float] | Floats) -> Floats:
        """Go on by one row; gives what each member says, `[member, output]`, in memory that the next call writes to."""
        self.row[:] = row
        check(self._step(*self._given))
        return self.raw

    def window(self, rows: Floats) -> Floats:
        """Go on by rows `[time, input]`, one or more; gives what each member says after the last, as `step` does."""
        rows = np.ascontiguousarray(rows, np.float32)
        if rows.ndim != 2 or rows.shape[1] != len(self.row):
            raise ValueError(f"rows are [time, {len(self.row)}], not {rows.shape}")
        check(self.compiled.longshort_stream_window(byref(self.described), address(rows), len(rows), address(self.raw)))
        return self.raw


def check(status: int) -> None:
    """Raise where the compiled code refused: sizes beyond what it takes, or no row at all."""
    if status != Status.DONE:
        raise ValueError("the native kernels refused these sizes, or a window without rows")
