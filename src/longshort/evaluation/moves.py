"""How a series' target moves: what is known before any forecast of how hard it will be to judge one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.windows import Pairs, outcomes
from longshort.errors import NotEnoughHistory

Floats = NDArray[np.float64]
FEWEST = 30  # changes, from which volatility and base rate are read
NEWEST = 1000  # rows of each series
MOST_SERIES = 200  # from which they are read where there are more
CLUSTER_LAGS = 5  # over which squared changes are seen to go together


@dataclass(frozen=True)
class Moves:
    """Hold how a panel's target moves: RMSE of naive and share of the more frequent direction at each step, clusters.

    `clusters` is the mean of squared variances over the square of their mean, from how squared changes go together.
    """

    naive_rmse: tuple[float, ...]
    base_rates: tuple[float, ...]
    clusters: float


def moves_of(panel: Panel, horizon: int) -> Moves:
    """Measure how the target moves over 1 to `horizon` sessions, from the newest 1,000 rows of each series.

    Of more than 200 series the first 200 are read. Where all values are above zero, clusters are those of relative
    changes, else of differences. Raises NotEnoughHistory where there are fewer than 30 changes over some step.
    """
    newest = panel.offsets[1:][panel.series] - np.arange(len(panel.times)) <= NEWEST
    rows = np.flatnonzero(newest & (panel.series < MOST_SERIES))
    series, last = panel.series[rows], panel.target[rows]
    change = outcomes(panel, Pairs(series, rows), horizon) - last[:, None] if len(rows) else np.empty((0, horizon))
    known = (~np.isnan(change)).sum(axis=0)
    if known.min() < FEWEST:
        raise NotEnoughHistory(
            f"the target has {known.min()} changes over {horizon} sessions, but {FEWEST} are needed to know its moves.",
            hint="Pass a longer series, or a smaller horizon.",
        )
    rises, falls = (change > 0).sum(axis=0), (change < 0).sum(axis=0)
    base = np.maximum(rises, falls) / np.maximum(rises + falls, 1)
    one = change[:, 0] / last if np.nanmin(last) > 0 else change[:, 0]
    return Moves(tuple(np.sqrt(np.nanmean(change**2, axis=0)).tolist()), tuple(base.tolist()), _clusters(one, series))


def _clusters(change: Floats, series: NDArray[np.int64]) -> float:
    """Compare products of neighbouring squared changes with the square of their mean; 1 where variance is constant."""
    square = np.square(change)
    known = ~np.isnan(square)
    total = np.bincount(series[known], square[known], minlength=series.max() + 1)
    with np.errstate(invalid="ignore"):
        mean = (total / np.bincount(series[known], minlength=len(total)))[series]
    square = square / np.where(mean > 0, mean, np.nan)
    together = [
        np.where(series[lag:] == series[:-lag], square[lag:] * square[:-lag], np.nan)
        for lag in range(1, CLUSTER_LAGS + 1)
    ]
    pairs = np.concatenate(together)
    pairs = pairs[~np.isnan(pairs)]
    return max(float(pairs.mean()), 1.0) if len(pairs) else 1.0
