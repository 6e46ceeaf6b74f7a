"""Where a series' values lie, as far as is known: whether it was ever negative, and how often it is zero."""

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel


def never_negative(panel: Panel) -> NDArray[np.bool_]:
    """Say for each row whether no known target of its series up to it is below zero, `[row]`.

    >>> import polars as pl
    >>> from longshort.data.readers import read
    >>> days = pl.date_range(pl.date(2023, 1, 1), pl.date(2023, 1, 4), eager=True)
    >>> never_negative(read(pl.DataFrame({"date": days, "y": [0.0, 2.0, -1.0, 3.0]}))).tolist()
    [True, True, False, False]
    """
    with np.errstate(invalid="ignore"):
        below = np.concatenate([[0], np.cumsum(panel.target < 0)])
    return np.asarray(below[1:] == below[panel.offsets[panel.series]])


def in_support(panel: Panel, rows: NDArray[np.int64], quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise quantiles `[row, step, level]` below zero to zero where a series was never negative up to its row."""
    lowest = np.where(never_negative(panel)[rows], 0.0, -np.inf)
    return np.maximum(quantiles, lowest[:, None, None])


def mostly_zero(panel: Panel, until: int, share: float = 0.5) -> bool:
    """Say whether at least so large a share of the known targets up to a time is zero, and none is negative."""
    seen = panel.target[(panel.times <= until) & ~np.isnan(panel.target)]
    return bool(len(seen) and (seen >= 0).all() and (seen == 0).mean() >= share)
