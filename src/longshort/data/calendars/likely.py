"""Which exchanges (and weeks round the clock) may have traded intraday rows, in which clock, the likeliest first.

Only listed days and usual hours are looked at, which takes no time; `hours` then asks for the full schedules of few.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import ranked
from longshort.data.calendars.exchange import ANCHOR, covering
from longshort.data.calendars.listed import day_of_year, exchanges, listed, sessions_within, weekday
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE
from longshort.data.calendars.weeks import WEEKS
from longshort.data.calendars.zones import UTC, agrees, ahead, fixed

SAMPLE = 40
EARLY, LATE = 6 * HOUR, 4 * HOUR
"""How far before the open and after the close a file may trade."""
FEWEST_INSIDE, MOST = 0.3, 0.98
"""So many rows must lie inside the usual hours, and inside those with `EARLY` and `LATE`, for an exchange to be asked.
"""
FOREIGN_DAYS = 50
"""One day in so many (but always one) may have rows though the exchange was closed."""


@dataclass(frozen=True)
class Pair:
    """Hold an exchange (or week) with a clock in which its rows may be written, and how far from likely that is.

    `foreign` tells that its zone is ahead of UTC by another offset than the file states, `days` counts sessions without
    a row and five for each row on a closed day, `edges` the minutes between the usual hours and the rows' own.
    """

    foreign: bool
    days: int
    edges: int
    code: str
    clock: str


@dataclass(frozen=True, eq=False)
class Rows:
    """Hold intraday rows as every clock shows them: their times, the distances from UTC that the file states, a step.

    Where the file states one distance the times are local; where it states several, or none but 0, they are UTC.
    """

    times: NDArray[np.int64]
    offsets: tuple[int, ...]
    step: int

    @property
    def days(self) -> NDArray[np.int64]:
        """Sample the days since 1970 with rows."""
        days = np.unique(self.times // DAY)
        sampled: NDArray[np.int64] = days[np.linspace(0, len(days) - 1, min(SAMPLE, len(days))).astype(int)]
        return sampled

    def clocks(self, zone: str, further: Sequence[str]) -> list[str]:
        """List the clocks in which a zone's rows may be written."""
        if not self.offsets:
            return list(dict.fromkeys((UTC, zone, *further)))
        if len(self.offsets) > 1:
            return [UTC]
        return [zone if any(self.offsets) and agrees(zone, self.days, self.offsets) else fixed(self.offsets[0])]

    def foreign(self, zone: str) -> bool:
        """Tell whether a zone's clock contradicts the distances from UTC that the file states."""
        return any(self.offsets) and not agrees(zone, self.days, self.offsets)


def likely(rows: Rows, codes: tuple[str, ...] | None) -> list[Pair]:
    """List exchanges and weeks with their clocks, the likeliest first; all `codes` where they are named."""
    thin, pairs = telling(rows), []
    for code in (*ranked(), *WEEKS) if codes is None else codes:
        week = WEEKS.get(code)
        zone, opens, closes = usual(code)
        for clock in rows.clocks(zone, week.clocks if week else ()):
            shown = as_shown(thin, zone, clock)
            days = (shown - (opens + closes) // 2 * MINUTE + DAY // 2) // DAY
            if codes is not None or possible(shown - days * DAY, opens * MINUTE, closes * MINUTE):
                lost, stray = absent(days, week.days if week else code)
                if codes is not None or stray <= max(1, len(np.unique(days)) // FOREIGN_DAYS):
                    apart = edges(shown, days, (opens * MINUTE, closes * MINUTE), rows.step)
                    pairs.append(Pair(rows.foreign(zone), lost + 5 * stray, apart, code, clock))
    return sorted(pairs, key=lambda pair: (pair.foreign, pair.days, pair.edges))


def telling(rows: Rows) -> NDArray[np.int64]:
    """Take the first row of every hour, and the rows before and after each hole: the others tell nothing more."""
    t = rows.times
    new_hour, hole = np.diff(t // HOUR) > 0, np.diff(t) != rows.step
    told: NDArray[np.int64] = t[np.r_[True, new_hour | hole] | np.r_[hole, True]]
    return told


def as_shown(times: NDArray[np.int64], zone: str, clock: str) -> NDArray[np.int64]:
    """Turn what a clock shows into what a zone's shows; its summer time may follow two weeks late."""
    first = int(times[0]) // DAY
    fortnight = (times // DAY - first) // 14
    grid = [first + 14 * k for k in range(int(fortnight[-1]) + 1)]
    minutes = np.array([ahead(zone, day) - ahead(clock, day) for day in grid], dtype=np.int64)
    return times + minutes[fortnight] * MINUTE


def possible(moments: NDArray[np.int64], opens: int, closes: int) -> bool:
    """Tell whether rows, as times after their dates' midnight, may be an exchange's: not too many before and after."""
    within = (moments >= opens - EARLY) & (moments <= closes + LATE)
    return bool(np.mean(within) >= MOST and np.mean((moments >= opens) & (moments <= closes)) >= FEWEST_INSIDE)


def absent(days: NDArray[np.int64], code: str) -> tuple[int, int]:
    """Count an exchange's sessions without a row, and the days with rows on which it was closed."""
    low, high = int(days[0]), int(days[-1])
    is_session = sessions_within(code, low, high) if code in ranked() else weekday(np.arange(low, high + 1)) < 5
    has = np.zeros(len(is_session), dtype=bool)
    has[days - low] = True
    return int((is_session & ~has).sum()), int((has & ~is_session).sum())


def edges(shown: NDArray[np.int64], days: NDArray[np.int64], hours: tuple[int, int], step: int) -> int:
    """Measure in minutes how far the days' usual first and last rows lie from a step after the open and the close."""
    begin = np.flatnonzero(np.r_[True, np.diff(days) > 0])
    end = np.r_[begin[1:], len(days)] - 1
    first, last = (int(np.median(shown[at] - days[at] * DAY)) for at in (begin, end))
    late, early = first - hours[0], hours[1] - last
    return sum(max(0, -apart, apart - step) for apart in (late, early)) // MINUTE


def usual(code: str) -> tuple[str, int, int]:
    """Give the zone of an exchange or a week and its usual hours in minutes: all day for what is not listed."""
    if code in WEEKS or code in exchanges():
        found = WEEKS.get(code) or listed(code)
        return found.zone, found.opens, found.closes
    return covering(code, day_of_year(ANCHOR), day_of_year(ANCHOR)).zone, 0, 24 * 60
