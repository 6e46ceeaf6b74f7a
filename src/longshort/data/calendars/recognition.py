"""Recognise each series' calendar from its dates: which calendar explains them, with the fewest sessions missing."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.daily import recognise_days
from longshort.data.calendars.hours import exchange_steps
from longshort.data.calendars.protocol import DAY, HOUR, WEEK, Calendar
from longshort.data.calendars.regular import Irregular, Months, Step, label_months, month_of

FEWEST_PRESENT = 0.5
"""A regular calendar that finds fewer of its sessions than this share does not explain the rows."""


def recognise(times: Sequence[NDArray[np.int64]]) -> list[Calendar]:
    """Recognise one calendar per series from its sorted, unique times (microseconds); equal ones are one object.

    Series that share their dates are looked at once. A series too short to tell takes the calendar of the others
    where that fits.

    >>> import numpy as np
    >>> recognise([np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]").astype("datetime64[us]").astype(int)])
    [Step(step=86400000000, phase=0, slack=0)]
    """
    distinct: dict[bytes, int] = {}
    which = [distinct.setdefault(np.ascontiguousarray(t).tobytes(), len(distinct)) for t in times]
    arrays = [np.frombuffer(key, dtype=np.int64) for key in distinct]
    found: list[Calendar | None] = [None if daily_like(t) else recognise_one(t) for t in arrays]
    days = [i for i, calendar in enumerate(found) if calendar is None]
    for i, calendar in zip(days, recognise_days([arrays[i] for i in days]), strict=True):
        found[i] = calendar
    shared: dict[Calendar, Calendar] = {}
    return [shared.setdefault(c, c) for c in (found[w] for w in which) if c is not None]


def daily_like(t: NDArray[np.int64]) -> bool:
    """Tell whether rows come at most once a day and, mostly, more than once a week."""
    if len(t) < 2:
        return True
    gaps = np.diff(t)
    if gaps.min() <= 12 * HOUR or 2 * np.count_nonzero(gaps < 4 * DAY) <= len(gaps):
        return False
    return bool(gaps.min() >= DAY or np.diff(t // DAY).min() > 0)


def recognise_one(t: NDArray[np.int64]) -> Calendar:
    """Recognise a series that is not daily: months, weeks, fixed steps, an exchange's minutes, or none of these."""
    attempts: tuple[Callable[[NDArray[np.int64]], Calendar | None], ...] = (
        months,
        weeks,
        around_the_clock,
        exchange_steps,
        steps,
    )
    for attempt in attempts:
        calendar = attempt(t)
        if calendar is not None:
            return calendar
    return Irregular(tuple(t.tolist()))


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
    day = t // DAY
    number = (day - week_phase(t) // DAY + 3) // 7
    gaps = np.diff(number)
    if np.diff(t).min() < 4 * DAY or gaps.min() < 1:
        return None
    step = int(reduce(np.gcd, gaps))
    if not enough(number // step):
        return None
    return Step(step * WEEK, week_phase(t) + int(number[0]) % step * WEEK, 3 * DAY)


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
