"""Recognise an exchange's minutes: whose opening hours, in which clock, explain the rows."""

from datetime import UTC as UTC_ZONE
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.daily import STRAY_SHARE
from longshort.data.calendars.exchange import ANCHOR, covering, day_of_year
from longshort.data.calendars.intraday import UTC, SessionSteps, locate, stretches
from longshort.data.calendars.protocol import DAY, HOUR
from longshort.errors import CalendarError

OPENING = {
    "XNYS": ("America/New_York", 570, 960),
    "XLON": ("Europe/London", 480, 990),
    "XETR": ("Europe/Berlin", 540, 1050),
    "XPAR": ("Europe/Paris", 540, 1050),
    "XTKS": ("Asia/Tokyo", 540, 930),
    "XHKG": ("Asia/Hong_Kong", 570, 960),
    "XSHG": ("Asia/Shanghai", 570, 900),
    "XTSE": ("America/Toronto", 570, 960),
    "XASX": ("Australia/Sydney", 600, 960),
    "XSWX": ("Europe/Zurich", 540, 1040),
    "XBOM": ("Asia/Kolkata", 555, 930),
    "XSTO": ("Europe/Stockholm", 540, 1050),
    "XMIL": ("Europe/Rome", 540, 1055),
    "BVMF": ("America/Sao_Paulo", 600, 1080),
    "XTAI": ("Asia/Taipei", 540, 810),
    "XKRX": ("Asia/Seoul", 540, 930),
}
"""Zone and usual opening hours (minutes after local midnight): they say which exchanges to ask, and which first."""

SAMPLE = 200
EARLY, LATE = 6 * HOUR, 4 * HOUR
"""How far before the open and after the close a file may trade."""


def exchange_steps(t: NDArray[np.int64], codes: tuple[str, ...] | None = None) -> SessionSteps | None:
    """Find the exchange whose sessions explain intraday rows, or None; the fewest missing and stray rows win.

    Naming `codes` asks only those exchanges, whatever their usual hours.
    """
    gaps, counts = np.unique(np.diff(t), return_counts=True)
    if 2 * counts.max() < len(t):
        return None
    step = int(gaps[counts.argmax()])
    best: tuple[float, SessionSteps | None] = (np.inf, None)
    for code, clock in likely(t) if codes is None else clocks(codes):
        try:
            calendar = fitted(t, code, clock, step)
        except CalendarError:
            continue
        if calendar is None:
            continue
        numbers = calendar.numbers(t)
        lost = int(numbers[-1] - numbers[0]) + 1 - len(t) + 5 * len(calendar.extra)
        best = min(best, (lost, calendar), key=lambda pair: pair[0])
        if lost <= len(t) // 500:
            break
    return best[1]


def likely(t: NDArray[np.int64]) -> list[tuple[str, str]]:
    """Order exchanges and clocks by the share of rows inside the usual hours; three in ten must lie there."""
    sample = t[np.linspace(0, len(t) - 1, min(SAMPLE, len(t))).astype(int)]
    moments = [datetime.fromtimestamp(int(s) // 1_000_000, UTC_ZONE) for s in sample]
    share: dict[tuple[str, str], float] = {}
    for code, (zone, opens, closes) in OPENING.items():
        there = [m.astimezone(ZoneInfo(zone)) for m in moments]
        for clock, shown in ((UTC, there), (zone, moments)):
            minute = np.array([m.hour * 60 + m.minute for m in shown])
            share[code, clock] = float(np.mean((minute >= opens) & (minute <= closes)))
    return [pair for pair in sorted(share, key=lambda pair: -share[pair]) if share[pair] >= 0.3]


def clocks(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pair each exchange with the two clocks in which its files are written."""
    zones = {code: covering(code, day_of_year(ANCHOR), day_of_year(ANCHOR)).zone for code in codes}
    return [(code, clock) for code in codes for clock in dict.fromkeys((UTC, zones[code]))]


def fitted(t: NDArray[np.int64], code: str, clock: str, step: int) -> SessionSteps | None:
    """Fit the labels' place in the sessions of one exchange; None where too many rows stay outside."""
    starts, ends = stretches(code, clock, int(t[0]) // DAY, int(t[-1]) // DAY)
    wide = bool(np.all(starts[1:] - ends[:-1] > EARLY + LATE))
    for early, late in ((0, 0), (EARLY, LATE)) if wide else ((0, 0),):
        stretch = np.minimum(np.searchsorted(ends + late, t), len(ends) - 1)
        inside = t >= starts[stretch] - early
        if np.mean(~inside) > STRAY_SHARE:
            continue
        own, begin, count = np.unique(stretch[inside], return_index=True, return_counts=True)
        rows = t[inside]
        first = commonest(rows[begin] - starts[own])
        last = commonest(rows[begin + count - 1] - ends[own])
        calendar = SessionSteps(code, step, first, last, clock)
        outside = t[~locate(calendar.slots(int(t[0]) // DAY, int(t[-1]) // DAY), step, t)[1]]
        if len(outside) <= STRAY_SHARE * len(t):
            return SessionSteps(code, step, first, last, clock, tuple(outside.tolist()))
    return None


def commonest(values: NDArray[np.int64]) -> int:
    """Give the value that occurs most often."""
    distinct, counts = np.unique(values, return_counts=True)
    return int(distinct[counts.argmax()])
