"""From cells to rows of numbers: long tables, a column per series, a row per series."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Column
from longshort.data.readers import dates
from longshort.data.readers.long import Long, encode
from longshort.data.readers.numbers import Floats
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError

ENOUGH = 3


def from_long(
    raw: Raw, numbers: Mapping[str, Floats], columns: Sequence[Column], times: NDArray[np.int64] | None, id_: str | None
) -> Long:
    """Take a table with a row per series and date; without an id each source is one series, named after its file."""
    values = np.empty((raw.frame.height, len(columns)))
    for place, column in enumerate(columns):
        values[:, place] = numbers[column.name]
    codes, ids = _series(raw, id_)
    return Long(values, times, codes, ids, tuple(columns), raw.where, named=id_ is not None)


def _series(raw: Raw, id_: str | None) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if id_ is None:
        stems = [part.stem for part in raw.parts]
        if len(set(stems)) == len(stems):
            return raw.origin.astype(np.int64), tuple(stems)
        return encode(pl.Series(stems).gather(raw.origin))
    cells = raw.frame[id_].cast(pl.String).str.strip_chars()
    blank = cells.is_null() | (cells == "")
    if blank.any() and len(raw.parts) > 1:
        cells = _filled(raw, cells, blank)
        blank = cells.is_null()
    if blank.any():
        row = int(blank.arg_max() or 0)
        raise DataError(
            f"{raw.where(row)}: the series in column {id_!r} is blank.", hint="Fill it in or take the row out."
        )
    return encode(cells)


def _filled(raw: Raw, cells: pl.Series, blank: pl.Series) -> pl.Series:
    """Name the rows of sources that name no series at all after their files."""
    named = np.bincount(raw.origin, weights=~blank.to_numpy(), minlength=len(raw.parts)) > 0
    stems = pl.Series([None if has else part.stem for has, part in zip(named, raw.parts, strict=True)], dtype=pl.String)
    return pl.select(pl.when(blank).then(stems.gather(raw.origin)).otherwise(cells)).to_series()


def from_wide(
    raw: Raw,
    numbers: Mapping[str, Floats],
    series: Sequence[str],
    shared: Sequence[Column],
    times: NDArray[np.int64] | None,
) -> Long:
    """Take a table with a column per series; `shared` columns belong to every series alike."""
    height = raw.frame.height
    values = np.empty((len(series), height, 1 + len(shared)))
    for place, name in enumerate(series):
        values[place, :, 0] = numbers[name]
    for place, column in enumerate(shared, start=1):
        values[:, :, place] = numbers[column.name]
    return _unrolled(values, times, tuple(series), (Column("y"), *shared), lambda row: raw.where(row % height))


def from_rows(
    raw: Raw, numbers: Mapping[str, Floats], id_: str, values: Sequence[str], date_format: str | None
) -> Long:
    """Take a table with a row per series, its values (dated by the header or not) side by side."""
    matrix = np.stack([numbers[name] for name in values], axis=1)[:, :, None]
    times = None if _enumerated(values) else _header_dates(raw, values, date_format)
    ids = tuple(str(name) for name in raw.frame[id_].to_list())
    return _unrolled(matrix, times, ids, (Column("y"),), lambda row: raw.where(row // len(values)))


def _unrolled(
    values: NDArray[np.float64],
    times: NDArray[np.int64] | None,
    ids: tuple[str, ...],
    columns: tuple[Column, ...],
    where: Callable[[int], str],
) -> Long:
    """Lay `[series, time, column]` out as rows, without the blanks before a series begins and after it ends."""
    known = ~np.isnan(values[:, :, 0])
    begun = np.logical_or.accumulate(known, axis=1)
    ended = np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]
    ahead = np.isfinite(values[:, :, 1:]).all(axis=2) if values.shape[2] > 1 else np.zeros_like(known)
    count, steps = known.shape
    whole = Long(
        values.reshape(-1, values.shape[2]),
        None if times is None else np.tile(times, count),
        np.repeat(np.arange(count), steps),
        ids,
        columns,
        where,
    )
    kept = (begun & (ended | ahead)).ravel()
    return whole if kept.all() else whole.take(np.flatnonzero(kept))


def row_wise(raw: Raw) -> tuple[str, list[str]] | None:
    """Recognise a table in which every row is a series: an id first, then columns that are numbered or dated.

    Give the id's column and those of the values, or None.
    """
    first, *rest = raw.frame.columns
    cells = raw.frame[first]
    if len(rest) < ENOUGH or cells.dtype != pl.String or cells.null_count() or cells.n_unique() < len(cells):
        return None
    if cells.cast(pl.Float64, strict=False).null_count() < len(cells) and not re.fullmatch(r"[A-Za-z]+1", first):
        return None
    if _enumerated(rest):
        return first, rest
    header = pl.Series(rest)
    return (first, rest) if header.str.contains(r"\d[-/.]\d").all() and dates.looks_dated(header) else None


def _enumerated(columns: Sequence[str]) -> bool:
    """Say whether names only count: V2, V3, V4 or 1, 2, 3."""
    found = [re.fullmatch(r"([A-Za-z_]*)\s?(\d+)", name) for name in columns]
    if not all(found) or len({match[1] for match in found if match}) > 1:
        return False
    counts = np.array([int(match[2]) for match in found if match])
    return bool((np.diff(counts) == 1).all()) and counts[0] <= ENOUGH


def _header_dates(raw: Raw, values: Sequence[str], date_format: str | None) -> NDArray[np.int64]:
    header = single(pl.DataFrame({"header": list(values)}), Part(f"the header of {raw.name}", ""), 1)
    times, _ = dates.parse(header, "header", date_format)
    return times
