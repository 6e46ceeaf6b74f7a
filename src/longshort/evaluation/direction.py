"""How often is the direction, or the class, right? Beside the most frequent one, and beside what baselines say."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr, stdtrit

from longshort.evaluation.arrays import Counts, Grid
from longshort.evaluation.calibration import independent_cases, wilson
from longshort.evaluation.classification import brier_parts, matthews, pesaran_timmermann
from longshort.evaluation.clustered import Means, clustered_means
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
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


def direction_table(forecasts: Sequence[Forecast], outcomes: Outcomes, grid: Grid) -> pl.DataFrame:
    """Tabulate how well each model that makes calls names the direction or class, per step and (null) over all steps.

    `accuracy` with its 95 % interval and the one-sided p-value against `majority`, the share of the most frequent
    direction or class among the same outcomes (of all series together, taken as it came); `gain`, their difference,
    with the interval and the one-sided p-value that it has when the majority is an estimate, too; `balanced_accuracy`,
    the mean over directions or classes of the share that was called, with its interval; of two, `matthews` and
    `pesaran_timmermann` with its one-sided p-value, and for models with probabilities `brier` and its parts; `ties`,
    outcomes that are neither up nor down. Intervals and p-values know that steps overlap and that series move
    together. A model that never makes a call (naive of a change) has no row.
    """
    rows = [
        (forecast.model, step + 1 if step < forecast.horizon else None, *rest)
        for forecast in forecasts
        for step, *rest in _rows(forecast, outcomes, grid)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").fill_nan(None)


def _rows(forecast: Forecast, outcomes: Outcomes, grid: Grid) -> Iterator[Row]:
    truth, call = outcomes.truth(forecast), outcomes.called(forecast)
    called = ~(np.isnan(truth) | np.isnan(call))
    if not called.any():
        return
    moment, overlap = grid.moments(forecast), grid.overlap(forecast)
    truth, call = np.where(called, truth, np.nan), np.where(called, call, np.nan)
    right = np.where(called, truth == call, np.nan)
    shares = [clustered_means(_is(truth, one), moment, overlap).value for one in range(outcomes.categories)]
    majority, base = np.argmax(np.nan_to_num(shares, nan=-1.0), axis=0), np.max(shares, axis=0)
    yield from _accuracy(clustered_means(right, moment, overlap), base)
    yield from _gain(truth, right, majority, moment, overlap)
    yield from _balanced(truth, right, outcomes.categories, moment, overlap)
    if outcomes.categories == 2:
        yield from _dependence(truth, call, moment, overlap)
        yield from _probabilities(outcomes.probability(forecast), outcomes.truth(forecast))
    tied = outcomes.ties(forecast)
    for step, part in _steps(forecast.horizon):
        yield step, "ties", float(tied[:, part].sum()), NONE, NONE, NONE, int((~np.isnan(forecast.y[:, part])).sum())


def _is(truth: Floats, category: int) -> Floats:
    return np.where(np.isnan(truth), np.nan, truth == category)


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


def _accuracy(accuracy: Means, base: Floats) -> Iterator[Row]:
    cases = independent_cases(accuracy.value, accuracy.error, accuracy.n.astype(float), accuracy.apart)
    low, high = wilson(accuracy.value, cases)
    p_value = majority_test(accuracy.value, base, cases)
    for step in np.flatnonzero(accuracy.n).tolist():
        n = int(accuracy.n[step])
        yield step, "accuracy", accuracy.value[step], low[step], high[step], p_value[step], n
        yield step, "majority", base[step], NONE, NONE, NONE, n


def _gain(truth: Floats, right: Floats, majority: Counts, moment: Counts, overlap: Counts) -> Iterator[Row]:
    """Test what is gained on always naming the most frequent one, outcome by outcome."""
    for step, part in _steps(truth.shape[1]):
        if not np.isnan(truth[:, part]).all():
            named = _is(truth[:, part], int(majority[step]))
            yield step, "gain", *mean_of(right[:, part] - named, moment, int(overlap[step]))


def mean_of(values: Floats, moment: Counts, overlap: int) -> tuple[float, float, float, float, int]:
    """Give the mean of `[pair, step]` values, its 95 % interval, the one-sided p-value of no more than 0, the count.

    Where all values are the same, which has no spread to test by, the p-value is that of the sign test.
    """
    found = clustered_means(values, moment, np.repeat(overlap, values.shape[1] + 1))
    value, error, n = float(found.value[-1]), float(found.error[-1]), int(found.n[-1])
    freedom = max(found.apart[-1] * (overlap + 1) - 1, 1)
    reach = error * float(stdtrit(freedom, 0.975))
    if error == 0:
        p_value = 0.5 if value == 0 else float(0.5 ** found.apart[-1] if value > 0 else 1 - 0.5 ** found.apart[-1])
    else:
        p_value = float(stdtr(freedom, -value / error))
    return value, value - reach, value + reach, p_value, n


def _balanced(truth: Floats, right: Floats, categories: int, moment: Counts, overlap: Counts) -> Iterator[Row]:
    """Average over categories the share that was called right; the error is that of the linearisation."""
    each = [clustered_means(np.where(truth == one, right, np.nan), moment, overlap) for one in range(categories)]
    for step, part in _steps(truth.shape[1]):
        there = [(one, found) for one, found in enumerate(each) if found.n[step]]
        if len(there) < 2:
            continue
        n = sum(int(found.n[step]) for _, found in there)
        value = float(np.mean([found.value[step] for _, found in there]))
        influence = np.full(truth[:, part].shape, np.nan)
        for one, found in there:
            weight = n / found.n[step] / len(there)
            influence = np.where(truth[:, part] == one, weight * (right[:, part] - found.value[step]), influence)
        low, high = (value + end for end in mean_of(influence, moment, int(overlap[step]))[1:3])
        yield step, "balanced_accuracy", value, low, high, NONE, n


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


def _probabilities(chance: Floats, truth: Floats) -> Iterator[Row]:
    for step, part in _steps(truth.shape[1]):
        p, happened = chance[:, part], truth[:, part]
        known = ~(np.isnan(p) | np.isnan(happened))
        if not known.any():
            continue
        p, happened = p[known], happened[known]
        values = (float(np.square(p - happened).mean()), *brier_parts(p, happened))
        names = ("brier", "brier_reliability", "brier_resolution", "brier_uncertainty")
        for name, value in zip(names, values, strict=True):
            yield step, name, value, NONE, NONE, NONE, len(p)
