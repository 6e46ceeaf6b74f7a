"""Find the session of each date, and the row of a panel that holds it, for very many dates at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.calendars import Calendar
from longshort.data.calendars.exchange import Sessions
from longshort.data.calendars.protocol import DAY
from longshort.data.calendars.regular import Step
from longshort.data.panel import Panel
from longshort.errors import CalendarError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Places = NDArray[np.integer[Any]]
PAD = 400  # sessions beyond a panel's ends among which dates are looked for


def session_numbers(panel: Panel, series: Ints, times: Ints) -> tuple[Ints, Mask]:
    """Give the session in which each time lies, or the newest before it, and whether the time is a session's own.

    `series` names the series of each time in the panel. A date without a time of day means the session of that day,
    wherever in the day the panel's labels lie.
    """
    numbers, exact = np.zeros(len(times), dtype=np.int64), np.zeros(len(times), dtype=bool)
    distinct: dict[Calendar, int] = {}
    owner = np.array([distinct.setdefault(one, len(distinct)) for one in panel.calendars], dtype=np.int64)
    if len(distinct) == 1:
        return _by_label(panel, np.arange(len(panel)), next(iter(distinct)), times)
    order = np.argsort(owner[series], kind="stable")
    bounds = np.searchsorted(owner[series][order], np.arange(len(distinct) + 1))
    for calendar, place in distinct.items():
        own = order[bounds[place] : bounds[place + 1]]
        if len(own):
            numbers[own], exact[own] = _by_label(panel, np.flatnonzero(owner == place), calendar, times[own])
    return numbers, exact


def _by_label(panel: Panel, members: Ints, calendar: Calendar, times: Ints) -> tuple[Ints, Mask]:
    """Look up the distinct times of one calendar, and spread what was found."""
    known = np.sort(pl.Series(times).unique().to_numpy())
    places = np.searchsorted(known, times)
    labels = known + _time_of_day(calendar) if (known % DAY == 0).all() else known
    try:
        numbers, exact = calendar.numbers(labels), np.ones(len(known), dtype=bool)
    except CalendarError:
        numbers, exact = _newest(panel, members, calendar, labels)
    return numbers[places], exact[places]


def _time_of_day(calendar: Calendar) -> int:
    """Give where in the day the labels of a calendar of days lie."""
    if isinstance(calendar, Sessions):
        return calendar.offset
    return calendar.phase if isinstance(calendar, Step) and calendar.step == DAY else 0


def _newest(panel: Panel, members: Ints, calendar: Calendar, labels: Ints) -> tuple[Ints, Mask]:
    """Find the newest session at or before each time, among the panel's and some beyond its ends."""
    rows = np.concatenate([[panel.offsets[i], panel.offsets[i + 1] - 1] for i in members]).astype(np.int64)
    ends = panel.sessions[rows]
    numbers = np.arange(ends.min() - PAD, ends.max() + PAD + 1)
    starts = calendar.times(numbers)
    place = np.searchsorted(starts, labels, side="right") - 1
    inside = (place >= 0) & (labels <= starts[-1])
    place = np.clip(place, 0, len(starts) - 1)
    late = labels - starts[place]
    same = late < DAY - starts[place] % DAY if calendar.length == DAY else late <= calendar.length // 20
    return numbers[place], inside & same


@dataclass(frozen=True, eq=False)
class Finder:
    """Look up the rows of a panel by series and session."""

    panel: Panel
    keys: Ints
    low: int
    span: int

    @classmethod
    def of(cls, panel: Panel) -> "Finder":
        """Prepare the look-up; rows are in order of series and session already."""
        low = int(panel.sessions.min())
        span = int(panel.sessions.max()) - low + 1
        return cls(panel, panel.series * span + (panel.sessions - low), low, span)

    def rows(self, series: Ints, sessions: Ints) -> Ints:
        """Give the row of each series' session, -1 where the panel has none (or no such series, -1)."""
        offset = sessions - self.low
        wanted = series * self.span + offset
        found = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        hit = (self.keys[found] == wanted) & (offset >= 0) & (offset < self.span) & (series >= 0)
        return np.where(hit, found, -1)


def distinct_keys(keys: Places) -> tuple[Ints, Places]:
    """Give the distinct keys in rising order and the place of each key among them.

    >>> distinct_keys(np.array([5, 3, 5]))
    (array([3, 5]), array([1, 0, 1], dtype=int32))
    """
    if not len(keys):
        return keys.astype(np.int64), keys
    low, high = int(keys.min()), int(keys.max())
    if high - low > 50_000_000:
        known = np.sort(pl.Series(keys).unique().to_numpy())
        return known, np.searchsorted(known, keys)
    marked = np.zeros(high - low + 1, dtype=bool)
    marked[keys - low] = True
    return np.flatnonzero(marked) + low, (np.cumsum(marked, dtype=np.int32) - np.int32(1))[keys - low]
