"""How fast are the passes over a panel, and the fits that are made of them? Natively, and in numpy.

    python benchmarks/smoothing.py [--series 3000] [--threads 2] [--rounds 5]

Monthly series of 200 values on average, with a trend and a season; 120 candidates for a pass. Medians of some rounds,
seconds; the last column is by how much the native twin, on all threads, is faster than numpy.
"""

import argparse
import os
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import numpy as np

from longshort.native.selection import VARIABLE, serving
from longshort.smoothing import PanelRows, SmoothingParameters, States, fit_ets, fit_theta, forecasts, losses
from longshort.smoothing.rows import offsets_of

LENGTH, ROWS, CANDIDATES, HORIZON = 12, 200, 120, 18
KINDS = ("no season", "additive", "multiplicative")


def panel(series: int) -> PanelRows:
    random = np.random.default_rng(0)
    offsets = offsets_of(random.integers(ROWS - 80, ROWS + 81, series))
    sessions = np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets))
    wave = 1 + 0.2 * np.sin(2 * np.pi * sessions / LENGTH)
    level = 100 + 0.1 * sessions + np.cumsum(random.normal(size=len(sessions))) % 40
    return PanelRows(level * wave * np.exp(0.05 * random.normal(size=len(sessions))), sessions, offsets)


def seconds(work: Callable[[], object], rounds: int) -> float:
    def once() -> float:
        begun = perf_counter()
        work()
        return perf_counter() - begun

    return median(once() for _ in range(rounds))


def states(series: int, kind: int) -> States:
    length = LENGTH if kind else 0
    return States(
        before=np.zeros(series, np.int64),
        level=np.full(series, 100.0),
        trend=np.zeros(series),
        seasonal=np.full(series, kind, np.int8),
        season=np.full(series * length, 1.0),
        season_offsets=np.arange(series + 1) * length,
    )


def jobs(series: int) -> dict[str, Callable[[int], object]]:
    """Give what is timed: functions of the number of threads."""
    rows, random = panel(series), np.random.default_rng(1)
    tried = SmoothingParameters(*random.uniform(0.0, 0.3, (3, CANDIDATES)), random.uniform(0.8, 1.0, CANDIDATES))
    some: dict[str, Callable[[int], object]] = {
        f"losses, {name}": partial(losses, rows, states(series, kind), tried) for kind, name in enumerate(KINDS)
    }
    one = SmoothingParameters(*(np.full(series, share) for share in (0.3, 0.05, 0.1, 0.95)))
    some["forecasts at every row, 18 steps"] = partial(forecasts, rows, states(series, 2), one, HORIZON, None)
    return some | {fit.__name__: partial(fit, rows, LENGTH, None) for fit in (fit_ets, fit_theta)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    os.environ.pop(VARIABLE, None)
    library = serving()
    print(f"{asked.series} series, {CANDIDATES} candidates; {library and library._name.rpartition('_')[2]}")
    print(f"{'':34}{'1 thread':>10}{f'{asked.threads} threads':>11}{'numpy':>9}{'ratio':>7}")
    for name, job in jobs(asked.series).items():
        found = [seconds(partial(job, count), asked.rounds) for count in (1, asked.threads)]
        os.environ[VARIABLE] = "reference"
        found.append(seconds(partial(job, 1), 1 if name.startswith("fit") else asked.rounds))
        del os.environ[VARIABLE]
        print(f"{name:34}{found[0]:10.3f}{found[1]:11.3f}{found[2]:9.2f}{found[2] / found[1]:7.1f}", flush=True)


if __name__ == "__main__":
    main()
