"""Skill: by how much a model's loss is below a named baseline's, with its interval and test."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from longshort.evaluation.arrays import ONE_BY_ONE, Counts, Floats, Grid, mean_by, with_all_steps
from longshort.evaluation.comparison import Comparison, compare, compare_groups
from longshort.evaluation.frames import conform, label_columns
from longshort.evaluation.losses import Losses
from longshort.results.forecast import Forecast

CENTRE = ("naive", "rmse")
SPREAD = ("volatility_cone", "crps")
SIGNIFICANT = 0.05
METRICS = ("rmse", "mae", "crps")
THREADS = 2  # numpy works on large arrays without the interpreter
SCHEMA = {
    "model": pl.String,
    "baseline": pl.String,
    "unique_id": pl.String,
    "step": pl.Int64,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
}


def relative_losses(each: Sequence[Floats], series: Counts, count: int) -> list[Floats]:
    """Divide models' `[pair, step]` losses by the last one's mean for the series and step, on what all of them know.

    NaN where a loss is not known to every model, or the last model's mean loss is 0: nothing can be relative to that.
    """
    known = ~np.any([np.isnan(losses) for losses in each], axis=0)
    base = mean_by(np.where(known, each[-1], np.nan), series, count)[series]
    use = known & (base > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return [np.where(use, losses / base, np.nan) for losses in each]


def over_time(values: Floats, moments: Counts) -> Floats:
    """Average `[pair, step]` over the series at each moment (`arrays.moments_of`), in order of time.

    What moves all series on one day is one piece of evidence, so a day counts once.
    Returns `[moment, step + 1]`, the last column all steps.
    """
    return with_all_steps(mean_by(values, moments, int(moments.max(initial=-1)) + 1))


def compare_models(
    metric: str, forecast: Forecast, baseline: Forecast, kept: Losses, one_by_one: bool = True
) -> Comparison:
    """Compare two models' losses for each series and step, flat `[(series + 1) * (step + 1)]`.

    The last series is all of them together (see `over_time`), the last step all steps: the average over those known
    at each cutoff, each step's loss divided by the baseline's mean loss there. Only that last series, where they are
    not to be compared `one_by_one`: `[step + 1]`.
    """
    places, each = kept.shared(metric, (forecast, baseline))
    count, columns = len(kept.grid.ids), forecast.horizon + 1
    series, moments = kept.grid.parts(places)
    overlap = kept.grid.overlap(forecast)
    relative = relative_losses(each, series, count)
    together = compare(over_time(relative[0], moments), over_time(relative[1], moments), overlap)
    if not one_by_one:
        return together
    ours, theirs = (with_all_steps(losses).T.ravel() for losses in relative)
    group = (np.arange(columns)[:, None] * count + series).ravel()
    alone = compare_groups(ours, theirs, group, np.repeat(overlap, count))
    names = [field.name for field in fields(Comparison)]
    return Comparison(
        *(np.append(getattr(alone, name).reshape(columns, count).T.ravel(), getattr(together, name)) for name in names)
    )


def skill_from_ratio(metric: str, ratio: Floats) -> Floats:
    """Turn a ratio of mean losses into skill: 1 - ratio, with the root first where the losses are squares."""
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (np.sqrt(ratio) if metric == "rmse" else ratio))


def skill_rows(metric: str, forecast: Forecast, baseline: Forecast, kept: Losses, one_by_one: bool) -> pl.DataFrame:
    """Tabulate the skill of one model against one baseline; no row where no outcome is known to both."""
    found = compare_models(metric, forecast, baseline, kept, one_by_one)
    at = np.flatnonzero(~np.isnan(found.ratio))
    who, step = np.divmod(at, forecast.horizon + 1)
    if not one_by_one:
        who = who + len(kept.grid.ids)
    ends = {"value": found.ratio, "low": found.high, "high": found.low}
    table = pl.DataFrame(
        {
            **label_columns(who, step, kept.grid, forecast.horizon),
            **{name: skill_from_ratio(metric, ratio[at]) for name, ratio in ends.items()},
            "p_value": found.p_value[at],
        }
    )
    return conform(table, SCHEMA, model=forecast.model, baseline=baseline.model, metric=metric)


def compare_pairs(metric: str, pairs: Sequence[tuple[Forecast, Forecast, bool]], kept: Losses) -> list[pl.DataFrame]:
    """Tabulate the skill of each pair of a model and its baseline by one metric, series one by one where it says so."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda pair: skill_rows(metric, pair[0], pair[1], kept, pair[2]), pairs))


def skill_table(forecasts: Sequence[Forecast], judged: Sequence[str], grid: Grid) -> pl.DataFrame:
    """Compare each judged model with every baseline, and every baseline with `naive`.

    What is not judged is a baseline. Judged models meet each other in the confidence set, not here. Of more than
    `ONE_BY_ONE` series, each is compared on its own only for judged models against `naive` and the volatility cone.
    """
    baselines = [forecast for forecast in forecasts if forecast.model not in judged]
    few = len(grid.ids) <= ONE_BY_ONE
    pairs = [
        (model, baseline, few or (model.model in judged and baseline.model in (CENTRE[0], SPREAD[0])))
        for model in forecasts
        for baseline in baselines
        if model is not baseline and (model.model in judged or baseline.model == CENTRE[0])
    ]
    found = [compare_pairs(metric, pairs, Losses(grid)) for metric in METRICS]  # one metric's losses at a time
    frames = [pl.DataFrame(schema=SCHEMA)]
    for one_pair in zip(*found, strict=True):
        frames += one_pair
    return pl.concat(frames)


@dataclass(frozen=True)
class Edge:
    """Hold what decides a claim: the skill over all series and steps, with its interval and p-value (or None)."""

    value: float
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def claimed(self) -> bool:
        """Say whether skill is claimed: positive, with a two-sided p below 0.05."""
        return self.value > 0 and self.p_value is not None and self.p_value < SIGNIFICANT


def edge(skill: pl.DataFrame, network: str, against: tuple[str, str]) -> Edge | None:
    """Look up the network's skill against a (baseline, metric) over all series and steps; None where not compared.

    `CENTRE` and `SPREAD` name the two comparisons on which skill is claimed.
    """
    rows = skill.filter(
        (pl.col("model") == network)
        & (pl.col("baseline") == against[0])
        & (pl.col("metric") == against[1])
        & pl.col("unique_id").is_null()
        & pl.col("step").is_null()
    )
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return Edge(row["value"], row["low"], row["high"], row["p_value"])
