"""How often is a copy of yesterday found out, and how often is an honest forecast called one?

    python benchmarks/audit_copy.py --runs 500

Copies: the last value of a random walk of 500 sessions times a scale in 0.9-1.1, plus a drift of up to two standard
deviations of a session's change, plus noise of 5, 20, 50 or 100 % of one. Honest: phi times the last value of an AR(1).
"""

import argparse

import numpy as np
from scipy.signal import lfilter

from longshort.baselines import Naive
from longshort.claims import Copy
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs
from longshort.evaluation.judgement import Context, judge
from longshort.results.forecast import from_arrays

HISTORY = 50


def panel_of(values: np.ndarray) -> Panel:
    rows = np.arange(len(values))
    columns, calendars = (Column("y"),), (named("numbered"),)
    return Panel(
        values[:, None].copy(), rows, rows, np.array([0, len(values)]), ("y",), columns, calendars, dated=False
    )


def judged(values: np.ndarray, centre: np.ndarray) -> Copy:
    """Judge one-step forecasts for all but the first HISTORY and the last value, beside repeating the last value."""
    panel = panel_of(values)
    rows = np.arange(HISTORY, len(values) - 1)
    pairs = Pairs(np.zeros(len(rows), dtype=np.int64), rows)
    forecast = from_arrays("model", panel, pairs, centre[rows][:, None])
    return judge([forecast], [Naive(1).predict(panel, pairs)], panel, Context()).claims.copy


def copy(seed: int, n: int, noise: float, level: float = 100.0, phi: float = 1.0) -> Copy:
    random = np.random.default_rng([seed, n])
    values = level + autoregressive(random, n + HISTORY, phi)
    scale, drift = random.uniform(0.9, 1.1), random.uniform(-2, 2)
    return judged(values, scale * values + drift + noise * random.standard_normal(len(values)))


def honest(seed: int, n: int, phi: float) -> Copy:
    values = autoregressive(np.random.default_rng([seed, n]), n + HISTORY, phi)
    return judged(values, phi * values)


def autoregressive(random: np.random.Generator, n: int, phi: float) -> np.ndarray:
    return (
        lfilter([1.0], [1.0, -phi], random.standard_normal(n + 1000))[1000:]
        if phi < 1
        else random.standard_normal(n).cumsum()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    print("| forecasts | n | a copy, or cannot be told | a copy | must |\n|---|---|---|---|---|")

    def show(name: str, n: int, found: list[Copy], must: str) -> None:
        looks = np.mean([each.answer in ("yes", "not_shown") for each in found])
        warned = np.mean([each.answer == "yes" for each in found])
        print(
            f"| {name} | {n} | {looks:.1%} | {warned:.1%} | {must} |",
            flush=True,
        )

    for level in (100.0, 0.0):
        for noise in (0.0, 0.05, 0.2, 0.5, 1.0):
            name = f"copy of a random walk from {level:.0f}, noise {noise:.0%}"
            show(name, 500, [copy(seed, 500, noise, level) for seed in range(runs)], ">= 96 %")
    for n in (250, 500):
        for phi in (-0.5, 0.0, 0.3, 0.5, 0.7, 0.9):
            show(
                f"honest AR(1), phi = {phi}",
                n,
                [honest(seed, n, phi) for seed in range(runs)],
                "<= 5 %" if n == 500 else "",
            )


if __name__ == "__main__":
    main()
