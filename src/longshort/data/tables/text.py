"""Text files: from bytes to a frame of text cells that remembers its lines."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.tables.cells import is_blank
from longshort.data.tables.dialect import SEPARATORS, Dialect, Written, sniff
from longshort.data.tables.encodings import encoding_of
from longshort.data.tables.format import Format, Source
from longshort.data.tables.frames import unstack
from longshort.data.tables.headers import unique_names
from longshort.data.tables.legacy import legacy_encoding
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError, SettingsError
from longshort.finding import Finding
from longshort.language import message

_HEAD = 1 << 20
UNICODE = ("utf-8", "utf-16")


def read_text(source: Source, part: Part, written: Written) -> Raw:
    """Read a CSV or TSV file as text cells; nothing is converted yet.

    Raise `DataError` for an empty file, one without a header, binary rubbish, or rows longer than the header.
    """
    head = _head(source)
    if not head.strip():
        raise DataError(f"{part.name} is empty.", hint="Pass a file with a header and rows.")
    encoding = written.encoding or encoding_of(head, part.name)
    try:
        return _parse(source, encoding, part, written)
    except UnicodeDecodeError as error:
        if written.encoding:
            hint = "Leave --encoding out, or name another, such as cp949 or utf-16."
            raise DataError(f"{part.name} is not written in {encoding}.", hint=hint) from error
        return _parse(source, legacy_encoding(_bytes(source)), part, written)


def _bytes(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _parse(source: Path | bytes, encoding: str, part: Part, written: Written) -> Raw:
    """Read with one encoding; raise `UnicodeDecodeError` where the text proves to be written in another."""
    plain = encoding.lower() in ("utf-8", "utf-8-sig", "utf8")
    data = source if plain else _recoded(source, encoding)
    head = _head(data)
    lines = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    dialect = sniff(lines if len(head) < _HEAD else lines[:-1], part.name, written)
    if dialect.separator == " ":
        data = re.sub(rb"(?m)^ +| +(?= |\r?$)", b"", _bytes(data))
    cells = _cells(data, dialect, part, eol="\r" if b"\n" not in head and b"\r" in head else "\n")
    known = written.encoding is not None or encoding.startswith(UNICODE)
    return _named(cells, dialect, part, encoding, known)


def _head(data: Path | bytes) -> bytes:
    if isinstance(data, bytes):
        return data[:_HEAD]
    with data.open("rb") as stream:
        return stream.read(_HEAD)


def _recoded(source: Path | bytes, encoding: str) -> bytes:
    try:
        return _bytes(source).decode(encoding).encode()
    except LookupError as error:
        hint = "Pass one such as utf-8, utf-16, cp949, latin-1."
        raise SettingsError(f"there is no encoding {encoding!r}.", hint=hint) from error


def _cells(data: Path | bytes, dialect: Dialect, part: Part, eol: str) -> pl.DataFrame:
    """Let polars cut the text into cells; blank lines become rows of nulls, so rows keep their lines."""
    try:
        return _cut(data, dialect, eol, ragged=False)
    except pl.exceptions.ComputeError as error:
        if "utf-8" in str(error).lower():
            raise UnicodeDecodeError("utf-8", b"", 0, 0, "invalid") from error
        if "more fields" not in str(error):
            raise _unbalanced(part, error) from error
    _check_widths(data, dialect, part)
    try:
        return _cut(data, dialect, eol, ragged=True)
    except pl.exceptions.ComputeError as error:
        raise _unbalanced(part, error) from error


def _cut(data: Path | bytes, dialect: Dialect, eol: str, ragged: bool) -> pl.DataFrame:
    return pl.read_csv(
        data,
        has_header=False,
        infer_schema=False,
        separator=dialect.separator,
        skip_lines=dialect.skip,
        eol_char=eol,
        truncate_ragged_lines=ragged,
        glob=False,
    )


def _unbalanced(part: Part, error: Exception) -> DataError:
    return DataError(
        f"{part.name} cannot be read as a table: {str(error).splitlines()[0]}.",
        hint="Look for a quotation mark that is opened and not closed, or pass --separator.",
    )


def _check_widths(data: Path | bytes, dialect: Dialect, part: Part) -> None:
    """Refuse rows longer than the header, unless only blanks stand beyond it."""
    lines = _bytes(data).decode("utf-8-sig", errors="replace").splitlines()[dialect.skip :]
    rows = csv.reader(lines, delimiter=dialect.separator)
    for row in rows:
        extra = row[len(dialect.header.names) :]
        if not all(is_blank(cell) for cell in extra):
            raise DataError(
                f"{part.name}, row {dialect.skip + rows.line_num}: {len(row)} cells where the header has "
                f"{len(dialect.header.names)}; {extra[0]!r} belongs to no column.",
                hint="Mend that row, or quote the cell that holds the separator.",
            )


def _named(cells: pl.DataFrame, dialect: Dialect, part: Part, encoding: str, known_encoding: bool) -> Raw:
    """Take the header away, name the columns, and drop what holds nothing: rows, comments, nameless columns."""
    names = unique_names([*dialect.header.names, *[""] * (cells.width - len(dialect.header.names))])
    frame = cells.slice(dialect.header.lines).with_columns(
        pl.lit(None, pl.String).alias(f"_{i}") for i in range(cells.width, len(names))
    )
    frame.columns = list(names)
    known = SEPARATORS.get(dialect.separator)
    between = message(f"notes.separator.{known}") if known else repr(dialect.separator)
    note = message("notes.text", encoding=encoding, separator=between)
    findings = () if known_encoding else (_guessed(part, encoding),)
    first = dialect.skip + dialect.header.lines + 1
    raw = single(frame, part, first, separator=dialect.separator, notes=(note, *dialect.notes), findings=findings)
    raw = raw.keep(_full(raw.frame)) if frame.height else raw
    if not raw.frame.height:
        raise DataError(f"{part.name} has a header and no rows.", hint="Pass a file with rows under its header.")
    if dialect.header.levels:
        return unstack(raw, dict(zip(names, dialect.header.levels, strict=False)))
    nameless = [new for new, given in zip(names, dialect.header.names, strict=False) if not given.strip()]
    return replace(raw, frame=raw.frame.drop(n for n in nameless if raw.frame[n].null_count() == raw.frame.height))


def _guessed(part: Part, encoding: str) -> Finding:
    text = message("checks.guessed_encoding", source=part.name, encoding=encoding)
    return Finding("guessed_encoding", "warning", text)


def _full(frame: pl.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows that hold something, and no comment."""
    first = frame.to_series(0)
    kept = ~first.str.starts_with("#").fill_null(value=False).to_numpy()
    blank = first.is_null()
    if blank.any():
        kept[blank.to_numpy()] = (
            frame.filter(blank).select(~pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
        )
    return kept


TEXT = Format("text", (".csv", ".tsv"), lambda _: True, read_text)
