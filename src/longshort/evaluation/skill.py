"""Skill: by how much a model's loss is below a named baseline's, with its interval and test."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl

from longshort.evaluation.arrays import ONE_BY_ONE, Counts, Floats, Grid, mean_by, with_all_steps
from longshort.evaluation.comparison import Comparison, compare, compare_groups
from longshort.evaluation.frames import conform, label_columns
from longshort.evaluation.losses import Losses
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.probabilistic import shared_levels
from longshort.results.forecast import Forecast

POINT, DISTRIBUTION, CHANCES = "rmse", "crps", "brier"
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
    "n": pl.Int64,
    "covers": pl.Float64,
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
    """Turn a ratio of mean losses into skill: 1 - ratio, with the root first where the losses are squared errors."""
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (np.sqrt(ratio) if metric == POINT else ratio))


def one_sided_p(found: Comparison) -> Floats:
    """Give the one-sided p-values that the model's loss is not below the baseline's."""
    with np.errstate(invalid="ignore"):
        return np.where(found.ratio < 1, found.p_value / 2, 1 - found.p_value / 2)


def skill_rows(metric: str, forecast: Forecast, baseline: Forecast, kept: Losses, one_by_one: bool) -> pl.DataFrame:
    """Tabulate the skill of one model against one baseline; no row where no outcome is known to both.

    The p-value is one-sided, of being no better: it is below 0.025 exactly where the 95 % interval lies above 0. `n`
    counts the moments behind it; `covers` is the share of the model's outcomes, of all series and steps, that the
    baseline forecasts too.
    """
    found = compare_models(metric, forecast, baseline, kept, one_by_one)
    _, (ours, theirs) = kept.shared(metric, (forecast, baseline))
    whole = np.count_nonzero(~np.isnan(kept.of(metric, forecast, shared_levels((forecast, baseline)))))
    covers = np.count_nonzero(~np.isnan(ours + theirs)) / whole if whole else 0.0
    at = np.flatnonzero(~np.isnan(found.ratio))
    who, step = np.divmod(at, forecast.horizon + 1)
    if not one_by_one:
        who = who + len(kept.grid.ids)
    ends = {"value": found.ratio, "low": found.high, "high": found.low}
    table = pl.DataFrame(
        {
            **label_columns(who, step, kept.grid, forecast.horizon),
            **{name: skill_from_ratio(metric, ratio[at]) for name, ratio in ends.items()},
            "p_value": one_sided_p(found)[at],
            "n": found.n[at],
        }
    )
    return conform(table, SCHEMA, model=forecast.model, baseline=baseline.model, metric=metric, covers=covers)


def has_distribution(forecast: Forecast) -> bool:
    """Say whether a model gives more than a point: two quantiles at least."""
    return len(forecast.quantile_levels) > 1


def pairs_of(metric: str, judged: Sequence[Forecast], baselines: Sequence[Forecast]) -> list[tuple[Forecast, Forecast]]:
    """List which models meet which baselines by a metric: distributions meet distributions."""
    return [
        (model, baseline)
        for model in judged
        for baseline in baselines
        if metric != DISTRIBUTION or (has_distribution(model) and has_distribution(baseline))
    ]


def skill_table(
    judged: Sequence[Forecast], baselines: Sequence[Forecast], grid: Grid, outcomes: Outcomes
) -> pl.DataFrame:
    """Compare each judged model with every baseline: squared errors, CRPS; of two classes Brier scores.

    Judged models meet each other in the confidence set, not here. Of more than `ONE_BY_ONE` series there are only the
    rows of all together.
    """
    few = len(grid.ids) <= ONE_BY_ONE
    metrics = ((CHANCES,) if outcomes.categories == 2 else ()) if outcomes.is_class else (POINT, DISTRIBUTION)
    frames = [pl.DataFrame(schema=SCHEMA)]
    for metric in metrics:  # one metric's losses at a time
        kept, pairs = Losses(grid, outcomes), pairs_of(metric, judged, baselines)
        with ThreadPoolExecutor(THREADS) as pool:
            frames += pool.map(lambda pair: skill_rows(metric, pair[0], pair[1], kept, few), pairs)  # noqa: B023 - at once
    return pl.concat(frames)


def overall_skill(skill: pl.DataFrame, model: str, metric: str, baseline: str | None = None) -> list[dict[str, Any]]:
    """Give a model's rows of a metric over all series and steps, one for each baseline (or for the one named)."""
    rows = skill.filter(
        (pl.col("model") == model)
        & (pl.col("metric") == metric)
        & pl.col("unique_id").is_null()
        & pl.col("step").is_null()
    )
    return rows.filter(pl.col("baseline") == baseline).to_dicts() if baseline is not None else rows.to_dicts()
