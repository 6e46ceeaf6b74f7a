"""Means over forecasts of many series and overlapping steps, with standard errors that know of both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.evaluation.arrays import sums_by
from longshort.evaluation.comparison import mean_test

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Means:
    """Hold means by column and (last) over all columns: value, standard error, count, moments that do not overlap.

    All `[column + 1]`; the error is NaN where there are too few moments to say.
    """

    value: Floats
    error: Floats
    n: Ints
    apart: Floats


def clustered_means(values: Floats, moment: Ints, overlap: Ints) -> Means:
    """Average `[pair, column]` values, NaN left out, with errors that are robust to overlap and to common shocks.

    The mean is a ratio of sums over moments (`Grid.moments`), so its error is that of the deviations summed by moment,
    tested as a series of moments of which `overlap` (`[column + 1]`) neighbours overlap (`comparison.mean_test`).
    """
    sums, n = sums_by(values, moment, int(moment.max(initial=-1)) + 1)
    sums, n = (np.column_stack([table, table.sum(axis=1)]) for table in (sums, n))
    total, moments = n.sum(axis=0), (n > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.sum(axis=0) / total
        deviations = np.where(n > 0, (sums - mean * n) * moments / total, np.nan)
    _, error, _ = mean_test(deviations, overlap)
    return Means(mean, error, total, moments / (overlap + 1))
