"""The table of scores: every model, series, step and metric, with the number of outcomes behind each value."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import polars as pl

from longshort.evaluation import point, probabilistic
from longshort.evaluation.arrays import Counts, Floats, Grid, average, mean_by, mean_known
from longshort.evaluation.frames import conform, label_columns
from longshort.evaluation.losses import Losses
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast

NOMINAL = (0.5, 0.8, 0.95)
SCALE_FREE = ("mase", "coverage_50", "coverage_80", "coverage_95", "brier", "accuracy", "base_rate")
Terms = Mapping[str, Callable[[], Floats | None]]
"""What makes the `[pair, step]` values whose averages are each metric, if there are any: one metric at a time, as the
values may be many."""
SCHEMA = {
    "model": pl.String,
    "unique_id": pl.String,
    "step": pl.Int64,
    "metric": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
}


def terms(forecast: Forecast, scale: Floats, levels: tuple[float, ...]) -> Terms:
    """Give for each metric how its values are made; `scale` is each pair's, for the MASE."""
    found: dict[str, Callable[[], Floats | None]] = {
        "mae": partial(point.absolute_error, forecast.y, forecast.mean),
        "rmse": partial(point.squared_error, forecast.y, forecast.mean),
        "mape": partial(point.percentage_error, forecast.y, forecast.mean),
        "mase": partial(point.scaled_error, forecast.y, forecast.mean, scale),
        "crps": partial(probabilistic.crps, forecast, levels),
    }
    if levels:
        found["pinball"] = partial(probabilistic.mean_pinball, forecast, levels)
    for nominal in NOMINAL:
        found[f"coverage_{100 * nominal:.0f}"] = partial(probabilistic.covered, forecast, nominal)
    return found | {"width_80": partial(probabilistic.width, forecast, 0.8)}


def direction_terms(forecast: Forecast, outcomes: Outcomes) -> Terms:
    """Give how the values behind the scores of the direction, or of classes, are made.

    `accuracy` is the share of right calls; `base_rate` that of always naming the more frequent of two, where the model
    makes a call; `brier` the squared distance of its probability to what happened (Brier 1950).
    """
    if outcomes.kind == "none":
        return {}
    terms: dict[str, Callable[[], Floats | None]] = {"accuracy": partial(_hits, forecast, outcomes)}
    if outcomes.categories == 2:
        terms |= {"base_rate": partial(_base, forecast, outcomes), "brier": partial(_brier, forecast, outcomes)}
    return terms


def _hits(forecast: Forecast, outcomes: Outcomes) -> Floats:
    truth, call = outcomes.truth(forecast), outcomes.called(forecast)
    return np.where(np.isnan(truth) | np.isnan(call), np.nan, truth == call)


def _base(forecast: Forecast, outcomes: Outcomes) -> Floats:
    return np.where(np.isnan(outcomes.called(forecast)), np.nan, outcomes.truth(forecast))


def _brier(forecast: Forecast, outcomes: Outcomes) -> Floats:
    return np.square(outcomes.probability(forecast) - outcomes.truth(forecast))


def _finish(metric: str, means: Floats) -> Floats:
    """Turn averages into the metric where it is not the average itself."""
    if metric == "rmse":
        return np.sqrt(means)
    return np.maximum(means, 1 - means) if metric == "base_rate" else means


def score_table(forecast: Forecast, grid: Grid, values: Terms, one_by_one: bool = True) -> pl.DataFrame:
    """Average one model's terms by series and step.

    Rows with `unique_id` null are all series together, rows with `step` null all steps together. Across several
    series only what is free of scale is averaged. Where nothing is known there is no row. Unless series are scored
    `one_by_one`, there are only the rows of all together.
    """
    several = len(grid.ids) > 1
    whole = grid if one_by_one else Grid((), grid.times, grid.moment)
    series = grid.series(forecast) if one_by_one else np.zeros(len(forecast), dtype=np.int64)
    frames = [pl.DataFrame(schema=SCHEMA)]
    for metric, make in values.items():
        together = not several or metric in SCALE_FREE
        each = make() if together or one_by_one else None
        if each is None:
            continue
        means, n = average(each, series, len(whole.ids) or 1)
        if not together:
            n[-1] = 0
        rows = slice(None) if one_by_one else slice(-1, None)
        frames.append(_rows(forecast.model, metric, _finish(metric, means[rows]), n[rows], whole))
    return pl.concat(frames)


def _rows(model: str, metric: str, values: Floats, n: Counts, grid: Grid) -> pl.DataFrame:
    who, step = np.nonzero(n)
    labels = label_columns(who, step, grid, values.shape[1] - 1)
    table = pl.DataFrame({**labels, "value": values[who, step], "n": n[who, step]})
    return conform(table, SCHEMA, model=model, metric=metric)


def relative_crps(forecast: Forecast, baseline: Forecast, kept: Losses, levels: tuple[float, ...]) -> pl.DataFrame:
    """Give the CRPS divided by the baseline's, averaged over series: what can be averaged across scales."""
    grid = kept.grid
    places, each = kept.shared("crps", (forecast, baseline), levels)
    known = ~np.isnan(each[0] + each[1])
    series, _ = grid.parts(places)
    ours, theirs = (mean_by(np.where(known, crps, np.nan), series, len(grid.ids)) for crps in each)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = ours / theirs
    by_step = mean_known(np.where(np.isfinite(ratio), ratio, np.nan))
    n = known.sum(axis=0)
    values = np.append(by_step, mean_known(by_step))[None, :]
    everybody = Grid((), grid.times, grid.moment)
    return _rows(forecast.model, "relative_crps", values, np.append(n, n.sum())[None, :], everybody)
