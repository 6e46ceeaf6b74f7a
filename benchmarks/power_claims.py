"""How often is skill claimed of longshort's network where it is claimed of the truth?

    python benchmarks/power_claims.py --runs 100 --rows 2000 --keep power.jsonl

Three designs whose conditional mean is known: a stationary AR(1) (phi = 0.5), a weekly season with a promotion that is
known in advance, and a leading indicator. Each series goes through the whole backtest, one fit before the last fifth,
with the default network; the forecast that knows the true law is judged by the same rule, beside the same baselines.
Each run is written to `--keep` as it ends; the same command goes on there.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import ndtri

import longshort as ls
from longshort.claims import Claims
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs
from longshort.evaluation.judgement import Context, judge
from longshort.results.forecast import QUANTILE_LEVELS, Forecast, from_arrays

QUESTIONS = ("point", "distribution")


@dataclass(frozen=True)
class Design:
    """Hold a series' values (column 0) with its inputs, and the mean of each row's next value given all before it."""

    values: np.ndarray
    next_mean: np.ndarray
    columns: tuple[Column, ...]


def autoregressive(random: np.random.Generator, rows: int) -> Design:
    y = np.zeros(rows)
    for t in range(1, rows):
        y[t] = 0.5 * y[t - 1] + random.standard_normal()
    return Design(y[:, None], 0.5 * y, (Column("y"),))


def promoted(random: np.random.Generator, rows: int) -> Design:
    """Simulate a weekly season that a promotion, planned and so known in advance, lifts on three days of ten."""
    promotion = (random.random(rows) < 0.3).astype(float)
    mean = 50 + 2 * np.sin(2 * np.pi * np.arange(rows) / 7) + 2 * promotion
    values = np.column_stack([mean + random.standard_normal(rows), promotion])
    return Design(values, np.append(mean[1:], np.nan), (Column("y"), Column("promotion", known="known_future")))


def led(random: np.random.Generator, rows: int) -> Design:
    leader = random.standard_normal(rows)
    y = np.append(0.0, leader[:-1]) + random.standard_normal(rows)
    return Design(np.column_stack([y, leader]), leader, (Column("y"), Column("leader")))


DESIGNS = {"AR(1), phi = 0.5": autoregressive, "season and promotion": promoted, "leading indicator": led}


def panel_of(design: Design) -> Panel:
    rows = len(design.values)
    days = np.arange("2015-01-01", np.datetime64("2015-01-01") + rows, dtype="datetime64[D]")
    times, numbers = days.astype("datetime64[us]").astype(np.int64), np.arange(rows)
    return Panel(design.values, times, numbers, np.array([0, rows]), ("y",), design.columns, (named("daily"),))


def truth(design: Design, panel: Panel, like: Forecast) -> Forecast:
    """Forecast by the law that the simulation has by construction, at the cutoffs of another forecast."""
    rows = np.searchsorted(panel.times, like.cutoffs)
    mean = design.next_mean[rows, None]
    quantiles = mean[:, :, None] + ndtri(np.array(QUANTILE_LEVELS))
    pairs = Pairs(np.zeros(len(rows), np.int64), rows)
    return from_arrays("truth", panel, pairs, mean, quantile_levels=QUANTILE_LEVELS, quantiles=quantiles)


def once(name: str, seed: int, rows: int) -> dict[str, bool | float]:
    """Run the whole backtest, and judge the truth beside the same baselines."""
    design = DESIGNS[name](np.random.default_rng([seed, 3]), rows)
    panel = panel_of(design)
    run = ls.backtest(ls.Recipe(horizon=1).replace({"seed": seed}), panel, folds=1)
    ours, baselines = run.forecasts[run.network], [one for key, one in run.forecasts.items() if key != run.network]
    true = truth(design, panel, ours)
    assert run.claims is not None
    said = {"ours": run.claims, "truth": judge([true], baselines, panel, Context(model="truth")).claims}
    error = {one.model: float(np.sqrt(np.nanmean(np.square(one.mean - one.y)))) for one in (ours, true)}
    claimed = {f"{who} {question}": yes(claims, question) for who, claims in said.items() for question in QUESTIONS}
    return claimed | {"ratio": error[ours.model] / error["truth"]}


def yes(claims: Claims, question: str) -> bool:
    return bool(getattr(claims, question).answer == "yes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2000, help="of each series, of which the last fifth is tested")
    parser.add_argument("--keep", type=Path, required=True)
    asked = parser.parse_args()
    lines = asked.keep.read_text().splitlines() if asked.keep.exists() else []
    done = {(row["design"], row["seed"]): row for row in map(json.loads, lines) if row["rows"] == asked.rows}
    print("| design | runs | point: truth | ours | distribution: truth | ours | RMSE over the truth's |")
    print("|---|---|---|---|---|---|---|")
    for name in DESIGNS:
        for seed in range(asked.runs):
            if (name, seed) not in done:
                done[name, seed] = {"design": name, "seed": seed, "rows": asked.rows} | once(name, seed, asked.rows)
                with asked.keep.open("a") as file:
                    file.write(json.dumps(done[name, seed]) + "\n")
        rows = [done[name, seed] for seed in range(asked.runs)]
        rates = [np.mean([row[f"{who} {each}"] for row in rows]) for each in QUESTIONS for who in ("truth", "ours")]
        shown = " | ".join(f"{rate:.1%}" for rate in rates)
        print(f"| {name} | {len(rows)} | {shown} | {np.mean([row['ratio'] for row in rows]):.4f} |", flush=True)


if __name__ == "__main__":
    main()
