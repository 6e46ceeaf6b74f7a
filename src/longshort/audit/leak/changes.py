"""What may happen to the rows after a cutoff: they are scaled, shuffled, replaced by noise, or taken out."""

import numpy as np
from numpy.typing import NDArray

from longshort.audit.leak.table import Cells, Edit, Table, is_blank
from longshort.errors import SettingsError, nearest
from longshort.seeding import generator

CHANGES = ("noise", "scaled", "shuffled", "removed")
_FEW = 12


def check_changes(changes: tuple[str, ...]) -> None:
    """Raise SettingsError for a change that is unknown, or where none is asked for."""
    for name in changes:
        if name not in CHANGES:
            raise SettingsError(f"there is no change {name!r}.", hint=nearest(name, CHANGES))
    if not changes:
        raise SettingsError("no change is asked for.", hint=f"Choose some of {', '.join(CHANGES)}.")


def later_rows(table: Table, cutoff: int, change: str) -> Edit:
    """Change everything after a cutoff, in every column, the same way each time it is asked.

    Numbers stay of their kind, so that the pipeline still runs: whole ones whole, positive ones positive, classes and
    indicators among their own values, blanks blank (but for shuffled rows, which take their blanks along).
    """
    rows = table.times > cutoff
    if change == "removed":
        return Edit(rows, removed=True)
    random = generator(0, f"leak:{change}", 0)
    if change == "shuffled":
        source = _permuted(table, rows, random)
        return Edit(rows, {name: cells[source] for name, cells in table.columns.items()})
    alter = _scaled if change == "scaled" else _noisy
    return Edit(rows, {name: alter(cells, random) for name, cells in table.columns.items()})


def narrowed(edit: Edit, columns: list[str], rows: NDArray[np.bool_]) -> Edit:
    """Keep some of an edit's columns and rows."""
    return Edit(edit.rows & rows, {name: edit.values[name] for name in columns}, edit.removed)


def _permuted(table: Table, rows: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.int64]:
    """Draw for each changed row another row of its series."""
    source = np.arange(len(rows))
    chosen = np.flatnonzero(rows)
    chosen = chosen[np.argsort(table.series[chosen], kind="stable")]
    drawn = chosen[np.lexsort((random.random(len(chosen)), table.series[chosen]))]
    source[chosen] = drawn
    return source


def _scaled(cells: Cells, _: np.random.Generator) -> Cells:
    """Double numbers; give classes the next class."""
    support = _support(cells)
    return 2.0 * cells if support is None else _turned(cells, support, np.ones(len(cells), np.int64))


def _noisy(cells: Cells, random: np.random.Generator) -> Cells:
    """Draw numbers from the column's own, times a factor around one, with random signs where it has both."""
    support = _support(cells)
    if support is not None:
        return _turned(cells, support, random.integers(1, max(len(support), 2), len(cells)))
    known = cells[~np.isnan(cells)]
    drawn = random.choice(known, len(cells)) * np.exp(0.3 * random.standard_normal(len(cells)))
    if (known < 0).any():
        drawn *= random.choice([-1.0, 1.0], len(cells))
    drawn = np.round(drawn) if (known == np.round(known)).all() else drawn
    return np.where(np.isnan(cells), np.nan, drawn)


def _support(cells: Cells) -> Cells | None:
    """List the values of a column of text, or of few whole numbers (classes, indicators); None for measurements."""
    if cells.dtype == object:
        return np.array(sorted({cell for cell in cells if cell is not None}), dtype=object)
    distinct = np.unique(cells[~np.isnan(cells)])
    whole = (distinct == np.round(distinct)).all()
    return distinct if whole and 1 < len(distinct) <= min(_FEW, len(cells) // 3) else None


def _turned(cells: Cells, support: Cells, by: NDArray[np.int64]) -> Cells:
    """Give each cell the class that stands `by` places after its own."""
    missing = is_blank(cells)
    turned = cells.copy()
    place = np.searchsorted(support, cells[~missing])
    turned[~missing] = support[(place + by[~missing]) % len(support)]
    return turned
