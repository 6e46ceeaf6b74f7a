"""Print the rows: one forecast each, horizon 8, for up to 100,000 series, with the process's peak memory.

The network is fitted on the first 200 series; the time is that of `predict` over all of them. Each count runs in a
process of its own, so that the memory is its own: it should grow as the count does.
"""

import subprocess
import sys
from time import perf_counter

import numpy as np
from row import show

import longshort as ls
from longshort.bench.machine import describe, load
from longshort.bench.workers.protocol import peak_bytes
from longshort.data.calendars import named
from longshort.data.panel import Column

COUNTS, ROWS, FITTED = (25_000, 50_000, 100_000), 100, 200


def panel(count: int) -> ls.Panel:
    """Make random walks of log prices."""
    steps = 0.01 * np.random.default_rng(0).standard_normal((count, ROWS))
    numbers = np.tile(np.arange(ROWS), count)
    return ls.Panel(
        values=100 * np.exp(steps.cumsum(axis=1)).reshape(-1, 1),
        times=numbers,
        sessions=numbers,
        offsets=np.arange(count + 1) * ROWS,
        ids=tuple(f"S{k}" for k in range(count)),
        columns=(Column("y", "close"),),
        calendars=(named("numbered"),) * count,
        dated=False,
    )


def measure(count: int) -> None:
    everything = panel(count)
    forecaster = ls.Recipe(horizon=8).fit(everything.only(np.arange(FITTED)), device="cpu")
    begin = perf_counter()
    forecaster.predict(everything)
    print(perf_counter() - begin, peak_bytes() or 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        for count in COUNTS:
            machine = describe(None, load())
            told = subprocess.run([sys.executable, __file__, str(count)], check=True, capture_output=True, text=True)
            seconds, peak = map(float, told.stdout.split())
            value = f"{seconds:.1f} s, peak memory {peak / 2**30:.2f} GiB"
            show(f"{count:,} series, one forecast each (horizon 8)", "-", value, machine)
