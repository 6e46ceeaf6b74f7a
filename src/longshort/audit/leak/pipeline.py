"""The leak test of a Python function that takes a table and gives forecasts."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from longshort.audit.leak.changes import CHANGES
from longshort.audit.leak.frames import as_table, edited_frame, take_frame
from longshort.audit.leak.result import Leak
from longshort.audit.leak.runner import Progress
from longshort.audit.leak.search import CUTOFFS, search
from longshort.audit.leak.table import Edit, Table, describe
from longshort.data.panel import Panel
from longshort.errors import DataError, LongshortError, SettingsError

Pipeline = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class _Function:
    """A function and the frame (polars or pandas) on edited copies of which it runs."""

    pipeline: Pipeline
    frame: Any
    table: Table

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Call the function once."""
        edited = edited_frame(self.frame, edit)
        try:
            given = self.pipeline(edited)
        except LongshortError:
            raise
        except Exception as error:
            raise DataError(
                f"the pipeline failed: {type(error).__name__}: {error}.",
                hint="Call it on the same data yourself to see where.",
            ) from error
        return as_table(given)


def audit_leakage(
    pipeline: Pipeline | str,
    data: Any,
    *,
    target: str | None = None,
    id: str | None = None,
    date: str | None = None,
    known_future: Sequence[str] = (),
    noise_runs: int | None = None,
    changes: Sequence[str] = CHANGES,
    cutoffs: int = CUTOFFS,
    cutoff_lag: int | None = None,
    progress: Progress | None = None,
) -> Leak:
    """Tell whether a forecasting function sees what comes after its own cutoffs, by running it on changed data.

    Everything after one of its cutoffs is changed while every row up to it stays as it is; forecasts made at or before
    that cutoff must not change by one bit. What runs in the function (scaling, selection, training) is tested with it.

    Args:
        pipeline: Takes a frame of the kind that `data` is (a Panel or a CSV file comes as polars; a Panel with the
            columns `unique_id`, `ds` and its own) and gives a table of forecasts with their cutoffs, or Forecasts. Or
            its name, as "package.module:function".
        data: A Panel, a polars or pandas frame, or the path of a CSV or Parquet file.
        target: The column that is forecast, so that it is not taken for a forecast in the pipeline's table.
        id: The column that names the series.
        date: The column of dates; without one, rows are in order.
        known_future: Columns known in advance, which a forecast may see: they are not changed.
        noise_runs: Identical repeats by which determinism is measured; None: one, and seven where it is random.
        changes: Some of "noise", "scaled", "shuffled", "removed".
        cutoffs: How many of the pipeline's cutoffs to test, from early to late.
        cutoff_lag: Rows from the cutoff to a forecast's date, for tables without a cutoff.
        progress: Told before each run how many are done and how many are foreseen.

    Raises:
        SettingsError: A pipeline that cannot be called, or whose table has no cutoffs.
        DataError: A pipeline that fails, gives nothing, or other cutoffs on identical repeats.

    >>> import numpy as np
    >>> days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 1), eager=True)
    >>> data = pl.DataFrame({"ds": days, "y": np.random.default_rng(0).normal(size=len(days)).cumsum()})
    >>> def centred(frame):
    ...     return frame.select(cutoff="ds", mean=pl.col("y").rolling_mean(3, center=True)).tail(20)
    >>> leak = audit_leakage(centred, data)
    >>> leak.found, leak.columns, leak.distance, leak.kind
    (True, ('y',), 1, 'ahead')

    """
    function = load(pipeline) if isinstance(pipeline, str) else pipeline
    if not callable(function):
        raise SettingsError(f"{pipeline!r} cannot be called.", hint="Pass a function that takes a table.")
    frame, raw, declared = take_frame(data)
    if isinstance(data, Panel):
        target, id, date = target or data.columns[0].name, "unique_id", "ds"
    known = (*known_future, *declared)
    subject = _Function(function, frame, describe(raw, target, known, id, date))
    return search(
        subject,
        noise_runs=noise_runs,
        changes=changes,
        cutoffs=cutoffs,
        cutoff_lag=cutoff_lag,
        known_future=bool(known),
        progress=progress,
    )


def load(name: str) -> Pipeline:
    """Import a function by its name, "package.module:function", from the working folder too; SettingsError if not."""
    module_name, _, attribute = name.partition(":")
    shape = "Pass --pipeline package.module:function."
    if not module_name or not attribute:
        raise SettingsError(f"--pipeline {name!r} names no function.", hint=shape)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = import_module(module_name)
    except Exception as error:
        raise SettingsError(
            f"the module {module_name!r} cannot be imported: {type(error).__name__}: {error}.",
            hint=f"{shape} It is looked for in the working folder and among installed packages.",
        ) from error
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise SettingsError(f"{module_name!r} has no function {attribute!r}.", hint=shape)
    return found  # type: ignore[no-any-return]
