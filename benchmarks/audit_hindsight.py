"""Print how often hindsight accuses honest forecasts of simulated series, and how often it sees leaking ones.

nice python benchmarks/audit_hindsight.py --runs 500
"""

import argparse
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs
from longshort.evaluation.hindsight import hindsight_findings
from longshort.results.forecast import from_arrays

Floats = NDArray[np.float64]
START = 120  # rows before the first cutoff


def volatile(random: np.random.Generator, n: int, tails: str) -> Floats:
    """Draw shocks: normal, with fat tails (Student, 3 degrees of freedom), or with clusters of volatility (GARCH)."""
    if tails == "normal":
        return random.standard_normal(n)
    if tails == "fat":
        return random.standard_t(3, n)
    z, h, e = random.standard_normal(n), 1.0, np.zeros(n)
    for t in range(n):
        e[t] = z[t] * np.sqrt(h)
        h = 0.03 + 0.12 * e[t] ** 2 + 0.85 * h
    return e


def autoregression(e: Floats, phi: float) -> Floats:
    y = np.zeros(len(e))
    for t in range(1, len(e)):
        y[t] = phi * y[t - 1] + e[t]
    return y


def panel_of(y: Floats) -> Panel:
    days = np.arange("2015-01-01", np.datetime64("2015-01-01") + len(y), dtype="datetime64[D]")
    times = days.astype("datetime64[us]").astype(np.int64)
    daily = named("daily")
    return Panel(y[:, None], times, daily.numbers(times), np.array([0, len(y)]), ("S",), (Column("y"),), (daily,))


def fitted(y: Floats, cutoffs: NDArray[np.int64], lags: int) -> Floats:
    """Forecast each next value by least squares on lags, refitted every 20 cutoffs on what was known."""
    design = np.column_stack([np.ones(len(y)), *(np.roll(y, j) for j in range(lags))])
    mean = np.empty(len(cutoffs))
    for i, t in enumerate(cutoffs):
        if i % 20 == 0:
            weights = np.linalg.lstsq(design[lags:t], y[lags + 1 : t + 1], rcond=None)[0]
        mean[i] = design[t] @ weights
    return mean


HONEST: dict[str, Callable[[Floats, NDArray[np.int64]], Floats]] = {
    "naive": lambda y, at: y[at],
    "AR(1)": lambda y, at: fitted(y, at, 1),
    "AR(12)": lambda y, at: fitted(y, at, 12),
    "moving average": lambda y, at: np.array([y[t - 4 : t + 1].mean() for t in at]),
}
SEASON = 40  # of the seasonal series: none that a calendar offers
SEASONAL: dict[str, Callable[[Floats, NDArray[np.int64]], Floats]] = {
    "mean by place in a season": lambda y, at: np.array([y[(t + 1) % SEASON : t + 1 : SEASON].mean() for t in at]),
    "the last season": lambda y, at: y[at + 1 - SEASON],
}
LEAKING: dict[str, Callable[[Floats, NDArray[np.int64]], Floats]] = {
    "the actual itself": lambda y, at: y[at + 1],
    "dated a row early": lambda y, at: 0.95 * y[at + 1] + 0.05 * y[at],
    "of the row after": lambda y, at: y[at + 2],
    "half of the coming change": lambda y, at: 0.5 * (y[at] + y[at + 1]),
    "centred average of five": lambda y, at: (y[at - 2] + y[at - 1] + y[at] + y[at + 1] + y[at + 2]) / 5,
    "a fifth of the row after": lambda y, at: y[at] + 0.2 * (y[at + 2] - y[at]),
}


def judge(
    runs: int, models: dict[str, Callable[[Floats, NDArray[np.int64]], Floats]], seasonal: bool = False
) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in models}
    for run in range(runs):
        random = np.random.default_rng(run)
        n = int(random.choice([100, 250, 500, 1000]))
        phi = float(random.choice([0.0, 0.3, 0.6, 0.9, 0.97, 1.0]))
        y = autoregression(volatile(random, START + n + 3, str(random.choice(["normal", "fat", "garch"]))), phi)
        y = y - y.min() + 10 if random.random() < 0.5 else y
        if seasonal:
            y = (
                y
                + float(random.choice([0.5, 2.0]))
                * y.std()
                * random.standard_normal(SEASON)[np.arange(len(y)) % SEASON]
            )
        panel, at = panel_of(y), np.arange(START, START + n)
        pairs = Pairs(np.zeros(n, np.int64), at)
        for name, model in models.items():
            findings = hindsight_findings([from_arrays(name, panel, pairs, model(y, at)[:, None])], panel)
            found[name].update(finding.code for finding in findings)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    for title, models in (("honest", HONEST), ("honest, seasonal", SEASONAL), ("leaking", LEAKING)):
        for name, counts in judge(runs, models, models is SEASONAL).items():
            said = ", ".join(f"{code} {count / runs:.1%}" for code, count in counts.items()) or "nothing 100.0%"
            print(f"{title}: {name}: {said} ({runs} runs)")


if __name__ == "__main__":
    main()
