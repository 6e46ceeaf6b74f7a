"""The dates of a table of forecasts, all on one clock: microseconds since 1970, or whole numbers without dates."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.reading.table import Table, key_cells
from longshort.data.calendars.protocol import DAY
from longshort.data.readers import dates
from longshort.errors import DataError

Ints = NDArray[np.int64]
_ZONE = r"\d:\d{2}.*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$"


def is_dated(table: Table, column: str) -> bool:
    """Say whether a column holds dates; whole numbers that are no years, dates or counts since 1970 only number rows.

    Raise DataError for a column that is neither.
    """
    cells = table.sample[column]
    if dates.looks_dated(cells):
        return True
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() == cells.null_count() and (numbers.drop_nulls() % 1 == 0).all():
        return False
    raise DataError(
        f"column {column!r} of {table.name} holds no known dates, such as {cells.drop_nulls().head(1).to_list()}.",
        hint="Name the column with --date NAME, or the format with --date-format, such as --date-format %d.%m.%Y.",
    )


def expression(table: Table, column: str, shared: str | None) -> pl.Expr:
    """Select a column of dates in its compact form: numbers as they are, text as categories.

    `shared` is the zone on whose clock typed moments are put; None where they have none.
    """
    kind = table.sample[column].dtype
    cell = pl.col(column)
    if kind == pl.Date or kind == pl.Datetime:
        if shared is not None:
            cell = cell.dt.convert_time_zone(shared).dt.replace_time_zone(None)
        return cell.cast(pl.Datetime("us")).to_physical()
    if kind.is_numeric():
        return cell.cast(pl.Int64)
    return cell.cast(pl.String).str.strip_chars().fill_null("").cast(pl.Categorical(pl.Categories.random()))


def shared_zone(table: Table, columns: Sequence[str]) -> str | None:
    """Find the one zone of all typed columns of dates: their own where they come once a day, UTC otherwise.

    Raise DataError where zones differ, or where some columns have one and others not.
    """
    typed = [column for column in columns if table.sample[column].dtype in (pl.Date, pl.Datetime)]
    zones = {column: getattr(table.sample[column].dtype, "time_zone", None) for column in typed}
    if len(set(zones.values())) > 1:
        told = ", ".join(f"{column!r} in {zone or 'none'}" for column, zone in zones.items())
        raise _mixed(table.name, told)
    zone = next(iter(zones.values()), None)
    if zone is None:
        return None
    local = [table.sample[c].dt.replace_time_zone(None).cast(pl.Datetime("us")).to_physical().to_numpy() for c in typed]
    together = np.unique(np.concatenate(local))
    return str(zone) if len(together) == len(np.unique(together // DAY)) else "UTC"


def to_times(
    table: Table, cells: dict[str, pl.Series], dated: bool, date_format: str | None
) -> tuple[dict[str, Ints], list[str]]:
    """Turn the collected columns of dates into times, all on one clock, and say how they were read.

    Raise DataError, naming the row, for a date that is blank or none, and where only some cells have a time zone.
    """
    times, notes, texts = {}, [], {}
    for column, collected in cells.items():
        if isinstance(collected.dtype, pl.Categorical):
            texts[column] = collected
        else:
            times[column], how = _numbers(table, column, collected, dated, date_format)
            notes += how
    if not texts:
        return times, notes
    codes, rows, distinct = {}, {}, {}
    for column, collected in texts.items():
        codes[column], rows[column] = by_appearance(collected.to_physical().to_numpy())
        distinct[column] = collected.gather(rows[column]).cast(pl.String)
    _refuse_mixed(table.name, distinct)
    if any(cells.str.contains(_ZONE).any() for cells in distinct.values()) and len(distinct) > 1:
        together, said = _together(table, rows, distinct, date_format)
        return times | {column: together[column][codes[column]] for column in texts}, [*notes, said]
    for column, known in distinct.items():
        if not dated:
            times[column] = _whole(table, column, known.cast(pl.Float64, strict=False), rows[column])[codes[column]]
            continue
        parsed, said = dates.parse(key_cells(table, column, known, rows[column]), column, date_format)
        times[column] = parsed[codes[column]]
        notes.append(said)
    return times, notes


def by_appearance(codes: NDArray[np.integer]) -> tuple[NDArray[np.int32], Ints]:
    """Give codes new numbers in the order in which they first appear, and the rows where they do.

    >>> by_appearance(np.array([7, 2, 7, 5]))
    (array([0, 1, 0, 2], dtype=int32), array([0, 1, 3]))
    """
    first = np.full(int(codes.max()) + 1 if len(codes) else 0, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1, dtype=np.int32)
    present = np.flatnonzero(first < len(codes))
    order = present[np.argsort(first[present])]
    number = np.empty(len(first), dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return number[codes], first[order]


def _numbers(
    table: Table, column: str, collected: pl.Series, dated: bool, date_format: str | None
) -> tuple[Ints, list[str]]:
    """Take typed moments as they are, whole numbers as row numbers, and other numbers as dates written as such."""
    if collected.null_count():
        row = int(collected.is_null().arg_max() or 0)
        raise DataError(f"{table.where(row)}: the date in column {column!r} is blank.", hint="Take the row out.")
    values = collected.to_numpy()
    if table.sample[column].dtype.is_temporal() or not dated:
        return values, []
    distinct = np.unique(values)
    raw = key_cells(table, column, pl.Series(distinct), [0] * len(distinct))
    parsed, said = dates.parse(raw, column, date_format)
    return parsed[np.searchsorted(distinct, values)], [said]


def _whole(table: Table, column: str, numbers: pl.Series, rows: Ints) -> Ints:
    odd = (numbers.is_null() | (numbers % 1 != 0)).fill_null(value=True)
    if odd.any():
        where = table.where(int(rows[int(odd.arg_max() or 0)]))
        raise DataError(f"{where}: column {column!r} holds no whole number.", hint="Number the rows, or write dates.")
    return numbers.cast(pl.Int64).to_numpy()


def _together(
    table: Table, rows: dict[str, Ints], distinct: dict[str, pl.Series], date_format: str | None
) -> tuple[dict[str, Ints], str]:
    """Read several columns of zoned moments at once, so that all are put on the same clock."""
    first = next(iter(distinct))
    whole = pl.concat([cells.rename(first) for cells in distinct.values()])
    raw = key_cells(table, first, whole, np.concatenate(list(rows.values())).tolist())
    parsed, said = dates.parse(raw, first, date_format)
    ends = np.cumsum([len(cells) for cells in distinct.values()])
    return dict(zip(distinct, np.split(parsed, ends[:-1]), strict=True)), said


def _refuse_mixed(name: str, distinct: dict[str, pl.Series]) -> None:
    timed = pl.concat([cells.rename("cell") for cells in distinct.values()])
    timed = timed.filter(timed.str.contains(r"\d:\d{2}"))
    zoned = timed.str.contains(_ZONE)
    if zoned.any() and not zoned.all():
        with_, without = timed.filter(zoned)[0], timed.filter(~zoned)[0]
        raise _mixed(name, f"{with_!r} says its time zone, {without!r} does not")


def _mixed(name: str, told: str) -> DataError:
    return DataError(
        f"the dates in {name} are not on one clock: {told}.",
        hint="Write all dates in the same time zone, or all without one.",
    )
