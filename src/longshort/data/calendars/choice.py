"""Choose among calendars that explain the rows of a series equally well: by a fixed order, or by asking the user."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.listed import FIRST, day_of_year, exchanges, open_days, sessions_within
from longshort.errors import CalendarError, examples
from longshort.language import listed as in_words
from longshort.language import message

ORDER = (
    *("XNYS", "XLON", "XTKS", "XPAR", "XETR", "XHKG", "XTSE", "XASX", "XSHG", "XSWX", "XBOM", "XSTO", "XMIL", "BVMF"),
    *("XTAI", "XKRX", "XEUR", "CMES"),
)
"""Of several exchanges that explain a series equally well and go on alike, the first of these is taken; after them
come the others by the alphabet. So XPAR stands for all of Euronext (XAMS, XBRU, XLIS) and XLUX, XETR for the German
floors (XFRA, XDUS, XHAM), XEUR for XEEE and XSTU, XNYS for XCBF: these are open on the same days since `ALIKE`."""
ALIKE = 2005
DAYS_TO_COME, STEPS_TO_COME = 20, 5
"""Calendars go on alike where so many coming sessions are the same: of days, and of a file with several rows a day."""
SHOWN = 6


@dataclass(frozen=True)
class Told:
    """Hold what is known beside the dates, and what there is to say about a choice.

    `offsets` are the distances from UTC, in minutes, that the file states. `to_come` tells whether sessions after the
    last row matter: where they do not, equals are equal, and nobody is asked. `notes` takes what was chosen.
    """

    offsets: tuple[int, ...] = ()
    to_come: bool = True
    notes: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def ranked() -> tuple[str, ...]:
    """Give the exchanges that are listed, in the order in which one is taken among equals."""
    return (*ORDER, *sorted(set(exchanges()) - set(ORDER)))


def chosen(rivals: tuple[str, ...], last: int, coming: int, told: Told) -> str:
    """Choose among exchanges that explain a series up to the day `last`: the first, where the next sessions are equal.

    A note is added unless they have been the same since `ALIKE`. Raise CalendarError, naming all, where they differ.
    """
    different = unlike(rivals)
    first, others = different[0], different[1:]
    if not others or not told.to_come:
        return first
    days = {code: next_days(code, last, coming) for code in different}
    for other in others:
        if not np.array_equal(days[first], days[other]):
            day = int(np.setxor1d(days[first], days[other])[0])
            raise ambiguous(different, (first, other) if day in days[first] else (other, first), day)
    text = message("calendars.equals", code=first, names=in_words(others, SHOWN), n=coming)
    told.notes.extend([] if text in told.notes else [text])
    return first


def unlike(codes: Sequence[str]) -> tuple[str, ...]:
    """Keep the first of exchanges that have been the same since `ALIKE`."""
    return tuple(code for k, code in enumerate(codes) if not any(alike(code, earlier) for earlier in codes[:k]))


def ambiguous(codes: Sequence[str], one_open_one_closed: tuple[str, str], day: int) -> CalendarError:
    """Word the question which of several exchanges is meant, with the first day on which they part."""
    there, closed = one_open_one_closed
    return CalendarError(
        f"The dates agree equally well with the calendars of {len(codes)} exchanges: {examples(codes, SHOWN)}. "
        f"They go on differently: {np.datetime64(day, 'D')} is a session of {there} and none of {closed}.",
        hint=f"Say which is meant, such as --calendar {codes[0]} or --calendar {codes[1]}.",
    )


@lru_cache(maxsize=1 << 12)
def alike(one: str, other: str) -> bool:
    """Tell whether two exchanges have had the same sessions since `ALIKE`."""
    begin = day_of_year(ALIKE) - day_of_year(FIRST)
    return bool(np.array_equal(open_days(one)[begin:], open_days(other)[begin:]))


def next_days(code: str, last: int, coming: int) -> NDArray[np.int64]:
    """List the days of an exchange's next sessions after a day."""
    return (last + 1 + np.flatnonzero(sessions_within(code, last + 1, last + 3 * coming + 30)))[:coming]
