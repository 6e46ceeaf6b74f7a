"""Calendars: which moments are sessions, and how many sessions lie between two of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.exchange import Sessions
from longshort.data.calendars.intraday import SessionSteps
from longshort.data.calendars.names import named
from longshort.data.calendars.protocol import Calendar
from longshort.data.calendars.recognition import is_session, recognise
from longshort.data.calendars.regular import Irregular, Months, Numbered, Step
from longshort.errors import CalendarError

__all__ = ["Calendar", "from_dict", "is_session", "missing_sessions", "named", "recognise", "to_dict"]

KINDS: dict[str, type] = {
    kind.__name__.lower(): kind for kind in (Numbered, Step, Months, Irregular, Sessions, SessionSteps)
}


def missing_sessions(calendar: Calendar, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the labels of the sessions between the first and the last time that have no row."""
    if len(times) < 2:
        return np.zeros(0, dtype=np.int64)
    numbers = calendar.numbers(times)
    return calendar.times(np.setdiff1d(np.arange(numbers.min(), numbers.max() + 1), numbers))


def to_dict(calendar: Calendar) -> dict[str, Any]:
    """Describe a calendar as plain data, to save it beside a model."""
    kind = next(name for name, kind in KINDS.items() if isinstance(calendar, kind))
    fields = {k: v for k, v in vars(calendar).items() if k not in ("name", "season", "length")}
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
