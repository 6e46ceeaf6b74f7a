"""The form between a file and a Panel: rows of numbers that know their series and their time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Column


@dataclass(frozen=True, eq=False)
class Long:
    """Hold rows in the file's order: `codes[i]` is the series of row `i` in `ids`, `times` is None without dates."""

    values: NDArray[np.float64]
    times: NDArray[np.int64] | None
    codes: NDArray[np.int64]
    ids: tuple[str, ...]
    columns: tuple[Column, ...]
    where: Callable[[int], str]

    def take(self, rows: NDArray[np.int64]) -> "Long":
        """Choose rows, in an order; the messages still find their place in the file."""
        where = self.where
        return replace(
            self,
            values=self.values[rows],
            times=None if self.times is None else self.times[rows],
            codes=self.codes[rows],
            where=lambda row: where(int(rows[row])),
        )


def encode(keys: pl.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Number keys in the order in which they first appear; give the numbers and the keys."""
    text = keys.cast(pl.String).str.strip_chars()
    distinct = text.unique(maintain_order=True)
    if len(distinct) == 1:
        return np.zeros(len(text), dtype=np.int64), (str(distinct[0]),)
    table = pl.DataFrame({"key": distinct, "code": np.arange(len(distinct))})
    codes = pl.DataFrame({"key": text}).join(table, on="key", how="left", maintain_order="left", nulls_equal=True)[
        "code"
    ]
    return codes.to_numpy(), tuple(str(key) for key in distinct)
