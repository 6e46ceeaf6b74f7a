"""Sample paths as quantiles: order statistics at the places where they cover as often as they say."""

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import QUANTILE_LEVELS

Floats = NDArray[np.float64]
CHUNK = 200_000  # cells that are sorted at a time


def levels_of(count: int) -> tuple[float, ...]:
    """Choose the usual quantile levels that lie between the outermost of `count` paths.

    >>> levels_of(9)
    (0.1, 0.25, 0.5, 0.75, 0.9)
    """
    return tuple(level for level in QUANTILE_LEVELS if 1 <= round(level * (count + 1), 9) <= count)


def quantiles_of(paths: Floats, levels: tuple[float, ...]) -> Floats:
    """Estimate quantiles `[cell, level]` from paths `[cell, path]`, which are sorted in place; NaN without any path.

    The quantile at level p of n paths stands at place p (n + 1) of their order (Hyndman and Fan 1996, type 6): a new
    path lies below it with probability p, so that few paths do not look overconfident.
    """
    out = np.full((len(paths), len(levels)), np.nan)
    for start in range(0, len(paths), CHUNK):
        part = paths[start : start + CHUNK]
        part.sort(axis=1)  # NaN last
        n = (~np.isnan(part)).sum(axis=1)
        for place, level in enumerate(levels):
            at = np.clip(level * (n + 1) - 1, 0, np.maximum(n - 1, 0))
            low = np.floor(at).astype(np.int64)
            high = np.minimum(low + 1, np.maximum(n - 1, 0))
            row = np.arange(len(part))
            out[start : start + CHUNK, place] = part[row, low] + (at - low) * (part[row, high] - part[row, low])
    return out


def mean_of(paths: Floats) -> Floats:
    """Average the paths of each cell; NaN without any."""
    n = (~np.isnan(paths)).sum(axis=1)
    mean: Floats = np.divide(np.nansum(paths, axis=1), n, out=np.full(len(paths), np.nan), where=n > 0)
    return mean


def share_above(paths: Floats, last: Floats) -> Floats:
    """Give the share of each cell's paths above `last`, `[cell]`; a path that ends on it counts half."""
    n = (~np.isnan(paths)).sum(axis=1)
    level = last[:, None]
    above = (paths > level).sum(axis=1) + 0.5 * (paths == level).sum(axis=1)
    share: Floats = np.divide(above, n, out=np.full(len(paths), np.nan), where=(n > 0) & ~np.isnan(last))
    return share
