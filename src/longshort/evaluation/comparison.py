"""Is one model's loss lower than another's, or was it luck? Tests for losses that overlap and hang together.

Losses are matrices `[time, column]` in order of the cutoff, NaN where not known; each column is a test of its own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Hold, for each column, the ratio of mean losses, its 95 % interval, the two-sided p-value and the count."""

    ratio: Floats
    low: Floats
    high: Floats
    p_value: Floats
    n: Ints


def _pack(losses: Floats) -> Floats:
    """Move what is known to the top of each column, order kept, so that lags count cutoffs and not gaps."""
    order = np.argsort(np.isnan(losses), axis=0, kind="stable")
    return np.asarray(np.take_along_axis(losses, order, axis=0))


def _autocovariances(x: Floats, lags: int) -> Floats:
    """Give the autocovariances `[lag, column]` of packed columns, from lag 0 on, each divided by n."""
    n = np.maximum((~np.isnan(x)).sum(axis=0), 1)
    centred = np.nan_to_num(x - np.nansum(x, axis=0) / n)
    products = [(centred[lag:] * centred[: len(x) - lag]).sum(axis=0) for lag in range(lags + 1)]
    return np.asarray(np.array(products) / n)


def _weights(x: Floats, overlap: Ints) -> Floats:
    """Choose the lag window `[lag, column]` of the long-run variance: the one of two that gives the larger variance.

    Rectangular up to `overlap` lags is right for errors that overlap and for nothing else, and may turn negative
    (Diebold and Mariano 1995); Bartlett's with n^(1/3) lags (Newey and West 1987) sees longer memory, never turns
    negative, but makes overlapping errors look too certain. The larger of both keeps the test's size near 5 %.
    """
    n = (~np.isnan(x)).sum(axis=0)
    reach = np.maximum(overlap, np.ceil(np.cbrt(n)).astype(np.int64))
    longest = min(int(reach.max(initial=0)), max(len(x) - 1, 0))
    lag = np.arange(longest + 1)[:, None]
    double = np.where(lag == 0, 1.0, 2.0)
    rectangular = double * (lag <= overlap)
    bartlett = double * np.maximum(1 - lag / (reach + 1), 0)
    covariances = _autocovariances(x, longest)
    larger = (rectangular * covariances).sum(axis=0) > (bartlett * covariances).sum(axis=0)
    return np.asarray(np.where(larger, rectangular, bartlett))


def _variance(x: Floats, weights: Floats) -> Floats:
    return np.asarray((weights * _autocovariances(x, len(weights) - 1)).sum(axis=0))


def _correction(n: Ints, overlap: Ints) -> Floats:
    """Give the small-sample factor of Harvey, Leybourne and Newbold (1997) on the squared statistic."""
    h = overlap + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = (n + 1 - 2 * h + h * (h - 1) / n) / n
    return np.where((n > h) & (factor > 0), factor, np.nan)


def mean_test(differences: Floats, overlap: Ints) -> tuple[Floats, Floats, Floats]:
    """Test whether each column's mean is zero; give the mean, its standard error and the two-sided p-value.

    The Diebold-Mariano test (1995) with the correction of Harvey, Leybourne and Newbold (1997), which is taken into
    the standard error, and Student's t with n - 1 degrees of freedom. `overlap` is, for each column, the number of
    neighbouring cutoffs whose outcomes overlap: step - 1. NaN where the sample is too short to say; a column of zeros
    has p = 1.
    """
    x = _pack(differences)
    n = (~np.isnan(x)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(x, axis=0) / n
        error = np.sqrt(_variance(x, _weights(x, overlap)) / n / _correction(n, overlap))
        p_value = 2 * stdtr(np.maximum(n - 1, 1), -np.abs(mean / error))
    return mean, error, np.where((mean == 0) & (error == 0), 1.0, np.where(error > 0, p_value, np.nan))


def compare(ours: Floats, theirs: Floats, overlap: Ints) -> Comparison:
    """Compare mean losses: their ratio, the Diebold-Mariano test that it is 1, and the ratios it would not reject.

    The interval is Fieller's (1954): all ratios r for which the same test on `r * theirs - ours` has p >= 0.05. It is
    the delta method on the ratio without its linearisation, so it leaves out 1 exactly where p < 0.05. NaN where the
    baseline's mean loss is itself too uncertain to divide by.
    """
    known = ~(np.isnan(ours) | np.isnan(theirs))
    rounding = np.abs(ours - theirs) <= 1e-10 * (np.abs(ours) + np.abs(theirs))
    a = _pack(np.where(known, theirs, np.nan))
    b = _pack(np.where(known, np.where(rounding, theirs, ours), np.nan))
    n = known.sum(axis=0)
    _, _, p_value = mean_test(a - b, overlap)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (np.nansum(a, axis=0) / n, np.nansum(b, axis=0) / n)
        reach = np.square(stdtrit(np.maximum(n - 1, 1), 0.975)) / n / _correction(n, overlap)
        low, high = _fieller(a, b, centre, reach, _weights(a - b, overlap))
        ratio = centre[1] / centre[0]
    same = p_value == 1.0
    return Comparison(ratio, np.where(same, ratio, low), np.where(same, ratio, high), p_value, n)


def _fieller(a: Floats, b: Floats, centre: tuple[Floats, Floats], reach: Floats, weights: Floats) -> list[Floats]:
    """Solve (mean b - r mean a)^2 = reach * variance(b - r a) for r; the variance is a quadratic in r."""
    aa, bb, difference = (_variance(x, weights) for x in (a, b, a - b))
    ab = (aa + bb - difference) / 2
    first = centre[0] ** 2 - reach * aa
    half = centre[0] * centre[1] - reach * ab
    last = centre[1] ** 2 - reach * bb
    root = np.sqrt(half**2 - first * last)
    return [np.where(first > 0, (half + sign * root) / first, np.nan) for sign in (-1, 1)]


def holm(p_values: Floats) -> Floats:
    """Correct p-values for having been looked at together (Holm 1979); NaN stays and is not counted.

    >>> holm(np.array([0.01, 0.04, np.nan, 0.03])).round(2).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    corrected = np.full(p_values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    return corrected
