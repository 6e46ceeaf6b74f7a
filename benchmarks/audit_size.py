"""How often does the Diebold-Mariano test find a difference, or claim skill, where there is none?

    python benchmarks/audit_size.py --runs 2000
    python benchmarks/audit_size.py --intervals

Each column is a pair of forecasts of a random walk with the same expected loss, one to five steps ahead with a cutoff
in every session, and all steps together (as the verdict claims skill). Shocks are normal, Student's t with four degrees
of freedom, or GARCH(1, 1). The pairs:

noise        both are the last value plus noise of their own, new at every cutoff
smooth       the same, the noise hanging on from cutoff to cutoff (autoregressive, 0.8)
naive        one is the last value; the other knows what can be known and moves twice as far as it should
own errors   errors are moving sums of shocks of their own, as Diebold and Mariano (1995) drew them
spread       both are normal quantiles around the last value, as wrong as each other about their width, by CRPS

Shown are two-sided rejections at 5 % and, behind the stroke, claims: p < 0.05 and the loss smaller. `--intervals`
compares intervals for the ratio of mean losses: how often they miss a true ratio, and how wide they are.
"""

import argparse
from itertools import pairwise

import numpy as np
from scipy.special import ndtri, stdtrit

from longshort.evaluation.arrays import with_all_steps
from longshort.evaluation.comparison import compare, compare_groups, long_run_variances, small_sample_factor
from longshort.evaluation.probabilistic import pinball_loss, quadrature_weights
from longshort.results.forecast import QUANTILE_LEVELS

HORIZON = 5
KINDS = ("normal", "student", "garch")
PAIRS = ("noise", "smooth", "naive", "own errors", "spread")


def shocks(rng: np.random.Generator, kind: str, rows: int, runs: int) -> np.ndarray:
    """Draw shocks of variance one, `[session, run]`."""
    if kind == "normal":
        return rng.standard_normal((rows, runs))
    if kind == "student":
        return rng.standard_t(4, (rows, runs)) / np.sqrt(2)
    drawn = rng.standard_normal((rows + 200, runs))
    variance = np.ones(runs)
    for row in drawn:
        row *= np.sqrt(variance)
        variance = 0.05 + 0.1 * row**2 + 0.85 * variance
    return drawn[200:]


def autoregressive(rng: np.random.Generator, rows: int, runs: int, memory: float) -> np.ndarray:
    out = rng.standard_normal((rows, runs))
    for before, now in pairwise(out):
        now *= np.sqrt(1 - memory**2)
        now += memory * before
    return out


def ahead(drawn: np.ndarray, n: int) -> np.ndarray:
    """Give the changes over one to five sessions after each cutoff, `[cutoff, run, step]`."""
    walk = np.concatenate([np.zeros((1, drawn.shape[1])), np.cumsum(drawn, axis=0)])
    return np.stack([walk[k : n + k] - walk[:n] for k in range(1, HORIZON + 1)], axis=2)


def crps(y: np.ndarray, width: np.ndarray) -> np.ndarray:
    weights = 2 * quadrature_weights(QUANTILE_LEVELS)
    root = np.sqrt(np.arange(1, HORIZON + 1))
    return sum(
        weight * pinball_loss(y, ndtri(level) * width * root, level)
        for level, weight in zip(QUANTILE_LEVELS, weights, strict=True)
    )


def losses(rng: np.random.Generator, pair: str, kind: str, n: int, runs: int) -> list[np.ndarray]:
    """Give the losses of two forecasts without skill over each other, `[cutoff, run, step]`."""
    rows = n + HORIZON
    if pair == "own errors":
        common = np.abs(shocks(rng, kind, rows, runs)) if kind == "garch" else None  # volatility is the market's
        drawn = [shocks(rng, kind if common is None else "normal", rows, runs) for _ in range(2)]
        return [np.square(ahead(each if common is None else each * common, n)) for each in drawn]
    if pair == "naive":
        known = 0.2 * autoregressive(rng, rows, runs, 0.5)
        drawn = shocks(rng, kind, rows, runs) + known  # the part known at the cutoff is that of the next session
        y = ahead(drawn, n)
        expected = known[:n, :, None] * np.cumsum(0.5 ** np.arange(HORIZON))
        return [np.square(y - 2 * expected), np.square(y)]
    y = ahead(shocks(rng, kind, rows, runs), n)
    if pair == "spread":
        return [crps(y, np.exp(0.2 * rng.standard_normal((n, runs, 1)))) for _ in range(2)]
    memory = 0.8 if pair == "smooth" else 0.0
    return [np.square(y - 0.5 * autoregressive(rng, n, runs, memory)[:, :, None]) for _ in range(2)]


def rates(pair: str, kind: str, n: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the shares of rejections and of claims at each step and (last) at all steps together."""
    rng = np.random.default_rng([PAIRS.index(pair), KINDS.index(kind), n])
    ours, theirs = losses(rng, pair, kind, n, runs)
    base = theirs.mean(axis=0)
    columns = [
        with_all_steps((each / base).transpose(1, 0, 2).reshape(-1, HORIZON)).T.ravel() for each in (ours, theirs)
    ]
    group = np.repeat(np.arange((HORIZON + 1) * runs), n)
    overlap = np.repeat([*range(HORIZON), HORIZON - 1], runs)
    found = compare_groups(*columns, group, overlap)
    rejected = (found.p_value < 0.05).reshape(HORIZON + 1, runs)
    better = (found.ratio < 1).reshape(HORIZON + 1, runs)
    return rejected.mean(axis=1), (rejected & better).mean(axis=1)


def sizes(runs: int) -> None:
    steps = [*(f"step {k}" for k in range(1, HORIZON + 1)), "all steps"]
    print(f"| pair | shocks | n | {' | '.join(steps)} |\n|---|---|---|{'---|' * len(steps)}")
    worst: dict[int, list[float]] = {}
    for n in (100, 250, 1000):
        for pair in PAIRS:
            for kind in KINDS:
                rejected, claimed = rates(pair, kind, n, runs)
                cells = [f"{r:.1%} / {c:.1%}" for r, c in zip(rejected, claimed, strict=True)]
                print(f"| {pair} | {kind} | {n} | {' | '.join(cells)} |", flush=True)
                low, high, claims = worst.get(n, [1.0, 0.0, 0.0])
                worst[n] = [min(low, rejected.min()), max(high, rejected.max()), max(claims, claimed.max())]
    for n, (low, high, claims) in worst.items():
        print(f"n = {n}: rejections {low:.1%} to {high:.1%}, claims at most {claims:.1%}")


def intervals(runs: int) -> None:
    """Compare intervals of the ratio of mean squared errors, one step ahead, where its true value is known."""
    print("| shocks | n | true ratio | interval | misses | without an end | widest in a hundred |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        for n in (100, 250, 1000):
            for share in (0.02, 0.2):
                rng = np.random.default_rng([KINDS.index(kind), n])
                left = shocks(rng, kind, n, runs)
                moved = np.sqrt(share / (1 - share)) * rng.standard_normal((n, runs))
                for name, (low, high) in _intervals(np.square(left), np.square(left + moved)).items():
                    missed = ~((low <= 1 - share) & (high >= 1 - share))
                    width = np.nanquantile(high - low, 0.99)
                    endless = np.isnan(low).mean()
                    print(
                        f"| {kind} | {n} | {1 - share} | {name} | {missed.mean():.1%} | {endless:.1%} | {width:.2f} |"
                    )


def _intervals(ours: np.ndarray, theirs: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    n, runs = ours.shape
    count, none = np.full(runs, n), np.zeros(runs, dtype=np.int64)

    def variance(table: np.ndarray) -> np.ndarray:
        return np.maximum(*long_run_variances((table - table.mean(axis=0)).T.ravel(), count, none))

    found = compare(ours, theirs, none)
    reach = stdtrit(n - 1, 0.975) ** 2 / n / small_sample_factor(count, none)
    a, b = theirs.mean(axis=0), ours.mean(axis=0)
    aa, bb, difference = variance(theirs), variance(ours), variance(theirs - ours)
    first, half = a**2 - reach * aa, a * b - reach * (aa + bb - difference) / 2
    with np.errstate(invalid="ignore"):
        root = np.sqrt(half**2 - first * (b**2 - reach * bb))
        ends = [np.where(first > 0, (half + sign * root) / first, np.nan) for sign in (-1, 1)]
    ratio = b / a
    delta = np.sqrt(reach * variance(ours - ratio * theirs)) / a
    return {
        "difference over the baseline's loss": (found.low, found.high),
        "Fieller": (ends[0], ends[1]),
        "delta method": (ratio - delta, ratio + delta),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--intervals", action="store_true")
    arguments = parser.parse_args()
    (intervals if arguments.intervals else sizes)(arguments.runs)
