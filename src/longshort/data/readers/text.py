"""Text files: from bytes to a frame of text cells that remembers its lines."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from longshort.data.readers.dialect import (
    SEPARATORS,
    Dialect,
    encoding_of,
    is_blank,
    legacy_encoding,
    sniff,
    unique_names,
)
from longshort.data.readers.raw import Part, Raw, single
from longshort.data.readers.tables import unstack
from longshort.errors import DataError, SettingsError

_HEAD = 1 << 20


def read_text(
    path: Path,
    part: Part,
    columns: Sequence[str] | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    numbered: bool = False,
) -> Raw:
    """Read a CSV or TSV file, gzipped or not, as text cells; nothing is converted yet.

    Raise `DataError` for an empty file, one without a header, binary rubbish, or rows longer than the header.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    source: Path | bytes = path
    if head.startswith(b"\x1f\x8b"):
        source = _unzipped(path, part)
        head = source[:_HEAD]
    if not head.strip():
        raise DataError(f"{part.name} is empty.", hint="Pass a file with a header and rows.")
    chosen = encoding or encoding_of(head, part.name)
    return _parse(source, head, chosen, part, columns, separator, numbered, fixed=encoding is not None)


def _unzipped(path: Path, part: Part) -> bytes:
    try:
        with gzip.open(path) as stream:
            return stream.read()
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise DataError(f"{part.name} is a damaged gzip file ({error}).", hint="Copy or download it again.") from error


def _parse(
    source: Path | bytes,
    head: bytes,
    encoding: str,
    part: Part,
    columns: Sequence[str] | None,
    separator: str | None,
    numbered: bool,
    fixed: bool,
) -> Raw:
    """Read with one encoding; where it proves not to be UTF-8, once more with the encoding it looks like."""
    data = source if encoding in ("utf-8", "utf-8-sig") else _decoded(source, encoding, part).encode()
    top = head if data is source else bytes(data[:_HEAD])  # type: ignore[index]
    lines = _lines(top.decode("utf-8-sig", errors="replace"), whole=len(top) < _HEAD)
    dialect = sniff(lines, part.name, columns, separator, numbered)
    try:
        cells = _cells(data, dialect, part, eol="\r" if b"\n" not in top and b"\r" in top else "\n")
    except UnicodeDecodeError as error:
        if fixed:
            message = f"{part.name} is not written in {encoding}."
            raise DataError(
                message, hint="Leave the encoding out, or name another, such as cp949 or utf-16."
            ) from error
        bytes_ = source if isinstance(source, bytes) else source.read_bytes()
        legacy = legacy_encoding(bytes_)
        return _parse(bytes_, bytes_[:_HEAD], legacy, part, columns, separator, numbered, fixed=True)
    return _named(cells, dialect, part, encoding)


def _decoded(source: Path | bytes, encoding: str, part: Part) -> str:
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise SettingsError(
            f"encoding is {encoding!r}.", hint="Pass one such as utf-8, utf-16, cp949, latin-1."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{part.name} is not written in {encoding}: byte {error.start} is {data[error.start]:#04x}.",
            hint="Pass --encoding, such as utf-8, utf-16, cp949 or latin-1.",
        ) from error


def _lines(text: str, whole: bool) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if whole or len(lines) == 1 else lines[:-1]


def _cells(data: Path | bytes, dialect: Dialect, part: Part, eol: str) -> pl.DataFrame:
    """Let polars cut the text into cells; blank lines become rows of nulls, so rows keep their lines."""
    ragged = False
    while True:
        try:
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
        except pl.exceptions.ComputeError as error:
            if "utf-8" in str(error).lower():
                raise UnicodeDecodeError("utf-8", b"", 0, 1, "invalid") from error
            if ragged or "more fields" not in str(error):
                raise DataError(
                    f"{part.name} cannot be read as a table: {str(error).splitlines()[0]}.",
                    hint="Look for a quotation mark that is opened and not closed, or pass --separator.",
                ) from error
            _check_widths(data, dialect, part)
            ragged = True


def _check_widths(data: Path | bytes, dialect: Dialect, part: Part) -> None:
    """Refuse rows longer than the header, unless only blanks stand beyond it."""
    text = (data if isinstance(data, bytes) else data.read_bytes()).decode("utf-8-sig", errors="replace")
    rows = csv.reader(text.splitlines()[dialect.skip :], delimiter=dialect.separator)
    for row in rows:
        extra = row[len(dialect.names) :]
        if not all(is_blank(cell) for cell in extra):
            raise DataError(
                f"{part.name}, row {dialect.skip + rows.line_num}: {len(row)} cells where the header has "
                f"{len(dialect.names)}; {extra[0]!r} belongs to no column.",
                hint="Mend that row, or quote the cell that holds the separator.",
            )


def _named(cells: pl.DataFrame, dialect: Dialect, part: Part, encoding: str) -> Raw:
    """Take the header away, name the columns, and drop lines that hold nothing or a comment."""
    frame = cells.slice(dialect.below)
    if not frame.height:
        raise DataError(f"{part.name} has a header and no rows.", hint="Pass a file with rows under its header.")
    width = max(len(dialect.names), frame.width)
    names = unique_names([*dialect.names, *[""] * (width - len(dialect.names))])
    missing = [pl.lit(None, pl.String).alias(f"_{i}") for i in range(frame.width, width)]
    frame = frame.with_columns(missing)
    frame.columns = list(names)
    called = SEPARATORS.get(dialect.separator, repr(dialect.separator))
    note = f"Text in {encoding}, cells separated by {called}."
    raw = single(
        frame, part, dialect.skip + dialect.below + 1, separator=dialect.separator, notes=(note, *dialect.notes)
    )
    raw = raw.keep(_full(raw))
    if not raw.frame.height:
        raise DataError(f"{part.name} has a header and no rows.", hint="Pass a file with rows under its header.")
    if dialect.levels:
        return unstack(raw, dict(zip(names, dialect.levels, strict=False)))
    nameless = [n for n, given in zip(names, dialect.names, strict=False) if not given.strip()]
    return Raw(
        **{**vars(raw), "frame": raw.frame.drop([n for n in nameless if raw.frame[n].null_count() == len(raw.lines)])}
    )


def _full(raw: Raw) -> "np.typing.NDArray[np.bool_]":
    """Mark the rows that hold something, and no comment."""
    first = raw.frame.to_series(0)
    comment = first.str.starts_with("#").fill_null(value=False).to_numpy()
    if first.null_count() == 0:
        return ~comment
    blank = first.is_null().to_numpy()
    rows = raw.frame.filter(first.is_null()).select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    empty = np.zeros(len(blank), dtype=bool)
    empty[blank] = rows
    return ~(comment | empty)
