"""Calendars: which moments are sessions, and how many sessions lie between two of them."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.exchange import BUSINESS_DAYS, Sessions
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE, WEEK, Calendar
from longshort.data.calendars.recognition import recognise
from longshort.data.calendars.regular import Irregular, Months, Numbered, Step
from longshort.errors import CalendarError, nearest

__all__ = ["Calendar", "from_dict", "missing_sessions", "named", "recognise", "to_dict"]

KINDS: dict[str, type] = {kind.__name__.lower(): kind for kind in (Numbered, Step, Months, Irregular, Sessions)}
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
ALIASES = {"NYSE": "XNYS", "NASDAQ": "XNYS", "LSE": "XLON", "TSE": "XTKS", "KRX": "XKRX", "24/7": "daily"}


def named(name: str) -> Calendar:
    """Give the calendar of a name: an exchange's code, "daily", "business days", "30min", "2h", "monthly" ...

    Raise CalendarError with the nearest names where there is none.

    >>> named("15min").season
    96
    """
    name = ALIASES.get(name.upper(), name)
    if name in REGULAR:
        return REGULAR[name]
    counted = re.fullmatch(r"(\d+) ?(min|h|days)", name)
    if counted and int(counted[1]):
        return Step(int(counted[1]) * {"min": MINUTE, "h": HOUR, "days": DAY}[counted[2]])
    if name.upper() in exchange_names():
        return Sessions(name.upper())
    known = [*REGULAR, *ALIASES, *exchange_names()]
    raise CalendarError(f"There is no calendar {name!r}.", hint=nearest(name, known))


def exchange_names() -> list[str]:
    """List the codes of all exchanges that the library knows."""
    import exchange_calendars

    return [str(name) for name in exchange_calendars.get_calendar_names(include_aliases=False)]


def missing_sessions(calendar: Calendar, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the labels of the sessions between the first and the last time that have no row."""
    if len(times) < 2:
        return np.zeros(0, dtype=np.int64)
    numbers = calendar.numbers(times)
    return calendar.times(np.setdiff1d(np.arange(numbers.min(), numbers.max() + 1), numbers))


def to_dict(calendar: Calendar) -> dict[str, Any]:
    """Describe a calendar as plain data, to save it beside a model."""
    kind = next(name for name, kind in KINDS.items() if isinstance(calendar, kind))
    fields = {k: v for k, v in vars(calendar).items() if k not in ("name", "season", "spacing")}
    return {"kind": kind, **{k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}}


def from_dict(described: dict[str, Any]) -> Calendar:
    """Rebuild a calendar from `to_dict`; raise CalendarError where the description is not one."""
    settings = dict(described)
    try:
        kind = KINDS[settings.pop("kind")]
        calendar: Calendar = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
    except (KeyError, TypeError) as error:
        raise CalendarError(f"{described!r} does not describe a calendar.") from error
    return calendar
