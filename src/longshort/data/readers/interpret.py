"""Tell what raw cells mean: which columns say when and which, what is forecast, and what may be seen for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Column
from longshort.data.readers import dates, locate, numbers, roles, shapes
from longshort.data.readers.long import Long
from longshort.data.readers.zones import to_utc
from longshort.data.tables import names
from longshort.data.tables.raw import Raw
from longshort.errors import DataError, SettingsError, examples
from longshort.language import listed, message, quoted

Times = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Hold what the user said about columns and rows; None and empty mean: recognise it."""

    target: str | None = None
    id: str | None = None
    date: str | None = None
    no_dates: bool = False
    date_format: str | None = None
    timezone: str | None = None
    wide: bool = False
    alone: bool = False
    known_future: Sequence[str] = ()
    static: Sequence[str] = ()
    decimal: str | None = None
    target_needed: bool = True


def interpret(raw: Raw, wishes: Wishes) -> tuple[Long, list[str]]:
    """Tell shape and roles of the columns, and turn the cells into rows of numbers."""
    date = None if wishes.no_dates and wishes.date is None else locate.date_column(raw, wishes.date)
    if wishes.no_dates and wishes.date is not None:
        raise SettingsError("date and no_dates contradict each other.", hint="Pass one of the two.")
    rows = shapes.row_wise(raw) if date is None and wishes.target is None else None
    if rows is not None:
        return _row_wise(raw, wishes, *rows)
    if date is None and not wishes.no_dates:
        raise _dateless(raw)
    times, said = (None, "")
    if date is not None:
        raw = locate.with_time_of_day(raw, date)
        times, said = dates.parse(raw, date, wishes.date_format)
        if wishes.timezone is not None:
            times = to_utc(raw, times, wishes.timezone, locate.id_column(raw, wishes.id, date))
            said = message("notes.dates_in_zone", column=repr(date), zone=wishes.timezone)
    long, notes = _table(raw, wishes, date, times, [*raw.notes, said] if said else list(raw.notes))
    return (long if date is None else replace(long, ahead=dates.ahead(raw.frame[date]))), notes


def _dateless(raw: Raw) -> DataError:
    return DataError(
        f"{raw.name} has no dates: none of its columns looks like one ({examples(raw.frame.columns)}).",
        hint="Name it with --date NAME, or pass --no-dates: rows in order, oldest first (else add --newest-first).",
    )


def _row_wise(raw: Raw, wishes: Wishes, id_: str, values: list[str]) -> tuple[Long, list[str]]:
    """Take a table with a row per series."""
    read = numbers.to_numbers(raw, values, wishes.decimal)
    numbers.refuse(read, read.broken)
    cells, how = read.cells, read.notes
    if wishes.known_future or wishes.static:
        raise SettingsError(f"{raw.name} has a row per series, so no other columns to declare.", hint="Leave them out.")
    long = shapes.from_rows(raw, cells, id_, values, wishes.date_format)
    if long.times is None and not wishes.no_dates:
        raise DataError(
            f"{raw.name} has a row per series and no dates.", hint="Pass --no-dates: the steps are then numbered."
        )
    return long, [*raw.notes, *how, message("notes.row_wise", id=repr(id_), n=len(values))]


def _table(raw: Raw, wishes: Wishes, date: str | None, times: Times | None, notes: list[str]) -> tuple[Long, list[str]]:
    """Take a table whose rows are dates: long, or with a column per series."""
    id_ = None if wishes.wide and wishes.id is None else locate.id_column(raw, wishes.id, date)
    spare = [name for name in locate.spare_dates(raw, date) if name != wishes.target]
    others = [name for name in raw.frame.columns if name not in (date, id_, *spare)]
    able = [name for name in others if numbers.is_candidate(raw.frame[name])]
    read = numbers.to_numbers(raw, able, wishes.decimal)
    numbers.refuse(read, _required(others, wishes) if read.cells else read.broken)
    cells, texts = read.cells, [*read.texts, *(name for name in others if name not in able)]
    notes += [*read.notes, *(message("notes.unused.broken", why=error.message) for error in read.broken.values())]
    if spare:
        notes.append(message("notes.unused.dates", names=quoted(spare)))
    if texts:
        notes.append(message("notes.unused.text", names=quoted(texts)))
    found = [name for name in others if name in cells]
    declared = [*roles.resolve(wishes.known_future, found, texts, "known_future")]
    static = [*roles.resolve(wishes.static, found, texts, "static")]
    if wishes.wide:
        return _wide(raw, wishes, cells, found, declared, static, times, notes)
    target = _target(raw, wishes, found, [*declared, *static], notes)
    roles.refuse_clashes(target, declared, static)
    kept = [*declared, *static] if wishes.alone else found
    ordered = [target, *(name for name in found if name != target and name in kept)]
    described = roles.declare(ordered, cells, declared, static, [*declared, *static])
    notes += _roles_note(described, [name for name in ordered if name not in [c.name for c in described]])
    if id_ is not None:
        notes.append(message("notes.series_named", column=repr(id_)))
    return shapes.from_long(raw, cells, described, times, id_), notes


def _required(columns: Sequence[str], wishes: Wishes) -> list[str]:
    """List the columns that must be numbers: those asked for, and without a target those that would be it."""
    asked = {name.casefold() for name in (wishes.target, *wishes.known_future, *wishes.static) if name}
    likely = names.kinds(columns) if wishes.target is None else {}
    return [
        name
        for name in columns
        if name.casefold() in asked or likely.get(name) in ("close", "adj_close") or name in names.TARGETS
    ]


def _target(raw: Raw, wishes: Wishes, found: Sequence[str], aside: Sequence[str], notes: list[str]) -> str:
    if not wishes.target_needed:
        if not found:
            raise DataError(f"{raw.name} has no column of numbers to join.", hint="Pass another file.")
        return found[0]
    spelt = [name for name in raw.frame.columns if name.casefold() == (wishes.target or "").casefold()]
    if spelt and not set(spelt) & set(found):
        raise DataError(
            f"column {spelt[0]!r} of {raw.name} cannot be the target: it says when or which, not how much.",
            hint=f"Pass --target with a column of numbers: {examples(found, 12)}.",
        )
    target, said = roles.choose_target(found, wishes.target, aside, raw.name)
    notes.append(said)
    return target


def _wide(
    raw: Raw,
    wishes: Wishes,
    cells: Mapping[str, numbers.Floats],
    found: Sequence[str],
    declared: Sequence[str],
    static: Sequence[str],
    times: Times | None,
    notes: list[str],
) -> tuple[Long, list[str]]:
    """Take every column of numbers as a series, but for those known in advance."""
    if wishes.target is not None or static or wishes.id is not None:
        raise SettingsError(
            "wide takes every column as a series, so target, id and static have no meaning beside it.",
            hint="Leave out --wide, or else --target, --id and --static.",
        )
    series = [name for name in found if name not in declared]
    if not series:
        raise DataError(f"{raw.name} has no column of numbers.", hint="Pass a file with a column per series.")
    shared = [Column(name, "other", "known_future") for name in declared]
    notes.append(message("notes.wide", names=quoted(series)))
    return shapes.from_wide(raw, cells, series, shared, times), notes


def _roles_note(described: Sequence[Column], blank: Sequence[str]) -> list[str]:
    """Say how the other columns serve."""
    notes: list[str] = []
    for known in ("past_only", "known_future", "static"):
        those = [column.name for column in described[1:] if column.known == known]
        if those:
            notes.append(message(f"notes.covariates.{known}", names=listed(those, 12)))
    if blank:
        notes.append(message("notes.unused.blank", names=quoted(blank)))
    return notes
