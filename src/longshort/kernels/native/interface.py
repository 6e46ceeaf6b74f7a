"""The C interface of networks and layers (native/csrc/api.h) declared again: structures and functions."""

import ctypes
from ctypes import POINTER, Structure, c_double, c_float, c_int8, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from typing import Any

from longshort.kernels.cells import CELLS

CELL_NUMBERS = {cell: number for number, cell in enumerate(CELLS)}
LOSS_NUMBERS = {name: k for k, name in enumerate(("pinball", "squared", "absolute", "huber", "cross_entropy"))}
OPTIMIZER_NUMBERS = {name: k for k, name in enumerate(("adamw", "adam", "rmsprop", "sgd"))}
PRECISION_NUMBERS = {"float32": 0, "mixed": 1}


class CNetwork(Structure):
    """struct Network."""

    _fields_ = (
        *((name, c_int32) for name in ("cell", "inputs", "hidden", "layers", "horizon", "outputs", "loss", "bounded")),
        ("middle", c_int32),
        ("dropout", c_float),
        ("low", c_float),
        ("high", c_float),
        ("levels", c_void_p),
    )


class CWindows(Structure):
    """struct Windows."""

    _fields_ = (
        *((name, c_void_p) for name in ("inputs", "loc", "scale", "targets", "split", "first")),
        ("rows", c_int64),
        ("length", c_int32),
        ("burn_in", c_int32),
    )


class COptimizer(Structure):
    """struct Optimizer."""

    _fields_ = (
        ("name", c_int32),
        *((name, c_float) for name in ("learning_rate", "momentum", "weight_decay", "clip")),
    )


class CWork(Structure):
    """struct Work."""

    _fields_ = (
        ("ends", c_void_p),
        ("count", c_int64),
        ("threads", c_int32),
        ("precision", c_int32),
        ("memory", c_void_p),
        ("bytes", c_uint64),
        ("stop", c_void_p),
    )


class CSteps(Structure):
    """struct Steps."""

    _fields_ = (
        ("parameters", c_void_p),
        ("slots", c_void_p * 2),
        ("sizes", c_void_p),
        ("first", c_int64),
        ("steps", c_int32),
        ("key", c_uint32 * 2),
        ("seconds", c_double),
        ("loss", c_double),
        ("targets", c_double),
        ("norms", c_double),
        ("done", c_int32),
    )


class CLayerCall(Structure):
    """struct LayerCall."""

    _fields_ = (
        *((name, c_int32) for name in ("cell", "is_double", "members", "time", "batch", "inputs", "hidden", "threads")),
        ("x", c_void_p),
        ("weights", c_void_p),
        ("initial", c_void_p * 2),
        ("lengths", c_void_p),
        ("outputs", c_void_p),
        ("final", c_void_p * 2),
        ("d_outputs", c_void_p),
        ("d_final", c_void_p * 2),
        ("d_x", c_void_p),
        ("d_weights", c_void_p),
        ("d_initial", c_void_p * 2),
        ("memory", c_void_p),
        ("bytes", c_uint64),
    )


FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "longshort_mixed": (c_int32, []),
    "longshort_memory": (c_uint64, [POINTER(CNetwork), POINTER(CWindows), c_int32, c_int32, c_int32]),
    "longshort_train": (
        c_int32,
        [POINTER(CNetwork), POINTER(CWindows), POINTER(COptimizer), POINTER(CWork), POINTER(CSteps)],
    ),
    "longshort_evaluate": (
        c_int32,
        [POINTER(CNetwork), POINTER(CWindows), c_void_p, POINTER(CWork), c_int8, POINTER(c_double), POINTER(c_double)],
    ),
    "longshort_predict": (c_int32, [POINTER(CNetwork), POINTER(CWindows), c_void_p, POINTER(CWork), c_void_p]),
    "longshort_layer_memory": (c_uint64, [POINTER(CLayerCall)]),
    "longshort_layer_forward": (c_int32, [POINTER(CLayerCall)]),
    "longshort_layer_gradient": (c_int32, [POINTER(CLayerCall)]),
}


def declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Tell ctypes what the library's functions take and give."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
