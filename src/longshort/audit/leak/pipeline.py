"""The leak test of a Python function that takes a table and gives forecasts."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from longshort.audit.leak import worker
from longshort.audit.leak.bounds import refuse_too_large
from longshort.audit.leak.changes import CHANGES
from longshort.audit.leak.frames import as_table, edited_frame, take_frame
from longshort.audit.leak.process import Guard, guarded
from longshort.audit.leak.result import Leak
from longshort.audit.leak.runner import Progress
from longshort.audit.leak.search import CUTOFFS, search
from longshort.audit.leak.table import BrokenOff, Edit, Subject, Table, describe
from longshort.audit.leak.worker import Pipeline, call, load, told
from longshort.data.panel import Panel
from longshort.errors import DataError, SettingsError

_MOST_SAID = 1 << 16
_TIMEOUT_S = 600.0


@dataclass(frozen=True, eq=False)
class _Function:
    """A function and the frame (polars or pandas) on edited copies of which it runs."""

    pipeline: Pipeline
    frame: Any
    table: Table

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Call the function once."""
        try:
            return as_table(call(self.pipeline, edited_frame(self.frame, edit)))
        except SystemExit as error:
            raise BrokenOff(
                f"the pipeline ended Python before it gave forecasts ({told(error)}).",
                hint="Let it return a table, without sys.exit.",
            ) from error


@dataclass(frozen=True, eq=False)
class _Named:
    """A function's name and the polars frame on edited copies of which it runs, each time in a Python of its own."""

    name: str
    frame: pl.DataFrame
    table: Table
    guard: Guard

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Start a Python that imports the function and calls it once."""
        with TemporaryDirectory(prefix="run-", dir=self.guard.folder, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            edited_frame(self.frame, edit).write_ipc(folder / worker.DATA)
            words = [sys.executable, "-P", worker.__file__, self.name, name, *sys.path]
            ended = self.guard.run(words, Path.cwd(), folder / worker.OUT)
            _raise_failure(folder / worker.FAILED)
            if ended.code or not (folder / worker.OUT).is_file():
                raise BrokenOff(
                    f"{self.guard.what} left its process (exit code {ended.code}) before it gave forecasts. "
                    f"Its last lines: {ended.said}",
                    hint="Let the function return a table, without sys.exit or os._exit.",
                )
            return self._read(folder / worker.OUT)

    def _read(self, out: Path) -> pl.DataFrame:
        refuse_too_large(out, f"what {self.guard.what} gave")
        try:
            return pl.read_ipc(out.read_bytes())  # a file that is mapped into memory may not go away
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise DataError(f"what {self.guard.what} gave cannot be read.", hint="Let it return a table.") from error


def _raise_failure(path: Path) -> None:
    """Raise what a run wrote down as its failure, if it did."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        said = json.loads(stream.read(_MOST_SAID))
    kind = SettingsError if said["settings"] else DataError
    raise kind(said["message"], hint=said["hint"])


def audit_leakage(
    pipeline: Pipeline | str,
    data: Any,
    *,
    target: str | None = None,
    id: str | None = None,
    date: str | None = None,
    known_future: Sequence[str] = (),
    timeout: float | None = None,
    noise_runs: int | None = None,
    changes: Sequence[str] = CHANGES,
    cutoffs: int = CUTOFFS,
    cutoff_lag: int | None = None,
    progress: Progress | None = None,
) -> Leak:
    """Tell whether a forecasting function sees what comes after its own cutoffs, by running it on changed data.

    Everything after one of its cutoffs is changed while every row up to it stays as it is; forecasts made at or before
    that cutoff must not change by one bit. What runs in the function (scaling, selection, training) is tested with it.

    A function that is named runs in a Python of its own each time, as a command does: it keeps nothing from one run to
    the next, has a time limit, and whatever it starts ends with it. A function that is passed itself runs in this
    process: without a limit, keeping what it keeps from run to run, and `sys.exit` in it is an error (`os._exit` ends
    this process). So does a named one on a pandas frame, which cannot be handed to another process safely.

    Args:
        pipeline: Takes a frame of the kind that `data` is (a Panel or a CSV file comes as polars; a Panel with the
            columns `unique_id`, `ds` and its own) and gives a table of forecasts with their cutoffs, or Forecasts. Or
            its name, as "package.module:function".
        data: A Panel, a polars or pandas frame, or the path of a CSV or Parquet file.
        target: The column that is forecast, so that it is not taken for a forecast in the pipeline's table.
        id: The column that names the series.
        date: The column of dates; without one, rows are in order.
        known_future: Columns known in advance, which a forecast may see: they are not changed.
        timeout: Seconds that a run of a named function may take; None: 600. It has no meaning for one that runs in
            this process.
        noise_runs: Identical repeats by which determinism is measured; None: one, and seven where it is random.
        changes: Some of "noise", "scaled", "shuffled", "removed".
        cutoffs: How many of the pipeline's cutoffs to test, from early to late.
        cutoff_lag: Rows from the cutoff to a forecast's date, for tables without a cutoff.
        progress: Told before each run how many are done and how many are foreseen.

    Raises:
        SettingsError: A pipeline that cannot be called, or whose table has no cutoffs.
        DataError: A pipeline that fails, hangs, leaves its process, gives nothing or too much, or other cutoffs on
            identical repeats.

    >>> import numpy as np
    >>> days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 1), eager=True)
    >>> data = pl.DataFrame({"ds": days, "y": np.random.default_rng(0).normal(size=len(days)).cumsum()})
    >>> def centred(frame):
    ...     return frame.select(cutoff="ds", mean=pl.col("y").rolling_mean(3, center=True)).tail(20)
    >>> leak = audit_leakage(centred, data)
    >>> leak.found, leak.columns, leak.distance, leak.kind
    (True, ('y',), 1, 'ahead')

    """
    frame, raw, declared = take_frame(data)
    if isinstance(data, Panel):
        target, id, date = target or data.columns[0].name, "unique_id", "ds"
    known = (*known_future, *declared)
    table = describe(raw, target, known, id, date)
    with _subject(pipeline, frame, table, timeout) as subject:
        return search(
            subject,
            noise_runs=noise_runs,
            changes=changes,
            cutoffs=cutoffs,
            cutoff_lag=cutoff_lag,
            known_future=bool(known),
            progress=progress,
        )


@contextmanager
def _subject(pipeline: Pipeline | str, frame: Any, table: Table, timeout: float | None) -> Iterator[Subject]:
    """Give what runs the pipeline: a Python for each run of one that is named, or this process."""
    if isinstance(pipeline, str) and isinstance(frame, pl.DataFrame):
        limit = _TIMEOUT_S if timeout is None else timeout
        with guarded(f"the pipeline {pipeline!r}", limit, {"PYTHONHASHSEED": "0"}) as guard:
            yield _Named(pipeline, frame, table, guard)
        return
    if timeout is not None:
        raise SettingsError(
            f"timeout={timeout:g} has no meaning for a pipeline that runs in this process.",
            hint='Name it, as "package.module:function", and pass a path or a polars frame.',
        )
    function = load(pipeline) if isinstance(pipeline, str) else pipeline
    if not callable(function):
        raise SettingsError(f"{pipeline!r} cannot be called.", hint="Pass a function that takes a table.")
    yield _Function(function, frame, table)
