"""One recurrent layer by compiled code: values and gradients on numpy arrays (see `kernels.backend.ArrayBackend`)."""

import sys
from ctypes import byref, c_void_p
from typing import Any

import numpy as np

from longshort.kernels.backend import Array, Lengths
from longshort.kernels.cells import Cell, State, Weights, weight_shapes
from longshort.kernels.native.interface import CELL_NUMBERS, CLayerCall, declare
from longshort.kernels.native.layout import layer_order
from longshort.native.calls import Status, address, memory
from longshort.native.library import library
from longshort.native.selection import native_isa


def forward(
    cell: Cell, inputs: Array, weights: Weights, initial: State | None, lengths: Lengths | None, keep: bool
) -> tuple[Array, State, None]:
    """Give outputs and final state; nothing is kept: the gradient runs the layer again."""
    members, time, batch, _ = inputs.shape
    hidden = weights["recurrent_weight"].shape[-1]
    outputs = np.empty((members, time, batch, hidden), inputs.dtype)
    final = empty_state(cell, inputs, hidden)
    together = native_weights(cell, inputs, weights)
    run(
        "longshort_layer_forward",
        describe(cell, inputs, together, hidden, initial, lengths, outputs=outputs, final=final),
    )
    return outputs, final, None


def gradient(
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
    hidden = weights["recurrent_weight"].shape[-1]
    together = native_weights(cell, inputs, weights)
    d_inputs, d_together, d_initial = np.empty_like(inputs), np.empty_like(together), empty_state(cell, inputs, hidden)
    call = describe(
        cell,
        inputs,
        together,
        hidden,
        initial,
        lengths,
        d_outputs=d_outputs,
        d_final=d_final,
        d_x=d_inputs,
        d_weights=d_together,
        d_initial=d_initial,
    )
    run("longshort_layer_gradient", call)
    return d_inputs, named_weights(cell, inputs, hidden, d_together), d_initial


def empty_state(cell: Cell, inputs: Array, hidden: int) -> State:
    """Make room for a state."""
    members, _, batch, _ = inputs.shape
    return tuple(np.empty((members, batch, hidden), inputs.dtype) for _ in range(2 if cell == "lstm" else 1))


def native_weights(cell: Cell, inputs: Array, weights: Weights) -> Array:
    """Lay each member's weights out as the compiled code reads them, `[member, number]`."""
    hidden = weights["recurrent_weight"].shape[-1]
    shapes = weight_shapes(cell, inputs.shape[-1], hidden)
    flat = np.concatenate([weights[name].reshape(len(inputs), -1) for name in shapes], axis=1)
    return np.ascontiguousarray(flat[:, layer_order(cell, inputs.shape[-1], hidden)])


def named_weights(cell: Cell, inputs: Array, hidden: int, together: Array) -> dict[str, Array]:
    """Undo `native_weights`."""
    flat = np.empty_like(together)
    flat[:, layer_order(cell, inputs.shape[-1], hidden)] = together
    named, begin = {}, 0
    for name, shape in weight_shapes(cell, inputs.shape[-1], hidden).items():
        count = int(np.prod(shape))
        named[name] = flat[:, begin : begin + count].reshape(-1, *shape)
        begin += count
    return named


def describe(
    cell: Cell,
    inputs: Array,
    together: Array,
    hidden: int,
    initial: State | None,
    lengths: Lengths | None,
    **results: Any,
) -> CLayerCall:
    """Describe a call; arrays must outlive it, tuples of arrays are states."""
    members, time, batch, features = inputs.shape
    sizes = {"members": members, "time": time, "batch": batch, "inputs": features, "hidden": hidden}
    arrays: dict[str, Any] = {"x": inputs, "weights": together, "initial": initial or (), "lengths": lengths} | results
    pointers = {
        name: (c_void_p * 2)(*map(address, value)) if isinstance(value, tuple) else address(value)
        for name, value in arrays.items()
    }
    return CLayerCall(cell=CELL_NUMBERS[cell], is_double=inputs.dtype == np.float64, **sizes, **pointers)


def run(name: str, call: CLayerCall) -> None:
    """Call the compiled code with memory enough, on as many threads as PyTorch, where it is there, would take."""
    compiled = declare(library(native_isa()))
    call.threads = sys.modules["torch"].get_num_threads() if "torch" in sys.modules else 1
    place = memory(compiled.longshort_layer_memory(byref(call)))
    call.memory, call.bytes = address(place), len(place)
    if getattr(compiled, name)(byref(call)) != Status.DONE:
        raise ValueError(f"a layer of these sizes is beyond the native kernels: {call.batch} rows, {call.hidden} units")
