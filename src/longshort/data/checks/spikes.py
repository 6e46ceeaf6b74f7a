"""Values that stand far from both of their neighbours, and series that end long before the others."""

from collections.abc import Iterator

import numpy as np

from longshort.data.checks.oddities import Found, cells
from longshort.data.panel import Panel

FAR, FAR_AT_END = 10.0, 30.0
"""A value is far where it is so many times the series' large moves away from its neighbours, or from its only one."""
LARGE = 0.98  # quantile of absolute changes that is called a large move
FEWEST = 20  # known values of a series, below which nothing is usual
LATE = 0.1  # share of the panel's time by which a series ends before the others
LATE_ROWS = 30  # and so many of its rows


def spikes(panel: Panel) -> Iterator[Found]:
    """Find targets such as a misplaced decimal point, 99999 or -999 among numbers of another size."""
    found: list[int] = []
    for series in range(len(panel)):
        rows = panel.rows(series)
        known = rows.start + np.flatnonzero(~np.isnan(panel.target[rows]))
        if len(known) < FEWEST:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            change = np.diff(panel.target[known])
            usual = float(np.quantile(np.abs(change), LARGE, method="lower"))
            before, after = change[:-1], -change[1:]
            away = np.where(before * after > 0, np.minimum(np.abs(before), np.abs(after)), 0.0)
            ends = np.array([np.abs(change[0]), np.abs(change[-1])])
        far = [*(known[1:-1][away > FAR * usual]), *known[[0, -1]][ends > FAR_AT_END * usual]]
        found += far if usual > 0 else []
    rows_found = np.array(sorted(set(found)), dtype=np.int64)
    names = {"column": panel.columns[0].name}
    yield Found("spike", "warning", rows_found, "checks.spike", names, cells(panel, panel.columns[0].name))


def endings(panel: Panel) -> Iterator[Found]:
    """Find the last rows of series that end long before the newest one."""
    known = np.flatnonzero(~np.isnan(panel.target))
    owners, first = np.unique(panel.series[known[::-1]], return_index=True)
    if len(owners) < 2 or not panel.dated:
        return
    last = known[::-1][first]
    late = panel.times.max() - panel.times[last]
    step = np.diff(panel.times)[np.diff(panel.series) == 0]
    usual = float(np.median(step)) if len(step) else 0.0
    span = int(panel.times.max() - panel.times.min())
    early = last[(late > LATE * span) & (late > LATE_ROWS * usual)]
    yield Found("ended_early", "warning", np.sort(early), "checks.ended_early", {})
