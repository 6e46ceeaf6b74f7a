"""Recognise calendars of days, for all series at once: every day, business days, or an exchange's sessions."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import DAYS_TO_COME, Told, chosen, ranked, unlike
from longshort.data.calendars.exchange import Sessions, days_covering, days_of
from longshort.data.calendars.fitting import NEVER, Days, Fit, costs, fit, without_holidays
from longshort.data.calendars.listed import sessions_within, weekday
from longshort.data.calendars.protocol import DAY, HOUR, Calendar
from longshort.data.calendars.regular import Step
from longshort.data.calendars.weeks import BUSINESS_DAYS

FEWEST_ROWS = 10
"""Fewer rows speak for no exchange: a day that is absent among them may be any day."""
FEWEST_APART = 8
"""So many rows, all several days apart, make a calendar of every second or third day."""
WEEKEND_SHARE = 0.005


def recognise_days(times: Sequence[NDArray[np.int64]], told: Told) -> list[Calendar]:
    """Recognise the calendar of each series of days (sorted, unique, at most one row a day).

    Exchanges whose clocks contradict the file are asked only where no other explains the days. Raise CalendarError
    where exchanges explain the days equally well and do not go on alike.
    """
    found: list[Calendar] = [Step(DAY)] * len(times)
    filled = [i for i, t in enumerate(times) if len(t)]
    if not filled:
        return found
    labels = [evening(times[i]) for i in filled]
    shifted = [days_of(times[i], label) for i, label in zip(filled, labels, strict=True)]
    days = Days(np.concatenate(shifted), np.cumsum([0, *map(len, shifted)]))
    weekend = days.total(weekday(days.flat) >= 5) > WEEKEND_SHARE * days.counts
    codes = exchanges(days, weekend, told)
    closed = with_strays(codes, days)
    for position, i in enumerate(filled):
        code = codes[position]
        if code is None:
            found[i] = every(times[i])
        else:
            extra = strays(code, shifted[position]) if closed[position] else ()
            found[i] = Sessions(code, extra, labels[position])
    return found


def every(t: NDArray[np.int64]) -> Step:
    """Recognise every day, or every second, third ... where all distances are multiples of so many days."""
    apart = int(np.gcd.reduce(np.diff(t // DAY))) if len(t) >= FEWEST_APART else 1
    return Step(DAY, int(np.min(t % DAY))) if apart == 1 else Step(apart * DAY, int(t[0]) % (apart * DAY))


def evening(t: NDArray[np.int64]) -> int:
    """Give the label's place in the day; negative where labels stand on the evening before (UTC midnights abroad)."""
    least = int(np.min(t % DAY))
    if least < 12 * HOUR:
        return least
    rows = np.bincount(weekday(t // DAY), minlength=7)
    return least - DAY if rows[6] > 0 and not rows[4] else least


def with_strays(codes: list[str | None], days: Days) -> NDArray[np.bool_]:
    """Tell which series have rows outside the sessions of their calendars."""
    low, high = int(days.flat.min()), int(days.flat.max())
    has = np.zeros(len(codes), dtype=bool)
    for code in set(codes) - {None}:
        own = np.array([c == code for c in codes])
        is_session = np.zeros(high - low + 1, dtype=bool)
        sessions = days_covering(str(code), low, high)
        is_session[sessions[(sessions >= low) & (sessions <= high)] - low] = True
        has |= own & (fit(days, is_session, low).strays > 0)
    return has


def strays(code: str, days: NDArray[np.int64]) -> tuple[int, ...]:
    """List the days of a series that are no sessions of its calendar."""
    known = days_covering(code, int(days[0]), int(days[-1]))
    found = np.minimum(np.searchsorted(known, days), len(known) - 1)
    return tuple(days[known[found] != days].tolist())


def exchanges(days: Days, weekend: NDArray[np.bool_], told: Told) -> list[str | None]:
    """Choose for each series the exchange that explains its days best, or business days, or None: every day.

    The fewest missing sessions win, a row on a closed day counting as five of them.
    """
    low, high = int(days.flat.min()), int(days.flat.max())
    plain = without_holidays(days, weekend, low, high)
    asked = np.flatnonzero((plain.missing > 0) & (days.counts >= FEWEST_ROWS))
    best = costs(days.only(asked), Fit(plain.strays[asked], plain.missing[asked]), told.offsets, low, high)
    rivals: list[tuple[str, ...]] = [()] * len(weekend)
    codes = ranked()
    for position, column in zip(asked.tolist(), best.T, strict=True):
        if column.min() < NEVER:
            rivals[position] = unlike([codes[k] for k in np.flatnonzero(column == column.min())])
    names = decided(rivals, days, weekend, told)
    return follow_the_crowd(names, days, plain)


def decided(rivals: list[tuple[str, ...]], days: Days, weekend: NDArray[np.bool_], told: Told) -> list[str | None]:
    """Choose among the exchanges that explain a series equally well: what is commonest among the sure ones, if it can.

    Where none is sure, most series being business days (or every day) decide too; else the user is asked.
    """
    plain = [None if w else BUSINESS_DAYS for w in weekend.tolist()]
    sure = Counter(own[0] for own in rivals if len(own) == 1)
    common = min(sure, key=lambda code: (-sure[code], code)) if sure else None
    without = sum(not own for own in rivals)
    last = days.ends[1].tolist()
    names: list[str | None] = []
    for own, otherwise, day in zip(rivals, plain, last, strict=True):
        if not own:
            names.append(otherwise)
        elif common in own:
            names.append(common)
        elif not sure and 2 * without > len(rivals):
            names.append(otherwise)
        else:
            names.append(chosen(own, day, DAYS_TO_COME, told))
    return names


def follow_the_crowd(codes: list[str | None], days: Days, plain: Fit) -> list[str | None]:
    """Give series that are too short to tell the exchange of the others, where it explains them as well."""
    chosen = [code for code in codes if code not in (BUSINESS_DAYS, None)]
    if not chosen or len(chosen) == len(codes):
        return codes
    common = str(max(sorted(set(chosen), key=str), key=chosen.count))
    low, high = int(days.flat.min()), int(days.flat.max())
    tried = fit(days, sessions_within(common, low, high), low)
    follows = (days.counts < 250) & (tried.strays == 0) & (tried.missing <= plain.missing)
    return [common if code in (BUSINESS_DAYS, None) and f else code for code, f in zip(codes, follows, strict=True)]
