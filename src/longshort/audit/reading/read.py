"""The door of the audit: forecasts from anywhere, with what happened, as Forecasts on one Panel."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.audit.reading import actuals as history
from longshort.audit.reading.align import align
from longshort.audit.reading.folder import is_run_folder, read_run
from longshort.audit.reading.grid import build
from longshort.audit.reading.models import Model, find_models, without_labels
from longshort.audit.reading.roles import Asked, find_roles, with_actuals
from longshort.audit.reading.rows import Rows, collect
from longshort.audit.reading.said import matched, recognised
from longshort.audit.reading.table import Table, open_table, with_numbers, with_usual_names
from longshort.data.panel import Panel
from longshort.data.tables.dialect import Written
from longshort.data.tables.names import find
from longshort.errors import DataError, SettingsError, examples
from longshort.finding import Finding
from longshort.language import message
from longshort.results.forecast import Forecast
from longshort.results.run import Run


@dataclass(frozen=True, eq=False)
class Read:
    """Hold what was read: one Forecast for each model on a shared grid, the actuals, and what was noticed.

    `notes` say in sentences what was recognised, `findings` what a reader of the audit should know (those of the panel
    among them). `forecasts` is empty only where every row is dated at or before its cutoff. `calls` names the models
    whose `p_up` are calls of the direction (1, 0, and 0.5 for neither), not probabilities; `run` is the run that the
    forecasts come from, where they lay in a run folder.
    """

    forecasts: list[Forecast]
    panel: Panel
    notes: list[str]
    findings: list[Finding]
    calls: tuple[str, ...] = ()
    run: Run | None = None


def read_forecasts(
    forecasts: object,
    actuals: object = None,
    *,
    target: str | None = None,
    step: int | None = None,
    cutoff_lag: int | None = None,
    id: str | None = None,
    date: str | None = None,
    cutoff: str | None = None,
    model: str | None = None,
    forecast: Sequence[str] | str = (),
    date_format: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    actuals_options: Mapping[str, Any] | None = None,
) -> Read:
    """Read forecasts from a file, a run folder or a table, and lay them on the actuals' sessions.

    Recognised are a column for each model and quantile (`Model`, `Model-lo-80`, `0.1`, `q_0.05`), a row for each
    quantile or sample path, probabilities of a rise, and calls of the direction. What was recognised is said.

    Args:
        forecasts: A path (CSV, Parquet, Arrow), a run folder, or a table of polars, pandas or Arrow. Files and lazy
            frames are streamed: only the columns needed are read.
        actuals: What happened: a Panel, or anything that `longshort.read` takes. None: the outcomes in the table.
        target: The column of the actuals that was forecast (of outcomes in the table, where `actuals` is None).
        step: How many sessions before its date each forecast was made, where the table does not say.
        cutoff_lag: The same, by its other name.
        id: The column that names the series.
        date: The column of dates forecast.
        cutoff: The column of the last dates known to the forecasts, or the date on which all were made.
        model: The column that names the models.
        forecast: The column or columns that hold forecasts.
        date_format: How dates are written, such as `%d/%m/%Y`.
        separator: The character between cells.
        decimal: `.` or `,`.
        encoding: Of text files, such as `cp949`.
        actuals_options: Options for reading the actuals, as `longshort.read` takes them.

    Raises:
        DataError: Forecasts that cannot be used as they are; the message says where, the hint what to type.
        SettingsError: Options that contradict each other.
        RunFolderError: A run folder that is damaged or unfinished.

    >>> days = pl.Series(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"])
    >>> table = pl.DataFrame({"date": days, "y": [1.0, 2.0, 3.0, 4.0], "forecast": [1.0, 1.5, 2.5, 3.5]})
    >>> read = read_forecasts(table, step=1)
    >>> read.forecasts[0].mean.ravel().tolist(), read.forecasts[0].last.tolist()
    ([1.5, 2.5, 3.5], [1.0, 2.0, 3.0])

    """
    if is_run_folder(forecasts):
        if actuals is not None:
            raise SettingsError("a run folder holds its own actuals.", hint="Leave --actuals out.")
        if any((target, step, cutoff_lag, id, date, cutoff, model, forecast)):
            raise SettingsError(
                "a run folder says by itself what its forecasts are.", hint="Leave out the options that name columns."
            )
        run, found, past, notes = read_run(Path(str(forecasts)).expanduser())
        return Read(found, past, notes, [], run=run)
    wanted = (forecast,) if isinstance(forecast, str) else tuple(forecast)
    asked = Asked(id, date, cutoff, model, target if actuals is None else None, wanted)
    written = Written(None, separator, encoding)
    lag = _lag(step, cutoff_lag)
    panel: Panel | None = None if actuals is None else history.read_actuals(actuals, target, actuals_options or {})
    dated = panel.dated if panel is not None and not panel.dated else None
    try:
        table = with_usual_names(open_table(forecasts, written, id))
        rows, models, notes = _rows(table, asked, date_format, decimal, dated, panel is None)
    except pl.exceptions.ComputeError as error:
        table = with_usual_names(_opened_again(forecasts, written, id, error))
        rows, models, notes = _rows(table, asked, date_format, decimal, dated, panel is None)
    return _laid(rows, models, panel, lag, target or "y", notes)


def _lag(step: int | None, cutoff_lag: int | None) -> int | None:
    if step is not None and cutoff_lag is not None and step != cutoff_lag:
        raise SettingsError(
            f"step={step} and cutoff_lag={cutoff_lag} say different things: both count the sessions between cutoff and "
            "date.",
            hint="Pass one of --step and --cutoff-lag.",
        )
    lag = step if step is not None else cutoff_lag
    if lag is not None and lag < 1:
        raise SettingsError(
            f"a forecast cannot be made {lag} sessions before its date.", hint="Pass --step 1 or a larger number."
        )
    return lag


def _opened_again(forecasts: object, written: Written, id: str | None, error: Exception) -> Table:
    """Read a large text file that is not as plain as it looked by the slower rules that forgive and explain."""
    reason = str(error).splitlines()[0]
    if isinstance(forecasts, str | os.PathLike):
        path = Path(forecasts).expanduser()
        with path.open("rb") as stream:
            magic = stream.read(6)
        if not magic.startswith((b"PAR1", b"ARROW1")):
            return open_table(forecasts, written, id, stream=False)
        raise DataError(f"{path.name!r} is a damaged file: {reason}.", hint="Write or download it again.") from error
    raise DataError(f"the table cannot be read: {reason}.", hint="Collect it first to see why.") from error


def _rows(
    table: Table, asked: Asked, date_format: str | None, decimal: str | None, dated: bool | None, alone: bool
) -> tuple[Rows, list[Model], list[str]]:
    """Recognise the columns and read those that are needed; `alone` says that there are no other actuals."""
    made_on = asked.cutoff if asked.cutoff is not None and not _is_column(table, asked.cutoff) else None
    if made_on is not None:
        asked = replace(asked, cutoff=None)
    asked = replace(asked, forecast=tuple(find(name, table.columns, "a forecast") for name in asked.forecast))
    roles = find_roles(table.name, table.sample, asked)
    table = with_numbers(table, roles.keys, decimal)
    roles = with_actuals(roles, list(table.numeric), asked, alone)
    models, left = find_models(table.name, table.sample, table.numeric, roles, asked)
    roles = without_labels(table.sample, roles, models, alone)
    if made_on is not None:
        roles = replace(roles, cutoff=None, start=None)
    rows = collect(table, roles, models, date_format, dated)
    if made_on is not None:
        rows.cutoff = np.full(rows.count, _moment(made_on, rows, table), dtype=np.int64)
    return rows, models, [*table.notes, *recognised(roles, models, rows), *rows.notes, *left]


def _is_column(table: Table, name: str) -> bool:
    return name.casefold() in [column.casefold() for column in table.columns]


def _moment(text: str, rows: Rows, table: Table) -> int:
    """Read the one date on which all forecasts were made."""
    try:
        return int(np.datetime64(text, "us").astype(np.int64)) if rows.dated else int(text)
    except ValueError as error:
        raise DataError(
            f"cutoff {text!r} is neither a column of {table.name} nor a date.",
            hint=f"Its columns are {examples(table.columns, 12)}; write a date like 2024-12-31.",
        ) from error


def _laid(rows: Rows, models: list[Model], panel: Panel | None, lag: int | None, name: str, notes: list[str]) -> Read:
    """Meet the actuals and build the forecasts."""
    findings: list[Finding] = []
    if panel is None:
        panel = history.history_of(rows, name)
        series, said = _series(rows, panel)
        past: list[str] = list(panel.notes)
    else:
        _same_clock(rows, panel)
        series, said = _series(rows, panel)
        past = [message("reading.actuals", note=note) for note in panel.notes]
        findings += history.compare(rows, panel, series)
    rows.y = rows.last = None
    placed, how, noticed = align(rows, panel, series, lag)
    if lag is not None and (rows.step is not None or (rows.ds is not None and _has_origin(rows))):
        how.append(message("reading.step_unused", lag=lag))
    notes, findings = [*notes, *said, *how], [*findings, *noticed, *panel.findings]
    if placed is None:
        return Read([], panel, [*notes, *past], findings)
    rows.ds = rows.cutoff = rows.start = rows.step = None
    built = build(rows, placed, panel, models)
    notes, findings = [*notes, *built.notes, *past], [*findings, *built.findings]
    return Read(built.forecasts, panel, notes, findings, tuple(built.calls))


def _has_origin(rows: Rows) -> bool:
    return rows.cutoff is not None or rows.start is not None


def _same_clock(rows: Rows, panel: Panel) -> None:
    if rows.dated != panel.dated:
        dated, numbered = ("forecasts", "actuals") if rows.dated else ("actuals", "forecasts")
        raise DataError(
            f"the {dated} have dates, but the rows of the {numbered} are only numbered.",
            hint="Pass both with dates, or both without.",
        )


def _series(rows: Rows, panel: Panel) -> tuple[NDArray[np.int64], list[str]]:
    """Find the panel's series of each of the table's; the only one of both is the same under any name."""
    if rows.id is None:
        if len(panel) > 1:
            raise DataError(
                f"the actuals have {len(panel)} series, but {rows.table.name} does not say of which its forecasts are.",
                hint="Name the column of series with --id NAME, or pass the actuals of one series.",
            )
        return np.zeros(1, dtype=np.int64), []
    position = {name: place for place, name in enumerate(panel.ids)}
    series = np.array([position.get(name, -1) for name in rows.ids], dtype=np.int64)
    if (series < 0).all() and len(panel) == len(rows.ids) == 1:
        return np.zeros(1, dtype=np.int64), [matched(rows.ids, panel.ids[0])]
    return series, []
