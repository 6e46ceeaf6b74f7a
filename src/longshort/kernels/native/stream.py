"""Networks that go on row by row in compiled code (csrc/stream.h): packed once, their state kept between calls."""

from collections.abc import Sequence
from ctypes import CDLL, POINTER, Structure, byref, c_int32, c_int64, c_uint64, c_void_p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import Cell, Weights, weight_shapes
from longshort.kernels.native.interface import CELL_NUMBERS, Status, address, memory
from longshort.kernels.native.layout import layer_order
from longshort.kernels.native.library import library

Floats = NDArray[np.float32]


class CStream(Structure):
    """struct Stream."""

    _fields_ = (
        *((name, c_int32) for name in ("cell", "inputs", "hidden", "layers", "outputs", "members")),
        ("memory", c_void_p),
        ("bytes", c_uint64),
    )


FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "longshort_stream_memory": (c_uint64, [POINTER(CStream)]),
    "longshort_stream_pack": (c_int32, [POINTER(CStream), c_void_p]),
    "longshort_stream_rest": (c_int32, [POINTER(CStream)]),
    "longshort_stream_step": (c_int32, [POINTER(CStream), c_void_p, c_void_p]),
    "longshort_stream_window": (c_int32, [POINTER(CStream), c_void_p, c_int64, c_void_p]),
}


def declare(compiled: CDLL) -> CDLL:
    """Tell ctypes what the library's functions take and give."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(compiled, name)
        function.restype, function.argtypes = result, arguments
    return compiled


class NativeStream:
    """Hold several networks of one shape that see the same rows, each with its state; one thread's at a time.

    `layers` are each recurrent layer's weights as `kernels.weight_shapes` says, with a leading member axis, and the
    readout's are `[member, output, unit]` and `[member, output]`. MemoryError where they do not fit into memory.
    """

    def __init__(
        self, isa: str, cell: Cell, layers: Sequence[Weights], readout_weight: Floats, readout_bias: Floats
    ) -> None:
        members, outputs, hidden = readout_weight.shape
        inputs = layers[0]["input_weight"].shape[-1]
        self.compiled = declare(library(isa))
        self.described = CStream(
            cell=CELL_NUMBERS[cell], inputs=inputs, hidden=hidden, layers=len(layers), outputs=outputs, members=members
        )
        self.memory = memory(self.compiled.longshort_stream_memory(byref(self.described)))
        self.described.memory, self.described.bytes = address(self.memory), len(self.memory)
        flat = [native_layer(cell, weights) for weights in layers]
        packed = np.concatenate([*flat, readout_weight.reshape(members, -1), readout_bias], axis=1, dtype=np.float32)
        packed = np.ascontiguousarray(packed)
        check(self.compiled.longshort_stream_pack(byref(self.described), address(packed)))
        self.row, self.raw = np.empty(inputs, np.float32), np.empty((members, outputs), np.float32)
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


def native_layer(cell: Cell, weights: Weights) -> Floats:
    """Lay one layer's weights out as the compiled code reads them, `[member, number]`."""
    members, _, inputs = weights["input_weight"].shape
    hidden = weights["recurrent_weight"].shape[-1]
    flat = [np.reshape(weights[name], (members, -1)) for name in weight_shapes(cell, inputs, hidden)]
    ordered: Floats = np.concatenate(flat, axis=1)[:, layer_order(cell, inputs, hidden)]
    return ordered


def check(status: int) -> None:
    """Raise where the compiled code refused: sizes beyond what it takes, or no row at all."""
    if status != Status.DONE:
        raise ValueError("the native kernels refused these sizes, or a window without rows")
