"""Positions turned into the labels of long tables."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from numpy.typing import NDArray

from longshort.evaluation.arrays import Grid

Schema = Mapping[str, Any]


def label_columns(who: NDArray[Any], step: NDArray[Any], grid: Grid, horizon: int) -> dict[str, pl.Series]:
    """Turn positions into `unique_id` and `step` columns; one past the last series or step means all: null."""
    ids = pl.Series("unique_id", [*grid.ids, None], dtype=pl.String)
    steps = pl.Series("step", [*range(1, horizon + 1), None], dtype=pl.Int64)
    return {"unique_id": ids.gather(who), "step": steps.gather(step)}


def conform(table: pl.DataFrame, schema: Schema, **constant: str | float) -> pl.DataFrame:
    """Add columns of one value, then bring columns into a schema's order and types, NaN to null."""
    full = table.with_columns(**{name: pl.lit(value) for name, value in constant.items()})
    return full.select(pl.col(name).cast(kind) for name, kind in schema.items()).fill_nan(None)
