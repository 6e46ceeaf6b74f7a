"""The form between a file and a Panel: rows of numbers that know their series and their time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.panel import Column


@dataclass(frozen=True, eq=False)
class Long:
    """Hold rows in the file's order: `codes[i]` is the series of row `i` in `ids`, `times` is None without dates.

    `named` says that a column names the series, `ahead` by how many minutes its dates state to be ahead of UTC.
    """

    values: NDArray[np.float64]
    times: NDArray[np.int64] | None
    codes: NDArray[np.int64]
    ids: tuple[str, ...]
    columns: tuple[Column, ...]
    where: Callable[[int], str]
    named: bool = False
    ahead: tuple[int, ...] = ()

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
    """Give keys numbers in the order in which they first appear, and list the keys; none of them may be null.

    Equal keys mostly stand together, so only the first of each run is looked up.
    """
    begins = (keys != keys.shift()).fill_null(value=True).arg_true()
    runs = keys.gather(begins).cast(pl.String).str.strip_chars()
    distinct = runs.unique(maintain_order=True)
    table = pl.DataFrame({"key": distinct, "code": np.arange(len(distinct))})
    codes = pl.DataFrame({"key": runs}).join(table, on="key", how="left", maintain_order="left")["code"]
    return np.repeat(codes.to_numpy(), np.diff([*begins.to_list(), len(keys)])), tuple(distinct.to_list())
