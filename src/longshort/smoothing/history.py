"""What a fit looks at: the rows known then, without blanks, not more of them than needed, near one in size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.smoothing.rows import Integers, PanelRows

MOST_ROWS = 2000  # observations of a series that a fit looks at, the newest ones
FEWEST_SEASONS = 3  # or so many seasons of them, where these are more


@dataclass(frozen=True)
class History:
    """Hold the observations of each series that a fit looks at.

    `rows` have no blanks and are scaled by two to the minus `exponent` [series], so that the largest lies between a
    half and one: squares neither overflow nor vanish, whatever the unit, and no digit changes. `earlier` are the
    observations before them, scaled alike. `lengths` [series] are season lengths, 1 for none. `positive` [series] says
    whether all that was known lies above zero.
    """

    rows: PanelRows
    earlier: PanelRows
    exponent: Integers
    lengths: Integers
    positive: NDArray[np.bool_]

    @property
    def count(self) -> Integers:
        """Count each series' observations."""
        return np.diff(self.rows.offsets)


def history_of(rows: PanelRows, lengths: Integers | int, ends: Integers | None) -> History:
    """Take the observations of each series before row `ends` [series], all where that is None.

    Infinite values count as blanks. Raises ValueError for season lengths below one and ends outside of their series.
    """
    lengths = np.broadcast_to(np.asarray(lengths, np.int64), len(rows))
    if (lengths < 1).any():
        raise ValueError("season lengths are 1 (no season) or more")
    ends = rows.offsets[1:] if ends is None else np.asarray(ends, np.int64)
    if ends.shape != lengths.shape or (ends < rows.offsets[:-1]).any() or (ends > rows.offsets[1:]).any():
        raise ValueError("`ends` are one row number for each series, from its first row to the one after its last")
    series = rows.series()
    observed = np.flatnonzero(np.isfinite(rows.values) & (np.arange(len(series)) < ends[series]))
    positive = np.bincount(series[observed], rows.values[observed] <= 0, len(rows)) == 0
    all_rows = rows.take(observed)
    counts = np.diff(all_rows.offsets)
    most = np.maximum(MOST_ROWS, FEWEST_SEASONS * lengths)
    is_new = np.repeat(all_rows.offsets[1:] - most, counts) <= np.arange(len(observed))
    largest = np.zeros(len(rows))
    np.maximum.at(largest, all_rows.series()[is_new], np.abs(all_rows.values[is_new]))
    exponent = np.frexp(largest)[1].astype(np.int64)
    scaled = PanelRows(np.ldexp(all_rows.values, -np.repeat(exponent, counts)), all_rows.sessions, all_rows.offsets)
    return History(
        rows=scaled.take(np.flatnonzero(is_new)),
        earlier=scaled.take(np.flatnonzero(~is_new)),
        exponent=exponent,
        lengths=lengths,
        positive=positive,
    )
