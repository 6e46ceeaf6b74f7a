"""How often is skill claimed that is none?

    python benchmarks/false_claims.py judgement --runs 2000 --keep judged.jsonl
    python benchmarks/false_claims.py backtest --runs 300 --keep backtests.jsonl

Eight kinds of simulated series, of each of which the law of the next value is known. A claim is false where the
forecast's expected loss under that law, over the very cutoffs of the test, is not below the best baseline's (for
direction: its expected share of right calls is not above that of every baseline; for money, on a random walk, always).
`judgement` judges the baseline of the lowest expected loss with a little noise added, so that every claim would be
false; `backtest` runs the whole backtest, one fold and a small budget. Each run is written to `--keep` as it ends; the
same command goes on there.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import longshort as ls
from longshort.baselines import baselines_for
from longshort.claims import Claims
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs
from longshort.errors import NotEnoughHistory
from longshort.evaluation.findings import fresher_column
from longshort.evaluation.judgement import Context, judge
from longshort.evaluation.outcomes import outcomes_of
from longshort.evaluation.probabilistic import pinball_loss, quadrature_weights
from longshort.results.forecast import QUANTILE_LEVELS, Forecast

ROWS, TESTED, DRAWS, NOISE = 700, 140, 200, 0.05
SMALL = {"model.hidden_size": 8, "training.members": 2, "training.epochs": 10}
QUESTIONS = ("point", "distribution", "direction", "money")
Draw = Callable[[np.random.Generator, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Law:
    """Hold a series and draws of what each next value might have been, given all before it, `[row, draw]`."""

    values: np.ndarray
    next: np.ndarray
    kind: str = "other"


def gaussian(random: np.random.Generator, mean: Callable[[np.ndarray, int], float], start: float = 0.0) -> Law:
    """Simulate a value that is normal around a mean that the past gives."""
    values, coming = np.full(ROWS, start), np.empty((ROWS, DRAWS))
    for t in range(ROWS):
        centre = mean(values, t)
        if t:
            values[t] = centre + random.standard_normal()
            coming[t - 1] = centre + random.standard_normal(DRAWS)
    return Law(values, coming)


def walk(random: np.random.Generator) -> Law:
    shocks, draws = 0.01 * random.standard_normal(ROWS), 0.01 * random.standard_normal((ROWS, DRAWS))
    values = 100 * np.exp(np.cumsum(shocks))
    return Law(values, values[:, None] * np.exp(draws), "close")


def garch(random: np.random.Generator) -> Law:
    values, coming, variance = np.empty(ROWS), np.empty((ROWS, DRAWS)), 1.0
    for t in range(ROWS):
        values[t] = np.sqrt(variance) * random.standard_normal()
        variance = 0.05 + 0.1 * values[t] ** 2 + 0.85 * variance
        coming[t] = np.sqrt(variance) * random.standard_normal(DRAWS)
    return Law(values, coming)


def independent(random: np.random.Generator, draw: Draw) -> Law:
    return Law(draw(random, np.empty(ROWS)), draw(random, np.empty((ROWS, DRAWS))))


def counts(random: np.random.Generator, like: np.ndarray) -> np.ndarray:
    return (random.random(like.shape) < 0.3) * (1.0 + random.poisson(2.0, like.shape))


LAWS: dict[str, Callable[[np.random.Generator], Law]] = {
    "white noise": lambda random: gaussian(random, lambda _, t: 0.0),
    "random walk": walk,
    "AR(1)": lambda random: gaussian(random, lambda y, t: 0.5 * y[t - 1]),
    "seasonal + noise": lambda random: gaussian(random, lambda _, t: 2.0 * np.sin(2 * np.pi * t / 7)),
    "GARCH returns": garch,
    "coin flips": lambda random: independent(random, lambda r, like: r.integers(0, 2, like.shape).astype(float)),
    "intermittent counts": lambda random: independent(random, counts),
    "trend": lambda random: gaussian(random, lambda _, t: 50 + 0.05 * t, 50.0),
}


def panel_of(law: Law) -> Panel:
    days = np.arange("2015-01-01", np.datetime64("2015-01-01") + ROWS, dtype="datetime64[D]")
    times = days.astype("datetime64[us]").astype(np.int64)
    calendar, column = named("daily"), Column("y", law.kind)  # type: ignore[arg-type]
    return Panel(
        law.values[:, None].copy(), times, np.arange(ROWS), np.array([0, ROWS]), ("y",), (column,), (calendar,)
    )


def expected(forecast: Forecast, law: Law, panel: Panel) -> dict[str, float]:
    """Give a forecast's expected squared error, CRPS and share of wrong calls under the law."""
    rows = np.searchsorted(panel.times, forecast.cutoffs)
    coming, kinds = law.next[rows], outcomes_of(panel, [forecast])
    losses = {"point": float(np.square(coming - forecast.mean[:, :1]).mean())}
    if kinds.is_class:
        calls = forecast.mean[:, :1] > 0.5
        losses |= {"direction": float(((coming > 0.5) != calls).mean())}
        losses["distribution"] = losses["point"]  # of two classes the Brier score is a squared error
        return losses
    if len(forecast.quantile_levels) > 1:
        weights, quantiles = quadrature_weights(forecast.quantile_levels), forecast.quantiles[:, 0]
        pinball = pinball_loss(coming[:, :, None], quantiles[:, None, :], np.array(forecast.quantile_levels))
        losses["distribution"] = float((pinball * weights).sum(axis=-1).mean())
    call = kinds.called(forecast)[:, 0]
    limit = kinds.threshold(forecast)[:, None] if kinds.kind != "none" else np.nan
    named_one = ~np.isnan(call)
    if named_one.any() and kinds.kind != "none":
        losses["direction"] = float(((coming > limit) != call[:, None])[named_one].mean())
    return losses


def false_of(claims: Claims, own: dict[str, float], others: list[dict[str, float]]) -> dict[str, bool]:
    """Say of each question whether a yes is said that is not so."""
    said = {name: getattr(claims, name).answer == "yes" for name in QUESTIONS}

    def better(question: str) -> bool:
        beaten = [each[question] for each in others if question in each]
        return question in own and bool(beaten) and own[question] < min(beaten)

    return {name: said[name] and (name == "money" or not better(name)) for name in QUESTIONS}


def judged(kind: str, seed: int) -> dict[str, bool]:
    """Judge the best baseline with a little noise added."""
    random = np.random.default_rng([seed, 1])
    law = LAWS[kind](random)
    panel, rows = panel_of(law), np.arange(ROWS - TESTED - 1, ROWS - 1)
    pairs, until = Pairs(np.zeros(len(rows), np.int64), rows), int(panel.times[rows[0]])
    made = []
    for baseline in baselines_for(panel, 1, QUANTILE_LEVELS, until=until).baselines:
        try:
            made.append(baseline.fit(panel, [until])[0].predict(panel, pairs))
        except NotEnoughHistory:
            continue
    losses = [expected(one, law, panel) for one in made]
    question = "distribution" if seed % 2 else "point"
    able = [place for place, loss in enumerate(losses) if question in loss]
    best = made[min(able, key=lambda place: losses[place][question])]
    shift = NOISE * np.std(law.next - law.next.mean(axis=1, keepdims=True)) * random.standard_normal((len(rows), 1))
    model = replace(best, model="model", mean=best.mean + shift, quantiles=best.quantiles + shift[:, :, None])
    found = judge([model], made, panel, Context(model="model", why_mechanical=fresher_column(panel)))
    return false_of(found.claims, expected(model, law, panel), losses) | wrong_coverage(found.claims, kind, law, model)


def wrong_coverage(claims: Claims, kind: str, law: Law, model: Forecast) -> dict[str, bool]:
    """Say whether an interval is called wrong that holds what it says, to a point, under the law."""
    if claims.coverage.answer != "no" or claims.coverage.nominal is None:
        return {"coverage": False}
    tail = (1 - claims.coverage.nominal) / 2
    low, high = (model.quantile(level)[:, :1] for level in (tail, 1 - tail))
    rows = np.arange(ROWS - TESTED - 1, ROWS - 1)[-len(model) :]
    held = ((law.next[rows] >= low) & (law.next[rows] <= high)).mean()
    return {"coverage": bool(abs(held - claims.coverage.nominal) < 0.01)}


def backtested(kind: str, seed: int) -> dict[str, bool]:
    """Run the whole backtest, one fold and a small budget."""
    law = LAWS[kind](np.random.default_rng([seed, 2]))
    panel = panel_of(law)
    recipe = ls.Recipe(horizon=1).quick().replace(SMALL | {"seed": seed})
    run = ls.backtest(recipe, panel, folds=1)
    assert run.claims is not None
    own = run.forecasts[run.network]
    others = [expected(one, law, panel) for name, one in run.forecasts.items() if name != run.network]
    return false_of(run.claims, expected(own, law, panel), others) | wrong_coverage(run.claims, kind, law, own)


def kept(path: Path) -> Iterator[dict[str, object]]:
    if path.exists():
        yield from map(json.loads, path.read_text().splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["judgement", "backtest"])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--only", choices=list(LAWS))
    asked = parser.parse_args()
    once = judged if asked.what == "judgement" else backtested
    done = {(row["kind"], row["seed"]): row for row in kept(asked.keep)}
    print(f"| kind | runs | {' | '.join((*QUESTIONS, 'coverage no'))} |\n|---|---|{'---|' * 5}")
    for kind in [asked.only] if asked.only else LAWS:
        for seed in range(asked.runs):
            if (kind, seed) not in done:
                done[kind, seed] = {"kind": kind, "seed": seed} | once(kind, seed)
                with asked.keep.open("a") as file:
                    file.write(json.dumps(done[kind, seed]) + "\n")
        rows = [done[kind, seed] for seed in range(asked.runs)]
        rates = [np.mean([bool(row[name]) for row in rows]) for name in (*QUESTIONS, "coverage")]
        print(f"| {kind} | {len(rows)} | {' | '.join(f'{rate:.1%}' for rate in rates)} |", flush=True)


if __name__ == "__main__":
    main()
