"""Recognise calendars of days, for all series at once: every day, business days, or an exchange's sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.exchange import BUSINESS_DAYS, Sessions, days_covering, days_of, weekdays
from longshort.data.calendars.protocol import DAY, HOUR, Calendar
from longshort.data.calendars.regular import Step
from longshort.errors import CalendarError

CLOSED_ON = {
    "XNYS": (101, 704, 1225),
    "XLON": (101, 1225, 1226),
    "XTKS": (101, 102, 103, 211, 429, 503, 505, 1103, 1231),
    "XPAR": (101, 501, 1225, 1226),
    "XETR": (101, 501, 1224, 1225, 1226, 1231),
    "XHKG": (101, 501, 701, 1001, 1225, 1226),
    "XTSE": (101, 701, 1225, 1226),
    "XASX": (101, 126, 425, 1225, 1226),
    "XSHG": (101, 501, 1001, 1002, 1003),
    "XSWX": (101, 102, 501, 801, 1225, 1226),
    "XBOM": (126, 815, 1002, 1225),
    "XSTO": (101, 106, 501, 606, 1224, 1225, 1226, 1231),
    "XMIL": (101, 501, 1224, 1225, 1226, 1231),
    "BVMF": (101, 421, 501, 907, 1012, 1102, 1225),
    "XTAI": (101, 228, 1010),
    "XKRX": (101, 301, 505, 606, 815, 1003, 1225, 1231),
}
"""The exchanges that are tried, and fixed dates (month and day) on which each is closed: they say which to ask first,
and whether to ask at all, since the full schedule of one takes from 0.1 to 4 seconds to compute."""

SLOWEST = "XKRX"
"""Its lunar holidays take seconds to compute: it is asked only where one of its fixed holidays speaks for it."""
FEWEST_APART = 8
"""So many rows, all several days apart, make a calendar of every second or third day."""
WEEKEND_SHARE = 0.005
STRAY_SHARE = 0.005
"""So many rows outside an exchange's sessions are forgiven: they become extra sessions of that series' calendar."""


@dataclass(frozen=True, eq=False)
class Days:
    """Hold the days of several series in one flat array, series `i` in `[offsets[i], offsets[i + 1])`."""

    flat: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Count the rows of each series."""
        return np.diff(self.offsets)

    @property
    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the first and the last day of each series."""
        return self.flat[self.offsets[:-1]], self.flat[self.offsets[1:] - 1]

    def total(self, claims: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the rows of each series for which a claim holds."""
        running = np.concatenate([[0], np.cumsum(claims)])
        total: NDArray[np.int64] = running[self.offsets[1:]] - running[self.offsets[:-1]]
        return total


@dataclass(frozen=True, eq=False)
class Fit:
    """Say how well one calendar explains each series: rows outside its sessions, and sessions without a row."""

    strays: NDArray[np.int64]
    missing: NDArray[np.int64]


def recognise_days(times: Sequence[NDArray[np.int64]]) -> list[Calendar]:
    """Recognise the calendar of each series of days (sorted, unique, at most one row a day)."""
    found: list[Calendar] = [Step(DAY)] * len(times)
    filled = [i for i, t in enumerate(times) if len(t)]
    if not filled:
        return found
    offsets = [evening(times[i]) for i in filled]
    shifted = [days_of(times[i], offset) for i, offset in zip(filled, offsets, strict=True)]
    days = Days(np.concatenate(shifted), np.cumsum([0, *map(len, shifted)]))
    weekend = days.total((days.flat + 3) % 7 >= 5) > WEEKEND_SHARE * days.counts
    codes = exchanges(days, ~weekend)
    closed = with_strays(codes, days)
    for position, i in enumerate(filled):
        if weekend[position]:
            found[i] = every(times[i])
        else:
            found[i] = Sessions(
                codes[position],
                strays(codes[position], shifted[position]) if closed[position] else (),
                offsets[position],
            )
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
    weekday = np.bincount((t // DAY + 3) % 7, minlength=7)
    return least - DAY if weekday[6] > 0 and not weekday[4] else least


def with_strays(codes: list[str], days: Days) -> NDArray[np.bool_]:
    """Tell which series have rows outside the sessions of their calendars."""
    low, high = int(days.flat.min()), int(days.flat.max())
    has = np.zeros(len(codes), dtype=bool)
    for code in set(codes):
        own = np.array([c == code for c in codes])
        has |= own & (fit(days, days_covering(code, low, high), low, high).strays > 0)
    return has


def strays(code: str, days: NDArray[np.int64]) -> tuple[int, ...]:
    """List the days of a series that are no sessions of its calendar."""
    known = days_covering(code, int(days[0]), int(days[-1]))
    found = np.minimum(np.searchsorted(known, days), len(known) - 1)
    return tuple(days[known[found] != days].tolist())


def exchanges(days: Days, wanted: NDArray[np.bool_]) -> list[str]:
    """Choose for each wanted series the exchange that explains its days best, or business days."""
    codes = [BUSINESS_DAYS] * len(wanted)
    if not wanted.any():
        return codes
    low, high = int(days.flat.min()), int(days.flat.max())
    plain = fit(days, weekdays(low, high), low, high)
    best = plain.missing.copy()
    for code in promising(days, low, high):
        open_question = wanted & (best > np.maximum(0, days.counts // 500))
        if not open_question.any():
            break
        try:
            tried = fit(days, days_covering(code, low, high), low, high)
        except CalendarError:
            continue
        better = open_question & convincing(days, plain, tried) & (tried.missing + 5 * tried.strays < best)
        for i in np.flatnonzero(better):
            codes[i] = code
        best[better] = (tried.missing + 5 * tried.strays)[better]
    return follow_the_crowd(codes, days, plain)


def fit(days: Days, sessions: NDArray[np.int64], low: int, high: int) -> Fit:
    """Count strays and missing sessions of every series under one list of sessions."""
    is_session = np.zeros(high - low + 1, dtype=bool)
    is_session[sessions[(sessions >= low) & (sessions <= high)] - low] = True
    running = np.concatenate([[0], np.cumsum(is_session)])
    first, last = days.ends
    outside = days.total(~is_session[days.flat - low])
    return Fit(outside, running[last + 1 - low] - running[first - low] - (days.counts - outside))


def convincing(days: Days, plain: Fit, tried: Fit) -> NDArray[np.bool_]:
    """Tell where an exchange's holidays are borne out: absent days that it explains, hardly a row on its holidays.

    Rows that are absent at random would leave no row on a holiday with probability (1 - density) ^ holidays; an
    exchange is believed where that is below 1 %, or where nearly all its sessions are there.
    """
    explained = plain.missing - tried.missing
    present = days.counts + tried.missing
    density = days.counts / np.maximum(days.counts + plain.missing, 1)
    chance = (1 - density) ** np.maximum(explained + tried.strays, 0)
    few = tried.missing <= np.maximum(1, 0.02 * present)
    forgiven = (tried.strays <= STRAY_SHARE * days.counts) & (explained >= 5 * tried.strays)
    believed: NDArray[np.bool_] = (explained >= 1) & forgiven & (few | (chance < 0.01))
    return believed


def promising(days: Days, low: int, high: int) -> list[str]:
    """Order the exchanges by how well their fixed holidays agree with the days, leaving out what they contradict."""
    rows = np.bincount(days.flat - low, minlength=high - low + 1)
    calendar = np.arange(low, high + 1)
    dates = calendar.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    monthday = (months.astype(int) % 12 + 1) * 100 + (dates - months).astype(int) + 1
    weekday = (calendar + 3) % 7 < 5
    score: dict[str, int] = {}
    for code, closed in CLOSED_ON.items():
        holiday = weekday & np.isin(monthday, closed)
        against, for_it = int((rows[holiday] > 0).sum()), int((rows[holiday] == 0).sum())
        if len(days.counts) > 1 or (against <= max(min(for_it // 2, 1), for_it // 4) and (for_it or code != SLOWEST)):
            score[code] = for_it - 5 * against
    return sorted(score, key=lambda code: -score[code])


def follow_the_crowd(codes: list[str], days: Days, plain: Fit) -> list[str]:
    """Give series that are too short to tell the exchange of the others, where it explains them as well."""
    chosen = [code for code in codes if code != BUSINESS_DAYS]
    if not chosen or len(chosen) == len(codes):
        return codes
    common = max(sorted(set(chosen)), key=chosen.count)
    low, high = int(days.flat.min()), int(days.flat.max())
    tried = fit(days, days_covering(common, low, high), low, high)
    follows = (days.counts < 250) & (tried.strays == 0) & (tried.missing <= plain.missing)
    return [common if code == BUSINESS_DAYS and f else code for code, f in zip(codes, follows, strict=True)]
