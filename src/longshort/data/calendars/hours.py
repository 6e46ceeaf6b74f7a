"""Recognise an exchange's minutes, or those of a week round the clock: whose hours explain the rows, in which clock."""

from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import STEPS_TO_COME, Told, chosen
from longshort.data.calendars.fitting import STRAY_SHARE
from longshort.data.calendars.intraday import SessionSteps, locate, stretches
from longshort.data.calendars.likely import EARLY, LATE, Pair, Rows, likely
from longshort.data.calendars.protocol import DAY
from longshort.data.calendars.weeks import WEEKS
from longshort.errors import CalendarError


def exchange_steps(t: NDArray[np.int64], told: Told, codes: tuple[str, ...] | None = None) -> SessionSteps | None:
    """Find the exchange whose sessions explain intraday rows, or None; the fewest missing and stray rows win.

    Naming `codes` asks only those exchanges, whatever their usual hours. Those whose clocks contradict the file
    are asked only where no other explains the rows. Raise CalendarError where equals do not go on alike.
    """
    gaps, counts = np.unique(np.diff(t), return_counts=True)
    if 2 * counts.max() < len(t):
        return None
    rows = Rows(t, told.offsets, int(gaps[counts.argmax()]))
    for _, alike in groupby(likely(rows, codes), key=lambda pair: pair.foreign):
        found = best(rows, list(alike))
        if found:
            return settled(found, int(t[-1]) // DAY, told)
    return None


def best(rows: Rows, pairs: list[Pair]) -> list[SessionSteps]:
    """Find the calendars that explain the rows best: several where they explain them equally well.

    What is as likely as the best so far is asked too; what is less likely only as long as many rows are unexplained.
    """
    found: dict[tuple[int, int, int], list[SessionSteps]] = {}
    for likeness, equals in groupby(pairs, key=lambda pair: (pair.days, pair.edges)):
        if found and min(found)[0] <= len(rows.times) // 500:
            break
        for pair in equals:
            try:
                calendar = fitted(rows.times, pair.code, pair.clock, rows.step)
            except CalendarError:  # the user's version of the library cannot compute it, and nobody has named it
                continue
            if calendar is not None:
                numbers = calendar.numbers(rows.times)
                lost = int(numbers[-1] - numbers[0]) + 1 - len(rows.times) + 5 * len(calendar.extra)
                found.setdefault((lost, likeness[1], cut_short(calendar)), []).append(calendar)
    return found[min(found)] if found else []


def cut_short(calendar: SessionSteps) -> int:
    """Measure how far the labels of a week round the clock lie from its open and close: a longer one is no better."""
    if calendar.code not in WEEKS:
        return 0
    conventions = ((0, -calendar.step), (calendar.step, 0), (0, 0))  # labelled by their start, their end, or both
    return min(abs(calendar.first - first) + abs(calendar.last - last) for first, last in conventions)


def settled(found: list[SessionSteps], last: int, told: Told) -> SessionSteps:
    """Choose among calendars that explain the rows equally well; the first clock of an exchange is taken."""
    by_code = {calendar.code: calendar for calendar in reversed(found)}
    codes = tuple(dict.fromkeys(calendar.code for calendar in found))
    exchanges = tuple(code for code in codes if code not in WEEKS)
    return by_code[chosen(exchanges, last, STEPS_TO_COME, told) if len(exchanges) > 1 else codes[0]]


def fitted(t: NDArray[np.int64], code: str, clock: str, step: int) -> SessionSteps | None:
    """Fit the labels' place in the sessions of one exchange; None where too many rows stay outside."""
    starts, ends = stretches(code, clock, int(t[0]) // DAY, int(t[-1]) // DAY)
    wide = bool(np.all(starts[1:] - ends[:-1] > EARLY + LATE))
    touching = bool(np.any(starts[1:] == ends[:-1]))  # then a label on the border may belong to either side
    sides: tuple[Literal["left", "right"], ...] = ("right", "left") if touching else ("left",)
    for early, late, side in [(0, 0, side) for side in sides] + [(EARLY, LATE, sides[-1])] * wide:
        stretch = np.minimum(np.searchsorted(ends + late, t, side), len(ends) - 1)
        inside = t >= starts[stretch] - early
        if np.mean(~inside) > STRAY_SHARE:
            continue
        own, begin, count = np.unique(stretch[inside], return_index=True, return_counts=True)
        rows = t[inside]
        first = commonest(rows[begin] - starts[own])
        last = commonest(rows[begin + count - 1] - ends[own])
        calendar = SessionSteps(code, step, first, last, clock)
        outside = t[~locate(calendar.slots(int(t[0]) // DAY, int(t[-1]) // DAY), step, t)[1]]
        if len(outside) <= STRAY_SHARE * len(t):
            return SessionSteps(code, step, first, last, clock, tuple(outside.tolist()))
    return None


def commonest(values: NDArray[np.int64]) -> int:
    """Give the value that occurs most often."""
    distinct, counts = np.unique(values, return_counts=True)
    return int(distinct[counts.argmax()])
