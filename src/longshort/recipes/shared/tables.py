"""Tables that compare several networks of one recipe: as lines to be read, and as scores."""

from collections.abc import Sequence

import polars as pl

from longshort.evaluation.scores import SCHEMA


def lines(table: pl.DataFrame) -> list[str]:
    """Lay a table out as lines of text, its columns aligned; numbers to the right, with four digits that matter.

    >>> lines(pl.DataFrame({"cell": ["rnn", "lstm"], "accuracy": [0.5, 1.0], "n": [10, 200]}))
    ['cell  accuracy    n', 'rnn        0.5   10', 'lstm         1  200']
    """
    columns = []
    for name in table.columns:
        number = table[name].dtype.is_numeric()
        cells = [name, *(text(value) for value in table[name])]
        width = max(map(len, cells))
        columns.append([cell.rjust(width) if number else cell.ljust(width) for cell in cells])
    return ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]


def text(value: object) -> str:
    """Write one cell of a table; nothing where it is not known."""
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def scored(rows: Sequence[tuple[str, str, str, float, int]]) -> pl.DataFrame:
    """Make a table of scores of (model, what it was tried on, metric, value, number of cases)."""
    names = ("model", "unique_id", "metric", "value", "n")
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema=SCHEMA)
