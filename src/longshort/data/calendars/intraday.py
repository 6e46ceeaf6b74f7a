"""Calendars of an exchange's minutes (or hours): a running count inside the trading sessions, half days included."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.exchange import ANCHOR, USUAL_SESSIONS, YEAR, covering, usual_day
from longshort.data.calendars.listed import day_of_year
from longshort.data.calendars.protocol import DAY, refuse
from longshort.data.calendars.regular import Step
from longshort.data.calendars.zones import UTC, local

RECENT = 2023
"""The year whose hours tell how long a full session is."""


@dataclass(frozen=True, eq=False)
class Slots:
    """Hold each stretch of trading: its first label, how many labels it has, and how many came before it."""

    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    before: NDArray[np.int64]


@dataclass(frozen=True)
class SessionSteps:
    """Count an exchange's minutes (any `step`, in microseconds): the one after a close is the next session's first.

    The labels of a session run from `first` after each open to `last` after each close, both in microseconds: (0,
    -step) where bars are labelled by their start, (step, 0) by their end, (0, 0) where a file has both; trading
    before the open or after the close widens them. `clock` is the clock in which the file writes its times, as `zones`
    reads it: "UTC", the exchange's own or another. `extra` are times of rows outside all sessions; each counts as one
    step of its own.
    """

    code: str
    step: int
    first: int = 0
    last: int = 0
    clock: str = UTC
    extra: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Give the exchange's code and the step: "XNYS 1min"."""
        return f"{self.code} {Step(self.step).name}"

    @property
    def season(self) -> int:
        """Give the number of steps in a full session: the same time of day, one session ago."""
        slots = self.slots(day_of_year(RECENT), day_of_year(RECENT + 1))
        days = (slots.firsts - self.first)[slots.firsts >= day_of_year(RECENT) * DAY] // DAY
        totals = np.bincount(days - days[0], weights=slots.counts[-len(days) :]).astype(int)
        return int(np.bincount(totals[totals > 0]).argmax())

    @property
    def length(self) -> int:
        """Give the step itself."""
        return self.step

    def slots(self, low: int, high: int) -> Slots:
        """List the stretches of trading between two days since 1970, and some years more."""
        return slots(self, *_years(low, high))

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the running count of each time."""
        if not len(times):
            return np.zeros(0, dtype=np.int64)
        table = self.slots(int(times.min()) // DAY, int(times.max()) // DAY)
        count, inside = locate(table, self.step, times)
        extra = np.array(self.extra, dtype=np.int64)
        off = ~inside & ~np.isin(times, extra)
        if off.any():
            raise refuse(self.name, times[off])
        return count + np.searchsorted(extra, times)

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the label of each count, also of those that are still to come."""
        if not len(numbers):
            return np.zeros(numbers.shape, dtype=np.int64)
        extra = np.array(self.extra, dtype=np.int64)
        yearly = self.season * USUAL_SESSIONS
        days = [usual_day(int(n), yearly) for n in (numbers.min(), numbers.max())]
        low, high = (int(bound) for bound in (min([*days, *(extra // DAY)]), max([*days, *(extra // DAY)])))
        table = self.slots(low, high)
        while numbers.min() < table.before[0] or numbers.max() >= table.before[-1]:
            low, high = low - 5 * YEAR, high + 5 * YEAR
            table = self.slots(low, high)
        shifted = locate(table, self.step, extra)[0] + np.arange(len(extra))
        place = np.searchsorted(shifted, numbers)
        regular = numbers - place
        stretch = np.searchsorted(table.before, regular, side="right") - 1
        labels = table.firsts[stretch] + (regular - table.before[stretch]) * self.step
        if not len(extra):
            return labels
        place = np.minimum(place, len(extra) - 1)
        return np.where(shifted[place] == numbers, extra[place], labels)


def _years(low: int, high: int) -> tuple[int, int]:
    years = np.array([low, high]).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    return int(years[0]), int(years[1])


@lru_cache(maxsize=64)
def slots(calendar: SessionSteps, first_year: int, last_year: int) -> Slots:
    """Lay out a calendar's labels over whole years; counts begin at the first session of the anchor's year."""
    starts, ends = stretches(calendar.code, calendar.clock, day_of_year(first_year), day_of_year(last_year))
    firsts = starts + calendar.first
    counts = np.maximum((ends + calendar.last - firsts) // calendar.step + 1, 0)
    before = np.concatenate([[0], np.cumsum(counts)[:-1]])
    zero = min(int(np.searchsorted(starts, day_of_year(ANCHOR) * DAY)), len(before) - 1)
    return Slots(firsts, counts, before - before[zero])


def stretches(code: str, clock: str, low: int, high: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the starts and ends of all stretches of trading that cover two days, in the file's clock."""
    table = covering(code, low, high)
    return (table.starts, table.ends) if clock == UTC else (local(table.starts, clock), local(table.ends, clock))


def locate(table: Slots, step: int, times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Count the labels before each time, and tell which times are labels themselves."""
    stretch = np.maximum(np.searchsorted(table.firsts, times, side="right") - 1, 0)
    since = times - table.firsts[stretch]
    position = since // step
    inside = (position >= 0) & (position < table.counts[stretch]) & (since % step == 0)
    upto = np.clip(-(-since // step), 0, table.counts[stretch])
    return table.before[stretch] + np.where(inside, position, upto), inside
