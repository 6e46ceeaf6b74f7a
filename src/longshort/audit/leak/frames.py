"""Frames that a pipeline takes and gives: a Panel, polars or pandas, edited without touching the other rows."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from longshort.audit.leak.table import Cells, Edit
from longshort.data.panel import Panel
from longshort.data.readers import dates, locate, numbers
from longshort.data.tables.dialect import Written
from longshort.data.tables.frames import is_table, read_table
from longshort.data.tables.opening import gather
from longshort.data.tables.raw import Raw
from longshort.errors import SettingsError
from longshort.results.forecast import Forecast
from longshort.results.tables import to_frame


def take_frame(data: Any) -> tuple[Any, Raw, list[str]]:
    """Give the frame that the pipeline is to see, the same as named columns, and the columns known in advance."""
    if isinstance(data, Panel):
        frame = panel_frame(data)
        return frame, read_table(frame, 1), [c.name for c in data.columns if c.known != "past_only"]
    if isinstance(data, str | Path):
        data = typed(gather([data], Written()))
    if not is_table(data):
        raise SettingsError(
            f"{type(data).__name__} is no table.", hint="Pass a Panel, a polars or pandas frame, a path."
        )
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    raw = read_table(data, 1)
    return (raw.frame if not hasattr(data, "iloc") and not isinstance(data, pl.DataFrame) else data), raw, []


def typed(raw: Raw) -> pl.DataFrame:
    """Turn a file's cells into columns of dates, numbers and text, as a pipeline expects them."""
    date = locate.date_column(raw, None)
    able = [name for name in raw.frame.columns if name != date and numbers.is_candidate(raw.frame[name])]
    found = numbers.to_numbers(raw, able, None)
    columns = [_as_written(raw.frame[name], values) for name, values in found.cells.items()]
    if date is not None and not raw.frame[date].dtype.is_temporal():
        moments = pl.Series(date, dates.parse(raw, date)[0].astype("datetime64[us]"))
        columns.append(moments.cast(pl.Date) if (moments == moments.dt.truncate("1d")).all() else moments)
    return raw.frame.with_columns(columns)


def _as_written(column: pl.Series, values: np.ndarray[Any, Any]) -> pl.Series:
    """Keep whole numbers whole where a file writes them so."""
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() == int(np.isnan(values).sum()):
        return whole
    return pl.Series(column.name, values).fill_nan(None)


def panel_frame(panel: Panel) -> pl.DataFrame:
    """Write a panel as a long table: `unique_id`, `ds` (dates, or numbers), then its columns, the target first."""
    return pl.DataFrame(
        {
            "unique_id": pl.Series(list(panel.ids), dtype=pl.String).gather(panel.series),
            "ds": pl.Series(panel.labels(panel.times)),
        }
        | {c.name: pl.Series(panel.values[:, i]).fill_nan(None) for i, c in enumerate(panel.columns)}
    )


def edited_frame(frame: Any, edit: Edit | None) -> Any:
    """Copy a frame with an edit; the cells of other rows are the very same bits."""
    if isinstance(frame, pl.DataFrame):
        if edit is None:
            return frame.clone()
        if edit.removed:
            return frame.filter(pl.Series(~edit.rows))
        return frame.with_columns(_column(frame[name], cells, edit) for name, cells in edit.values.items())
    copy = frame.copy()
    if edit is None:
        return copy
    if edit.removed:
        return copy.loc[~edit.rows].copy()
    places = {_pandas_name(label): place for place, label in enumerate(copy.columns)}
    at = np.flatnonzero(edit.rows)
    for name, cells in edit.values.items():
        if name in places:
            kind = copy.dtypes.iloc[places[name]].kind
            copy.iloc[at, places[name]] = cells[at].astype(
                {"b": bool, "i": np.int64, "u": np.int64}.get(kind, cells.dtype)
            )
    return copy


def _pandas_name(label: Any) -> str:
    return " ".join(map(str, label)).strip() if isinstance(label, tuple) else str(label)


def _column(column: pl.Series, cells: Cells, edit: Edit) -> pl.Series:
    new = pl.Series(column.name, cells.tolist() if cells.dtype == object else cells, strict=False)
    new = new.fill_nan(None) if new.dtype.is_float() else new
    new = new.round().cast(column.dtype, strict=False) if column.dtype.is_integer() else new.cast(column.dtype)
    return column.zip_with(pl.Series(~edit.rows), new)


def as_table(given: Any) -> pl.DataFrame:
    """Take what a pipeline gives: a frame, Forecasts, or columns by name."""
    if isinstance(given, Forecast):
        return to_frame(given)
    if isinstance(given, list | tuple) and given and all(isinstance(part, Forecast) for part in given):
        return to_frame(*given)
    if isinstance(given, dict):
        given = pl.DataFrame(given)
    if isinstance(given, pl.DataFrame) and not given.height:
        return given
    if not is_table(given):
        raise SettingsError(
            f"the pipeline gave {type(given).__name__}, which is no table of forecasts.",
            hint="Return a frame with the columns cutoff and ds or step, and a column for each forecast.",
        )
    return read_table(given, 1).frame
