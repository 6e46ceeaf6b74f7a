"""Is an effect of the size that `longshort power` names found as often as it says: in 80 % of cases?

    python benchmarks/audit_power.py --runs 2000

Returns are independent and normal, the forecaster knows a part of each coming one (or its interval is too narrow), of
the very size said to be the smallest. What finds it are the package's own tests: `comparison.mean_test`, the claim on
the direction, the interval of the coverage, over all steps together.
"""

import argparse

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, owens_t

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.calibration import coverage_table
from longshort.evaluation.claims.direction import direction_claim, direction_gains
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.detection import QUESTIONS, smallest_effect
from longshort.evaluation.direction import direction_table
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast

BASE = 0.53


def sums(values: np.ndarray, horizon: int) -> np.ndarray:
    """Sum 1 to `horizon` coming values, `[cutoff, step]`, each divided by the root of the step."""
    total = np.append(0.0, np.cumsum(values))
    n = len(values) - horizon + 1
    return np.stack([(total[k : n + k] - total[:n]) / np.sqrt(k) for k in range(1, horizon + 1)], axis=1)


def forecast(y: np.ndarray, mean: np.ndarray, width: float | None = None) -> Forecast:
    n, horizon = y.shape
    levels = () if width is None else (0.1, 0.9)
    quantiles = np.empty((n, horizon, 0)) if width is None else mean[:, :, None] + width * np.array([-1.0, 1.0])
    cutoffs = np.arange(n)
    return Forecast(
        model="model",
        ids=("y",),
        series=np.zeros(n, dtype=np.int64),
        cutoffs=cutoffs,
        ds=cutoffs[:, None] + np.arange(1, horizon + 1),
        last=np.zeros(n),
        mean=mean,
        quantile_levels=levels,
        quantiles=quantiles,
        p_up=np.full((n, horizon), np.nan),
        y=y,
        fold=np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, n, horizon)),
        seed_quantiles=np.empty((0, *quantiles.shape)),
        dated=False,
    )


def accuracy(r: float) -> float:
    """Give the share of right calls by the sign of what is known, correlated by r with a change that rises in BASE."""
    tau = ndtri(BASE)
    both_up = ndtr(tau) / 2 + owens_t(tau, r / np.sqrt(1 - r * r))  # P(known > 0, change > -tau)
    return float(2 * both_up + 0.5 - ndtr(tau))


def found(question: str, effect: float, n: int, horizon: int, seed: int) -> bool:
    random = np.random.default_rng([seed, n, horizon])
    known, rest = (sums(random.standard_normal(n + horizon - 1), horizon) for _ in range(2))
    if question == "coverage":
        width = float(ndtri((1.8 - effect) / 2))
        one = forecast(rest, np.zeros(rest.shape), width)
        table = coverage_table([one], grid_of([one]))
        row = table.filter(table["step"].is_null())
        return not row["low"].item() <= 0.8 <= row["high"].item()
    if question == "direction":
        r = brentq(lambda r: accuracy(r) - BASE - effect, 0, 0.9999)
        one = forecast(r * known + np.sqrt(1 - r * r) * rest + ndtri(BASE), known)
        kinds, grid = Outcomes("change"), grid_of([one])
        table, gains = direction_table([one], kinds, grid), direction_gains(one, [], kinds, grid)
        return direction_claim(table, gains, "model", kinds).answer == "yes"
    gain = 1 - (1 - effect) ** 2
    mean = np.sqrt(gain) * known
    y = mean + np.sqrt(1 - gain) * rest
    better = (y**2 - (y - mean) ** 2) / (y**2).mean(axis=0)
    value, _, p_value = mean_test(better.mean(axis=1)[:, None], np.array([horizon - 1]))
    return bool(value[0] > 0 and p_value[0] < 0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--only", choices=QUESTIONS)
    arguments = parser.parse_args()
    runs, asked = arguments.runs, [arguments.only] if arguments.only else QUESTIONS
    print("| effect | sessions | steps | smallest | found (says 80 %) |\n|---|---|---|---|---|")
    for question in asked:
        for n in (250, 1000):
            for horizon in (1, 5):
                effect = smallest_effect(question, n, (1, horizon), BASE, 1.0)
                rate = np.mean([found(question, effect, n, horizon, seed) for seed in range(runs)])
                print(f"| {question} | {n:,} | 1-{horizon} | {effect:.2%} | {rate:.1%} |", flush=True)


if __name__ == "__main__":
    main()
