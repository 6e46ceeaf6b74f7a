"""From rows of numbers to a Panel: order, duplicates, blank targets, calendars."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.titles import title
from longshort.data.panel import Panel
from longshort.data.readers.holes import following, refuse_holes
from longshort.data.readers.long import Long
from longshort.errors import DataError, SettingsError, examples
from longshort.finding import Finding
from longshort.language import listed, message, quoted

if TYPE_CHECKING:
    from longshort.data.calendars import Calendar

DUPLICATES = ("first", "last", "mean")
_ENOUGH_TO_BE_CONSTANT = 10  # a price may well stand still over the few rows that update a model


def to_panel(
    long: Long,
    *,
    calendar: "str | Calendar | None" = None,
    newest_first: bool = False,
    duplicates: str | None = None,
    target_needed: bool = True,
    to_come: bool = True,
    notes: Sequence[str] = (),
) -> Panel:
    """Sort rows by series and time, settle duplicates, give every series its calendar, and build the Panel.

    Series stand in the order of their ids, so that the order of files or rows changes no network. Rows without dates
    are numbered, from the end where `newest_first`. Raise `DataError` for duplicates that no rule settles and for
    targets that are blank or constant; `CalendarError` for a calendar that does not fit.
    """
    if duplicates is not None and duplicates not in DUPLICATES:
        raise SettingsError(f"duplicates is {duplicates!r}.", hint=f"Pass one of {examples(DUPLICATES)}.")
    said, findings = list(notes), []
    long = _by_id(long)
    dated = long.times is not None
    if not dated:
        long = _numbered(long, newest_first)
        said.append(message("notes.order.numbered_reversed" if newest_first else "notes.order.numbered"))
    else:
        long, order, unsorted = _sorted(long)
        said += order
        findings += unsorted
        long, settled = _settled(long, duplicates)
        findings += settled
        refuse_holes(long)
        said += following(long)
    if target_needed:
        long, dead = _living(long)
        findings += dead
    _check_static(long)
    return _panel(long, dated, calendar, to_come, said, findings)


def _by_id(long: Long) -> Long:
    """Sort the series by their ids, numbers inside them by their size, and number them anew."""
    order = sorted(range(len(long.ids)), key=lambda place: (by_size(long.ids[place]), long.ids[place]))
    rank = np.argsort(np.asarray(order, dtype=np.int64))
    return replace(long, codes=rank[long.codes], ids=tuple(long.ids[place] for place in order))


def by_size(text: str) -> list[tuple[int, str]]:
    """Give the key by which people sort names: 'H2' stands before 'H10'.

    >>> sorted(["H10", "H2", "H1"], key=by_size)
    ['H1', 'H2', 'H10']
    """
    parts = re.split(r"([0-9]+)", text)  # words and numbers take turns; a number's length tells its size
    stripped = [part.lstrip("0") if at % 2 else part for at, part in enumerate(parts)]
    return [(len(part) if at % 2 else 0, part) for at, part in enumerate(stripped)]


def _numbered(long: Long, newest_first: bool) -> Long:
    rows = np.argsort(long.codes, kind="stable")
    if newest_first:
        rows = rows[np.lexsort((-np.arange(len(rows)), long.codes[rows]))]
    ordered = long.take(rows)
    starts = _offsets(ordered)
    times = np.arange(len(rows)) - np.repeat(starts[:-1], np.diff(starts))
    return replace(ordered, times=times)


def _offsets(long: Long) -> NDArray[np.int64]:
    return np.searchsorted(long.codes, np.arange(len(long.ids) + 1)).astype(np.int64)


def _sorted(long: Long) -> tuple[Long, list[str], list[Finding]]:
    """Put each series together and in the order of time; say how the rows stood, where they were not in it."""
    if (np.diff(long.codes) < 0).any():
        long = long.take(np.argsort(long.codes, kind="stable"))
    times = _times(long)
    steps = np.diff(times)
    inside = np.diff(long.codes) == 0
    back, forth = int((steps[inside] < 0).sum()), int((steps[inside] > 0).sum())
    if not back:
        return long, [], []
    rows = np.lexsort((times, long.codes))
    if not forth:
        return long.take(rows), [message("notes.order.reversed")], []
    row = int(np.flatnonzero(inside & (steps < 0))[0]) + 1
    text = message("checks.unsorted", n=back, where=long.where(row))
    return long.take(rows), [message("notes.order.sorted")], [Finding("unsorted", "info", text, float(back))]


def _times(long: Long) -> NDArray[np.int64]:
    if long.times is None:
        raise ValueError("rows have no times yet")
    return long.times


def _settled(long: Long, duplicates: str | None) -> tuple[Long, list[Finding]]:
    """Refuse or settle rows that stand for the same series and date."""
    again = np.r_[False, (np.diff(long.codes) == 0) & (np.diff(_times(long)) == 0)]
    if not again.any():
        return long, []
    if duplicates is None:
        raise _refused(long, again)
    firsts = np.flatnonzero(~again)
    lasts = np.r_[firsts[1:], len(again)] - 1
    kept = long.take(lasts if duplicates == "last" else firsts)
    if duplicates == "mean":
        known = ~np.isnan(long.values)
        sums = np.add.reduceat(np.where(known, long.values, 0.0), firsts, axis=0)
        counts = np.add.reduceat(known, firsts, axis=0, dtype=np.int64)
        means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
        kept = replace(kept, values=means)
    count = int(again.sum())
    text = message(f"checks.duplicates.{duplicates}", n=count)
    return kept, [Finding("duplicates", "warning", text, float(count))]


def _refused(long: Long, again: NDArray[np.bool_]) -> DataError:
    rows = np.flatnonzero(again)
    shown = [
        f"{long.ids[long.codes[row]]!r} on {_day(int(_times(long)[row]))} ({long.where(row - 1)} and {long.where(row)})"
        for row in rows[:3]
    ]
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return DataError(
        f"a second row for the same series and date: {', '.join(shown)}{more}.",
        hint="Pass --duplicates first, last or mean; or name the column that tells the series apart with --id COLUMN.",
    )


def _day(time: int) -> str:
    return str(np.datetime64(time, "us")).removesuffix(".000000").removesuffix("T00:00:00")


def _living(long: Long) -> tuple[Long, list[Finding]]:
    """Leave out series whose target is blank or never changes; refuse the data where no other series is left."""
    target, name = long.values[:, 0], long.columns[0].name
    counts, lows, highs = _spans(long)
    blank, constant = counts == 0, (counts >= _ENOUGH_TO_BE_CONSTANT) & (lows == highs)
    dead = blank | constant
    if dead.all():
        if blank.all():
            raise DataError(
                f"the target {name!r} is blank throughout.", hint="Choose another column with --target NAME."
            )
        value = target[~np.isnan(target)][0]
        raise DataError(
            f"the target {name!r} is constant: it is {value:g} in every row.",
            hint="There is nothing to forecast; choose another column with --target NAME.",
        )
    if not dead.any():
        return long, []
    gone = [long.ids[i] for i in np.flatnonzero(dead)]
    kept = np.flatnonzero(~dead[long.codes])
    renumber = np.cumsum(~dead) - 1
    left = long.take(kept)
    ids = tuple(long.ids[i] for i in np.flatnonzero(~dead))
    text = message("checks.constant_target", n=len(gone), names=quoted(gone))
    alive = replace(left, codes=renumber[left.codes], ids=ids)
    return alive, [Finding("constant_target", "warning", text, float(len(gone)))]


def _spans(long: Long) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give for every series how many targets are known, and the lowest and highest of them."""
    known = ~np.isnan(long.values[:, 0])
    codes, target = long.codes[known], long.values[known, 0]
    lows, highs = np.full(len(long.ids), np.inf), np.full(len(long.ids), -np.inf)
    starts = np.searchsorted(codes, np.arange(len(long.ids) + 1))
    filled = np.flatnonzero(np.diff(starts) > 0)
    if len(filled):
        lows[filled] = np.minimum.reduceat(target, starts[filled])
        highs[filled] = np.maximum.reduceat(target, starts[filled])
    return np.diff(starts), lows, highs


def _check_static(long: Long) -> None:
    """Refuse a static column that changes within a series."""
    for place, column in enumerate(long.columns):
        if column.known != "static":
            continue
        values = long.values[:, place]
        moved = (np.diff(long.codes) == 0) & (np.diff(values) != 0) & ~(np.isnan(values[1:]) & np.isnan(values[:-1]))
        if moved.any():
            row = int(np.argmax(moved)) + 1
            raise DataError(
                f"column {column.name!r} is declared static, but is {values[row]:g} at {long.where(row)} "
                f"and {values[row - 1]:g} before.",
                hint="Leave it out of --static; it is then an input known up to the cutoff.",
            )


def _panel(
    long: Long,
    dated: bool,
    calendar: "str | Calendar | None",
    to_come: bool,
    notes: list[str],
    findings: list[Finding],
) -> Panel:
    equals: list[str] = []
    calendars = _calendars(calendar, dated, long, to_come, equals)
    long, left_out = _at_sessions(long, calendars, to_come)
    findings += left_out
    offsets, times = _offsets(long), _times(long)
    if dated:
        known = {one.name: one for one in calendars}
        how = "notes.calendar.recognised" if calendar is None else "notes.calendar.given"
        notes += [message(how, n=len(known), names=listed([title(one) for one in known.values()], 6)), *equals]
    return Panel(
        values=np.ascontiguousarray(long.values),
        times=times,
        sessions=_sessions(calendars, times, offsets),
        offsets=offsets,
        ids=long.ids,
        columns=long.columns,
        calendars=tuple(calendars),
        dated=dated,
        named=long.named,
        notes=tuple(notes),
        findings=tuple(findings),
    )


def _calendars(
    wanted: "str | Calendar | None", dated: bool, long: Long, to_come: bool, notes: list[str]
) -> "list[Calendar]":
    from longshort.data import calendars

    bounds = list(pairwise(_offsets(long)))
    if not dated:
        return [calendars.named("numbered")] * len(bounds)
    seen = _observed(long, to_come)  # once: a slice keeps the whole of what it is cut from
    times, known = [_times(long)[a:b] for a, b in bounds], [seen[a:b] for a, b in bounds]
    if wanted is None:
        return calendars.recognise(times, known, long.ahead, notes, to_come)
    if not isinstance(wanted, str):
        return [wanted] * len(times)
    shared: dict[Calendar, Calendar] = {}
    rows = (own[has] if has.any() else own for own, has in zip(times, known, strict=True))
    return [shared.setdefault(one, one) for one in (calendars.named(wanted, own, long.ahead) for own in rows)]


def _observed(long: Long, to_come: bool) -> NDArray[np.bool_]:
    """Tell which rows speak for a session: those with a target or, where nothing is forecast, with any value."""
    blank = np.isnan(long.values[:, :1] if to_come else long.values)
    return np.asarray(~blank.all(axis=1))


def _at_sessions(long: Long, calendars: "list[Calendar]", to_come: bool) -> tuple[Long, list[Finding]]:
    """Leave out rows without a target on days (or at hours) that are no sessions; say how many."""
    from longshort.data.calendars import is_session

    known = _observed(long, to_come)
    kept = known.copy()
    for calendar, (a, b) in zip(calendars, pairwise(_offsets(long)), strict=True):
        if not known[a:b].all():
            kept[a:b] |= is_session(calendar, _times(long)[a:b])
    if kept.all():
        return long, []
    count = int((~kept).sum())
    text = message("checks.no_session", n=count, where=long.where(int(np.argmin(kept))))
    return long.take(np.flatnonzero(kept)), [Finding("no_session", "info", text, float(count))]


def _sessions(calendars: "list[Calendar]", times: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give every row its session number, all series of one calendar at once."""
    sessions = np.zeros(len(times), dtype=np.int64)
    owner = np.repeat([id(one) for one in calendars], np.diff(offsets))
    for one in {id(one): one for one in calendars}.values():
        rows = owner == id(one)
        sessions[rows] = one.numbers(times[rows])
    return sessions
