"""A confusion matrix alone: read from a file, and judged against always naming the most frequent class."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longshort.claims import Claims
from longshort.data.cells import is_number
from longshort.errors import DataError, SettingsError, examples
from longshort.evaluation.claims.tasks import class_claim, task_claims

Rows = Literal["predicted", "true"]
SHAPE = "Give counts alone, one row a class, as in '17,10,17', with or without the classes' names at the top and left."


def judge_confusion(
    matrix: ArrayLike, rows: Rows, labels: Sequence[str] | None = None
) -> tuple[dict[str, Any], Claims]:
    """Judge a square matrix of counts; give its numbers, and the claims, of which only the class can be judged.

    `rows` says what the rows are: "predicted" classes or "true" ones; the columns are the other. The dictionary holds
    `accuracy`, its exact 95 % interval `low` and `high` (Clopper and Pearson 1934), `majority` (the share of the most
    frequent true class), `macro_recall` (the mean over classes that occur), `p_value` (see `claims.tasks.class_claim`),
    `n`, `matrix` (rows predicted) and `labels`. Cases are taken for independent: a matrix does not show whether they
    overlap.

    Raises DataError where the matrix is not square, holds no count, or has entries that are not counts, and
    SettingsError where `rows` is neither.

    >>> judge_confusion([[30, 10], [10, 50]], rows="predicted")[0]["macro_recall"].__round__(3)
    0.792
    """
    if rows not in get_args(Rows):
        raise SettingsError(f"rows of a confusion matrix cannot be {rows!r}.", hint="Pass 'predicted' or 'true'.")
    table = counts(matrix)
    table = table if rows == "predicted" else table.T
    n, right, true = int(table.sum()), int(np.trace(table)), table.sum(axis=0)
    majority = float(true.max() / n)
    seen = true > 0
    claim = class_claim(right, n, majority, perfect=n, labels=n)
    found = {
        "accuracy": claim.accuracy,
        "low": claim.low,
        "high": claim.high,
        "majority": majority,
        "macro_recall": float((np.diag(table)[seen] / true[seen]).mean()),
        "p_value": claim.p_value,
        "n": n,
        "matrix": table.tolist(),
        "labels": list(labels) if labels else [str(i + 1) for i in range(len(table))],
    }
    return found, task_claims(direction=claim)


def counts(matrix: ArrayLike) -> NDArray[np.int64]:
    """Turn what should be a square matrix of counts into one; DataError says what else it is."""
    try:
        table = np.asarray(matrix, dtype=float)
    except (ValueError, TypeError):
        raise DataError("the confusion matrix is no table of numbers.", hint=SHAPE) from None
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        size = " x ".join(map(str, table.shape)) or "a single number"
        raise DataError(f"a confusion matrix is square, this one is {size}.", hint=SHAPE)
    if not table.size or len(table) < 2:
        raise DataError("a confusion matrix needs at least two classes.", hint=SHAPE)
    bad = table[~(np.isfinite(table) & (table >= 0) & (table == np.round(table)))]
    if bad.size:
        hint = "Give how many cases fell into each cell, not shares or percent."
        raise DataError(f"a confusion matrix holds counts, this one holds {examples(bad.tolist())}.", hint=hint)
    if not table.sum():
        raise DataError("the confusion matrix holds no case: all its counts are 0.", hint=SHAPE)
    return table.astype(np.int64)


def read_confusion(path: str | Path) -> tuple[NDArray[np.int64], tuple[str, ...] | None]:
    """Read a confusion matrix from a CSV file (cells between , ; or tabs), and its classes' names where it has them.

    A first row or column beside a square is taken for the classes' names where it holds words, or numbers that count up
    by one.
    Raises DataError where the file cannot be read or is no square matrix of counts, saying what to write instead.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise DataError(f"'{path}' cannot be read: {reason}.", hint="Pass a CSV file of counts.") from None
    separator = max(",;\t", key=text.count)
    cells = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=separator)]
    cells = [row for row in cells if any(row)]
    if not cells:
        raise DataError(f"'{path}' is empty.", hint=SHAPE)
    cells, labels = _without_names(cells)
    ragged = sorted({len(row) for row in cells})
    if len(ragged) > 1:
        raise DataError(f"the rows of '{path}' have between {ragged[0]} and {ragged[-1]} cells.", hint=SHAPE)
    words = [cell for row in cells for cell in row if not is_number(cell)]
    if words:
        raise DataError(f"'{path}' holds {examples(words)} where a count should stand.", hint=SHAPE)
    return counts([[float(cell) for cell in row] for row in cells]), labels


def _without_names(cells: list[list[str]]) -> tuple[list[list[str]], tuple[str, ...] | None]:
    """Take the classes' names off the top and the left, where a square is left over."""
    height, width = len(cells), max(len(row) for row in cells)
    top, left = cells[0], [row[0] for row in cells]
    if height == width > 1 and not is_number(top[0]) and (_names(top[1:]) or _names(left[1:])):
        return [row[1:] for row in cells[1:]], tuple(top[1:])
    if height == width + 1 and _names(top):
        return cells[1:], tuple(top)
    if width == height + 1 and _names(left):
        return [row[1:] for row in cells], tuple(left)
    return cells, None


def _names(cells: list[str]) -> bool:
    """Say whether cells can be classes' names: words, or whole numbers that count up by one."""
    if not any(map(is_number, cells)):
        return True
    return all(map(is_number, cells)) and [float(cell) - float(cells[0]) for cell in cells] == [*range(len(cells))]
