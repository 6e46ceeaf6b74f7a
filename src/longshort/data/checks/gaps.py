"""What the dates of a panel say: missing sessions, rows outside all sessions, and the clock that the file keeps."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY, MINUTE
from longshort.data.calendars.titles import title
from longshort.data.calendars.units import shared_unit, unit_of
from longshort.data.panel import Panel
from longshort.finding import Finding
from longshort.language import Message, cases, counted, listed, message, quoted

SHOWN = 3


def sessions(panel: Panel, missing: NDArray[np.int64]) -> Iterator[Finding]:
    """Report sessions without a row, rows outside all sessions, and series whose calendar is not known."""
    lacking = np.flatnonzero(missing)
    if len(lacking):
        total = int(missing.sum())
        first = [message("checks.case", id=repr(panel.ids[i]), what=holes(panel, int(i))) for i in lacking[:SHOWN]]
        share = total / (total + len(panel.times))
        unit = shared_unit(tuple(panel.calendars[i] for i in lacking))
        text = message("checks.missing", n=total, count=counted(total, unit), cases=cases(first, total=len(lacking)))
        yield Finding("missing_sessions", "warning" if share > 0.02 else "info", text, float(total))
    yield from outside(panel)
    rows_only = [panel.ids[i] for i, c in enumerate(panel.calendars) if c.name == "irregular"]
    if rows_only:
        text = message("checks.irregular_dates", names=quoted(rows_only))
        yield Finding("irregular_dates", "warning", text, float(len(rows_only)))


def holes(panel: Panel, series: int) -> Message:
    """Write the first three gaps of a series: a date each, or from when to when."""
    rows = panel.rows(series)
    numbers = panel.sessions[rows]
    before = np.flatnonzero(np.diff(numbers) > 1)
    first, last = numbers[before[:SHOWN]] + 1, numbers[before[:SHOWN] + 1] - 1
    if panel.dated:
        calendar = panel.calendars[series]
        both = label(calendar.times(np.concatenate([first, last])))
    else:
        both = [str(n) for n in (*first, *last)]
    unit = unit_of(panel.calendars[series])
    spans = [
        begin if begin == end else message("checks.missing.span", first=begin, last=end, count=counted(int(n), unit))
        for begin, end, n in zip(both[: len(first)], both[len(first) :], last - first + 1, strict=True)
    ]
    return listed(spans, total=len(before))


def outside(panel: Panel) -> Iterator[Finding]:
    """Report rows at which the recognised exchange was closed."""
    strays = [(i, extra) for i, c in enumerate(panel.calendars) if (extra := getattr(c, "extra", ()))]
    if not strays:
        return
    total = sum(len(extra) for _, extra in strays)
    first = []
    for i, extra in strays[:SHOWN]:
        calendar = panel.calendars[i]
        when = label(np.array(extra[:SHOWN], dtype=np.int64) * (DAY if calendar.length == DAY else 1))
        what = listed(when, total=len(extra))
        first.append(message("checks.case.on_calendar", id=repr(panel.ids[i]), calendar=title(calendar), what=what))
    text = message("checks.outside", n=total, cases=cases(first, total=len(strays)))
    yield Finding("rows_outside_sessions", "info", text, float(total))


def clock(panel: Panel) -> Iterator[Finding]:
    """Say in which time zone intraday rows are read."""
    zones = {getattr(c, "clock", "") for c in panel.calendars} - {""}
    if zones:
        text = message("checks.time_zone", names=quoted(sorted(zones)))
    elif panel.dated and any(c.length < DAY for c in panel.calendars):
        text = message("checks.time_zone.unknown")
    else:
        return
    yield Finding("time_zone", "info", text)


def label(times: NDArray[np.int64]) -> list[str]:
    """Write times as ISO dates, with hours and minutes only where there are any.

    >>> label(np.array([0, 60_000_000]))
    ['1970-01-01T00:00', '1970-01-01T00:01']
    """
    moments = times.astype("datetime64[us]")
    unit = "D" if not (times % DAY).any() else "m" if not (times % MINUTE).any() else "s"
    return [str(text) for text in np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))]
