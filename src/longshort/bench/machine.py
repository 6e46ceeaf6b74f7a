"""What this machine is and, measured, what it can do at most."""

import os
import platform
from ctypes import c_double, c_int32
from pathlib import Path
from typing import Any, NamedTuple

from longshort.bench.shape import Operations

PEAK_S, PEAK_ROUNDS = 0.1, 5


class Peak(NamedTuple):
    """Hold the most operations a second that so many threads were seen to do."""

    flops: float
    transcendentals: float


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe(peak: Peak | None = None) -> dict[str, Any]:
    """Say what the processor has, whichever kernel runs, and what it was seen to do at most."""
    flops, transcendentals = peak or (None, None)
    most = {"flops_per_s": flops, "transcendentals_per_s": transcendentals}
    return {"isa": isa(), "processor": processor(), "cores": cores(), "system": platform.platform(), **most}


def processor() -> str:
    """Give the processor's name."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def isa() -> str:
    """Name the widest instruction set that the processor and its system have, of those that kernels are built for."""
    from longshort.kernels.choice import processor_isa

    return processor_isa()


def peak(threads: int) -> Peak | None:
    """Measure what so many threads can do at most; None where the compiled kernels, which measure it, are missing."""
    from longshort.errors import LongshortError
    from longshort.kernels.native.library import library

    try:
        function = library(isa()).longshort_peak
    except LongshortError:
        return None
    function.restype, function.argtypes = c_double, [c_int32, c_int32, c_double]
    flops, transcendentals = (max(function(what, threads, PEAK_S) for _ in range(PEAK_ROUNDS)) for what in (0, 1))
    return Peak(flops, transcendentals)


def floor(operations: Operations | None, measured: Peak | None) -> float | None:
    """Give the seconds that the operations take at least: products and functions share the same vector units."""
    if operations is None or measured is None:
        return None
    return operations.flops / measured.flops + operations.transcendentals / measured.transcendentals
