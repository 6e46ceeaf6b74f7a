"""Recognise each series' calendar from its dates: which calendar explains them, with the fewest sessions missing."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import Told
from longshort.data.calendars.daily import FEWEST_ROWS, recognise_days
from longshort.data.calendars.exchange import Sessions, days_of
from longshort.data.calendars.hours import exchange_steps
from longshort.data.calendars.intraday import SessionSteps, locate
from longshort.data.calendars.protocol import DAY, HOUR, WEEK, Calendar
from longshort.data.calendars.regular import Irregular, Months, Step, label_months, month_of

FEWEST_PRESENT = 0.5
"""A regular calendar that finds fewer of its sessions than this share does not explain the rows."""


def recognise(
    times: Sequence[NDArray[np.int64]],
    observed: Sequence[NDArray[np.bool_]] | None = None,
    offsets: tuple[int, ...] = (),
    notes: list[str] | None = None,
    to_come: bool = True,
) -> list[Calendar]:
    """Recognise one calendar per series from its sorted, unique times (microseconds); equal ones are one object.

    Series that share their dates are looked at once. A series too short to tell takes the calendar of the others
    where that fits. `observed` tells of every row whether its target is known: a row without one speaks for no session,
    and may lie outside all (`is_session` tells which). `offsets` are the distances from UTC, in minutes, that the file
    states: one for local times, several where the times have been turned into UTC (or are dates). What was chosen
    among equals is added to `notes`; CalendarError is raised where the user must choose, unless no session after the
    last row will matter (`to_come`).

    >>> import numpy as np
    >>> recognise([np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]").astype("datetime64[us]").astype(int)])
    [Step(step=86400000000, phase=0, slack=0)]
    """
    told = Told(offsets, to_come, [] if notes is None else notes)
    found = of_rows(times if observed is None else observed_rows(times, observed), told)
    if observed is not None:
        unsuited = [i for i, own in enumerate(observed) if not own.all() and not leaves_out(found[i], own)]
        for i, calendar in zip(unsuited, of_rows([times[i] for i in unsuited], told), strict=True):
            found[i] = calendar
    shared: dict[Calendar, Calendar] = {}
    return [shared.setdefault(calendar, calendar) for calendar in found]


def of_rows(times: Sequence[NDArray[np.int64]], told: Told) -> list[Calendar]:
    """Recognise one calendar per series in which every row counts."""
    distinct: dict[bytes, int] = {}
    which = [distinct.setdefault(np.ascontiguousarray(t).tobytes(), len(distinct)) for t in times]
    arrays = [np.frombuffer(key, dtype=np.int64) for key in distinct]
    found = [None if daily_like(t) else recognise_one(t, told) for t in arrays]
    days = [i for i, calendar in enumerate(found) if calendar is None]
    for i, calendar in zip(days, recognise_days([arrays[i] for i in days], told), strict=True):
        found[i] = calendar
    return [calendar for calendar in (found[w] for w in which) if calendar is not None]


def observed_rows(times: Sequence[NDArray[np.int64]], observed: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.int64]]:
    """Take the times of the rows whose target is known."""
    return [own if known.all() else own[known] for own, known in zip(times, observed, strict=True)]


def leaves_out(calendar: Calendar, known: NDArray[np.bool_]) -> bool:
    """Tell whether a calendar of the known rows may leave out rows without a target: one that closes, told by enough.

    Other calendars have a session for every row; where targets are blank at random they would find too few.
    """
    return bool(isinstance(calendar, Sessions | SessionSteps) and known.sum() >= FEWEST_ROWS)


def is_session(calendar: Calendar, times: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which times are sessions of a calendar that was recognised from some of them; only an exchange closes.

    >>> import numpy as np
    >>> from longshort.data.calendars.exchange import Sessions
    >>> times = np.array(["2017-12-22", "2017-12-25"], dtype="datetime64[us]").astype(int)
    >>> is_session(Sessions("XNYS"), times).tolist()
    [True, False]
    """
    if isinstance(calendar, Sessions):
        days = days_of(times, calendar.offset)
        return np.isin(days, calendar.days(int(days.min()), int(days.max()))[0]) if len(days) else days > 0
    if isinstance(calendar, SessionSteps) and len(times):
        slots = calendar.slots(int(times.min()) // DAY, int(times.max()) // DAY)
        return locate(slots, calendar.step, times)[1] | np.isin(times, calendar.extra)
    return np.ones(len(times), dtype=bool)


def daily_like(t: NDArray[np.int64]) -> bool:
    """Tell whether rows come at most once a day and, mostly, more than once a week."""
    if len(t) < 2:
        return True
    gaps = np.diff(t)
    if gaps.min() <= 12 * HOUR or 2 * np.count_nonzero(gaps < 4 * DAY) <= len(gaps):
        return False
    return bool(gaps.min() >= DAY or np.diff(t // DAY).min() > 0)


def recognise_one(t: NDArray[np.int64], told: Told) -> Calendar:
    """Recognise a series that is not daily: months, weeks, fixed steps, an exchange's minutes, or none of these."""
    return (
        months(t)
        or weeks(t)
        or around_the_clock(t)
        or exchange_steps(t, told)
        or steps(t)
        or Irregular(tuple(t.tolist()))
    )


def months(t: NDArray[np.int64]) -> Months | None:
    """Recognise months, quarters and years: at most one row in each, and most of them there."""
    month = month_of(t)
    gaps = np.diff(month)
    if gaps.min() < 1 or np.diff(t).min() < 20 * DAY:
        return None
    step = int(reduce(np.gcd, gaps))
    if not enough(month // step):
        return None
    day, business = month_day(t // DAY, month)
    return Months(step, int(month[0]) % step, day, business, int(np.min(t % DAY)))


def month_day(days: NDArray[np.int64], month: NDArray[np.int64]) -> tuple[int, bool]:
    """Find on which day of the month rows are labelled, and whether weekends move the label."""
    first = label_months(month, 1, business=False)
    day = int((days - first).max()) + 1
    for candidate, business in ((day, False), (31, False), (31, True), (1, True)):
        if np.array_equal(label_months(month, candidate, business), days):
            return (31 if candidate >= 29 and ends(days, month) else candidate), business
    if np.median(label_months(month, 31, business=False) - days) <= 4:
        return 31, True
    return int(np.median(days - first)) + 1, False


def ends(days: NDArray[np.int64], month: NDArray[np.int64]) -> bool:
    """Tell whether every row lies on the last day of its month."""
    return bool(np.array_equal(label_months(month, 31, business=False), days))


def weeks(t: NDArray[np.int64]) -> Step | None:
    """Recognise weeks (or every n weeks), anchored on their commonest weekday; a holiday may move a row by 3 days."""
    phase = week_phase(t)
    number = (t - phase + 3 * DAY) // WEEK
    gaps = np.diff(number)
    if np.diff(t).min() < 4 * DAY or gaps.min() < 1:
        return None
    step = int(reduce(np.gcd, gaps))
    if not enough(number // step):
        return None
    return Step(step * WEEK, phase + int(number[0]) % step * WEEK, 3 * DAY)


def week_phase(t: NDArray[np.int64]) -> int:
    """Give the commonest weekday and time of day of the rows, as microseconds after a Thursday's midnight."""
    of_day = int(np.bincount((t % DAY) // 1_000_000).argmax()) * 1_000_000
    return int(np.bincount(t // DAY % 7).argmax()) * DAY + of_day


def steps(t: NDArray[np.int64], share: float = FEWEST_PRESENT) -> Step | None:
    """Recognise steps of one fixed length round the clock: all distances are multiples of the commonest one."""
    gaps, counts = np.unique(np.diff(t), return_counts=True)
    step = int(gaps[counts.argmax()])
    calendar = Step(step, int(t[0]) % step)
    number = (t - calendar.phase + step // 2) // step
    off = np.abs(calendar.times(number) - t) > step // 20
    return None if off.any() or not enough(number, share) else calendar


def around_the_clock(t: NDArray[np.int64]) -> Step | None:
    """Recognise fixed steps that hardly leave any out: nights and weekends are there."""
    return steps(t, share=0.9)


def enough(numbers: NDArray[np.int64], share: float = FEWEST_PRESENT) -> bool:
    """Tell whether no session holds two rows and at least a share of the span's sessions holds one."""
    gaps = np.diff(numbers)
    return bool(gaps.min() >= 1 and len(numbers) >= share * (int(numbers[-1] - numbers[0]) + 1))
