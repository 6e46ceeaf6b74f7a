"""What the leak test knows of the data: when each row is, to which series it belongs, and what may be changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.readers import dates, locate, numbers
from longshort.data.readers.roles import choose_target
from longshort.data.tables import names
from longshort.data.tables.raw import Raw
from longshort.errors import DataError

Cells = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Table:
    """Hold the user's rows as the test sees them.

    `times[row]` are microseconds since 1970, or plain numbers where the data have no dates; `series[row]` indexes
    `ids`; `columns` holds what may be changed after a cutoff, float64 with NaN for a blank or text as objects: all
    columns but the date, the series' id and those known in advance.
    """

    times: NDArray[np.int64]
    series: NDArray[np.int64]
    ids: tuple[str, ...]
    columns: dict[str, Cells]
    target: str
    dated: bool

    def label(self, time: int) -> str:
        """Write a time as a person does."""
        if not self.dated:
            return str(time)
        return str(np.datetime64(time, "us")).replace("T00:00:00.000000", "").replace("T", " ").removesuffix(".000000")


@dataclass(frozen=True, eq=False)
class Edit:
    """Say how the data differ in a run: `rows[row]` are taken out, or take their cells from `values` by column."""

    rows: NDArray[np.bool_]
    values: dict[str, Cells] = field(default_factory=dict)
    removed: bool = False


def is_blank(cells: Cells) -> NDArray[np.bool_]:
    """Mark the blank cells of a column."""
    return np.array([cell is None for cell in cells]) if cells.dtype == object else np.isnan(cells)


class BrokenOff(DataError):  # noqa: N818 - reads as a sentence in the message
    """Say that a run did not come to an end of its own: no verdict can rest on it, so the whole test ends."""


class Subject(Protocol):
    """Whatever can be run on edited data: a command or a function."""

    @property
    def table(self) -> Table:
        """Give the data as the test sees them."""

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Run once on the data, edited or as they are, and give the forecasts as they came.

        Raises DataError or SettingsError where it fails, BrokenOff where it hangs, crashes or leaves its process.
        """


def describe(raw: Raw, target: str | None, known_future: Sequence[str], id: str | None, date: str | None) -> Table:
    """Tell which columns say when and which, and which may be changed; DataError where nothing may."""
    date = locate.date_column(raw, date)
    times, dated = (np.arange(raw.frame.height), False) if date is None else moments(raw, date)
    series = locate.id_column(raw, id, date)
    aside = {
        date,
        series,
        *locate.spare_dates(raw, date),
        *(names.find(n, raw.frame.columns, "") for n in known_future),
    }
    columns = {name: _cells(raw, name) for name in raw.frame.columns if name not in aside}
    columns = {name: cells for name, cells in columns.items() if cells.dtype == object or not np.isnan(cells).all()}
    floats = [name for name, cells in columns.items() if cells.dtype != object]
    if not floats:
        raise DataError(
            f"{raw.name} has no column of numbers to change.", hint="Pass the data that the pipeline reads."
        )
    codes, ids = np.zeros(len(times), np.int64), ("",)
    if series is not None:
        text = raw.frame[series].cast(pl.String).fill_null("")
        ids = tuple(text.unique(maintain_order=True))
        codes = text.replace_strict(list(ids), range(len(ids)), return_dtype=pl.Int64).to_numpy()
    chosen = _target(raw, floats, target)
    return Table(times, codes, ids, columns, chosen, dated)


def _target(raw: Raw, floats: list[str], wanted: str | None) -> str:
    """Find the target, which serves to tell actuals among forecasts; the first column where it is not clear."""
    try:
        return choose_target(floats, wanted, (), raw.name)[0]
    except DataError:
        if wanted is not None:
            raise
        return floats[0]


def moments(raw: Raw, column: str) -> tuple[NDArray[np.int64], bool]:
    """Read a column of dates as microseconds, or of row numbers as they are; say which of the two it was."""
    cells = raw.frame[column]
    whole = cells.cast(pl.Int64, strict=False) if not cells.dtype.is_temporal() else None
    if whole is not None and whole.null_count() == 0 and (whole.abs() < 10**7).all() and not dates.looks_dated(cells):
        return whole.to_numpy(), False
    return dates.parse(raw, column)[0], True


def _cells(raw: Raw, name: str) -> Cells:
    """Give a column's numbers, or its text where it is not numbers throughout."""
    if raw.frame[name].dtype.is_temporal():
        return np.full(raw.frame.height, np.nan)
    try:
        found = numbers.to_numbers(raw, [name], None).cells
    except DataError:
        found = {}
    if name in found:
        return np.array(found[name])
    return raw.frame[name].cast(pl.String).to_numpy().astype(object)
