"""Is the direction called right more often than by always naming the more frequent one? Its table and finding."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr, stdtrit

from longshort.evaluation.arrays import Counts, Grid, grid_of
from longshort.evaluation.calibration import independent_cases, wilson
from longshort.evaluation.classification import brier_parts, calls_up, matthews, pesaran_timmermann, went_up
from longshort.evaluation.clustered import Means, clustered_means
from longshort.evaluation.words import p_text, percent
from longshort.finding import Finding
from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
ONE_SIDED = 0.025  # beyond which an edge is claimed: the upper half of a two-sided 5 %
GAIN = 0.1  # one-sided, at which the gain on the majority must hold when the majority, too, is an estimate
SCHEMA = {
    "model": pl.String,
    "step": pl.Int64,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "n": pl.Int64,
}
Row = tuple[int, str, float, float, float, float, int]
NONE = float("nan")


def direction_table(forecasts: Sequence[Forecast], grid: Grid | None = None) -> pl.DataFrame:
    """Tabulate how well each model that makes calls names the direction, per step and (null) over all steps.

    `accuracy` with its 95 % interval and the one-sided p-value against `majority`, the share of the more frequent
    direction among the same outcomes (of all series together, taken as it came); `gain`, their difference, with the
    interval and p-value that it has when the majority is an estimate, too; `balanced_accuracy`, the mean of the
    shares of rises and of falls that were called, with its interval; `matthews`; `pesaran_timmermann` with its
    one-sided p-value; for models with probabilities `brier` and its parts; `ties`, outcomes that equal the last value
    and count as neither. Intervals and p-values know that steps overlap and that series move together. A model that
    never makes a call (naive) has no row. `grid` is that of all models, found where it is not given.
    """
    if not forecasts:
        return pl.DataFrame(schema=SCHEMA)
    laid = grid_of(forecasts) if grid is None else grid
    rows = [
        (forecast.model, step + 1 if step < forecast.horizon else None, *rest)
        for forecast in forecasts
        for step, *rest in _rows(forecast, laid)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").fill_nan(None)


def _rows(forecast: Forecast, grid: Grid) -> Iterator[Row]:
    up, call = went_up(forecast), calls_up(forecast)
    called = ~(np.isnan(up) | np.isnan(call))
    if not called.any():
        return
    moment, overlap = grid.moments(forecast), grid.overlap(forecast)
    up, call = np.where(called, up, np.nan), np.where(called, call, np.nan)
    right = np.where(called, up == call, np.nan)
    accuracy, rises = (clustered_means(each, moment, overlap) for each in (right, up))
    yield from _accuracy(accuracy, rises)
    yield from _gain(up, right, rises.value, moment, overlap)
    yield from _balanced(up, right, moment, overlap)
    yield from _dependence(up, call, moment, overlap)
    yield from _probabilities(forecast)
    tied = forecast.y == forecast.last[:, None]
    for step, part in _steps(forecast.horizon):
        yield step, "ties", float(tied[:, part].sum()), NONE, NONE, NONE, int((~np.isnan(forecast.y[:, part])).sum())


def _steps(horizon: int) -> Iterator[tuple[int, slice]]:
    """Give each step with the columns it stands for; the last stands for all."""
    yield from ((step, slice(step, step + 1)) for step in range(horizon))
    yield horizon, slice(None)


def majority_test(share: Floats, base: Floats, cases: Floats) -> Floats:
    """Give the one-sided p-value that a share of right calls is no more than `base`, in so many independent cases.

    The score test, whose inversion is Wilson's interval: p < 0.025 exactly where the 95 % interval lies above `base`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (share - base) / np.sqrt(base * (1 - base) / cases)
        p_value = stdtr(np.maximum(cases - 1, 1), -z)
    return np.where(base >= 1, 1.0, p_value)


def _accuracy(accuracy: Means, rises: Means) -> Iterator[Row]:
    base = np.maximum(rises.value, 1 - rises.value)
    cases = independent_cases(accuracy.value, accuracy.error, accuracy.n.astype(float), accuracy.apart)
    low, high = wilson(accuracy.value, cases)
    p_value = majority_test(accuracy.value, base, cases)
    for step in np.flatnonzero(accuracy.n).tolist():
        n = int(accuracy.n[step])
        yield step, "accuracy", accuracy.value[step], low[step], high[step], p_value[step], n
        yield step, "majority", base[step], NONE, NONE, NONE, n


def _gain(up: Floats, right: Floats, rises: Floats, moment: Counts, overlap: Counts) -> Iterator[Row]:
    """Test what is gained on always naming the more frequent direction, outcome by outcome."""
    for step, part in _steps(up.shape[1]):
        if np.isnan(rises[step]):
            continue
        named = np.where(np.isnan(up[:, part]), np.nan, up[:, part] == (rises[step] >= 0.5))
        found = clustered_means(right[:, part] - named, moment, np.repeat(overlap[step], named.shape[1] + 1))
        value, error, n = found.value[-1], found.error[-1], int(found.n[-1])
        df = max(found.apart[-1] * (overlap[step] + 1) - 1, 1)
        reach = error * stdtrit(df, 0.975)
        p_value = float(stdtr(df, -value / error)) if error > 0 else (1.0 if value <= 0 else NONE)
        yield step, "gain", value, value - reach, value + reach, p_value, n


def _balanced(up: Floats, right: Floats, moment: Counts, overlap: Counts) -> Iterator[Row]:
    """Average the shares of rises and of falls that were called right; the error is that of their linearisation."""
    half = [clustered_means(np.where(up == side, right, np.nan), moment, overlap) for side in (1.0, 0.0)]
    value = (half[0].value + half[1].value) / 2
    n = half[0].n + half[1].n
    for step, part in _steps(up.shape[1]):
        if not n[step] or np.isnan(value[step]):
            continue
        weights = [n[step] / max(each.n[step], 1) / 2 for each in half]
        centred = [right[:, part] - each.value[step] for each in half]
        influence = np.where(up[:, part] == 1, weights[0] * centred[0], weights[1] * centred[1])
        found = clustered_means(influence, moment, np.repeat(overlap[step], influence.shape[1] + 1))
        reach = found.error[-1] * stdtrit(max(found.apart[-1] * (overlap[step] + 1) - 1, 1), 0.975)
        yield step, "balanced_accuracy", value[step], value[step] - reach, value[step] + reach, NONE, int(n[step])


def _dependence(up: Floats, call: Floats, moment: Counts, overlap: Counts) -> Iterator[Row]:
    """Test calls against outcomes: Pesaran and Timmermann's statistic, or its robust form where cases hang together.

    Their numerator is twice the covariance of calls and outcomes; where steps overlap or series share moments, that
    mean is divided by its clustered error instead.
    """
    horizon, alone = up.shape[1], len(np.unique(moment)) == len(moment)
    for step, part in _steps(horizon):
        u, c = up[:, part], call[:, part]
        known = ~np.isnan(u)
        if not known.any():
            continue
        n = int(known.sum())
        statistic, p_value = pesaran_timmermann(u[known], c[known])
        together = overlap[step] > 0 or not alone or (step == horizon and horizon > 1)
        if together and not np.isnan(statistic):
            product = 2 * (u - u[known].mean()) * (c - c[known].mean())
            both = clustered_means(product, moment, np.repeat(overlap[step], product.shape[1] + 1))
            statistic = float(both.value[-1] / both.error[-1]) if both.error[-1] > 0 else NONE
            p_value = float(ndtr(-statistic))
        yield step, "pesaran_timmermann", statistic, NONE, NONE, p_value, n
        yield step, "matthews", matthews(u[known], c[known]), NONE, NONE, NONE, n


def _probabilities(forecast: Forecast) -> Iterator[Row]:
    up = went_up(forecast)
    for step, part in _steps(forecast.horizon):
        p, happened = forecast.p_up[:, part], up[:, part]
        known = ~(np.isnan(p) | np.isnan(happened))
        if not known.any():
            continue
        p, happened = p[known], happened[known]
        values = (float(np.square(p - happened).mean()), *brier_parts(p, happened))
        names = ("brier", "brier_reliability", "brier_resolution", "brier_uncertainty")
        for name, value in zip(names, values, strict=True):
            yield step, name, value, NONE, NONE, NONE, len(p)


def direction_claim(table: pl.DataFrame, model: str) -> Finding | None:
    """Say where the direction is not called right more often than by always naming the more frequent one.

    An edge is claimed where, over all steps, the accuracy's interval lies above the majority's share (one-sided 2.5 %)
    and the gain on it holds at 10 %, the majority's own uncertainty included: the first alone would claim one in a
    quarter of cases for overlapping forecasts that know something but gain nothing. None where there is an edge, and
    where the model makes no calls. Rates: benchmarks/audit_direction.py.
    """
    overall = table.filter((pl.col("model") == model) & pl.col("step").is_null())
    rows = {row["metric"]: row for row in overall.iter_rows(named=True)}
    if "accuracy" not in rows:
        return None
    found, base, p_value = rows["accuracy"], rows["majority"]["value"], rows["accuracy"]["p_value"]
    if p_value is not None and p_value < ONE_SIDED:
        p_value = rows["gain"]["p_value"]
        if p_value is not None and p_value < GAIN:
            return None
    return no_edge(found["value"], base, found["low"], found["high"], p_value, found["n"])


def no_edge(
    accuracy: float,
    majority: float,
    low: float | None,
    high: float | None,
    p_value: float | None,
    n: int,
    what: str = "direction",
) -> Finding:
    """Put "no edge" into its sentence, for forecasts and for a confusion matrix alike; `what` is called or not."""
    interval = "" if low is None or high is None else f" (95 %: {percent(low).removesuffix(' %')} to {percent(high)})"
    test = p_text(p_value) if p_value is None else f"{p_text(p_value)}, one-sided"
    text = (
        f"The {what} was called right in {percent(accuracy)} of {n:,} cases{interval}; always naming the most "
        f"frequent one is right in {percent(majority)}: no edge ({test})."
    )
    return Finding("direction_no_edge", "info", text, accuracy - majority)
