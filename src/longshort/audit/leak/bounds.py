"""How much of what somebody else's program wrote is read: a file that would fill the memory is refused before."""

import gzip
import zlib
from contextlib import suppress
from pathlib import Path

import polars as pl

from longshort.audit.leak.table import BrokenOff
from longshort.data.tables.memory import CHUNK, available
from longshort.errors import DataError

MOST = 1 << 30  # bytes, of the file and of what is packed in it
_COPIES = 32  # while a table of text is read, it takes up to so many times its bytes
_CELL = 32  # bytes of a cell, as text


def most_bytes() -> int:
    """Give the most bytes that are read: 1 GiB, or a 32nd of the memory that is free where that is less."""
    return min(MOST, available() // _COPIES)


def refuse_too_large(path: Path, what: str) -> None:
    """Raise BrokenOff for a table that is too large to be read, packed (gzip, Parquet, Arrow) or not.

    Nothing is held in memory: gzip is unpacked piece by piece, of Parquet and Arrow only the footer is read. A file
    that is damaged is left for the reader to refuse.
    """
    most = most_bytes()
    with path.open("rb") as stream:
        magic = stream.read(6)
    with suppress(OSError, EOFError, zlib.error, pl.exceptions.PolarsError):
        size = path.stat().st_size
        if magic.startswith(b"\x1f\x8b"):
            size = max(size, _unpacked(path, most))
        elif magic.startswith(b"PAR1"):
            size = max(size, _cells(pl.scan_parquet(path, glob=False)) * _CELL)
        elif magic == b"ARROW1":
            size = max(size, _cells(pl.scan_ipc(path, glob=False)) * _CELL)
        if size > most:
            raise too_large(what)


def too_large(what: str) -> BrokenOff:
    """Say that something is larger than what is read."""
    return BrokenOff(
        f"{what} is larger than {most_bytes() / (1 << 20):,.0f} MiB, or unpacks to more.",
        hint="Write a row for each forecast and nowhere near so many: fewer cutoffs, series or columns.",
    )


def _unpacked(path: Path, most: int) -> int:
    """Count the bytes in a gzip file, to a little beyond the most that are read."""
    size = 0
    with gzip.open(path) as stream:
        while size <= most and (chunk := stream.read(CHUNK)):
            size += len(chunk)
    return size


def _cells(table: pl.LazyFrame) -> int:
    """Count a table's cells by its footer, which does not tell of the numbers within a list."""
    schema = table.collect_schema()
    for name, kind in schema.items():
        if kind.is_nested():
            raise DataError(f"column {name!r} holds lists.", hint="Write one number or text into each cell.")
    return int(table.select(pl.len()).collect().item()) * len(schema)
