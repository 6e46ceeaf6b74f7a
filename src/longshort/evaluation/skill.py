"""Skill: by how much a model's loss is below a named baseline's, with its interval and test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from longshort.evaluation.arrays import Floats, Grid, mean_known
from longshort.evaluation.comparison import Comparison, compare
from longshort.evaluation.frames import conform, label_columns
from longshort.evaluation.point import absolute_error, squared_error
from longshort.evaluation.probabilistic import crps, shared_levels
from longshort.results.forecast import Forecast

CENTRE = ("naive", "rmse")
SPREAD = ("volatility_cone", "crps")
SIGNIFICANT = 0.05
METRICS = ("rmse", "mae", "crps")
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


def losses(metric: str, forecast: Forecast, other: Forecast) -> Floats:
    """Give the `[pair, step]` losses that `metric` compares; CRPS over the levels that the two models share."""
    if metric == "rmse":
        return squared_error(forecast.y, forecast.mean)
    if metric == "mae":
        return absolute_error(forecast.y, forecast.mean)
    return crps(forecast, shared_levels([forecast, other]))


def relative_losses(ours: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """Divide `[time, series, step]` losses by the baseline's mean for the series and step, and add averages.

    Returns `[time, series + 1, step + 1]`: the last series is the average over series at each cutoff time (so that
    what moves all series on one day counts once), the last step the average over the steps known at each cutoff.
    """
    known = ~(np.isnan(ours) | np.isnan(theirs))
    base = mean_known(np.where(known, theirs, np.nan))
    use = known & (base > 0)
    tables = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for losses in (ours, theirs):
            table = np.where(use, losses / base, np.nan)
            table = np.concatenate([table, mean_known(table, axis=1)[:, None]], axis=1)
            tables.append(np.concatenate([table, mean_known(table, axis=2)[:, :, None]], axis=2))
    return tables[0], tables[1]


def compare_models(metric: str, forecast: Forecast, baseline: Forecast, grid: Grid) -> Comparison:
    """Compare two models' losses by series and step, flat `[(series + 1) * (step + 1)]` as in `relative_losses`."""
    ours = grid.place(forecast, losses(metric, forecast, baseline))
    theirs = grid.place(baseline, losses(metric, baseline, forecast))
    a, b = relative_losses(ours, theirs)
    horizon = forecast.horizon
    overlap = np.tile(np.append(np.arange(horizon), horizon - 1), len(grid.ids) + 1)
    return compare(a.reshape(len(a), -1), b.reshape(len(b), -1), overlap)


def skill_from_ratio(metric: str, ratio: Floats) -> Floats:
    """Turn a ratio of mean losses into skill: 1 - ratio, with the root first where the losses are squares."""
    with np.errstate(invalid="ignore"):
        return np.asarray(1 - (np.sqrt(np.maximum(ratio, 0)) if metric == "rmse" else ratio))


def skill_rows(metric: str, forecast: Forecast, baseline: Forecast, grid: Grid) -> pl.DataFrame:
    """Tabulate the skill of one model against one baseline; no row where no outcome is known to both."""
    found = compare_models(metric, forecast, baseline, grid)
    at = np.flatnonzero(~np.isnan(found.ratio))
    who, step = np.divmod(at, forecast.horizon + 1)
    ends = {"value": found.ratio, "low": found.high, "high": found.low}
    table = pl.DataFrame(
        {
            **label_columns(who, step, grid, forecast.horizon),
            **{name: skill_from_ratio(metric, ratio[at]) for name, ratio in ends.items()},
            "p_value": found.p_value[at],
        }
    )
    return conform(table, SCHEMA, model=forecast.model, baseline=baseline.model, metric=metric)


def skill_table(forecasts: Sequence[Forecast], network: str, grid: Grid) -> pl.DataFrame:
    """Compare the network with every other model, and every other model with `naive`."""
    frames = [pl.DataFrame(schema=SCHEMA)]
    for model in forecasts:
        for baseline in forecasts:
            if model.model != baseline.model and model.model != network and baseline.model != "naive":
                continue
            if model.model == baseline.model or baseline.model == network:
                continue
            frames += [skill_rows(metric, model, baseline, grid) for metric in METRICS]
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
