"""How often is a direction claimed where nothing is gained, and missed where something is?

    python benchmarks/audit_direction.py --runs 2000

2,000 cutoffs, rises in 56 % of steps. `coin flips` call without looking, anew at each cutoff or for 20 cutoffs on end;
`edge` is right in 61 % of cases, rises and falls alike. `no better than the majority` knows something and yet is right
in 56 % of cases on average: half of its calls are falls, of which one in two comes true. With steps 1-5 the
outcomes overlap: each is the sum of the steps before it, shifted so that it rises in 56 % of cases. The rule
to beat is always naming the more frequent direction.
"""

import argparse

import numpy as np
from scipy.special import ndtri

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.claims.direction import direction_claim, direction_gains
from longshort.evaluation.direction import direction_table
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast

BASE, RIGHT = 0.56, 0.61
KINDS = (
    ("coin flips", "<= 4 %", (250, 2000)),
    ("coin flips, kept for 20 cutoffs", "<= 4 %", (250, 2000)),
    ("no better than the majority", "<= 5 %", (250, 2000)),
    ("edge", ">= 85 %", (2000,)),
)


def outcomes(random: np.random.Generator, n: int, horizon: int) -> np.ndarray:
    """Simulate changes over 1 to `horizon` steps, `[cutoff, step]`, each above zero with probability BASE."""
    shocks = random.standard_normal(n + horizon)
    sums = np.cumsum(np.stack([shocks[k : n + k] for k in range(horizon)], axis=1), axis=1)
    return sums / np.sqrt(np.arange(1, horizon + 1)) + ndtri(BASE)


def calls(random: np.random.Generator, changes: np.ndarray, kind: str) -> np.ndarray:
    """Give calls, +1 or -1, `[cutoff, step]`."""
    if kind == "edge":
        return np.where(random.random(changes.shape) < RIGHT, 1, -1) * np.where(changes > 0, 1, -1)
    if kind == "no better than the majority":
        called_up = np.where(changes > 0, (BASE - 0.25) / BASE, (0.75 - BASE) / (1 - BASE))
        return np.where(random.random(changes.shape) < called_up, 1, -1)
    every = 20 if kind == "coin flips, kept for 20 cutoffs" else 1
    flips = np.where(random.random(-(-len(changes) // every)) < 0.5, 1, -1)
    return np.repeat(flips, every)[: len(changes), None] * np.ones(changes.shape)


def forecast(changes: np.ndarray, called: np.ndarray) -> Forecast:
    n, horizon = changes.shape
    cutoffs = np.arange(n)
    return Forecast(
        model="model",
        ids=("y",),
        series=np.zeros(n, dtype=np.int64),
        cutoffs=cutoffs,
        ds=cutoffs[:, None] + np.arange(1, horizon + 1),
        last=np.zeros(n),
        mean=called.astype(float),
        quantile_levels=(),
        quantiles=np.empty((n, horizon, 0)),
        p_up=np.full((n, horizon), np.nan),
        y=changes,
        fold=np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, n, horizon)),
        seed_quantiles=np.empty((0, n, horizon, 0)),
        dated=False,
    )


def claimed(seed: int, n: int, horizon: int, kind: str) -> bool:
    random = np.random.default_rng([seed, n, horizon])
    changes = outcomes(random, n, horizon)
    one, kinds = forecast(changes, calls(random, changes, kind)), Outcomes("change")
    grid = grid_of([one])
    found = direction_claim(direction_table([one], kinds, grid), direction_gains(one, [], kinds, grid), "model", kinds)
    return found.answer == "yes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print("| calls | cutoffs | steps | edge claimed | must |\n|---|---|---|---|---|")
    for kind, must, lengths in KINDS:
        for n in lengths:
            for horizon in (1, 5):
                rate = np.mean([claimed(seed, n, horizon, kind) for seed in range(runs)])
                print(f"| {kind} | {n:,} | {horizon} | {rate:.1%} | {must} |", flush=True)


if __name__ == "__main__":
    main()
