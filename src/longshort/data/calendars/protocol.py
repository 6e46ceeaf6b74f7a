"""What every calendar can do, and the clock that they share: int64 microseconds since 1970."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from longshort.errors import CalendarError, examples

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


@runtime_checkable
class Calendar(Protocol):
    """Count sessions: a calendar gives each trading session, day, minute or month a number and a label.

    Calendars are immutable, hashable and equal when they count alike. Numbers have no meaning but their distance:
    two sessions are neighbours exactly when their numbers differ by one.
    """

    @property
    def name(self) -> str:
        """Name the calendar as `--calendar` takes it."""

    @property
    def season(self) -> int:
        """Give the number of sessions after which a pattern may repeat; 1 where none is natural."""

    @property
    def length(self) -> int:
        """Give the usual length of a session in microseconds, to tell a month's value from a day's."""

    def numbers(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the session number of each time; raise CalendarError quoting times that are no session."""

    def times(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the label (microseconds) of each session number, past and coming."""


def refuse(name: str, times: NDArray[np.int64]) -> CalendarError:
    """Word the refusal of times that are no session of a calendar."""
    labels = [
        str(t).replace("T", " ").removesuffix(" 00:00:00")
        for t in times.astype("datetime64[us]").astype("datetime64[s]")
    ]
    return CalendarError(
        f"{examples(labels)} {'is no session' if len(labels) == 1 else 'are no sessions'} of the calendar {name!r}.",
        hint="Leave --calendar out to have the calendar recognised from the dates, or name another one.",
    )
