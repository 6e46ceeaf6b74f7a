"""Tables in memory: pandas, polars and Arrow frames become one frame of named columns."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from longshort.data.panel import UNNAMED
from longshort.data.tables.names import kinds
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError, SettingsError
from longshort.language import message

TICKER = "Ticker"


def is_table(source: object) -> bool:
    """Say whether an object is a frame or a series of pandas, polars or Arrow."""
    return (
        isinstance(source, pl.DataFrame | pl.LazyFrame | pl.Series)
        or _is_pandas(source)
        or hasattr(source, "__arrow_c_stream__")
    )


def read_table(source: object, number: int) -> Raw:
    """Take a table in; dates in the index and columns in two levels (as download libraries give) are understood."""
    name = message("notes.source.table_number", n=number) if number > 1 else message("notes.source.table")
    part = Part(name, f"{UNNAMED}{number if number > 1 else ''}", False)
    levels: dict[str, tuple[str, str]] = {}
    if _is_pandas(source):
        frame, levels = _from_pandas(source)
    elif isinstance(source, pl.LazyFrame):
        frame = source.collect()
    else:
        frame = source if isinstance(source, pl.DataFrame) else pl.DataFrame(source)  # type: ignore[arg-type]
    if not frame.height:
        raise DataError(f"{part.name} has no rows.", hint="Pass a table with rows.")
    raw = single(frame, part, 0)
    return unstack(raw, levels) if levels else raw


def unstack(raw: Raw, levels: dict[str, tuple[str, str]]) -> Raw:
    """Put tickers that stand side by side below one another.

    `levels` gives for each column its two names, of which one is a price ("Close") and the other a ticker; a column
    whose second name is blank belongs to all of them.
    """
    shared = [column for column, (_, lower) in levels.items() if not lower]
    pairs = {column: pair for column, pair in levels.items() if pair[1]}
    if _priced(lower for _, lower in pairs.values()) > _priced(upper for upper, _ in pairs.values()):
        pairs = {column: (lower, upper) for column, (upper, lower) in pairs.items()}
    tickers = list(dict.fromkeys(ticker for _, ticker in pairs.values()))
    blocks = [
        raw.frame.select(
            *shared,
            pl.lit(ticker).alias(TICKER),
            *(pl.col(column).alias(price) for column, (price, own) in pairs.items() if own == ticker),
        )
        for ticker in tickers
    ]
    return replace(
        raw,
        frame=pl.concat(blocks, how="diagonal_relaxed"),
        lines=np.tile(raw.lines, len(tickers)),
        origin=np.tile(raw.origin, len(tickers)),
        id_column=TICKER,
    )


def _priced(names: Any) -> int:
    return sum(kind != "other" for kind in kinds(list(dict.fromkeys(names))).values())


def _is_pandas(source: object) -> bool:
    return type(source).__module__.partition(".")[0] == "pandas" and hasattr(source, "index")


def _from_pandas(source: Any) -> tuple[pl.DataFrame, dict[str, tuple[str, str]]]:
    """Take a pandas frame in column by column, its index first unless it only counts the rows."""
    frame = source.to_frame(source.name if source.name is not None else "y") if source.ndim == 1 else source
    columns = [] if _only_counts(frame.index) else _index_columns(frame.index)
    two = frame.columns.nlevels == 2
    if frame.columns.nlevels > 2:
        raise DataError("the table's columns have more than two levels.", hint="Join its levels into one name first.")
    levels = {name: (name, "") for name, _ in columns}
    for place, label in enumerate(frame.columns):
        name = " ".join(str(part) for part in label).strip() if two else str(label)
        columns.append((name, frame.iloc[:, place]))
        levels[name] = (str(label[0]), str(label[1])) if two else (name, "")
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"the table has two columns named {twice[0]!r}.", hint="Rename one of them.")
    taken = pl.DataFrame({name: _series(values) for name, values in columns})
    return taken, levels if two else {}


def _only_counts(index: Any) -> bool:
    """Say whether an index is the default numbering, or unnamed integers left over from filtering or appending."""
    return index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"


def _index_columns(index: Any) -> list[tuple[str, Any]]:
    dated = ["datetime64", "period"]
    columns = []
    for place in range(index.nlevels):
        level = index.get_level_values(place)
        default = "Date" if any(str(level.dtype).startswith(kind) for kind in dated) else "index"
        columns.append((str(level.name) if level.name is not None else default, level))
    return columns


def _series(values: Any) -> pl.Series:
    """Take one pandas column or index level in through numpy (no Arrow library is needed)."""
    kind = str(values.dtype)
    if kind.startswith("period"):
        values = values.to_timestamp() if hasattr(values, "to_timestamp") else values.dt.to_timestamp()
        kind = str(values.dtype)
    if kind.startswith("datetime64"):
        return _moments(values)
    if kind.lower().startswith(("int", "uint", "float", "bool")) and values.dtype.kind in "iufb":
        return pl.Series(values.to_numpy(dtype=np.float64, na_value=np.nan))
    cells = values.astype(object).to_numpy()
    return pl.Series([None if _is_missing(cell) else str(cell) for cell in cells], dtype=pl.String)


def _moments(values: Any) -> pl.Series:
    zone = getattr(values.dtype, "tz", None)
    if zone is None:
        return pl.Series(values.to_numpy().astype("datetime64[us]"))
    accessor = values if hasattr(values, "tz_convert") and not hasattr(values, "dt") else values.dt
    utc = (
        accessor.tz_convert("UTC").tz_localize(None)
        if accessor is values
        else values.dt.tz_convert("UTC").dt.tz_localize(None)
    )
    moments = pl.Series(utc.to_numpy().astype("datetime64[us]")).dt.replace_time_zone("UTC")
    try:
        return moments.dt.convert_time_zone(str(zone))
    except pl.exceptions.PolarsError:  # a fixed offset has no name that polars knows
        local = accessor.tz_localize(None) if accessor is values else values.dt.tz_localize(None)
        return pl.Series(local.to_numpy().astype("datetime64[us]"))


def _is_missing(cell: object) -> bool:
    return cell is None or cell != cell or str(cell) in ("<NA>", "NaT")


def refuse(source: object) -> SettingsError:
    """Say that something is neither a path nor a table."""
    return SettingsError(
        f"cannot read a {type(source).__name__}.", hint="Pass paths, folders, globs, or pandas, polars or Arrow tables."
    )
