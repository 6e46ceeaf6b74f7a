"""Is one model's loss lower than another's, or was it luck? Tests for losses that overlap and hang together.

Every test stands for a group of values in order of their cutoffs: `group` numbers the group of each value and never
falls, so ten thousand series are ten thousand groups of one flat array. Values that are not known are NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Hold, for each group, the ratio of mean losses, its 95 % interval, the two-sided p-value and the count."""

    ratio: Floats
    low: Floats
    high: Floats
    p_value: Floats
    n: Ints


def long_run_variances(centred: Floats, n: Ints, overlap: Ints) -> tuple[Floats, Floats]:
    """Give each group's long-run variance twice, from values with their mean taken off; `n` values make each group.

    Rectangular up to `overlap` lags is right for errors that overlap and for nothing else, and may turn negative
    (Diebold and Mariano 1995); Bartlett's with n^(1/3) lags (Newey and West 1987) sees longer memory, never turns
    negative, but makes overlapping errors look too certain. Autocovariances are divided by n.
    """
    reach = np.maximum(overlap, np.ceil(np.cbrt(n)).astype(np.int64))
    starts = np.append(0, np.cumsum(n + reach + 1))  # zeros behind each group keep lags from reaching the next one
    padded = np.zeros(starts[-1] + reach.max(initial=0))
    inside = np.repeat(np.tile([True, False], len(n)), np.column_stack([n, reach + 1]).ravel())
    padded[: starts[-1]][inside] = centred
    rectangular, bartlett = np.zeros(len(n)), np.zeros(len(n))
    products = np.empty(starts[-1])
    for lag in range(min(int(reach.max(initial=0)), int(n.max(initial=1)) - 1) + 1):
        np.multiply(padded[: starts[-1]], padded[lag : starts[-1] + lag], out=products)
        sums = np.add.reduceat(products, starts[:-1]) * (1 if lag == 0 else 2)
        rectangular += np.where(lag <= overlap, sums, 0)
        bartlett += np.maximum(1 - lag / (reach + 1), 0) * sums
    return rectangular / np.maximum(n, 1), bartlett / np.maximum(n, 1)


def small_sample_factor(n: Ints, overlap: Ints) -> Floats:
    """Give the factor of Harvey, Leybourne and Newbold (1997) on the squared statistic; NaN where n is too small."""
    h = overlap + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = (n + 1 - 2 * h + h * (h - 1) / n) / n
    return np.where((n > h) & (factor > 0), factor, np.nan)


def mean_tests(values: Floats, group: Ints, overlap: Ints) -> tuple[Floats, Floats, Floats, Ints]:
    """Test whether each group's mean is zero; give the mean, its standard error, the two-sided p-value and the count.

    The Diebold-Mariano test (1995) with the correction of Harvey, Leybourne and Newbold (1997), which is taken into
    the standard error, and Student's t with n - 1 degrees of freedom. Of two long-run variances the larger one keeps
    the test's size near 5 % (benchmarks/audit_size.py). `overlap` is, for each group, the number of
    neighbouring cutoffs whose outcomes overlap: step - 1. NaN where the sample is too short to say; a group of zeros
    has p = 1.
    """
    known = ~np.isnan(values)
    values, group = (values, group) if known.all() else (values[known], group[known])
    n = np.bincount(group, minlength=len(overlap))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, values, minlength=len(overlap)) / n
        variance = np.maximum(*long_run_variances(values - mean[group], n, overlap))
        error = np.sqrt(variance / n / small_sample_factor(n, overlap))
        p_value = 2 * stdtr(np.maximum(n - 1, 1), -np.abs(mean / error))
    return mean, error, np.where((mean == 0) & (error == 0), 1.0, np.where(error > 0, p_value, np.nan)), n


def one_sided(value: float, p_value: float) -> float:
    """Turn the two-sided p-value of a mean into the one-sided one that it is not above zero.

    >>> one_sided(0.3, 0.04), one_sided(-0.3, 0.04)
    (0.02, 0.98)
    """
    return p_value / 2 if value > 0 else 1 - p_value / 2


def columns_as_groups(table: Floats) -> tuple[Floats, Ints]:
    """Make each column of `[time, column]` a group: its values, and the number of the column of each.

    >>> columns_as_groups(np.array([[1.0, 3.0], [2.0, 4.0]]))
    (array([1., 2., 3., 4.]), array([0, 0, 1, 1]))
    """
    return table.T.ravel(), np.repeat(np.arange(table.shape[1]), len(table))


def mean_test(differences: Floats, overlap: Ints) -> tuple[Floats, Floats, Floats]:
    """Test whether the mean of each column of `[time, column]` is zero, as `mean_tests` does for groups."""
    return mean_tests(*columns_as_groups(differences), overlap)[:3]


def critical(n: Ints) -> Floats:
    """Give Student's 97.5 % point with n - 1 degrees of freedom (at least one), found once for each n that occurs."""
    sizes, which = np.unique(n, return_inverse=True)
    return np.asarray(stdtrit(np.maximum(sizes - 1, 1), 0.975)[which])


def compare_groups(ours: Floats, theirs: Floats, group: Ints, overlap: Ints) -> Comparison:
    """Compare mean losses: their ratio, the Diebold-Mariano test that it is 1, and an interval of the ratio.

    The interval is that of the mean difference, which the test inverts, divided by the baseline's mean loss: it leaves
    out 1 exactly where p < 0.05. The baseline's loss is taken as it came. Fieller's interval (1954) and the delta
    method's count it as uncertain too; they miss a large skill up to twice as often where tails are fat or volatility
    comes in clusters, and Fieller's may have no end at all (benchmarks/audit_size.py --intervals).
    """
    difference = theirs - ours
    difference[np.abs(difference) <= 1e-10 * (ours + theirs)] = 0.0  # rounding; losses are never negative
    mean, error, p_value, n = mean_tests(difference, group, overlap)
    with np.errstate(invalid="ignore", divide="ignore"):
        base = np.bincount(group, np.where(np.isnan(difference), 0.0, theirs), minlength=len(overlap)) / n
        ratio = 1 - mean / base
        half = np.where(p_value == 1.0, 0.0, critical(n) * error / base)
    return Comparison(ratio, np.maximum(ratio - half, 0), ratio + half, p_value, n)


def compare(ours: Floats, theirs: Floats, overlap: Ints) -> Comparison:
    """Compare the mean losses of each column of two tables `[time, column]`, as `compare_groups` does for groups."""
    values, group = columns_as_groups(ours)
    return compare_groups(values, theirs.T.ravel(), group, overlap)


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
