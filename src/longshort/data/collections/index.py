"""A stock index beside its constituents: one wide table of numbers, a row a minute, as the S&P 500 lecture has it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.collections.files import find, read_bytes
from longshort.errors import DataError, examples, nearest

_TIMES = ("DATE", "Date", "date", "Time", "time", "timestamp")


@dataclass(frozen=True, eq=False)
class Index:
    """Hold an index and its constituents, row by row: `level` `[row]`, `constituents` `[row, name]`, both float64."""

    level: NDArray[np.float64]
    constituents: NDArray[np.float64]
    names: tuple[str, ...]


def read_index(place: str | Path, level: str = "SP500") -> Index:
    """Read a table whose column `level` is the index and whose other columns, but for the time, its constituents.

    Works on the lecture's file of 500 stocks as on any with fewer. Raises DataError for a missing file or column, and
    for a cell that is no finite number, with row and column.
    """
    path = find(place, ("data_stocks*.csv", "sp500_minute*.csv", "*.csv", "*.csv.gz"), "minutes of an index")
    try:
        table = pl.read_csv(read_bytes(path), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        first = str(error).splitlines()[0]
        raise DataError(
            f"{path.name!r} cannot be read as a table: {first}.", hint="Copy or download it again."
        ) from error
    if level not in table.columns:
        raise DataError(f"{path.name!r} has no column {level!r}.", hint=nearest(level, table.columns))
    names = tuple(name for name in table.columns if name not in (level, *_TIMES))
    if not names or not table.height:
        raise DataError(
            f"{path.name!r} has {table.height} rows and {len(names)} constituents beside {level!r}.",
            hint="Pass a table with a column for each stock and a row for each minute.",
        )
    values = _numbers(path.name, table.select(level, *names))
    return Index(np.ascontiguousarray(values[:, 0]), np.ascontiguousarray(values[:, 1:]), names)


def _numbers(file: str, table: pl.DataFrame) -> NDArray[np.float64]:
    parsed = table.select(pl.all().str.strip_chars().cast(pl.Float64, strict=False))
    values = parsed.to_numpy()
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        row, column = (int(i) for i in wrong[0])
        cells = [table[int(r), int(c)] for r, c in wrong[:4]]
        raise DataError(
            f"{file!r}, row {row + 2}, column {table.columns[column]!r}: {cells[0]!r} is no finite number; "
            f"{len(wrong):,} such cells{', ' + examples(cells) if len(cells) > 1 else ''}.",
            hint="Fill or leave out those rows; longshort does not guess.",
        )
    return values
