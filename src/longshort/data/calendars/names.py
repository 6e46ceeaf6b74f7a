"""Calendars by name, as `--calendar` takes them, and their labels' place in a file."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import Told
from longshort.data.calendars.daily import evening, strays
from longshort.data.calendars.exchange import Sessions, days_of
from longshort.data.calendars.fitting import STRAY_SHARE
from longshort.data.calendars.hours import exchange_steps
from longshort.data.calendars.intraday import SessionSteps
from longshort.data.calendars.listed import exchanges
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, WEEK, Calendar, refuse
from longshort.data.calendars.recognition import month_day, week_phase
from longshort.data.calendars.regular import Months, Numbered, Step, month_of
from longshort.data.calendars.weeks import BUSINESS_DAYS, WEEKS
from longshort.errors import CalendarError, examples, nearest

REGULAR: dict[str, Calendar] = {
    "numbered": Numbered(),
    "daily": Step(DAY),
    "hourly": Step(HOUR),
    "weekly": Step(WEEK, 4 * DAY, 3 * DAY),
    "monthly": Months(),
    "quarterly": Months(3),
    "half-yearly": Months(6),
    "yearly": Months(12),
    BUSINESS_DAYS: Sessions(BUSINESS_DAYS),
}
LENGTH = r"([1-9]\d*) ?(min|h|days|weeks)"
ALIASES = {
    "NYSE": "XNYS",
    "NASDAQ": "XNYS",
    "LSE": "XLON",
    "TSE": "XTKS",
    "KRX": "XKRX",
    "24/7": "daily",
    "FX": "24/5",
    "FOREX": "24/5",
    "GLOBEX": "CME",
    "CBOT": "CME",
    "COMEX": "CME",
    "NYMEX": "CME",
}


def named(name: str, times: NDArray[np.int64] | None = None, offsets: tuple[int, ...] = ()) -> Calendar:
    """Give the calendar of a name: an exchange's code, "24/5", "daily", "business days", "30min", "2h", "monthly" ...

    With a series' `times` the labels are placed as the file has them (the weekday of a week, the day of a month, the
    minutes of a session and their clock, if need be by the `offsets` from UTC that `recognise` takes); without, at the
    beginning of each. Raise CalendarError with the nearest names where there is none, or where an exchange's hours do
    not explain intraday times.

    >>> named("15min").season
    96
    """
    plain = by_name(ALIASES.get(name.upper(), name))
    return plain if times is None else distinct(placed(plain, times, offsets), times)


def by_name(name: str) -> Calendar:
    """Look a name up, without looking at data."""
    if name in REGULAR:
        return REGULAR[name]
    if re.fullmatch(LENGTH, name):
        return Step(length(name))
    written, _, step = name.partition(" ")
    code = code_of(ALIASES.get(written.upper(), written))
    if code is not None:
        return SessionSteps(code, length(step), 0, -length(step)) if step else Sessions(code)
    known = [*REGULAR, *ALIASES, *WEEKS, *exchange_names()]
    raise CalendarError(f"There is no calendar {name!r}.", hint=nearest(name, known))


def code_of(name: str) -> str | None:
    """Find the code of an exchange or a week, however its letters are written; None where there is none.

    >>> code_of("xnys"), code_of("US_FUTURES"), code_of("nowhere")
    ('XNYS', 'us_futures', None)
    """
    listed = {code.upper(): code for code in (*WEEKS, *exchanges())}
    if name.upper() in listed:
        return listed[name.upper()]
    return {code.upper(): code for code in exchange_names()}.get(name.upper())


def length(name: str) -> int:
    """Read "30min", "2h", "hourly" or "3 days" as microseconds; raise CalendarError where it is none of these.

    >>> length("2h") // HOUR
    2
    """
    counted = re.fullmatch(LENGTH, {"hourly": "1h"}.get(name, name))
    if not counted:
        raise CalendarError(f"{name!r} is no length of time.", hint="Write it like 1min, 30min, 2h, 3 days or 2 weeks.")
    return int(counted[1]) * {"min": MINUTE, "h": HOUR, "days": DAY, "weeks": WEEK}[counted[2]]


def exchange_names() -> list[str]:
    """List the codes of all exchanges that the library knows."""
    import exchange_calendars

    return [str(name) for name in exchange_calendars.get_calendar_names(include_aliases=False)]


def distinct(calendar: Calendar, times: NDArray[np.int64]) -> Calendar:
    """Pass a calendar on if it gives every row a session of its own; raise CalendarError where two rows share one."""
    twice = np.flatnonzero(np.diff(calendar.numbers(times)) < 1)
    if len(twice):
        shown = [str(t.astype("datetime64[s]")) for t in times[twice + 1].astype("datetime64[us]")]
        raise CalendarError(
            f"With the calendar {calendar.name!r} several rows fall into one session: {examples(shown)}.",
            hint="Leave --calendar out, or name one with shorter sessions.",
        )
    return calendar


def placed(plain: Calendar, times: NDArray[np.int64], offsets: tuple[int, ...]) -> Calendar:
    """Move a calendar's labels to where a file has them; raise CalendarError where it cannot explain the times."""
    if not len(times):
        return plain
    if isinstance(plain, Sessions | SessionSteps):
        return placed_sessions(plain.code, times, offsets)
    if isinstance(plain, Months):
        month = month_of(times)
        day, business = month_day(times // DAY, month)
        return Months(plain.step, int(month[0]) % plain.step, day, business, int(np.min(times % DAY)))
    if isinstance(plain, Step) and plain.step % WEEK == 0:
        return replace(plain, phase=week_phase(times), slack=3 * DAY)
    if isinstance(plain, Step):
        return replace(plain, phase=int(np.min(times % DAY) if plain.step == DAY else times[0] % plain.step))
    return plain


def placed_sessions(code: str, times: NDArray[np.int64], offsets: tuple[int, ...]) -> Calendar:
    """Place an exchange's days, or its minutes where the times have several rows a day."""
    if len(np.unique(times // DAY)) < len(times):
        steps = exchange_steps(times, Told(offsets), codes=(code,))
        if steps is None:
            raise CalendarError(
                f"The opening hours of {code} explain the times neither in UTC nor in the exchange's own clock.",
                hint="Leave --calendar out, or name a regular step such as 1min.",
            )
        return steps
    offset = evening(times)
    days = days_of(times, offset)
    extra = strays(code, days)
    if len(extra) > STRAY_SHARE * len(times):
        raise refuse(code, np.array(extra) * DAY)
    return Sessions(code, extra, offset)
