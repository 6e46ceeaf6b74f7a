"""What happened: the panel that comes with the forecasts, or the one that their own outcomes make."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.reading import findings as found
from longshort.audit.reading.align import label
from longshort.audit.reading.places import Finder, distinct_keys, session_numbers
from longshort.audit.reading.rows import Rows
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.readers.assemble import to_panel
from longshort.data.readers.long import Long
from longshort.errors import DataError, LongshortError
from longshort.finding import Finding
from longshort.language import message

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
FLAGS = ("no-dates", "newest-first", "wide", "alone")  # options of reading data that take no value
EQUAL = 1e-6  # of a value: outcomes this near are the same number, written with fewer digits
ROUNDED = 5e-3
SAME = 0.1  # of the typical distance from their own date's value: outcomes this near a neighbour's are that one's
SHIFTED = 0.9  # share of such outcomes before they are called shifted
OTHER = 0.5  # share of outcomes that differ, by more than a twentieth, before they are another quantity's


def read_actuals(actuals: object, target: str | None, options: Mapping[str, Any]) -> Panel:
    """Take a Panel as it is, and read anything else as data are read everywhere."""
    if isinstance(actuals, Panel):
        return actuals
    from longshort.data.readers import read

    try:
        return read(actuals, target=target, **options)
    except LongshortError as error:
        raise type(error)(error.message, hint=_for_actuals(error.hint)) from error


def _for_actuals(hint: str) -> str:
    """Write the options in a hint as those for the actuals are typed.

    >>> _for_actuals("Name it with --date NAME, or pass --no-dates; --target too.")
    'Name it with --actuals-set date=NAME, or pass --actuals-set no_dates=true; --target too.'
    """
    flags = "|".join(FLAGS)
    hint = re.sub(rf"--({flags})\b", lambda flag: f"--actuals-set {flag[1].replace('-', '_')}=true", hint)
    return re.sub(r"--(?!actuals|target)([a-z-]+) (?=\S)", lambda o: f"--actuals-set {o[1].replace('-', '_')}=", hint)


def history_of(rows: Rows, name: str) -> Panel:
    """Build the panel from the dates and outcomes that the table of forecasts holds itself.

    A pair of series and date stands there once for each cutoff and model. Raise DataError where its outcomes differ.
    """
    if rows.y is None or rows.ds is None:
        raise DataError(
            f"{rows.table.name} holds forecasts, but not what happened"
            + (": it has no dates beside its outcomes." if rows.y is not None else "."),
            hint="Pass the actuals: --actuals FILE --target NAME, or name the column of outcomes with --target NAME.",
        )
    ids = rows.ids if rows.id is not None else ("series",)
    codes, times, values, places = _distinct(rows)
    if rows.last is not None and rows.cutoff is not None:
        codes, times, values, places = _with_last(rows, codes, times, values, places)
    if not rows.dated:
        present = np.unique(codes)
        offsets = np.searchsorted(codes, [*present.tolist(), int(present[-1]) + 1])
        note = message("reading.history.numbered")
        return numbered(values, times, offsets, tuple(ids[i] for i in present), name, (note,))
    long = Long(values[:, None], times, codes, ids, (Column(name),), lambda row: rows.table.where(int(places[row])))
    return to_panel(long, to_come=False, notes=[message("reading.history")])


def _distinct(rows: Rows) -> tuple[Ints, Ints, Floats, Ints]:
    """Take each known outcome of a series and date once, in the order of series and time."""
    assert rows.y is not None and rows.ds is not None
    known = np.flatnonzero(~np.isnan(rows.y))
    if not len(known):
        raise DataError(
            f"the outcomes in {rows.table.name} are blank throughout.", hint="Pass --actuals FILE --target NAME."
        )
    codes = np.zeros(len(known), np.int64) if rows.id is None else rows.id[known].astype(np.int64)
    times = np.sort(pl.Series(rows.ds[known]).unique().to_numpy())
    keys, place = distinct_keys(codes * len(times) + np.searchsorted(times, rows.ds[known]))
    values, row = np.empty(len(keys)), np.empty(len(keys), dtype=np.int64)
    values[place], row[place] = rows.y[known], known
    odd = np.abs(rows.y[known] - values[place]) > EQUAL * np.abs(values[place])
    if odd.any():
        one = int(np.argmax(odd))
        _refuse_two(rows, int(known[one]), int(row[place[one]]), int(odd.sum()))
    return keys // len(times), times[keys % len(times)], values, row


def _refuse_two(rows: Rows, one: int, other: int, count: int) -> None:
    assert rows.y is not None and rows.ds is not None
    raise DataError(
        f"the outcome of {label(int(rows.ds[one]), rows.dated)} is {rows.y[one]:g} at {rows.table.where(one)} and "
        f"{rows.y[other]:g} at {rows.table.where(other)} ({count:,} rows contradict others).",
        hint="Name the column that tells series apart with --id NAME, or pass --actuals FILE --target NAME.",
    )


def _with_last(rows: Rows, codes: Ints, times: Ints, values: Floats, places: Ints) -> tuple[Ints, Ints, Floats, Ints]:
    """Add the values at the cutoffs, which our own tables hold, where the outcomes do not reach back so far."""
    assert rows.last is not None and rows.cutoff is not None
    known = np.flatnonzero(~np.isnan(rows.last))
    owner = np.zeros(len(known), np.int64) if rows.id is None else rows.id[known].astype(np.int64)
    every = np.concatenate([codes, owner]), np.concatenate([times, rows.cutoff[known]])
    order = np.lexsort((np.arange(len(every[0])), every[1], every[0]))  # an outcome stands before a last value
    code, time = every[0][order], every[1][order]
    first = np.r_[True, (np.diff(code) != 0) | (np.diff(time) != 0)]
    chosen = order[first]
    joined = np.concatenate([values, rows.last[known]])[chosen]
    return code[first], time[first], joined, np.concatenate([places, known])[chosen]


def numbered(
    values: Floats, times: Ints, offsets: Ints, ids: tuple[str, ...], name: str, notes: tuple[str, ...] = ()
) -> Panel:
    """Build the panel of a table whose rows are numbered, not dated."""
    return Panel(
        values=values[:, None].copy(),
        times=times.copy(),
        sessions=times.copy(),
        offsets=offsets.astype(np.int64),
        ids=ids,
        columns=(Column(name),),
        calendars=(named("numbered"),) * len(ids),
        dated=False,
        notes=notes,
    )


def compare(rows: Rows, panel: Panel, series: Ints) -> list[Finding]:
    """Hold the outcomes in the table against the actuals: equal, shifted by a row, or different.

    Raise DataError where they are another quantity's: most differ, and by much.
    """
    if rows.y is None or rows.ds is None:
        return []
    owner = np.broadcast_to(series[0], rows.count) if rows.id is None else series[rows.id]
    own = np.flatnonzero((owner >= 0) & ~np.isnan(rows.y))
    sessions, exact = session_numbers(panel, owner[own], rows.ds[own])
    there = Finder.of(panel).rows(owner[own], sessions)
    both = exact & (there >= 0)
    both[both] = ~np.isnan(panel.target[there[both]])
    own, there = own[both], there[both]
    if not len(own):
        return []
    y, actual = rows.y[own], panel.target[there]
    differs = np.abs(y - actual) > EQUAL * np.abs(actual)
    if not differs.any():
        return []
    typical = float(np.median(np.abs(y - actual)))
    for shift in (1, -1):
        moved = np.clip(there + shift, 0, len(panel.target) - 1)
        off = np.abs(y - panel.target[moved])[panel.series[moved] == owner[own]]
        if len(off) and np.mean(off <= SAME * typical) >= SHIFTED and typical > 0:
            return [found.misaligned(int(np.sum(off <= SAME * typical)), len(own), shift)]
    apart = np.abs(y - actual) / np.maximum(np.abs(actual), 1e-300)
    one = int(np.argmax(apart))
    row = int(own[one])
    told = message(
        "reading.fact.most",
        where=rows.table.where(row),
        date=label(int(rows.ds[row]), rows.dated),
        own=f"{y[one]:g}",
        actual=f"{actual[one]:g}",
    )
    if (apart > 0.05).mean() > OTHER:
        raise DataError(
            f"the outcomes in {rows.table.name} are not the actuals' {panel.columns[0].name!r}: {int(differs.sum()):,} "
            f"of {len(own):,} differ ({told}).",
            hint="Name the column that was forecast with --target NAME, or leave --actuals out to use those outcomes.",
        )
    if apart.max() <= ROUNDED:
        return []
    return [found.actuals_differ(int(differs.sum()), len(own), told)]
