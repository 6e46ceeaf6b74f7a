"""From what the user names to a table that is read when its columns are known: in memory, or streamed from its file."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.readers import numbers
from longshort.data.tables import names
from longshort.data.tables.dialect import Dialect, Written, sniff
from longshort.data.tables.encodings import encoding_of
from longshort.data.tables.formats import FORMATS, head_of
from longshort.data.tables.frames import is_table
from longshort.data.tables.opening import gather, paths_of
from longshort.data.tables.packed import MAGIC
from longshort.data.tables.paths import unreadable
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError, SettingsError
from longshort.language import message

SAMPLE = 1000  # rows that are looked at to tell what the columns hold
STREAMED = 16_000_000  # bytes: larger text files are cut into cells while they are read, not before
UNNAMED_ENDS = (("yhatlower", "yhatupper"),)
"""Names of an interval's ends that say no coverage; plain, as `names.plain` writes them."""
BLANKS = ["", "NA", "N/A", "n/a", "NULL", "null", "None", "nan", "NaN", "NAN", "-", "."]


@dataclass(frozen=True, eq=False)
class Table:
    """Hold a table that is not read yet: its columns, its first rows, and how to come by the rest.

    `raw` holds the cells of a table that is in memory; it is None for a file that is streamed. `mended` says that the
    cells of text were turned into numbers already.
    """

    name: str
    lazy: pl.LazyFrame
    sample: pl.DataFrame
    notes: tuple[str, ...] = ()
    raw: Raw | None = field(default=None, repr=False)
    first_line: int | None = None
    numeric: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Name the columns in their order."""
        return self.sample.columns

    def where(self, row: int) -> str:
        """Say where a row stands, for a message: the file and its line, or the row of a table."""
        if self.raw is not None:
            return self.raw.where(row)
        if self.first_line is not None:
            return message("notes.where.line", source=self.name, row=row + self.first_line)
        return message("notes.where.row", source=self.name, row=row)


def open_table(source: object, written: Written, id: str | None = None, stream: bool = True) -> Table:
    """Open a file or a table in memory, and look at its first rows only where it can be streamed.

    The column `id` is text whatever it holds: series may be named 000660.
    Raise DataError for a file that is missing, empty or no table, SettingsError for what is neither path nor table.
    """
    if isinstance(source, pl.LazyFrame):
        return _streamed(message("notes.source.table"), source)
    if isinstance(source, str | os.PathLike) and stream:
        paths = paths_of(str(os.fspath(source)))
        found = _streamable(paths[0], written, id) if len(paths) == 1 else None
        if found is not None:
            return found
    elif not isinstance(source, str | os.PathLike) and not is_table(source):
        raise SettingsError(
            f"forecasts cannot be read from a {type(source).__name__}.",
            hint="Pass a path, or a table of pandas, polars or Arrow.",
        )
    raw = gather([source], written)
    return Table(raw.name, raw.frame.lazy(), raw.frame.head(SAMPLE), raw.notes, raw)


def with_usual_names(table: Table) -> Table:
    """Name an interval whose columns only say lower and upper (as Prophet's do) by its coverage: 80 %."""
    known = {names.plain(column): column for column in table.columns}
    found = next(((known[a], known[b]) for a, b in UNNAMED_ENDS if a in known and b in known), None)
    if found is None or "-lo-" in "".join(table.columns):
        return table
    new = dict(zip(found, ("forecast-lo-80", "forecast-hi-80"), strict=True))
    raw = None if table.raw is None else replace(table.raw, frame=table.raw.frame.rename(new))
    note = message("reading.ends_of_80", low=repr(found[0]), high=repr(found[1]))
    lazy, sample = table.lazy.rename(new), table.sample.rename(new)
    return replace(table, lazy=lazy, sample=sample, raw=raw, notes=(*table.notes, note))


def with_numbers(table: Table, keys: list[str], decimal: str | None) -> Table:
    """Turn every column that is no key and holds numbers into float64, and name these columns in `numeric`.

    Raise DataError, quoting the cell, where text stands among numbers.
    """
    able = [name for name in table.columns if name not in keys and numbers.is_candidate(table.sample[name])]
    if table.raw is None:
        typed = [name for name in able if table.sample[name].dtype != pl.String]
        floats = [pl.col(name).cast(pl.Float64) for name in typed]
        return replace(
            table, lazy=table.lazy.with_columns(floats), sample=table.sample.with_columns(floats), numeric=tuple(typed)
        )
    text = [name for name in able if table.raw.frame[name].dtype == pl.String]
    found = numbers.to_numbers(table.raw, text, decimal)
    numbers.refuse(found, found.broken)
    typed = [name for name in able if name not in text]
    columns = [pl.Series(name, values) for name, values in found.cells.items()]
    frame = table.raw.frame.with_columns(*columns, *(pl.col(name).cast(pl.Float64) for name in typed))
    numeric = tuple(name for name in able if name in found.cells or name in typed)
    return replace(
        table, lazy=frame.lazy(), sample=frame.head(SAMPLE), notes=(*table.notes, *found.notes), numeric=numeric
    )


def _streamable(path: Path, written: Written, id: str | None) -> Table | None:
    """Open a Parquet or an Arrow file, or a large text file as plain tables are written; None for all others."""
    if not path.is_file():
        return None
    try:
        head = head_of(path)
    except OSError as error:
        raise unreadable(repr(str(path)), error) from error
    name = repr(path.name)
    found = next(one for one in FORMATS if one.begins(head))
    if found.scan is not None:
        try:
            return _streamed(name, found.scan(path), notes=(message("notes.format", kind=found.name),))
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
            hint = "Write or download it again."
            raise DataError(f"{name} is a damaged {found.name} file: {reason}.", hint) from error
    packed = head.startswith(MAGIC)
    if found.name != "text" or packed or written.columns is not None:
        return None
    if path.stat().st_size <= STREAMED:
        return None
    if (written.encoding or encoding_of(head, name)) not in ("utf-8", "utf-8-sig") or b"\n" not in head:
        return None
    return _large_text(path, head, written, id)


def _large_text(path: Path, head: bytes, written: Written, id: str | None) -> Table | None:
    lines = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n")[:-1]
    dialect = sniff(lines, repr(path.name), written)
    if dialect.header.lines != 1 or dialect.header.levels or dialect.separator == " ":
        return None
    first = _cut(head[: head.rfind(b"\n") + 1], dialect).head(SAMPLE).collect()
    texts = {id, *names.ranked(first.columns, names.IDS)}
    floats = {name: pl.Float64() for name, kind in first.schema.items() if kind.is_numeric() and name not in texts}
    schema: dict[str, pl.DataType] = {name: floats.get(name, pl.String()) for name in first.columns}
    lazy = _cut(path, dialect, schema)
    sample = _cut(head[: head.rfind(b"\n") + 1], dialect, schema).head(SAMPLE).collect()
    note = message("reading.streamed", size=path.stat().st_size / 1e6)
    return Table(repr(path.name), lazy, sample, (note,), first_line=dialect.skip + 2)


def _cut(data: Path | bytes, dialect: Dialect, schema: dict[str, pl.DataType] | None = None) -> pl.LazyFrame:
    return pl.scan_csv(
        data,
        separator=dialect.separator,
        skip_lines=dialect.skip,
        null_values=BLANKS,
        schema_overrides=schema,
        infer_schema_length=SAMPLE,
        glob=False,
    )


def _streamed(name: str, lazy: pl.LazyFrame, notes: tuple[str, ...] = ()) -> Table:
    sample = lazy.head(SAMPLE).collect()
    if not sample.height:
        raise DataError(f"{name} has columns and no rows.", hint="Pass a table with rows.")
    return Table(name, lazy, sample, notes)


def key_cells(table: Table, column: str, distinct: pl.Series, rows: Sequence[int] | NDArray[np.int64]) -> Raw:
    """Put a column's distinct cells into a form whose messages name the rows on which they stand first."""
    if table.raw is not None:
        lines, part = table.raw.lines[np.asarray(rows)], table.raw.parts[0]
    else:
        lines = np.asarray(rows, dtype=np.uint32) + np.uint32(table.first_line or 0)
        part = Part(table.name, "", lined=table.first_line is not None)
    raw = single(pl.DataFrame({column: distinct}), part, 0)
    return replace(raw, lines=lines)
