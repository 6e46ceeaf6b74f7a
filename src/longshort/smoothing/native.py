"""The compiled twin of `definition` (native/csrc/smoothing.h): the same bits, on any instruction set and threads."""

from ctypes import CDLL, POINTER, Structure, byref, c_int32, c_int64, c_uint64, c_void_p
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.native.calls import Status, address, memory
from longshort.smoothing.rows import Floats, Integers, PanelRows, SmoothingParameters, States


class CSmoothingRows(Structure):
    """struct SmoothingRows."""

    _fields_ = (
        *((name, c_void_p) for name in ("values", "sessions", "offsets", "before", "season_offsets")),
        *((name, c_void_p) for name in ("season", "seasonal")),
        ("series", c_int64),
        ("rows", c_int64),
        ("threads", c_int32),
        ("memory", c_void_p),
        ("bytes", c_uint64),
    )


class CSmoothingTrials(Structure):
    """struct SmoothingTrials."""

    _fields_ = (
        ("candidates", c_int64),
        *((name, c_void_p) for name in ("alpha", "beta", "gamma", "phi", "level", "trend")),
        *((name, c_void_p) for name in ("squares", "final_level", "final_trend", "count")),
    )


class CSmoothingForecasts(Structure):
    """struct SmoothingForecasts."""

    _fields_ = (
        *((name, c_void_p) for name in ("alpha", "beta", "gamma", "phi", "level", "trend", "asked")),
        ("count", c_int64),
        ("horizon", c_int64),
        ("out", c_void_p),
    )


FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "longshort_smoothing_memory": (c_uint64, [POINTER(CSmoothingRows), c_int64]),
    "longshort_smoothing_losses": (c_int32, [POINTER(CSmoothingRows), POINTER(CSmoothingTrials)]),
    "longshort_smoothing_forecasts": (c_int32, [POINTER(CSmoothingRows), POINTER(CSmoothingForecasts)]),
}


@cache
def declare(compiled: CDLL) -> CDLL:
    """Tell ctypes what the library's functions take and give."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(compiled, name)
        function.restype, function.argtypes = result, arguments
    return compiled


def losses(
    compiled: CDLL, rows: PanelRows, states: States, parameters: SmoothingParameters, threads: int
) -> tuple[Floats, Integers, Floats, Floats]:
    """See `smoothing.losses`; states and parameters are [series, candidate]."""
    squares, level, trend = (np.empty_like(states.level, order="C") for _ in range(3))
    count = np.empty(len(rows), np.int64)
    given = _given(states, parameters)
    trials = CSmoothingTrials(
        candidates=squares.shape[1],
        squares=address(squares),
        final_level=address(level),
        final_trend=address(trend),
        count=address(count),
        **{name: address(array) for name, array in given.items()},
    )
    _call(compiled, "longshort_smoothing_losses", rows, states, threads, 1, trials)
    return squares, count, level, trend


def forecasts(
    compiled: CDLL,
    rows: PanelRows,
    states: States,
    parameters: SmoothingParameters,
    horizon: int,
    asked: Integers,
    threads: int,
) -> Floats:
    """See `smoothing.forecasts`; states and parameters are [series], `asked` are rows in rising order."""
    out = np.empty((len(asked), horizon))
    given = _given(states, parameters)
    wish = CSmoothingForecasts(
        asked=address(asked),
        count=len(asked),
        horizon=horizon,
        out=address(out),
        **{name: address(array) for name, array in given.items()},
    )
    _call(compiled, "longshort_smoothing_forecasts", rows, states, threads, horizon, wish)
    return out


def _given(states: States, parameters: SmoothingParameters) -> dict[str, NDArray[Any]]:
    arrays = {name: getattr(parameters, name) for name in ("alpha", "beta", "gamma", "phi")}
    arrays |= {"level": states.level, "trend": states.trend}
    return {name: np.ascontiguousarray(array, np.float64) for name, array in arrays.items()}


def _call(
    compiled: CDLL, name: str, rows: PanelRows, states: States, threads: int, horizon: int, what: Structure
) -> None:
    """Call the compiled code with memory enough; a panel beyond what it takes is a ValueError."""
    kinds = {"values": np.float64, "season": np.float64, "seasonal": np.int8}
    arrays = {name: getattr(rows, name) for name in ("values", "sessions", "offsets")}
    arrays |= {name: getattr(states, name) for name in ("before", "season_offsets", "season", "seasonal")}
    held = {name: np.ascontiguousarray(array, kinds.get(name, np.int64)) for name, array in arrays.items()}
    described = CSmoothingRows(
        series=len(rows),
        rows=len(rows.values),
        threads=threads,
        **{name: address(array) for name, array in held.items()},
    )
    need = declare(compiled).longshort_smoothing_memory(byref(described), horizon)
    workspace = memory(need)
    described.memory, described.bytes = address(workspace), need
    if getattr(compiled, name)(byref(described), byref(what)) != Status.DONE:
        raise ValueError(f"{len(rows)} series, {len(rows.values)} rows, {threads} threads: beyond native smoothers")
