"""What this machine is and, measured, what it can do at most."""

import os
import platform
from ctypes import c_double, c_int32
from pathlib import Path
from typing import Any, NamedTuple

from longshort.bench.shape import Operations
from longshort.errors import SettingsError
from longshort.kernels.choice import processor_isa
from longshort.native.library import best_isa, library

PEAK_S, PEAK_ROUNDS = 0.1, 5


class Peak(NamedTuple):
    """Hold the most operations a second that so many threads were seen to do."""

    flops: float
    transcendentals: float
    tile_flops: float | None = None  # of bfloat16 products; None where there are no tiles


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe(peak: Peak | None, load_before: float | None) -> dict[str, Any]:
    """Say what the processor has, whichever kernel runs, what it was seen to do at most, and how busy it was before."""
    return {
        "isa": processor_isa(),
        "processor": processor(),
        "cores": cores(),
        "system": platform.platform(),
        "load_before": load_before,
        "flops_per_s": peak.flops if peak else None,
        "transcendentals_per_s": peak.transcendentals if peak else None,
    }


def load() -> float | None:
    """Count the processes that compete for the cores, the mean over a minute; None where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def processor() -> str:
    """Give the processor's name."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def peak(threads: int) -> Peak | None:
    """Measure what so many threads can do at most; None where the compiled kernels, which measure it, are missing."""
    try:
        function = library(best_isa()).longshort_peak
    except SettingsError:
        return None
    function.restype, function.argtypes = c_double, [c_int32, c_int32, c_double]
    flops, transcendentals, tile_flops = (
        max(function(what, threads, PEAK_S) for _ in range(PEAK_ROUNDS)) for what in (0, 1, 2)
    )
    return Peak(flops, transcendentals, tile_flops if tile_flops > 0 else None)


def floor(operations: Operations | None, measured: Peak | None, precision: str = "fp32") -> float | None:
    """Give the seconds that the operations take at least: functions wait for the products that they are taken of."""
    flops = measured and (measured.flops if precision == "fp32" else measured.tile_flops)
    if operations is None or measured is None or flops is None:
        return None
    return operations.flops / flops + operations.transcendentals / measured.transcendentals
