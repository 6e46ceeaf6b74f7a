"""Give a network's description life through the compiled kernels: many steps in one call, without Python in between."""

import ctypes
from collections.abc import Mapping, Sequence
from ctypes import byref, c_double
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.native.interface import (
    CELL_NUMBERS,
    LOSS_NUMBERS,
    OPTIMIZER_NUMBERS,
    PRECISION_NUMBERS,
    CNetwork,
    COptimizer,
    CSteps,
    CWindows,
    CWork,
    declare,
)
from longshort.kernels.native.layout import layer_order
from longshort.native import calls
from longshort.native.calls import Status, address
from longshort.native.library import library
from longshort.nn.initial import initialise
from longshort.nn.initialisers import Parameters
from longshort.nn.network import Network, middle_level, outputs_per_step, parameter_shapes
from longshort.nn.pairings import resolve_loss
from longshort.training.batch import VALIDATION, Windows, gather_inputs
from longshort.training.chunks import choose, steps_per_epoch
from longshort.training.dropout import dropout_key
from longshort.training.engine import Engine, available_threads
from longshort.training.interruption import Interruption
from longshort.training.settings import SLOTS, Training, rate_at
from longshort.training.stream import native_stream
from longshort.training.tally import Tally

Floats = NDArray[np.float32]
FEW = 8  # chunks for which units in the lanes are faster than chunks in the lanes
WIDEST = 16  # vectors are padded to whole registers, and no processor's hold more numbers


class NativeNetwork:
    """Hold a network's description as the compiled code reads it, and where its parameters go."""

    def __init__(self, network: Network, loss: str, engine: Engine) -> None:
        assert engine.isa is not None
        model = network.model
        self.network, self.library = network, declare(library(engine.isa))
        self.levels = np.asarray(network.quantile_levels, np.float32)
        self.order = parameter_order(network)
        resolved = resolve_loss(model.head, loss)
        self.described = CNetwork(
            cell=CELL_NUMBERS[network.cell],
            inputs=network.inputs,
            hidden=model.hidden_size,
            layers=model.num_layers,
            horizon=network.horizon,
            outputs=outputs_per_step(network),
            loss=LOSS_NUMBERS[resolved],
            bounded=model.head == "bounded",
            middle=middle_level(network.quantile_levels) if resolved == "pinball" else 0,
            dropout=model.dropout,
            low=model.low or 0.0,
            high=model.high or 0.0,
            levels=address(self.levels),
        )

    def over(self, rows: "NativeWindows") -> tuple[Any, Any]:
        """Give the first two arguments of every call."""
        return byref(self.described), byref(rows.described)

    def memory(self, rows: "NativeWindows", threads: int, *, training: bool, precision: int = 0) -> int:
        """Count the bytes that a call works in."""
        need: int = self.library.longshort_memory(*self.over(rows), threads, int(training), precision)
        return need

    def vector(self, flat: Floats) -> Floats:
        """Lay a flat vector out as the compiled code wants it, padded with zeros."""
        native = calls.memory(-(-len(flat) // WIDEST) * WIDEST, np.float32)
        native[len(flat) :] = 0.0
        native[: len(flat)] = flat[self.order]
        return native

    def flat(self, native: Floats) -> Floats:
        """Put a native vector back in our order."""
        flat = np.empty(len(self.order), np.float32)
        flat[self.order] = native[: len(self.order)]
        return flat


def parameter_order(network: Network) -> NDArray[np.int64]:
    """Give, for each place of a member's native vector, the place among its parameters laid flat in their order."""
    hidden, parts, begin = network.model.hidden_size, [], 0
    for layer in range(network.model.num_layers):
        order = layer_order(network.cell, hidden if layer else network.inputs, hidden)
        parts.append(begin + order)
        begin += len(order)
    count = sum(int(np.prod(shape)) for shape in parameter_shapes(network).values())
    return np.concatenate([*parts, np.arange(begin, count)])


def flatten(network: Network, parameters: Parameters) -> Floats:
    """Lay one member's parameters flat, one after another in their order, whatever order the dictionary has."""
    return np.concatenate([parameters[name].ravel() for name in parameter_shapes(network)])


class NativeWindows:
    """Hold one fold's rows as the compiled code reads them."""

    def __init__(self, windows: Windows) -> None:
        self.arrays = {
            "inputs": np.ascontiguousarray(windows.inputs, np.float32),
            "loc": None if windows.input_loc is None else np.ascontiguousarray(windows.input_loc, np.float32),
            "scale": None if windows.input_scale is None else np.ascontiguousarray(windows.input_scale, np.float32),
            "targets": np.ascontiguousarray(windows.targets, np.float32),
            "split": np.ascontiguousarray(windows.split, np.int8),
            "first": np.ascontiguousarray(windows.first, np.int64),
        }
        self.described = CWindows(
            rows=len(windows.inputs),
            length=windows.length,
            burn_in=windows.burn_in,
            **{name: address(array) for name, array in self.arrays.items()},
        )


class NativeMember:
    """Hold one member in training: its parameters and the optimizer's state as native vectors, and its seed."""

    def __init__(self, network: Network, settings: Training, seed: int, windows: Windows, engine: Engine) -> None:
        self.settings, self.seed, self.windows = settings, seed, windows
        self.native, self.rows = NativeNetwork(network, settings.loss, engine), NativeWindows(windows)
        flat = flatten(network, initialise(network, seed))
        self.parameters = self.native.vector(flat)
        self.slots = {name: self.native.vector(np.zeros_like(flat)) for name in SLOTS[settings.optimizer]}
        self.key, self.per_epoch = dropout_key(seed), steps_per_epoch(settings, windows)
        self.memory = calls.memory(0)

    def advance(
        self, first: int, steps: int, threads: int, deadline: float, interruption: Interruption, so_far: Tally
    ) -> Tally:
        """Take up to so many steps from step `first` on, counted from 0; fewer when time is up or on interruption."""
        chosen = choose(self.settings, self.windows, self.seed, first, steps)
        ends, sizes = np.concatenate(chosen), np.array([*map(len, chosen)], np.int32)
        work = self.work(ends, threads, training=True, interruption=interruption)
        pointers = [address(value) for value in self.slots.values()]
        state = CSteps(
            parameters=address(self.parameters),
            slots=(ctypes.c_void_p * 2)(*pointers),
            sizes=address(sizes),
            first=first,
            steps=steps,
            key=(ctypes.c_uint32 * 2)(*self.key),
            seconds=deadline - monotonic(),
            loss=so_far.loss,  # each step is added to these
            targets=so_far.targets,
            norms=so_far.norms,
        )
        mover = optimizer_of(self.settings, rate_at(self.settings, first // self.per_epoch))
        status = self.native.library.longshort_train(
            *self.native.over(self.rows), byref(mover), byref(work), byref(state)
        )
        refuse(status)
        finite = status != Status.NOT_FINITE
        return Tally(so_far.steps + state.done, state.loss, state.targets, state.norms, finite)

    def validate(self, threads: int, interruption: Interruption) -> tuple[float, float]:
        """Give the loss summed over the validation targets, without dropout, and their count."""
        loss, count = c_double(), c_double()
        ends = np.ascontiguousarray(self.windows.validation, np.int64)
        if not len(ends):
            return 0.0, 0.0
        work = self.work(ends, threads, training=False, interruption=interruption)
        over, parameters = self.native.over(self.rows), address(self.parameters)
        refuse(
            self.native.library.longshort_evaluate(
                *over, parameters, byref(work), VALIDATION, byref(loss), byref(count)
            )
        )
        return loss.value, count.value

    def work(self, ends: NDArray[np.int64], threads: int, *, training: bool, interruption: Interruption) -> CWork:
        """Describe a call's chunks, with memory enough for it; only training is in mixed precision."""
        precision = PRECISION_NUMBERS[self.settings.precision if training else "float32"]
        need = self.native.memory(self.rows, threads, training=training, precision=precision)
        if len(self.memory) < need:
            self.memory = calls.memory(need)
        return CWork(
            ends=address(ends),
            count=len(ends),
            threads=threads,
            precision=precision,
            memory=address(self.memory),
            bytes=len(self.memory),
            stop=interruption.address,
        )

    def weights(self) -> Parameters:
        """Copy the parameters out, by name."""
        flat, parameters, begin = self.native.flat(self.parameters), {}, 0
        for name, shape in parameter_shapes(self.native.network).items():
            count = int(np.prod(shape))
            parameters[name] = flat[begin : begin + count].reshape(shape).copy()
            begin += count
        return parameters

    def state(self) -> dict[str, Floats]:
        """Copy out all that the next step depends on, in our order."""
        vectors = {"parameters": self.parameters, **{f"slot.{name}": value for name, value in self.slots.items()}}
        return {name: self.native.flat(vector) for name, vector in vectors.items()}

    def restore(self, state: Mapping[str, Floats]) -> None:
        """Go back to a state that was copied out."""
        self.parameters = self.native.vector(state["parameters"])
        self.slots = {name: self.native.vector(state[f"slot.{name}"]) for name in self.slots}


def optimizer_of(settings: Training, rate: float) -> COptimizer:
    """Describe how parameters move."""
    return COptimizer(
        name=OPTIMIZER_NUMBERS[settings.optimizer],
        learning_rate=rate,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        clip=settings.gradient_clip or 0.0,
    )


def refuse(status: int) -> None:
    """Raise where the compiled code refused its arguments: a fault of ours, found before memory was touched."""
    if status == Status.REFUSED:
        raise RuntimeError("the native kernels refused the sizes of a call")


def predict(
    network: Network, parameters: Sequence[Parameters], windows: Windows, ends: NDArray[np.int64], engine: Engine
) -> NDArray[np.float32]:
    """Forecast from the chunks that end at `ends`; see `training.predict`.

    Every chunk has a lane of its own, so its bits do not depend on its company; a few go through one after another,
    which adds up the same numbers in the same order.
    """
    if len(ends) <= FEW:
        return predict_few(network, parameters, windows, ends, engine)
    raw = np.empty((len(parameters), len(ends), network.horizon, outputs_per_step(network)), np.float32)
    native = NativeNetwork(network, "auto", engine)
    rows = NativeWindows(replace(windows, burn_in=windows.length - 1))
    ends, threads = np.ascontiguousarray(ends, np.int64), available_threads()
    place = calls.memory(native.memory(rows, threads, training=False))
    work = CWork(ends=address(ends), count=len(ends), threads=threads, memory=address(place), bytes=len(place))
    for member, weights in enumerate(parameters):
        vector = native.vector(flatten(network, weights))
        refuse(native.library.longshort_predict(*native.over(rows), address(vector), byref(work), address(raw[member])))
    return raw


def predict_few(
    network: Network, parameters: Sequence[Parameters], windows: Windows, ends: NDArray[np.int64], engine: Engine
) -> NDArray[np.float32]:
    """Forecast from one chunk after another: units fill the lanes where there are too few chunks to."""
    assert engine.isa is not None
    raw = np.empty((len(parameters), len(ends), network.horizon, outputs_per_step(network)), np.float32)
    stream = native_stream(engine.isa, network, parameters)
    for number, rows in enumerate(gather_inputs(windows, ends).swapaxes(0, 1)):
        stream.rest()
        raw[:, number] = stream.window(rows).reshape(len(parameters), network.horizon, -1)
    return raw
