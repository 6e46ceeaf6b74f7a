"""Calendars of trading days: exchanges through `exchange_calendars`, and plain weekdays."""

import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.listed import FIRST, day_of_year, last_listed, sessions_within, weekday
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, refuse
from longshort.data.calendars.weeks import BUSINESS_DAYS as BUSINESS_DAYS
from longshort.data.calendars.weeks import WEEKS, Week
from longshort.data.calendars.zones import in_utc
from longshort.errors import CalendarError

ANCHOR = 2000
"""Session 0 of every exchange is its first session of this year, whatever the data: numbers never move."""
USUAL_SESSIONS = 250
YEAR = 365


@dataclass(frozen=True, eq=False)
class Schedule:
    """Hold an exchange's sessions: days since 1970, and the stretches of trading in UTC microseconds.

    A session has one stretch, or two around a lunch break. The library knows the sessions from `first` to `last`
    (days); outside, the days of its usual week stand for them.
    """

    days: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    zone: str
    first: int
    last: int


def weekdays(first: int, last: int) -> NDArray[np.int64]:
    """List the days from Monday to Friday between two days since 1970, both inclusive.

    >>> weekdays(0, 5).tolist()  # 1970-01-01 was a Thursday
    [0, 1, 4, 5]
    """
    days = np.arange(first, last + 1)
    return days[(days + 3) % 7 < 5]


@lru_cache(maxsize=64)
def schedule(code: str, first_year: int, last_year: int) -> Schedule:
    """Compute the sessions of whole years, once per process; beyond what it knows, its usual week continues."""
    first, last = day_of_year(first_year), day_of_year(last_year + 1) - 1
    if code == BUSINESS_DAYS:
        days = weekdays(first, last)
        return Schedule(days, days * DAY, days * DAY + DAY, "UTC", first, last)
    if code in WEEKS:
        return of_week(WEEKS[code], first_year, last_year)
    exchange = bounded(code, first, last)
    days = _micro(exchange.sessions) // DAY
    low, high = max(first, bound_day(exchange.bound_min(), first)), min(last, bound_day(exchange.bound_max(), last))
    week = np.array([sign == "1" for sign in exchange.weekmask])
    before, after = (days[week[weekday(days)]] for days in (np.arange(first, low), np.arange(high + 1, last + 1)))
    starts, ends = trading(exchange.schedule, before, after)
    return Schedule(np.concatenate([before, days, after]), starts, ends, str(exchange.tz), low, high)


def of_week(week: Week, first_year: int, last_year: int) -> Schedule:
    """Lay out a week of trading round the clock, as `weeks` describes it."""
    days = session_days(week.days, first_year, last_year)
    starts, ends = (in_utc(days * DAY + minute * MINUTE, week.zone) for minute in (week.opens, week.closes))
    return Schedule(days, starts, ends, week.zone, int(days[0]), int(days[-1]))


def trading(table: Any, before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """List the stretches of trading; days that the library does not know take the hours of the nearest one."""
    start, pause, again, end = (
        _micro(table[name].dt.tz_localize(None)) for name in ("open", "break_start", "break_end", "close")
    )
    midnight = _micro(table.index) // DAY * DAY
    hours = [
        np.concatenate([before * DAY + hour[0] - midnight[0], hour, after * DAY + hour[-1] - midnight[-1]])
        for hour in (start, end)
    ]
    lunch = ~np.isnat(table["break_start"].dt.tz_localize(None).to_numpy())
    return np.sort(np.concatenate([hours[0], again[lunch]])), np.sort(np.concatenate([hours[1], pause[lunch]]))


def bound_day(bound: Any, otherwise: int) -> int:
    """Turn a bound of the library's into a day since 1970."""
    return otherwise if bound is None else int(_micro(bound)) // DAY


def bounded(code: str, first: int, last: int) -> Any:
    """Ask the library for an exchange between two days, or for as much of that as it knows."""
    import exchange_calendars
    from exchange_calendars.pandas_extensions.offsets import OrthodoxEaster

    OrthodoxEaster._add_datetime = OrthodoxEaster._apply  # what pandas 3 calls it: without, Athens cannot be computed

    def ask(start: int, end: int) -> Any:
        dates = [str(np.datetime64(day, "D")) for day in (start, end)]
        with warnings.catch_warnings():  # the library's own quarrels with newer pandas are no news to a user
            warnings.simplefilter("ignore")
            return exchange_calendars.get_calendar(code, start=dates[0], end=dates[1])

    try:
        return ask(first, last)
    except ValueError:
        pass
    try:
        probe = ask(day_of_year(2022), day_of_year(2023) - 1)
        return ask(max(first, bound_day(probe.bound_min(), first)), min(last, bound_day(probe.bound_max(), last)))
    except ValueError as error:
        reason = str(error)[:200]
        raise CalendarError(f"The exchange calendar {code!r} cannot be computed: {reason}") from error


def _micro(dates: Any) -> NDArray[np.int64]:
    values = dates.to_numpy() if hasattr(dates, "to_numpy") else np.asarray(dates)
    return np.asarray(values).astype("datetime64[us]").astype(np.int64)


def years_around(low: int, high: int) -> tuple[int, int]:
    """Give the first and the last year of a stretch that covers two days since 1970, the anchor, and some years more.

    >>> years_around(day_of_year(2016), day_of_year(2018))
    (2000, 2019)
    """
    years = np.array([low, high]).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    return min(ANCHOR, int(years[0]) // 10 * 10), max(ANCHOR, int(years[1]) + 1) // 5 * 5 + 4


def covering(code: str, low: int, high: int) -> Schedule:
    """Give the schedule of an exchange that covers two days since 1970, the anchor, and some years more."""
    return schedule(code, *years_around(low, high))


def days_covering(code: str, low: int, high: int) -> NDArray[np.int64]:
    """Give the days of that schedule, without its hours: read off the list where that suffices, which takes no time."""
    return session_days(code, *years_around(low, high))


@lru_cache(maxsize=64)
def session_days(code: str, first_year: int, last_year: int) -> NDArray[np.int64]:
    """List the sessions of whole years as days since 1970: listed ones first, the library where the list ends."""
    first, after = day_of_year(first_year), day_of_year(last_year + 1)
    if code == BUSINESS_DAYS:
        return weekdays(first, after - 1)
    if code in WEEKS:
        return session_days(WEEKS[code].days, first_year, last_year)
    last = last_listed(code)
    if last is None:
        return schedule(code, first_year, last_year).days
    low, end = max(first, day_of_year(FIRST)), min(after, day_of_year(last + 1))
    listed = low + np.flatnonzero(sessions_within(code, low, end - 1))
    if (low, end) == (first, after):
        return listed
    asked = schedule(code, first_year, last_year).days
    return np.concatenate([asked[asked < low], listed, asked[asked >= end]])


@lru_cache(maxsize=64)
def closing(code: str) -> int:
    """Give an exchange's usual close as microseconds after its date's midnight in UTC.

    >>> closing("XTKS") < closing("XNYS")
    True
    """
    table = covering(code, day_of_year(2020), day_of_year(2020))
    own = np.searchsorted(table.days * DAY, table.ends, side="right") - 1
    last = np.zeros(len(table.days), dtype=np.int64)
    np.maximum.at(last, own, table.ends - table.days[own] * DAY)
    return int(np.median(last))


@dataclass(frozen=True)
class Sessions:
    """Count the trading days of an exchange (`code`), or plain business days.

    `extra` are days since 1970 on which the file has a row though the exchange was closed: each counts as a session
    of its own, so that no row is lost. `offset` is where in the day the file's label lies, in microseconds; a
    negative one (labels on the evening before) shifts the day.
    """

    code: str
    extra: tuple[int, ...] = ()
    offset: int = 0
    season: int = field(default=5, init=False)
    length: int = field(default=DAY, init=False)

    @property
    def name(self) -> str:
        """Give the exchange's code, or "business days"."""
        return self.code

    def days(self, low: int, high: int) -> tuple[NDArray[np.int64], int]:
        """List all sessions between two days and some years more, with the position of session 0."""
        days = days_covering(self.code, low, high)
        if self.extra:
            days = np.union1d(days, np.array(self.extra, dtype=np.int64))
        return days, int(np.searchsorted(days, day_of_year(ANCHOR)))

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the session number of the day in which each time lies."""
        if not len(times):
            return np.zeros(0, dtype=np.int64)
        wanted = days_of(times, self.offset)
        days, zero = self.days(int(wanted.min()), int(wanted.max()))
        found = np.minimum(np.searchsorted(days, wanted), len(days) - 1)
        off = days[found] != wanted
        if off.any():
            raise refuse(self.name, times[off])
        return found.astype(np.int64) - zero

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the label of each session, also of those that are still to come."""
        if not len(numbers):
            return np.zeros(numbers.shape, dtype=np.int64)
        low, high = (usual_day(int(number), USUAL_SESSIONS) for number in (numbers.min(), numbers.max()))
        days, zero = self.days(low, high)
        while numbers.min() + zero < 0 or numbers.max() + zero >= len(days):
            low, high = low - 5 * YEAR, high + 5 * YEAR
            days, zero = self.days(low, high)
        return days[numbers + zero] * DAY + self.offset


def days_of(times: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
    """Give the day to which a label belongs; with a negative offset the evening belongs to the next day."""
    return (times + (12 * HOUR if offset < 0 else 0)) // DAY


def usual_day(number: int, yearly: int) -> int:
    """Guess the day of a session number, were there so many sessions in every year."""
    return day_of_year(ANCHOR) + number * YEAR // yearly
