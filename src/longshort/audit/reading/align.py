"""Put each row of a table of forecasts at its pair of series and cutoff, and at its step, counted in sessions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.audit.reading import findings as found
from longshort.audit.reading.places import Finder, Places, distinct_keys, session_numbers
from longshort.audit.reading.rows import Rows
from longshort.data.calendars.units import shared_unit
from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.errors import DataError, examples
from longshort.finding import Finding
from longshort.language import Message, counted, message

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
MOST_CELLS = 20  # cells of the grid for each row of the table; more is a table with dates far from the others


@dataclass(frozen=True, eq=False)
class Placed:
    """Hold where rows go: `rows[i]` of the table belongs to the flat place `cells[i]` of the grid `[pair, step]`."""

    pairs: Pairs
    horizon: int
    rows: Ints
    cells: Ints


def align(rows: Rows, panel: Panel, series: Ints, lag: int | None) -> tuple[Placed | None, list[str], list[Finding]]:
    """Find the pair and the step of every row, and count what has no place; None where nothing is left but defects.

    `series` gives the panel's series for each code of `rows.id` (-1: none; one entry where the table names no series);
    `lag` is how many sessions before its date each forecast was made, where the table does not say it.

    Raise DataError where the cutoffs cannot be known, or where nothing meets the actuals.
    """
    owner = np.broadcast_to(series[0], rows.count) if rows.id is None else series[rows.id]
    target, exact = (None, None) if rows.ds is None else session_numbers(panel, np.maximum(owner, 0), rows.ds)
    origin, notes = _origins(rows, panel, owner, target, lag)
    if target is None:
        target = origin + _steps(rows, lag)
    step = target - origin
    low, span = int(origin.min()), int(origin.max() - origin.min()) + 1
    known, place = distinct_keys(np.maximum(owner, 0) * span + (origin - low))
    begin = _where_known(panel, known // span, known % span + low)
    del target, origin
    before = (owner >= 0) & (step < 1)
    if exact is not None and rows.ds is not None and rows.cutoff is not None:
        before &= exact | (rows.ds <= rows.cutoff)  # a Saturday is after the Friday before it, though no session
    off = np.zeros(rows.count, bool) if exact is None else (owner >= 0) & ~exact & ~before
    unmatched = (owner >= 0) & (begin < 0)[place]
    kept = (owner >= 0) & ~before & ~off & ~unmatched
    unit = shared_unit(panel.calendars)
    noticed = _noticed(rows, owner, before, off, unmatched, place, step, kept, unit)
    if not kept.any():
        if before.any() and not (unmatched & ~before).any():
            return None, notes, noticed
        raise _nothing(rows, panel, owner, unmatched)
    chosen = np.flatnonzero(kept)
    used, place = distinct_keys(place[chosen])
    horizon = int(step[chosen].max())
    _refuse_far(rows, panel, chosen, step, horizon, len(used))
    pairs = Pairs(panel.series[begin[used]], begin[used])
    return Placed(pairs, horizon, chosen, place.astype(np.int64) * horizon + step[chosen] - 1), notes, noticed


def _origins(rows: Rows, panel: Panel, owner: Ints, target: Ints | None, lag: int | None) -> tuple[Ints, list[str]]:
    """Give the session of each row's cutoff: said, or counted back from the date."""
    unit = shared_unit(panel.calendars)
    inside = np.maximum(owner, 0)
    if rows.cutoff is not None:
        return session_numbers(panel, inside, rows.cutoff)[0], []
    if rows.start is not None and rows.ds is not None:
        number, exact = session_numbers(panel, inside, rows.start)
        if not (rows.start == rows.ds).any():
            return number, [message("reading.start_before")]
        return number - exact, [message("reading.start_first", lag=counted(1, unit))]
    if target is None or (rows.step is None and lag is None):
        raise _no_cutoffs(rows)
    steps = _steps(rows, lag)
    if rows.step is not None:
        return target - steps, [message("reading.made_before.step")]
    return target - steps, [message("reading.made_before", lag=counted(int(steps), unit))]


def _steps(rows: Rows, lag: int | None) -> Ints:
    if rows.step is not None:
        return rows.step
    if lag is None:
        raise DataError(
            f"{rows.table.name} says when forecasts were made, but not for which date.",
            hint="Name the column of dates with --date NAME, or pass --step N: sessions after the cutoff.",
        )
    return np.asarray(lag, dtype=np.int64)


def _no_cutoffs(rows: Rows) -> DataError:
    return DataError(
        f"{rows.table.name} does not say when its forecasts were made: no column of cutoffs or steps is among "
        f"{examples(rows.table.columns, 12)}.",
        hint="Pass --step N where each forecast was made N sessions before its date (1: the day before), "
        "--cutoff NAME for the column that says it, or --cutoff DATE where all were made on one date.",
    )


def _where_known(panel: Panel, series: Ints, sessions: Ints) -> Ints:
    """Give the panel's row of each cutoff, -1 where nothing is known there."""
    begin = Finder.of(panel).rows(series, sessions)
    return np.where((begin >= 0) & ~np.isnan(panel.target[np.maximum(begin, 0)]), begin, -1)


def _noticed(
    rows: Rows,
    owner: Ints,
    before: Mask,
    off: Mask,
    unmatched: Mask,
    place: Places,
    step: Ints,
    kept: Mask,
    unit: str,
) -> list[Finding]:
    """Word what was left out, and steps that do not count sessions."""
    noticed = []
    if (owner < 0).any():
        gone = np.unique(rows.id[owner < 0]) if rows.id is not None else np.zeros(1, np.int64)
        first = [rows.ids[i] for i in gone[: found.SHOWN].tolist()]
        noticed.append(found.unmatched_series(len(gone), len(rows.ids), first))
    for mask, word in ((before, found.dated_before_cutoff), (off, found.off_calendar)):
        if mask.any():
            noticed.append(word(int(mask.sum()), rows.count, _example(rows, mask)))
    if unmatched.any():
        lost, total = len(distinct_keys(place[unmatched])[0]), len(distinct_keys(place[owner >= 0])[0])
        noticed.append(found.unmatched_cutoffs(lost, total, _example(rows, unmatched)))
    if rows.step is not None and rows.ds is not None and rows.cutoff is not None:
        wrong = kept & (step != rows.step)
        if wrong.any():
            row = int(np.argmax(wrong))
            count = counted(int(step[row]), unit)
            told = message("reading.fact.steps", example=_example(rows, wrong), step=int(rows.step[row]), count=count)
            noticed.append(found.steps_disagree(int(wrong.sum()), rows.count, told))
    return noticed


def _example(rows: Rows, mask: Mask) -> Message:
    """Quote the first of some rows: its place, series, date and cutoff."""
    row = int(np.argmax(mask))
    facts = [rows.table.where(row)]
    if rows.id is not None:
        facts.append(repr(rows.ids[int(rows.id[row])]))
    for name, times in (("date", rows.ds), ("cutoff", rows.cutoff)):
        if times is not None:
            facts.append(message(f"reading.fact.{name}", date=label(int(times[row]), rows.dated)))
    return message("reading.first", facts=facts)


def label(time: int, dated: bool) -> str:
    """Write a time as a date, with the time of day where it has one.

    >>> label(86_400_000_000, True), label(7, False)
    ('1970-01-02', '7')
    """
    if not dated:
        return str(time)
    return str(np.datetime64(time, "us")).removesuffix(".000000").removesuffix("T00:00:00").replace("T", " ")


def _nothing(rows: Rows, panel: Panel, owner: Ints, unmatched: Mask) -> DataError:
    """Say why nothing is left: other series, or other dates."""
    if (owner < 0).all():
        return DataError(
            f"the forecasts are of {examples(rows.ids)}, the actuals of {examples(panel.ids)}: no series is in both.",
            hint="Name the column of series with --id NAME, or pass actuals of the same series.",
        )
    times = next(times for times in (rows.cutoff, rows.start, rows.ds) if times is not None)
    spans = [
        f"{label(int(low), rows.dated)} to {label(int(high), rows.dated)}"
        for low, high in ((times.min(), times.max()), (panel.times.min(), panel.times.max()))
    ]
    what = "no cutoff of the forecasts has a value among the actuals" if unmatched.any() else "no date is a session"
    return DataError(
        f"{what}: the forecasts run from {spans[0]}, the actuals from {spans[1]}.",
        hint="Pass the history that the forecasts were made from: --actuals FILE --target NAME (on the same clock).",
    )


def _refuse_far(rows: Rows, panel: Panel, chosen: Ints, step: Ints, horizon: int, pairs: int) -> None:
    """Refuse a date so far from its cutoff that the grid of pairs and steps would be mostly empty."""
    if pairs * horizon <= max(MOST_CELLS * len(chosen), 1_000_000):
        return
    far = step[chosen] == horizon
    row = np.zeros(rows.count, dtype=bool)
    row[chosen[far]] = True
    raise DataError(
        f"{rows.table.name}: a forecast is {horizon:,} sessions ahead ({_example(rows, row)}), while most are nearer.",
        hint="Take such rows out, or mend their dates.",
    )
