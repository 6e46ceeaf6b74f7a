"""How fast are quantiles of sliding windows: a sorted window that moves along, against sorting each anew in numpy?

    python benchmarks/quantiles.py [--stretches 1000000] [--threads 2]

Windows of 500 and 1,000 returns that move by one, nine levels. Numpy sorts a fiftieth of them; its time counts fifty
times. Seconds, and by how much the native twin is faster on one thread.
"""

import argparse
import os
from time import perf_counter

import numpy as np

from longshort.native.selection import VARIABLE
from longshort.smoothing.quantiles import window_quantiles

LEVELS = (0.025, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.975)
SHARE = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stretches", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    values = np.random.default_rng(0).standard_t(5, asked.stretches)
    high = np.arange(1, asked.stretches + 1)
    print(f"{'window':>8}{'1 thread':>10}{f'{asked.threads} threads':>11}{'numpy':>9}{'ratio':>7}")
    for length in (500, 1000):
        low = np.maximum(high - length, 0)

        def seconds(count: int, threads: int, low: np.ndarray = low) -> float:
            begun = perf_counter()
            window_quantiles(values, low[-count:], high[-count:], LEVELS, threads)
            return perf_counter() - begun

        os.environ.pop(VARIABLE, None)
        found = [seconds(asked.stretches, threads) for threads in (1, asked.threads)]
        os.environ[VARIABLE] = "reference"
        found.append(SHARE * seconds(asked.stretches // SHARE, 1))
        print(f"{length:8}{found[0]:10.2f}{found[1]:11.2f}{found[2]:9.1f}{found[2] / found[0]:7.0f}", flush=True)


if __name__ == "__main__":
    main()
