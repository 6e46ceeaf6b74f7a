"""Read the needed columns of a table of forecasts, once and streaming, into compact arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.reading import levels
from longshort.audit.reading.calls import as_number
from longshort.audit.reading.models import Model
from longshort.audit.reading.moments import by_appearance, expression, is_dated, shared_zone, to_times
from longshort.audit.reading.roles import Roles
from longshort.audit.reading.table import Table
from longshort.data.cells import is_number
from longshort.errors import DataError
from longshort.language import message

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(eq=False)
class Rows:
    """Hold what each row says; an array is None where the table does not say it.

    `id`, `model`, `level` and `sample` are codes into `ids`, `models` and `levels` (in order of appearance; a level
    is NaN for the centre), `ds` and `cutoff` are times as in Panel. `values` holds the numbers by column, and is
    emptied while forecasts are built from it. `where` names the rows in messages.
    """

    table: Table = field(repr=False)
    count: int
    dated: bool
    id: Codes | None = None
    ids: tuple[str, ...] = ()
    ds: NDArray[np.int64] | None = None
    cutoff: NDArray[np.int64] | None = None
    start: NDArray[np.int64] | None = None
    step: NDArray[np.int64] | None = None
    model: Codes | None = None
    models: tuple[str, ...] = ()
    level: Codes | None = None
    levels: tuple[float, ...] = ()
    sample: Codes | None = None
    y: Floats | None = None
    last: Floats | None = None
    fold: NDArray[np.int64] | None = None
    values: dict[str, Floats] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def collect(table: Table, roles: Roles, models: Sequence[Model], date_format: str | None, dated: bool | None) -> Rows:
    """Read the columns that have a role; `dated` says whether dates are such (None: recognise it).

    Raise DataError, naming the row, where a key is blank or a date none.
    """
    moments = [name for name in (roles.ds, roles.cutoff, roles.start) if name is not None]
    if dated is None:
        dated = is_dated(table, moments[0]) if moments else True
    frame = _read(table, roles, models, moments)
    rows = Rows(table, frame.height, dated)

    times, said = to_times(table, {name: frame.drop_in_place(name) for name in moments}, dated, date_format)
    rows.ds, rows.cutoff, rows.start = (times.get(n) if n else None for n in (roles.ds, roles.cutoff, roles.start))
    rows.notes += said
    for kind in ("id", "model"):
        if (column := getattr(roles, kind)) is not None:
            codes, names = _keys(table, column, frame.drop_in_place(column))
            setattr(rows, kind, codes)
            setattr(rows, f"{kind}s", names)
    if roles.sample is not None:
        rows.sample = _codes(frame.drop_in_place(roles.sample))[0]
    if roles.level is not None:
        rows.level, rows.levels = _levels(rows, roles.level, frame.drop_in_place(roles.level))
    for kind, convert in (("step", _whole), ("fold", _whole), ("y", _array), ("last", _array)):
        if (column := getattr(roles, kind)) is not None:
            setattr(rows, kind, convert(table, column, frame.drop_in_place(column)))
    rows.values = {name: _array(table, name, frame.drop_in_place(name)) for name in list(frame.columns)}
    return rows


def _read(table: Table, roles: Roles, models: Sequence[Model], moments: Sequence[str]) -> pl.DataFrame:
    zone = shared_zone(table, moments)
    wanted = {name: expression(table, name, zone) for name in moments}
    for name in (roles.id, roles.model):
        if name is not None:
            wanted[name] = _key(table, name)
    for name in (roles.level, roles.sample):
        if name is not None:
            numeric = table.sample[name].dtype.is_numeric()
            wanted[name] = pl.col(name).cast(pl.Float64) if numeric else _key(table, name)
    for name in (roles.step, roles.fold):
        if name is not None:
            wanted[name] = pl.col(name).cast(pl.Float64, strict=False)
    values = [name for name in (roles.y, roles.last) if name is not None]
    for name in (*values, *(column for model in models for column in model.columns)):
        numeric = name in table.numeric
        wanted[name] = pl.col(name).cast(pl.Float64) if numeric else as_number(name)
    return table.lazy.select(expr.alias(name) for name, expr in wanted.items()).collect(engine="streaming")


def _key(table: Table, name: str) -> pl.Expr:
    kind = table.sample[name].dtype
    cell = pl.col(name)
    if kind.is_float():  # whole numbers that came with blanks, as from pandas
        whole = bool((table.sample[name].drop_nulls() % 1 == 0).all())
        cell = cell.cast(pl.Int64) if whole else cell
    text = cell.cast(pl.String).str.strip_chars().fill_null("")
    return text.cast(pl.Categorical(pl.Categories.random()))


def _keys(table: Table, name: str, cells: pl.Series) -> tuple[Codes, tuple[str, ...]]:
    codes, first = _codes(cells)
    known = cells.gather(first).cast(pl.String).fill_null("").to_list()
    if "" in known:
        row = int(first[known.index("")])
        raise DataError(f"{table.where(row)}: column {name!r} is blank.", hint="Fill it in or take the row out.")
    return codes, tuple(known)


def _codes(cells: pl.Series) -> tuple[Codes, NDArray[np.int64]]:
    """Give the distinct cells numbers in order of appearance, and the rows where each appears first."""
    if isinstance(cells.dtype, pl.Categorical):
        return by_appearance(cells.to_physical().to_numpy())
    values = cells.fill_null(np.nan).to_numpy()
    return by_appearance(np.searchsorted(np.sort(cells.fill_null(np.nan).unique().to_numpy()), values))


def _levels(rows: Rows, name: str, cells: pl.Series) -> tuple[Codes, tuple[float, ...]]:
    """Read the levels of a long table; rows of the mean, or without a level, hold the centre."""
    codes, first = _codes(cells)
    words = [str(cell).lower().removeprefix("q").strip("_") for cell in cells.gather(first).cast(pl.String).to_list()]
    centre = [word in ("", "mean", "point", "nan", "none") for word in words]
    plain = ["0.5" if word == "median" else word.removesuffix("%") for word in words]
    try:
        numbers = [float(word) for word, is_centre in zip(plain, centre, strict=True) if not is_centre]
    except ValueError as error:
        bad = next(word for word, is_centre in zip(plain, centre, strict=True) if not is_centre and not is_number(word))
        raise DataError(
            f"column {name!r} of {rows.table.name} holds {bad!r}, which is no quantile level.",
            hint="Write levels as numbers between 0 and 1, such as 0.05, 0.5 and 0.95.",
        ) from error
    try:
        shares, percent = levels.as_shares(numbers, f"column {name!r} of {rows.table.name}")
    except DataError as error:
        row = int(first[_first_odd(plain, centre)])
        raise DataError(f"{rows.table.where(row)}: {error.message}", hint=error.hint) from error
    if percent:
        rows.notes.append(message("reading.levels_in_percent"))
    found = iter(shares)
    return codes, tuple(np.nan if is_centre else next(found) for is_centre in centre)


def _first_odd(words: Sequence[str], centre: Sequence[bool]) -> int:
    numbers = [np.nan if is_centre else float(word) for word, is_centre in zip(words, centre, strict=True)]
    return next((i for i, number in enumerate(numbers) if not (np.isnan(number) or 0 < number < 100)), 0)


def _whole(table: Table, name: str, cells: pl.Series) -> NDArray[np.int64]:
    values = cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
    odd = np.isnan(values) | (values % 1 != 0)
    if odd.any():
        row = int(np.argmax(odd))
        raise DataError(
            f"{table.where(row)}: column {name!r} holds no whole number of sessions.",
            hint="Count steps in sessions after the cutoff: 1, 2, 3 ...",
        )
    return values.astype(np.int64)


def _array(table: Table, name: str, cells: pl.Series) -> Floats:
    values = cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return np.where(np.isinf(values), np.nan, values) if np.isinf(values).any() else values
