"""Parquet and Arrow files: typed columns, whose size is known before they are read."""

import io
from pathlib import Path

import polars as pl

from longshort.data.tables.dialect import Written
from longshort.data.tables.format import Format, Source
from longshort.data.tables.memory import refuse_cells
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError
from longshort.language import message


def _scan_parquet(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False)


def _scan_arrow(path: Path) -> pl.LazyFrame:
    return pl.scan_ipc(path)


def _read_parquet(source: Source, part: Part, _: Written) -> Raw:
    return _read(source, part, "Parquet")


def _read_arrow(source: Source, part: Part, _: Written) -> Raw:
    return _read(source, part, "Arrow")


def _read(source: Source, part: Part, kind: str) -> Raw:
    """Count the rows, then read them; DataError for a damaged file, for none and for more than fit into memory."""
    part = Part(part.name, part.stem, lined=False)
    try:
        opened = io.BytesIO(source) if isinstance(source, bytes) else source
        lazy = pl.scan_parquet(opened, glob=False) if kind == "Parquet" else pl.scan_ipc(opened)
        rows = int(lazy.select(pl.len()).collect().item())
        refuse_cells(part.name, rows, len(lazy.collect_schema()))
        frame = lazy.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        first = str(error).splitlines()[0]
        raise DataError(
            f"{part.name} is a damaged {kind} file: {first}.", hint="Write or download it again."
        ) from error
    if not frame.height:
        raise DataError(f"{part.name} has columns and no rows.", hint="Pass a file with rows.")
    return single(frame, part, 0, notes=(message("notes.format", kind=kind),))


PARQUET = Format("Parquet", (".parquet", ".pq"), lambda head: head.startswith(b"PAR1"), _read_parquet, _scan_parquet)
_ARROW = (".arrow", ".feather", ".ipc")
ARROW = Format("Arrow", _ARROW, lambda head: head.startswith(b"ARROW1"), _read_arrow, _scan_arrow)
