"""Calendars that need no list of holidays: fixed steps, months, numbered rows and rows as they come."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, WEEK, refuse

MONTH_NAMES = {1: "monthly", 2: "every 2 months", 3: "quarterly", 6: "half-yearly", 12: "yearly"}
STEP_NAMES = {WEEK: "weekly", DAY: "daily", HOUR: "hourly"}


@dataclass(frozen=True)
class Numbered:
    """Count rows that carry no date: a row's time is its number."""

    name: str = field(default="numbered", init=False)
    season: int = field(default=1, init=False)
    length: int = field(default=1, init=False)

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the row numbers themselves."""
        return times

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the row numbers themselves."""
        return numbers


@dataclass(frozen=True)
class Step:
    """Count steps of one fixed length, round the clock: minutes, hours, days, weeks.

    `step` is the length and `phase` the label of step 0, both in microseconds. A label may come up to `slack` early
    (a weekly file dated Thursday before a holiday); days and weeks also take any later moment before the next label.

    >>> Step(30 * MINUTE).name, Step(30 * MINUTE).season, Step(WEEK).season
    ('30min', 48, 52)
    """

    step: int
    phase: int = 0
    slack: int = 0

    @property
    def name(self) -> str:
        """Name the step: weekly, daily, hourly, "30min", "2 days" ..."""
        if self.step in STEP_NAMES:
            return STEP_NAMES[self.step]
        for unit, word in ((WEEK, " weeks"), (DAY, " days"), (HOUR, "h"), (MINUTE, "min"), (1_000_000, "s")):
            if self.step % unit == 0:
                return f"{self.step // unit}{word}"
        return f"{self.step}us"

    @property
    def season(self) -> int:
        """Give 52 for weeks, 7 for days, and the steps in a day for what is shorter (1 where none divides a day)."""
        if self.step % WEEK == 0:
            return 52 // (self.step // WEEK) if 52 % (self.step // WEEK) == 0 else 1
        if self.step == DAY:
            return 7
        return DAY // self.step if DAY % self.step == 0 else 1

    @property
    def length(self) -> int:
        """Give the step itself."""
        return self.step

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the number of the step in which each time lies; below a day only labels are sessions (to 5 %)."""
        if self.step >= DAY:
            return (times - self.phase + self.slack) // self.step
        numbers = (times - self.phase + self.step // 2) // self.step
        off = np.abs(times - self.phase - numbers * self.step) > self.step // 20
        if off.any():
            raise refuse(self.name, times[off])
        return numbers

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the label of each step."""
        return self.phase + numbers * self.step


@dataclass(frozen=True)
class Months:
    """Count months, quarters or years: one row each, labelled on one day of the month.

    `step` is the length in months, `phase` the remainder that its months leave; `day` is the label's day of the
    month (31: the last one); where `business` holds, a label on a weekend moves to the nearest weekday inside the
    month. Any day of its month counts as the session, so a last trading day before a holiday does too.

    >>> Months(3).season, Months(12).name
    (4, 'yearly')
    """

    step: int = 1
    phase: int = 0
    day: int = 1
    business: bool = False
    offset: int = 0

    @property
    def name(self) -> str:
        """Name the step: monthly, quarterly, half-yearly, yearly or "every n months"."""
        return MONTH_NAMES.get(self.step, f"every {self.step} months")

    @property
    def season(self) -> int:
        """Give the steps in a year: 12, 4, 2 or 1."""
        return 12 // self.step if 12 % self.step == 0 else 1

    @property
    def length(self) -> int:
        """Give the step in months of 30 days."""
        return self.step * 30 * DAY

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the number of the month (quarter, year) in which each time lies."""
        months = month_of(times) - self.phase
        off = months % self.step != 0
        if off.any():
            raise refuse(self.name, times[off])
        return months // self.step

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the label of each month (quarter, year)."""
        return label_months(numbers * self.step + self.phase, self.day, self.business) * DAY + self.offset


@dataclass(frozen=True)
class Irregular:
    """Take every row as one session, where no calendar explains the dates.

    Rows that come after the known ones count on in their order; the coming labels lie one median distance apart.
    """

    known: tuple[int, ...]
    name: str = field(default="irregular", init=False)
    season: int = field(default=1, init=False)

    @cached_property
    def length(self) -> int:
        """Give the median distance between rows (a day where there is none)."""
        return int(np.median(np.diff(self.known))) if len(self.known) > 1 else DAY

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the row of each time; later times than the last known one count on."""
        known = np.array(self.known, dtype=np.int64)
        later = np.unique(times[times > known[-1]]) if len(known) else np.unique(times)
        sessions = np.concatenate([known, later])
        found = np.minimum(np.searchsorted(sessions, times), max(len(sessions) - 1, 0))
        off = sessions[found] != times
        if off.any():
            raise refuse(self.name, times[off])
        return found.astype(np.int64)

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the time of each row, continued by the median spacing on both sides."""
        known = np.array(self.known or (0,), dtype=np.int64)
        inside = np.clip(numbers, 0, len(known) - 1)
        return known[inside] + (numbers - inside) * self.length


def month_of(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the months since January 1970."""
    return times.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)


def label_months(months: NDArray[np.int64], day: int, business: bool) -> NDArray[np.int64]:
    """Give the day (since 1970) that labels each month: `day`, or the month's last where it is shorter."""
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    last = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    label = np.minimum(first + day - 1, last)
    if not business:
        return label
    forward = np.busday_offset(label.astype("datetime64[D]"), 0, roll="forward").astype(np.int64)
    backward = np.busday_offset(label.astype("datetime64[D]"), 0, roll="backward").astype(np.int64)
    return np.where((forward > last) | (day > 15) & (backward >= first), backward, forward)
