"""Forecasts as tables, one row for each model, series, cutoff and step, and tables as forecasts."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.errors import DataError, examples
from longshort.results.forecast import Forecast

FORMULA = r"^[=+\-@\t\r]"  # how a cell begins that a spreadsheet takes for a formula
KEYS = ("unique_id", "ds", "cutoff", "step", "model", "mean")


def to_frame(*forecasts: Forecast) -> pl.DataFrame:
    """Put forecasts below one another in a table.

    Columns: `unique_id ds cutoff fold step model y mean p_up last` and one for each quantile level, `q_0.05` ...;
    `ds` and `cutoff` are `Datetime("us")`, or whole numbers where nothing is dated; what is not known, or not given by
    a model, is null.
    """
    return pl.concat([_frame(forecast) for forecast in forecasts], how="diagonal")


def for_spreadsheets(frame: pl.DataFrame) -> pl.DataFrame:
    """Write text that a spreadsheet would take for a formula behind an apostrophe, as is usual in CSV files.

    That is text which begins with =, +, -, @, a tab or a carriage return; numbers stay as they are.

    >>> for_spreadsheets(pl.DataFrame({"unique_id": ["^GSPC", "=1+1"], "mean": [1.0, -2.0]}))["unique_id"].to_list()
    ['^GSPC', "'=1+1"]
    """
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())


def _frame(forecast: Forecast) -> pl.DataFrame:
    n, h = forecast.mean.shape
    times = pl.Datetime("us") if forecast.dated else pl.Int64()
    columns: dict[str, pl.Series] = {
        "unique_id": pl.Series(list(forecast.ids), dtype=pl.String).gather(np.repeat(forecast.series, h)),
        "ds": pl.Series(forecast.ds.ravel(), dtype=pl.Int64).cast(times),
        "cutoff": pl.Series(np.repeat(forecast.cutoffs, h), dtype=pl.Int64).cast(times),
        "fold": pl.Series(np.repeat(forecast.fold, h), dtype=pl.Int64),
        "step": pl.Series(np.tile(np.arange(1, h + 1), n), dtype=pl.Int64),
        "model": pl.repeat(forecast.model, n * h, dtype=pl.String, eager=True),
        "y": _floats(forecast.y),
        "mean": _floats(forecast.mean),
        "p_up": _floats(forecast.p_up),
        "last": _floats(np.repeat(forecast.last, h)),
    }
    for position, level in enumerate(forecast.quantile_levels):
        columns[f"q_{float(level)!r}"] = _floats(forecast.quantiles[:, :, position])
    return pl.DataFrame(columns)


def _floats(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(values.ravel(), dtype=pl.Float64).fill_nan(None)


def from_frame(frame: pl.DataFrame) -> list[Forecast]:
    """Read a table as written by `to_frame` back into forecasts, one for each model in the order of the table.

    Series, pairs and models keep the order in which they appear; `y`, `fold`, `p_up` and `last` may be missing. The
    members of an ensemble are not in the table, so the forecasts have none. Raises DataError where a needed column is
    missing, a row stands twice or a step is missing.
    """
    missing = [name for name in KEYS if name not in frame.columns]
    if missing:
        raise DataError(
            f"the table of forecasts lacks {examples(missing, len(KEYS))}.",
            hint=f"It needs the columns {', '.join(KEYS)}; it has {', '.join(frame.columns)}.",
        )
    ids = frame["unique_id"].cast(pl.String).unique(maintain_order=True).to_list()
    parts = frame.with_columns(pl.col("unique_id").cast(pl.String)).partition_by("model", maintain_order=True)
    return [_forecast(part, ids) for part in parts]


def _forecast(part: pl.DataFrame, ids: Sequence[str]) -> Forecast:
    ordered, horizon = _complete(part)
    levels = _levels(ordered)
    n = len(ordered) // horizon

    def grid(name: str) -> NDArray[np.float64]:
        if name not in ordered.columns:
            return np.full((n, horizon), np.nan)
        return ordered[name].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(n, horizon).copy()

    quantiles = np.stack([grid(f"q_{level!r}") for level in levels], axis=-1) if levels else np.empty((n, horizon, 0))
    heads = ordered.gather_every(horizon)
    return Forecast(
        model=str(part["model"][0]),
        ids=tuple(ids),
        series=heads["unique_id"].replace_strict(ids, range(len(ids)), return_dtype=pl.Int64).to_numpy().copy(),
        cutoffs=_times(heads["cutoff"]),
        ds=_times(ordered["ds"]).reshape(n, horizon),
        last=grid("last")[:, 0],
        mean=grid("mean"),
        quantile_levels=levels,
        quantiles=quantiles,
        p_up=grid("p_up"),
        y=grid("y"),
        fold=heads["fold"].to_numpy().copy() if "fold" in heads.columns else np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, n, horizon)),
        seed_quantiles=np.empty((0, *quantiles.shape)),
        dated=part.schema["ds"].is_temporal(),
    )


def _complete(part: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Sort one model's rows by pair, in the order in which pairs appear, and step; each pair needs every step once."""
    key = ["unique_id", "cutoff"]
    pairs = part.select(key).unique(maintain_order=True).with_row_index("pair")
    ordered = part.join(pairs, on=key, how="left", maintain_order="left").sort("pair", "step", maintain_order=True)
    horizon = int(ordered["step"].max())  # type: ignore[arg-type]  # a part has at least one row
    wanted = np.tile(np.arange(1, horizon + 1), len(pairs))
    if len(ordered) != len(wanted) or not np.array_equal(ordered["step"].to_numpy(), wanted):
        counts = ordered.group_by("pair", maintain_order=True).agg(*map(pl.first, key), pl.col("step"))
        odd = next(row for row in counts.iter_rows(named=True) if row["step"] != list(range(1, horizon + 1)))
        raise DataError(
            f"the forecasts of {part['model'][0]!r} for {odd['unique_id']!r} from {odd['cutoff']} have the steps "
            f"{odd['step']}, but each of 1 to {horizon} is needed once."
        )
    return ordered, horizon


def _levels(part: pl.DataFrame) -> tuple[float, ...]:
    """Find the quantile levels that a model gives: a column that is null throughout belongs to another model."""
    given = [name for name in part.columns if name.startswith("q_") and part[name].null_count() < len(part)]
    return tuple(sorted(float(name[2:]) for name in given))


def _times(values: pl.Series) -> NDArray[np.int64]:
    stamps = values.cast(pl.Datetime("us")) if values.dtype.is_temporal() else values
    return stamps.to_physical().cast(pl.Int64).to_numpy().copy()
