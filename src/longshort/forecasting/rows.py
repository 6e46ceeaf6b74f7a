"""Read one new row as a person writes it: a mapping of column names to values, with its time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import isnan, nan
from typing import Any

import numpy as np

from longshort.data.panel import Panel
from longshort.data.tables.names import DATES, plain
from longshort.errors import DataError, examples, nearest

MOST = float(np.finfo(np.float32).max)  # networks compute in single precision
EPOCH, MICROSECOND = datetime(1970, 1, 1), timedelta(microseconds=1)


class Rows:
    """Know the columns of a panel, and turn mappings into values in their order."""

    def __init__(self, panel: Panel) -> None:
        self.names = tuple(column.name for column in panel.columns)
        self.dated = panel.dated
        self._time_name = "ds"

    def values(self, row: Mapping[str, Any]) -> list[float]:
        """Give the row's numbers, NaN where blank; DataError for a missing column and for what is no number."""
        try:
            cells = [row[name] for name in self.names]
        except KeyError as error:
            raise self._missing(str(error.args[0]), row) from None
        except TypeError:
            raise DataError(
                f"a row is a mapping of column names to values, but {type(row).__name__} was given.",
                hint=f"Pass for example {{'ds': '2024-01-02', {self.names[0]!r}: 1.0}}, or a table.",
            ) from None
        return [
            cell if cell.__class__ is float and -MOST < cell < MOST else number(name, cell)
            for name, cell in zip(self.names, cells, strict=True)
        ]

    def time(self, row: Mapping[str, Any]) -> int | None:
        """Give the row's time in microseconds since 1970; None where the panel has no dates. DataError without one."""
        if not self.dated:
            return None
        if self._time_name not in row:
            self._time_name = self._find_time(row)
        return microseconds(row[self._time_name])

    def _find_time(self, row: Mapping[str, Any]) -> str:
        for name in row:
            if name not in self.names and plain(str(name)) in DATES:
                return name
        raise DataError(
            f"the row has no time; it has {examples(row, 12)}.", hint="Add it under 'ds', such as 'ds': '2024-01-02'."
        )

    def _missing(self, name: str, row: Mapping[str, Any]) -> DataError:
        close = nearest(name, [str(key) for key in row if key not in self.names])
        return DataError(
            f"the row has no column {name!r}; the model was fitted on {examples(self.names, 12)}.",
            hint=f"Pass it, or None where its value is not known. {close if close.startswith('Did') else ''}".strip(),
        )


def number(name: str, cell: Any) -> float:
    """Give a cell's number, NaN for a blank; DataError for infinity and for what is no number."""
    if cell is None:
        return nan
    try:
        value = nan if isinstance(cell, str | bytes) else float(cell)
    except (TypeError, ValueError):
        value = nan
    if isnan(value) and not isinstance(cell, float | np.floating):
        raise DataError(
            f"column {name!r}: {cell!r} is no number.", hint="Pass a number, or None where the value is not known."
        )
    if abs(value) > MOST:
        raise DataError(
            f"column {name!r}: {cell!r} is beyond the numbers of a network.",
            hint="Pass None where the value is not known.",
        )
    return value


def microseconds(moment: Any) -> int:
    """Turn a date, datetime, datetime64 or ISO text into microseconds since 1970, in its own clock."""
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            raise DataError(
                f"the row's time {moment.isoformat()} has a time zone.",
                hint="Pass the time without one, on the clock of the data.",
            )
        return (moment - EPOCH) // MICROSECOND
    if isinstance(moment, date):
        return (moment - EPOCH.date()).days * 86_400_000_000
    if isinstance(moment, str | np.datetime64):
        try:
            time = np.array(moment, "datetime64[us]")
        except ValueError:
            time = np.array("NaT", "datetime64[us]")
        if not np.isnat(time):
            return int(time.astype(np.int64))
    raise DataError(
        f"the row's time {moment!r} is no date.", hint="Pass a date, a datetime, or text such as '2024-01-02 09:30'."
    )
