"""Pairs of series and cutoff: where forecasts start, and what happened after them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel


@dataclass(frozen=True, eq=False)
class Pairs:
    """Name cutoffs: `series[i]` is the index of a series, `rows[i]` the row of its last visible session in a Panel."""

    series: NDArray[np.int64]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.rows)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Pairs":
        """Choose some of the pairs by mask, index or slice."""
        return Pairs(self.series[chosen], self.rows[chosen])


def pairs_between(panel: Panel, first: int, last: int) -> Pairs:
    """List every row whose time lies in [first, last] (both inclusive), series by series."""
    rows = np.flatnonzero((panel.times >= first) & (panel.times <= last))
    return Pairs(panel.series[rows], rows)


def last_pairs(panel: Panel) -> Pairs:
    """List the last row with a known target of every series that has one: where the coming forecast starts."""
    known = np.flatnonzero(~np.isnan(panel.target))
    series = panel.series[known]
    last = np.searchsorted(series, np.arange(len(panel)), side="right") - 1
    present = np.isin(np.arange(len(panel)), series)
    return Pairs(np.flatnonzero(present), known[last[present]])


def last_known(panel: Panel) -> NDArray[np.float64]:
    """Give for every row the newest target at or before it within its series (NaN before the first)."""
    return carried(panel, panel.target)


def carried(panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace each blank in `[row]` or `[row, column]` by the newest value before it in its series, if there is one."""
    table = values[:, None] if values.ndim == 1 else values
    rows = np.arange(len(table))[:, None]
    newest = np.maximum.accumulate(np.where(np.isnan(table), -1, rows), axis=0)
    inside = newest >= panel.offsets[panel.series][:, None]
    filled = np.where(inside, np.take_along_axis(table, np.maximum(newest, 0), axis=0), np.nan)
    return filled.reshape(values.shape)


def future_rows(panel: Panel, pairs: Pairs, horizon: int) -> NDArray[np.int64]:
    """Find the row of each coming session, `[pair, step]`; -1 where the panel has no such row.

    Steps count sessions of the calendar, not rows: a session that is missing from the file gives -1 and the steps
    after it keep their numbers.
    """
    span = int(panel.sessions.max() - panel.sessions.min() + horizon + 1) if len(panel.sessions) else 1
    keys = panel.series * span + (panel.sessions - (panel.sessions.min() if len(panel.sessions) else 0))
    wanted = keys[pairs.rows][:, None] + np.arange(1, horizon + 1)
    found = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    hit = (keys[found] == wanted) & (panel.series[found] == pairs.series[:, None])
    return np.where(hit, found, -1)


def outcomes(panel: Panel, pairs: Pairs, horizon: int) -> NDArray[np.float64]:
    """Give the target at each coming session, `[pair, step]`, NaN where it is not known."""
    rows = future_rows(panel, pairs, horizon)
    return np.where(rows >= 0, panel.target[rows], np.nan)


def future_times(panel: Panel, pairs: Pairs, horizon: int) -> NDArray[np.int64]:
    """Give the times of the coming sessions, `[pair, step]`: the file's where it has the row, else the calendar's."""
    rows = future_rows(panel, pairs, horizon)
    times = np.where(rows >= 0, panel.times[rows], 0)
    wanted = panel.sessions[pairs.rows][:, None] + np.arange(1, horizon + 1)
    unknown = rows < 0
    concerned = np.unique(pairs.series[unknown.any(axis=1)]).tolist()
    for calendar in {panel.calendars[s] for s in concerned}:
        own = np.isin(pairs.series, [s for s in concerned if panel.calendars[s] == calendar])
        missing = own[:, None] & unknown
        times[missing] = calendar.times(wanted[missing])
    return times
