"""Dates that do not belong together: a hole larger than the rest, and files that follow one another."""

import numpy as np

from longshort.data.readers.long import Long
from longshort.data.readers.moments import DAY
from longshort.errors import DataError
from longshort.language import Message, message

LEAST = 731 * DAY  # a shorter hole may be a long holiday
FEWEST = 10  # rows of a series, below which its dates show no pattern


def refuse_holes(long: Long) -> None:
    """Raise DataError where between two neighbouring rows of a series lies more time than in all the rest of it.

    Rows are sorted by series and time.
    """
    if long.times is None or len(long.times) < FEWEST:
        return
    gaps = np.diff(long.times)
    gaps[np.diff(long.codes) != 0] = 0
    starts = np.searchsorted(long.codes, np.arange(len(long.ids) + 1))
    for row in np.flatnonzero(gaps > LEAST):
        first, stop = starts[long.codes[row]], starts[long.codes[row] + 1]
        rest = long.times[stop - 1] - long.times[first] - gaps[row]
        if stop - first >= FEWEST and gaps[row] > rest:
            before, after = long.times[row : row + 2].astype("datetime64[us]").astype("datetime64[D]").astype(str)
            raise DataError(
                f"series {long.ids[long.codes[row]]!r} jumps from {before} to {after} at {long.where(int(row) + 1)}: "
                f"{gaps[row] / DAY / 365.25:.0f} years without a row, more than all the rest of it.",
                hint="Look at these dates; take rows that do not belong out, or name the format with --date-format.",
            )


def following(long: Long) -> list[Message]:
    """Say where series of one file each follow one another in time, as parts of one series do."""
    if long.times is None or long.named or len(long.ids) < 2:
        return []
    starts = np.searchsorted(long.codes, np.arange(len(long.ids) + 1))
    if (np.diff(starts) == 0).any():
        return []
    first, last = long.times[starts[:-1]], long.times[starts[1:] - 1]
    order = np.argsort(first)
    if (first[order][1:] <= last[order][:-1]).any():
        return []
    return [message("notes.following", n=len(long.ids))]
