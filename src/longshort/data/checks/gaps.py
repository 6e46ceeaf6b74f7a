"""What the dates of a panel say: missing sessions, rows outside all sessions, and the clock that the file keeps."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY, MINUTE
from longshort.data.panel import Panel
from longshort.finding import Finding

SHOWN = 3


def sessions(panel: Panel, missing: NDArray[np.int64]) -> Iterator[Finding]:
    """Report sessions without a row, rows outside all sessions, and series whose calendar is not known."""
    lacking = np.flatnonzero(missing)
    if len(lacking):
        total = int(missing.sum())
        cases = [f"{panel.ids[i]!r} {holes(panel, int(i))}" for i in lacking[:SHOWN]]
        rest = f" and {len(lacking) - SHOWN:,} more series" if len(lacking) > SHOWN else ""
        share = total / (total + len(panel.times))
        text = (
            f"{total:,} {'session has' if total == 1 else 'sessions have'} no row: {'; '.join(cases)}{rest}. No row is "
            "invented: steps count sessions, and what is not known is not scored."
        )
        yield Finding("missing_sessions", "warning" if share > 0.02 else "info", text, float(total))
    yield from outside(panel)
    rows_only = [panel.ids[i] for i, c in enumerate(panel.calendars) if c.name == "irregular"]
    if rows_only:
        text = (
            f"No calendar explains the dates of {some(rows_only)}: each row counts as one session, and coming dates "
            "lie one median distance apart. Name the right one with --calendar."
        )
        yield Finding("irregular_dates", "warning", text, float(len(rows_only)))


def holes(panel: Panel, series: int) -> str:
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
    begin, end = both[: len(first)], both[len(first) :]
    texts = [a if a == b else f"{a} to {b} ({n:,})" for a, b, n in zip(begin, end, last - first + 1, strict=True)]
    rest = f" and {len(before) - SHOWN:,} more" if len(before) > SHOWN else ""
    return ", ".join(texts) + rest


def outside(panel: Panel) -> Iterator[Finding]:
    """Report rows at which the recognised exchange was closed."""
    strays = [(i, extra) for i, c in enumerate(panel.calendars) if (extra := getattr(c, "extra", ()))]
    if not strays:
        return
    total = sum(len(extra) for _, extra in strays)
    cases = []
    for i, extra in strays[:SHOWN]:
        daily = panel.calendars[i].length == DAY
        when = label(np.array(extra[:SHOWN], dtype=np.int64) * (DAY if daily else 1))
        rest = f" and {len(extra) - SHOWN:,} more" if len(extra) > SHOWN else ""
        cases.append(f"{panel.ids[i]!r} {', '.join(when)}{rest} ({panel.calendars[i].name})")
    rest = f" and {len(strays) - SHOWN:,} more series" if len(strays) > SHOWN else ""
    text = (
        f"{total:,} {'row stands' if total == 1 else 'rows stand'} where the exchange was closed: "
        f"{'; '.join(cases)}{rest}. Each counts as a session of its own."
    )
    yield Finding("rows_outside_sessions", "info", text, float(total))


def clock(panel: Panel) -> Iterator[Finding]:
    """Say in which time zone intraday rows are read."""
    zones = {getattr(c, "clock", "") for c in panel.calendars} - {""}
    if zones:
        text = (
            f"Times are read in {some(sorted(zones))}: so they agree with the exchange's hours. Dates stay as written."
        )
    elif panel.dated and any(c.length < DAY for c in panel.calendars):
        text = "Times carry no zone that the calendar could tell: they are read and written in the file's own clock."
    else:
        return
    yield Finding("time_zone", "info", text)


def some(names: list[str]) -> str:
    """Quote three names and count the rest."""
    rest = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(repr(name) for name in names[:SHOWN]) + rest


def label(times: NDArray[np.int64]) -> list[str]:
    """Write times as ISO dates, with hours and minutes only where there are any.

    >>> label(np.array([0, 60_000_000]))
    ['1970-01-01T00:00', '1970-01-01T00:01']
    """
    moments = times.astype("datetime64[us]")
    unit = "D" if not (times % DAY).any() else "m" if not (times % MINUTE).any() else "s"
    return [str(text) for text in np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))]
