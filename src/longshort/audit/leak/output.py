"""What a pipeline wrote, as keys, cutoffs and values, whatever the shape of its table."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.leak.table import Cells, Table, moments
from longshort.data.tables import names
from longshort.data.tables.raw import Part, single
from longshort.errors import DataError, SettingsError, examples
from longshort.language import message

_CUTOFFS = ("cutoff", "forecastorigin", "origin", "forecastdate", "madeat", "asof")
_STEPS = ("step", "steps", "horizon", "h", "lead", "leadtime", "stepahead")
_OTHER_KEYS = ("model", "quantile", "level", "sample", "window", "samplenumber")
_ACTUALS = ("y", "actual", "actuals", "ytrue", "truth", "observed", "outcome")
_BESIDE = ("fold", "", "index", "unnamed0", "column0", "levelzero", "level0")


@dataclass(frozen=True, eq=False)
class Output:
    """Hold forecasts: `keys` are text columns that tell rows apart, `cutoffs` their times, `values` what is compared.

    Values are float64 (NaN for a blank) or, where they are no numbers, text as objects.
    """

    keys: pl.DataFrame
    cutoffs: NDArray[np.int64]
    values: dict[str, Cells]
    notes: tuple[str, ...] = ()


def read_output(frame: pl.DataFrame, table: Table, cutoff_lag: int | None) -> Output:
    """Find keys, cutoffs and values in a table of forecasts.

    Keys are columns of a key's name (series, date, cutoff, step, model, quantile, sample), then as many other columns
    that are no fractions as are needed to tell rows apart; all else is forecasts, but for the actuals. Without a
    cutoff it is `cutoff_lag` rows of the data (or the step) before the date. Raises DataError for an empty table and
    for rows that stand twice, SettingsError where the cutoff cannot be known.
    """
    if not frame.height:
        raise DataError("the pipeline gave no forecasts.", hint="Its table needs a row for each forecast.")
    frame = frame.select(name for name in frame.columns if names.plain(name) not in _BESIDE)
    keys = _keys(frame)
    cutoffs = _cutoffs(frame, table, cutoff_lag)
    given = {name: _value(frame[name]) for name in frame.columns if name not in keys}
    actuals = _actuals(frame, table, given, cutoffs)
    values = {name: cells for name, cells in given.items() if name not in actuals}
    if not values:
        raise DataError(
            f"the pipeline's table holds no forecasts beside its keys {examples(keys, 6)}.",
            hint="Add a column with the forecast, such as 'mean'.",
        )
    notes = tuple(message("leak.actuals", column=repr(name)) for name in actuals)
    return Output(frame.select(pl.col(keys).cast(pl.String).fill_null("")), cutoffs, values, notes)


def _keys(frame: pl.DataFrame) -> list[str]:
    usual = {*_CUTOFFS, *_STEPS, *_OTHER_KEYS, *names.IDS, *names.DATES}
    keys = [name for name in frame.columns if names.plain(name) in usual]
    for name in frame.columns:
        if keys and not frame.select(keys).is_duplicated().any():
            break
        if name not in keys and _no_fraction(frame[name]):
            keys.append(name)
    if not keys or frame.select(keys).is_duplicated().any():
        raise DataError(
            f"rows of the pipeline's table stand twice (told apart by {examples(keys, 6)}).",
            hint="Add what tells them apart: series, date, cutoff or step.",
        )
    return keys


def _no_fraction(column: pl.Series) -> bool:
    if column.dtype == pl.String:
        numbers = column.cast(pl.Float64, strict=False)
        return numbers.null_count() > column.null_count() or column.str.contains(r"^\d+$").all()
    return not column.dtype.is_float()


def _value(column: pl.Series) -> Cells:
    numbers = column.cast(pl.Float64, strict=False)
    if numbers.null_count() == column.null_count():
        return numbers.fill_null(np.nan).to_numpy().copy()
    return column.cast(pl.String).to_numpy().astype(object)


def _cutoffs(frame: pl.DataFrame, table: Table, lag: int | None) -> NDArray[np.int64]:
    raw = single(frame, Part("the pipeline's table", "", lined=False), 0)
    named = names.ranked(frame.columns, _CUTOFFS)
    if named:
        return moments(raw, named[0])[0]
    dates, steps = names.ranked(frame.columns, names.DATES), names.ranked(frame.columns, _STEPS)
    if not dates or not (steps or lag):
        raise SettingsError(
            f"the pipeline's table has no cutoff: its columns are {examples(frame.columns, 8)}.",
            hint="Name a column 'cutoff', or pass --cutoff-lag 1 where each forecast was made one row before its date.",
        )
    times = np.unique(table.times)
    place = np.searchsorted(times, moments(raw, dates[0])[0])
    back = _value(frame[steps[0]]).astype(np.int64) if lag is None else lag
    return np.asarray(times[np.clip(place - back, 0, len(times) - 1)])


def _actuals(frame: pl.DataFrame, table: Table, given: dict[str, Cells], cutoffs: NDArray[np.int64]) -> list[str]:
    """List the columns that hold what happened: by name, or because they equal the target at their dates."""
    alone = len(table.ids) == 1
    named = [name for name in given if names.plain(name) in _ACTUALS or (name == table.target and not alone)]
    if alone:
        truth = _truth(frame, table, cutoffs)
        known = ~np.isnan(truth)
        for name, cells in given.items():
            same = cells.dtype != object and known.sum() > 1 and np.array_equal(cells[known], truth[known])
            if same and name not in named:
                named.append(name)
    return [] if len(named) == len(given) else named


def _truth(frame: pl.DataFrame, table: Table, cutoffs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the target of a lone series at each row's date, or as many rows after its cutoff as its step says."""
    order = np.argsort(table.times, kind="stable")
    times = table.times[order]
    dates, steps = names.ranked(frame.columns, names.DATES), names.ranked(frame.columns, _STEPS)
    if dates:
        wanted = moments(single(frame, Part("the pipeline's table", ""), 0), dates[0])[0]
        place = np.searchsorted(times, wanted)
        hit = times[np.minimum(place, len(times) - 1)] == wanted
    else:
        ahead = _value(frame[steps[0]]).astype(np.int64) if steps else 1
        place = np.searchsorted(times, cutoffs, side="right") - 1 + ahead
        hit = place < len(times)
    target = table.columns[table.target][order]
    return np.asarray(np.where(hit, target[np.clip(place, 0, len(times) - 1)], np.nan))
