"""A run folder as it was written: its forecasts, and its history as the actuals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from longshort.audit.reading.actuals import numbered
from longshort.data.panel import Panel
from longshort.data.readers import read
from longshort.errors import CalendarError, RunFolderError
from longshort.language import listed, message
from longshort.results.forecast import Forecast
from longshort.results.loading import load_run
from longshort.results.manifest import MANIFEST, UNFINISHED


def is_run_folder(source: object) -> bool:
    """Say whether a path names a folder that holds a run, whole or not."""
    if not isinstance(source, str | Path):
        return False
    folder = Path(source).expanduser()
    return folder.is_dir() and any((folder / name).is_file() for name in (MANIFEST, UNFINISHED))


def read_run(folder: Path) -> tuple[list[Forecast], Panel, list[str]]:
    """Read a run's forecasts and its history, bit for bit; RunFolderError where the folder is damaged or unfinished."""
    run = load_run(folder)
    if not run.forecasts:
        raise RunFolderError(f"'{folder}' holds no forecasts.", hint="Repeat the backtest into a new folder.")
    calendar = str(dict(run.info.get("data", {})).get("calendar", ""))
    panel = _panel(run.history, run.target, calendar)
    note = message("reading.run_folder", models=listed([*run.forecasts], 12), target=repr(run.target))
    return [_reindexed(one, panel) for one in run.forecasts.values()], panel, [note, *panel.notes]


def _reindexed(forecast: Forecast, panel: Panel) -> Forecast:
    """Count a forecast's series as the panel does: a stored table lists only those that have forecasts."""
    position = {name: place for place, name in enumerate(panel.ids)}
    if forecast.ids == panel.ids or any(name not in position for name in forecast.ids):
        return forecast
    own = np.array([position[name] for name in forecast.ids], dtype=np.int64)
    return replace(forecast, ids=panel.ids, series=own[forecast.series])


def _panel(history: pl.DataFrame, target: str, calendar: str) -> Panel:
    """Build the panel of a run's history, on the calendar that the run was made with where that is still known."""
    frame = history.rename({"y": target} if target not in ("unique_id", "ds") else {})
    name = target if target in frame.columns else "y"
    if not history.schema["ds"].is_temporal():
        return _numbered(history, name)
    try:
        return read(frame, target=name, id="unique_id", date="ds", calendar=calendar or None)
    except CalendarError:
        return read(frame, target=name, id="unique_id", date="ds")


def _numbered(history: pl.DataFrame, target: str) -> Panel:
    ids = history["unique_id"].unique(maintain_order=True).to_list()
    lengths = history.group_by("unique_id", maintain_order=True).len()["len"].to_numpy()
    times = history["ds"].cast(pl.Int64).to_numpy()
    values = history["y"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return numbered(values, times, np.concatenate([[0], np.cumsum(lengths)]), tuple(ids), target)
