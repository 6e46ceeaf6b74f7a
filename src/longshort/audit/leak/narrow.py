"""Where a leak comes from: the columns, and how many rows after the cutoff."""

from collections.abc import Callable

import numpy as np

from longshort.audit.leak.changes import narrowed
from longshort.audit.leak.compare import Difference
from longshort.audit.leak.runner import Runner
from longshort.audit.leak.table import Edit

_MOST_RUNS = 64
_NEAR = 5


def guilty_columns(runner: Runner, edit: Edit, cutoff: int) -> dict[str, Difference]:
    """Find the columns whose change alone changes forecasts, halving the columns until each stands alone.

    Columns that do so only together are left out. Stops after 64 runs.
    """
    found: dict[str, Difference] = {}
    everywhere = np.ones(len(edit.rows), bool)
    waiting, runs = [list(edit.values)], 0
    while waiting and runs < _MOST_RUNS:
        columns = waiting.pop(0)
        difference = runner.differs(narrowed(edit, columns, everywhere), cutoff)
        runs += 1
        if difference is None or not difference.real:
            continue
        if len(columns) == 1:
            found[columns[0]] = difference
        else:
            waiting += [columns[: len(columns) // 2], columns[len(columns) // 2 :]]
    return dict(sorted(found.items(), key=lambda item: -item[1].largest))


def distances(runner: Runner, edit: Edit, cutoff: int) -> tuple[int | None, int | None]:
    """Count the rows from a cutoff to the nearest and the farthest row whose change alone changes its forecast.

    Rows are times of the data. The shortest stretch from the cutoff that changes a forecast ends with the nearest such
    row, the shortest one up to the end begins with the farthest: both by bisection. The nearest is counted from the
    newest forecast that it changes, for an older one may look just as far ahead. None where stretches do it, but no row
    alone.
    """
    table = runner.subject.table
    times = np.unique(table.times[edit.rows])

    def change(first: int, last: int) -> Difference | None:
        """Change the rows from the first to the last place after the cutoff, counted from 1."""
        rows = (table.times >= times[first - 1]) & (table.times <= times[last - 1])
        return runner.differs(narrowed(edit, list(edit.values), rows), cutoff)

    def changes(first: int, last: int) -> bool:
        difference = change(first, last)
        return difference is not None and difference.real

    end = len(times)
    nearest = _least(lambda m: changes(1, m), end)
    alone = change(nearest, nearest)
    if alone is None or not alone.real:
        return None, None
    between = (table.times > alone.newest) & (table.times <= times[nearest - 1])
    distance = len(np.unique(table.times[between]))
    if nearest == end:
        return distance, distance
    farthest = end if changes(end, end) else end - _least(lambda m: changes(end - m, end), end - nearest)
    return distance, max(farthest, distance)


def _least(holds: Callable[[int], bool], most: int) -> int:
    """Find the least number from 1 for which something holds that goes on holding, and holds for `most`."""
    high = 1
    while high < most and not holds(high):
        high *= 2
    low, high = high // 2, min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def is_near(reach: int | None, rows: int) -> bool:
    """Say whether a peek ends soon after the cutoff rather than with the data."""
    return reach is not None and reach < rows and reach <= max(_NEAR, rows // 4)
