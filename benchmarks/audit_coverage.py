"""How often is `coverage` raised against intervals that are right, and against those that are not?

    python benchmarks/audit_coverage.py --runs 1000

Random walks, one to five steps ahead, with central intervals of 50, 80 and 95 %; one finding for each audit, Holm over
steps and levels. Right ones are the true quantiles of normal shocks, of Student-t shocks with four degrees of freedom
and of shocks whose volatility comes in clusters that the forecaster knows. Wrong ones hold 60 % where they say 80 %.
"""

import argparse

import numpy as np
from scipy.special import ndtr, ndtri

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.coverage_tests import coverage_tests
from longshort.evaluation.findings import coverage
from longshort.results.forecast import Forecast

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
HORIZON = 5


def forecast(y: np.ndarray, quantiles: np.ndarray, series: np.ndarray, times: np.ndarray) -> Forecast:
    """Put changes since the cutoff and their quantiles into a Forecast."""
    n = len(y)
    return Forecast(
        model="mine",
        ids=tuple(map(str, np.unique(series))),
        series=series,
        cutoffs=times,
        ds=times[:, None] + np.arange(1, HORIZON + 1),
        last=np.zeros(n),
        mean=np.zeros(y.shape),
        quantile_levels=LEVELS,
        quantiles=quantiles,
        p_up=np.full(y.shape, 0.5),
        y=y,
        fold=np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, *y.shape)),
        seed_quantiles=np.empty((0, *quantiles.shape)),
    )


def student_quantiles() -> np.ndarray:
    """Simulate the quantiles of sums of Student-t shocks, `[step, level]`."""
    sums = np.cumsum(np.random.default_rng(7).standard_t(4, (HORIZON, 1_000_000)), axis=0)
    return np.quantile(sums, LEVELS, axis=1).T


def simulate(kind: str, n: int, series: int, rng: np.random.Generator, student: np.ndarray, shrink: float) -> Forecast:
    """Draw walks of `series` series with a common and an own part, and the true quantiles times `shrink`."""
    rows = n + HORIZON
    if kind == "student":
        shocks = rng.standard_t(4, (rows, series))
        spread = np.broadcast_to(student, (n, HORIZON, len(LEVELS)))
    else:
        logs = np.zeros(rows)
        for t in range(1, rows if kind == "clusters" else 0):
            logs[t] = 0.97 * logs[t - 1] + 0.2 * rng.standard_normal()
        variance = np.exp(logs)
        common, own = rng.standard_normal((rows, 1)), rng.standard_normal((rows, series))
        shocks = np.sqrt(variance)[:, None] * (own if series == 1 else np.sqrt(0.5) * (common + own))
        total = np.concatenate([[0], np.cumsum(variance)])
        ahead = np.stack([total[k + 1 : n + k + 1] - total[1 : n + 1] for k in range(1, HORIZON + 1)], axis=1)
        spread = np.sqrt(ahead)[:, :, None] * ndtri(np.array(LEVELS))
    walk = np.cumsum(shocks, axis=0)
    y = np.stack([walk[k : n + k] - walk[:n] for k in range(1, HORIZON + 1)], axis=2)  # [time, series, step]
    times = np.tile(np.arange(n), series)
    y = y.transpose(1, 0, 2).reshape(n * series, HORIZON)
    return forecast(y, shrink * np.tile(spread, (series, 1, 1)), np.repeat(np.arange(series), n), times)


def raised(kind: str, n: int, series: int, runs: int, shrink: float = 1.0) -> float:
    """Give the share of audits in which `coverage` is raised."""
    student = student_quantiles() if kind == "student" else np.empty(0)
    found = 0
    for run in range(runs):
        one = simulate(kind, n, series, np.random.default_rng([run, n, series]), student, shrink)
        found += any(coverage(coverage_tests(one, grid_of([one])), "step", several=False))
    return found / runs


def main(runs: int) -> None:
    print("| intervals | sessions | series | `coverage` raised |\n|---|---|---|---|")
    for kind in ("normal", "student", "clusters"):
        for n in (60, 100, 250, 1000):
            print(f"| right, {kind} | {n} | 1 | {raised(kind, n, 1, runs):.1%} |", flush=True)
    print(f"| right, normal | 250 | 5, correlated | {raised('normal', 250, 5, runs):.1%} |", flush=True)
    narrow = ndtri(0.8) / ndtri(0.9)  # an 80 % interval times this holds 60 %
    assert abs(2 * ndtr(narrow * ndtri(0.9)) - 1 - 0.6) < 1e-12
    for n in (100, 250):
        print(f"| 60 % held of 80 % | {n} | 1 | {raised('normal', n, 1, runs, narrow):.1%} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    main(parser.parse_args().runs)
