"""Bring columns of another file, and columns published late, to the rows at which they were known."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars import Calendar
from longshort.data.calendars.exchange import BUSINESS_DAYS, Sessions, closing, days_of
from longshort.data.calendars.protocol import DAY
from longshort.data.calendars.regular import Months
from longshort.data.panel import Column, Panel
from longshort.data.windows import carried
from longshort.errors import DataError, SettingsError, examples, nearest
from longshort.finding import Finding
from longshort.language import Message, listed, message

Ints = NDArray[np.int64]
MONTH_END = 28


def join(panel: Panel, other: Panel, name: str) -> Panel:
    """Join another panel's columns as of what was known at each row; they become past-only, named `name.column`.

    A series takes the other's series of the same id; where the other has only one series, all take that one. Each
    cell is the newest value that is not blank and was known at the row's time. Days meet days by date: a value counts
    from its own date on, or from the next where its exchange closes after the panel's (`with_lag` delays it further). A
    value of a longer session, a day's in a file of minutes or a month's in a file of days, counts only once that
    session is over; one of a shorter session counts up to the row's own label.

    Raises DataError where ids do not match, names clash or a file has no dates.

    >>> from longshort.data.calendars import named
    >>> times = np.arange(4) * DAY
    >>> make = lambda t, y, c: Panel(np.array(y)[:, None], t, t // DAY, np.array([0, len(t)]), ("a",), (Column(c),),
    ...                              (named("daily"),))
    >>> join(make(times, [1.0, 2, 3, 4], "y"), make(times[1:3], [7.0, 8], "rate"), "fx").values[:, 1].tolist()
    [nan, 7.0, 8.0, 8.0]
    """
    check_joinable(panel, other, name)
    values = carried(other, other.values)
    joined = np.full((len(panel.times), values.shape[1]), np.nan)
    for series, source in enumerate(partners(panel, other, name)):
        here, there = panel.rows(series), other.rows(source)
        known, asked = comparable(
            other.times[there], other.calendars[source], panel.times[here], panel.calendars[series]
        )
        row = np.searchsorted(known, asked, side="right") - 1
        joined[here] = np.where(row[:, None] >= 0, values[there][np.maximum(row, 0)], np.nan) if len(known) else np.nan
    columns = tuple(Column(f"{name}.{column.name}", lag=column.lag) for column in other.columns)
    return replace(
        panel,
        values=np.hstack([panel.values, joined]),
        columns=panel.columns + columns,
        notes=(*panel.notes, note(panel, other, name)),
        findings=(*panel.findings, *other.findings, *stale(panel, other, name)),
    )


def check_joinable(panel: Panel, other: Panel, name: str) -> None:
    """Refuse panels without dates and columns that are already there."""
    if not (panel.dated and other.dated):
        raise DataError(f"{name!r} cannot be joined: both files need dates.", hint="Leave --join or --no-dates out.")
    taken = {c.name for c in panel.columns} & {f"{name}.{c.name}" for c in other.columns}
    if taken:
        raise DataError(f"The columns {examples(sorted(taken))} are joined twice.", hint="Give each joined file once.")


def partners(panel: Panel, other: Panel, name: str) -> list[int]:
    """Find the other's series that each series takes: the only one, or that of the same id."""
    if len(other) == 1:
        return [0] * len(panel)
    index = {key: i for i, key in enumerate(other.ids)}
    lacking = [key for key in panel.ids if key not in index]
    if lacking:
        raise DataError(
            f"{name!r} has {len(other)} series, but none for {examples(lacking)}.",
            hint=f"Join a file with one series, or one with the same series. {nearest(lacking[0], other.ids)}",
        )
    return [index[key] for key in panel.ids]


def comparable(source: Ints, theirs: Calendar, rows: Ints, ours: Calendar) -> tuple[Ints, Ints]:
    """Put two series' times on one clock: when each value became known, and when each row asks."""
    if theirs.length == ours.length == DAY:
        return _days(source, theirs) + closes_later(theirs, ours), _days(rows, ours)
    if theirs.length <= ours.length:
        return source, rows
    if theirs.length == DAY:
        return (_days(source, theirs) + 1) * DAY, rows
    if isinstance(theirs, Months) and theirs.day >= MONTH_END and ours.length == DAY:
        return source // DAY, _days(rows, ours)
    return theirs.times(theirs.numbers(source) + 1), rows


def closes_later(theirs: Calendar, ours: Calendar) -> bool:
    """Tell whether, on one date, their exchange closes after ours: New York's close is not known in Seoul that day."""
    if not (isinstance(theirs, Sessions) and isinstance(ours, Sessions)) or BUSINESS_DAYS in (theirs.code, ours.code):
        return False
    return theirs.code != ours.code and closing(theirs.code) > closing(ours.code)


def _days(times: Ints, calendar: Calendar) -> Ints:
    return days_of(times, calendar.offset if isinstance(calendar, Sessions) else 0)


def note(panel: Panel, other: Panel, name: str) -> Message:
    """Say what was joined and from when on its values are used."""
    whose = "by_series" if len(other) > 1 else "shared" if len(panel) > 1 else "alone"
    theirs, ours = max(other.calendars, key=lambda c: c.length), min(panel.calendars, key=lambda c: c.length)
    if theirs.length > ours.length:
        when = message("notes.joined_when.over")
    elif closes_later(theirs, ours):
        when = message("notes.joined_when.next_date", theirs=theirs.name, ours=ours.name)
    else:
        when = message("notes.joined_when.own_date")
    return message(f"notes.joined.{whose}", name=name, columns=listed([c.name for c in other.columns], 12), when=when)


def stale(panel: Panel, other: Panel, name: str) -> list[Finding]:
    """Report a joined file that ends well before the panel: its last value stands for all that follows."""
    if not len(panel.times) or not len(other.times):
        return []
    end, length = int(other.times.max()), max(c.length for c in (*other.calendars, *panel.calendars))
    late = int(np.sum(panel.times > end + 5 * length))
    if not late:
        return []
    date = str(np.datetime64(end, "us").astype("datetime64[D]"))
    text = message("checks.joined_file_ends", name=name, date=date, n=late)
    return [Finding("joined_file_ends", "warning", text, float(late))]


def with_lag(panel: Panel, lag: Mapping[str, int]) -> Panel:
    """Move columns so many sessions later within each series: they are published that much after their date.

    A row holds the value of the newest row at least `lag` sessions before it, blank where there is none.

    Raises DataError for an unknown column, SettingsError for the target, for columns known in advance and for a lag
    below 0.
    """
    values, columns = panel.values.copy(), list(panel.columns)
    names = [column.name for column in columns]
    for name, sessions in lag.items():
        if name not in names:
            raise DataError(f"--lag names a column {name!r} that is not there.", hint=nearest(name, names))
        index = names.index(name)
        if index == 0 or columns[index].known != "past_only":
            raise SettingsError(f"--lag {name}: only past-only columns can be late.", hint="Leave this one out.")
        if sessions < 0:
            raise SettingsError(f"--lag {name}={sessions} would look ahead.", hint="Pass 0 or more sessions.")
        values[:, index] = delayed(panel, panel.values[:, index], sessions)
        columns[index] = replace(columns[index], lag=columns[index].lag + sessions)
    return replace(panel, values=values, columns=tuple(columns))


def delayed(panel: Panel, values: NDArray[np.float64], sessions: int) -> NDArray[np.float64]:
    """Give each row the value of the newest row of its series at least so many sessions before it."""
    if not len(values):
        return values
    low = int(panel.sessions.min())
    span = int(panel.sessions.max()) - low + sessions + 1
    keys = panel.series * span + panel.sessions - low
    row = np.searchsorted(keys, keys - sessions, side="right") - 1
    return np.where(row >= panel.offsets[panel.series], values[np.maximum(row, 0)], np.nan)
