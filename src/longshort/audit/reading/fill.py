"""Lay one model's columns on the grid: a column for each number, a row for each quantile, or a row for each path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.audit.reading.calls import as_chances
from longshort.audit.reading.models import Model
from longshort.audit.reading.rows import Rows
from longshort.audit.reading.samples import levels_of, mean_of, quantiles_of, share_above
from longshort.errors import DataError
from longshort.language import message

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Place:
    """Say which `rows` of the table are a model's, and to which flat `cells` of the grid `shape` they belong."""

    rows: Ints
    cells: Ints
    shape: tuple[int, int]

    @property
    def size(self) -> int:
        """Count the cells of the grid."""
        return self.shape[0] * self.shape[1]

    def lay(self, values: Floats) -> Floats:
        """Lay the values of all rows of the table on the grid, `[pair, step]`."""
        grid = np.full(self.size, np.nan)
        grid[self.cells] = values[self.rows]
        return grid.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Filled:
    """Hold what a model says: `main` is its most important column by row, to count blanks in; None is not said."""

    main: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    centre: Floats | None = None
    p_up: Floats | None = None
    notes: tuple[str, ...] = ()


def filled(rows: Rows, model: Model, place: Place, last: Floats) -> Filled:
    """Fill the grid with one model's numbers; DataError for a second row with the same keys."""
    if rows.level is not None:
        return _by_level(rows, model, place)
    if rows.sample is not None:
        return _by_path(rows, model, place, last)
    _refuse_twice(rows, place, place.cells, place.size)
    return _paths_beside(rows, model, place, last) if model.paths else _by_column(rows, model, place)


def _by_column(rows: Rows, model: Model, place: Place) -> Filled:
    quantiles = np.full((place.size, len(model.quantiles)), np.nan)
    for position, column in enumerate(model.quantiles.values()):
        quantiles[place.cells, position] = rows.values[column][place.rows]
    levels, quantiles = _given(tuple(model.quantiles), quantiles)
    p_up, notes = _chances(rows, model, place)
    middle = model.quantiles.get(0.5) or next(iter(model.quantiles.values()), None)
    main = model.centre or middle or model.chance or model.call
    return Filled(
        main=rows.values[str(main)][place.rows],
        levels=levels,
        quantiles=quantiles.reshape(*place.shape, len(levels)),
        centre=None if model.centre is None else place.lay(rows.values[model.centre]),
        p_up=p_up,
        notes=tuple(notes),
    )


def _by_level(rows: Rows, model: Model, place: Place) -> Filled:
    """Spread a table with a row for each quantile; rows without a level hold the centre."""
    values = rows.values[str(model.centre)][place.rows]
    known = np.array(rows.levels)
    order = tuple(sorted({level for level in rows.levels if not np.isnan(level)}))
    column = np.where(np.isnan(known), len(order), np.searchsorted(order, known))
    width = len(order) + 1
    code = np.asarray(rows.level)[place.rows]
    cells = place.cells * width + column[code]
    _refuse_twice(rows, place, cells, place.size * width)
    grid = np.full(place.size * width, np.nan)
    grid[cells] = values
    table = grid.reshape(place.size, width)
    centre = None if np.isnan(table[:, -1]).all() else table[:, -1].reshape(place.shape).copy()
    levels, quantiles = _given(order, table[:, :-1])
    return Filled(values, levels, quantiles.reshape(*place.shape, len(levels)), centre)


def _by_path(rows: Rows, model: Model, place: Place, last: Floats) -> Filled:
    """Gather a table with a row for each path."""
    values, code = rows.values[str(model.centre)][place.rows], np.asarray(rows.sample)[place.rows]
    width = int(code.max()) + 1
    cells = place.cells * width + code
    _refuse_twice(rows, place, cells, place.size * width)
    grid = np.full(place.size * width, np.nan)
    grid[cells] = values
    return _of_paths(grid.reshape(place.size, width), place, last, values)


def _paths_beside(rows: Rows, model: Model, place: Place, last: Floats) -> Filled:
    """Gather a table with a column for each path."""
    grid = np.full((place.size, len(model.paths)), np.nan)
    for position, column in enumerate(model.paths):
        grid[place.cells, position] = rows.values[column][place.rows]
    return _of_paths(grid, place, last, grid[place.cells, 0])


def _of_paths(paths: Floats, place: Place, last: Floats, main: Floats) -> Filled:
    levels = levels_of(paths.shape[1])
    centre = mean_of(paths).reshape(place.shape)
    above = share_above(paths, np.repeat(last, place.shape[1])).reshape(place.shape)
    quantiles = quantiles_of(paths, levels).reshape(*place.shape, len(levels))
    note = message("reading.paths", n=paths.shape[1])
    return Filled(main, levels, quantiles, centre, above, (note,))


def _given(levels: tuple[float, ...], quantiles: Floats) -> tuple[tuple[float, ...], Floats]:
    """Leave out the levels that a model does not give at all: their columns belong to another one."""
    there = [place for place in range(len(levels)) if not np.isnan(quantiles[:, place]).all()]
    if len(there) == len(levels):
        return levels, np.ascontiguousarray(quantiles)
    return tuple(levels[place] for place in there), np.ascontiguousarray(quantiles[:, there])


def _chances(rows: Rows, model: Model, place: Place) -> tuple[Floats | None, list[str]]:
    """Read the probability of a rise, or calls of the direction as probabilities of 1 and 0; None where not said."""
    if model.chance is not None:
        values = rows.values[model.chance]
        notes: list[str] = []
        low, high = np.nanmin(values, initial=np.inf), np.nanmax(values, initial=-np.inf)
        if low < 0 or high > 100:
            raise DataError(
                f"the probabilities in column {model.chance!r} run from {low:g} to {high:g}.",
                hint="Give the probability of a rise, between 0 and 1.",
            )
        if high > 1:
            values, notes = values / 100, [message("reading.chances_in_percent", column=repr(model.chance))]
        laid = place.lay(values)
        return (None, []) if np.isnan(laid).all() and model.quantiles else (laid, notes)
    if model.call is None:
        return None, []
    chances, note = as_chances(rows.values[model.call], model.call not in rows.table.numeric, model.call)
    return place.lay(chances), [note]


def _refuse_twice(rows: Rows, place: Place, cells: Ints, size: int) -> None:
    """Refuse a second row with the same series, cutoff, date (and level, or path) of one model."""
    seen = np.zeros(size, dtype=bool)
    seen[cells] = True
    if np.count_nonzero(seen) == len(cells):
        return
    order = np.argsort(cells, kind="stable")
    again = np.flatnonzero(np.diff(cells[order]) == 0)
    first, second = (int(place.rows[order[again[0] + i]]) for i in (0, 1))
    whose = f" of series {rows.ids[int(rows.id[first])]!r}" if rows.id is not None else ""
    raise DataError(
        f"{rows.table.where(first)} and {rows.table.where(second)} are forecasts{whose} for the same date from the "
        f"same cutoff ({len(again):,} such {'row' if len(again) == 1 else 'rows'}).",
        hint="Leave one of them out, or name the column that tells them apart: --id, --model or --cutoff NAME.",
    )
