"""Quantiles of many stretches of one array, most of which overlap the one before."""

from ctypes import CDLL, POINTER, Structure, byref, c_int32, c_int64, c_uint64, c_void_p
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from longshort.native.calls import Status, address, memory
from longshort.native.selection import serving
from longshort.smoothing.rows import Floats, Integers

BLOCK = 2**18  # numbers gathered and sorted at a time, to bound memory and stay in the cache


def window_quantiles(
    values: Floats, low: Integers, high: Integers, levels: tuple[float, ...], threads: int = 1
) -> Floats:
    """Give the quantiles of each stretch `values[low:high]`, `[stretch, level]`, linear between order statistics.

    The definition of `numpy.quantile`'s default (Hyndman & Fan 1996, type 7). NaN for an empty stretch and for one with
    a NaN in it; between an infinite value and another the formula gives an infinite one or NaN. Stretches may come in
    any order. Where neighbouring ones overlap, compiled code keeps a sorted window and moves it along, so that a step
    costs a search and a short move instead of a sort; numpy, which defines the numbers, sorts each. The bits are the
    same, on any number of `threads`. Raises ValueError for stretches outside of the values and for levels outside of 0
    to 1.

    >>> window_quantiles(np.arange(10.0), np.array([0, 1, 5]), np.array([3, 4, 5]), (0.5, 0.75)).tolist()
    [[1.0, 1.5], [2.0, 2.5], [nan, nan]]
    """
    low, high = (np.ascontiguousarray(ends, np.int64) for ends in (low, high))
    shares = np.array(levels, np.float64)
    for ends in (low, high):
        if len(ends) and not (ends.min() >= 0 and ends.max() <= len(values)):
            raise ValueError(f"stretches lie between 0 and {len(values)}, not {ends.min()} and {ends.max()}")
    if not ((shares >= 0.0) & (shares <= 1.0)).all():
        raise ValueError(f"levels lie between 0 and 1, not {levels}")
    missing = np.isnan(values)
    plain = np.where(missing, 0.0, values) + 0.0  # a zero has one sign, whoever sorts
    compiled = serving() if len(low) and len(shares) else None
    if compiled is None:
        out = _defined(plain, low, high, shares)
    else:
        out = _native(compiled, plain, low, high, shares, threads)
    before = np.concatenate([[0], np.cumsum(missing)])
    out[before[high] > before[low]] = np.nan
    return out


def _defined(values: Floats, low: Integers, high: Integers, levels: Floats) -> Floats:
    """Gather some stretches at a time, pad them with infinity to one length, and sort each."""
    out = np.full((len(low), len(levels)), np.nan)
    longest = max(int((high - low).max(initial=0)), 1)
    windows = sliding_window_view(np.append(values, np.full(longest, np.inf)), longest)
    for begin in range(0, len(low), size := max(BLOCK // longest, 1)):
        part = slice(begin, begin + size)
        counts, stretches = (high - low)[part], windows[low[part]]
        np.putmask(stretches, np.arange(longest) >= counts[:, None], np.inf)
        stretches.sort(axis=1)
        out[part] = _read(stretches, counts, levels)
    return out


def _read(stretches: Floats, counts: Integers, levels: Floats) -> Floats:
    """Read quantiles off sorted rows, of which the first `counts` numbers count; NaN where that is none."""
    most = np.maximum(counts - 1, 0)[:, None]
    position = most * levels
    below = np.floor(position)
    at = below.astype(np.int64)
    left = np.take_along_axis(stretches, at, 1)
    right = np.take_along_axis(stretches, np.minimum(at + 1, most), 1)
    fraction = position - below
    with np.errstate(invalid="ignore", over="ignore"):
        between = left + (right - left) * fraction
    exact = (fraction == 0.0) | (left == right)
    return np.where(counts[:, None] > 0, np.where(exact, left, between), np.nan)


class CWindowQuantiles(Structure):
    """struct WindowQuantiles of native/csrc/quantiles.cpp."""

    _fields_ = (
        *((name, c_void_p) for name in ("values", "low", "high", "levels", "out")),
        *((name, c_int64) for name in ("rows", "stretches", "count")),
        ("threads", c_int32),
        ("memory", c_void_p),
        ("bytes", c_uint64),
    )


@cache
def declare(compiled: CDLL) -> CDLL:
    """Tell ctypes what the library's functions take and give."""
    for name, result in (("longshort_quantiles_memory", c_uint64), ("longshort_quantiles", c_int32)):
        function = getattr(compiled, name)
        function.restype, function.argtypes = result, [POINTER(CWindowQuantiles)]
    return compiled


def _native(compiled: CDLL, values: Floats, low: Integers, high: Integers, levels: Floats, threads: int) -> Floats:
    out = np.empty((len(low), len(levels)))
    arrays = {"values": values, "low": low, "high": high, "levels": levels, "out": out}
    call = CWindowQuantiles(
        rows=len(values),
        stretches=len(low),
        count=len(levels),
        threads=threads,
        **{name: address(array) for name, array in arrays.items()},
    )
    workspace = memory(declare(compiled).longshort_quantiles_memory(byref(call)))
    call.memory, call.bytes = address(workspace), len(workspace)
    if compiled.longshort_quantiles(byref(call)) != Status.DONE:
        raise ValueError(f"{len(low)} stretches of {len(values)} values, {threads} threads: beyond native quantiles")
    return out
