"""A run folder as it was written: its forecasts, and its history as the actuals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from longshort.data.calendars import from_dict
from longshort.data.panel import Column, Panel
from longshort.errors import RunFolderError
from longshort.language import listed, message
from longshort.results.forecast import Forecast
from longshort.results.loading import belonging_together, load_run
from longshort.results.manifest import MANIFEST, UNFINISHED
from longshort.results.run import Run


def is_run_folder(source: object) -> bool:
    """Say whether a path names a folder that holds a run, whole or not."""
    if not isinstance(source, str | Path):
        return False
    folder = Path(source).expanduser()
    return folder.is_dir() and any((folder / name).is_file() for name in (MANIFEST, UNFINISHED))


def read_run(folder: Path) -> tuple[Run, list[Forecast], Panel, list[str]]:
    """Read a run, its forecasts and its history, bit for bit; RunFolderError where it is damaged or unfinished."""
    run = load_run(folder)
    if not run.forecasts:
        raise RunFolderError(f"'{folder}' holds no forecasts.", hint="Repeat the backtest into a new folder.")
    with belonging_together(folder):
        panel = panel_of(run)
    note = message("reading.run_folder", models=listed([*run.forecasts], 12), target=repr(run.target))
    return run, [_reindexed(one, panel) for one in run.forecasts.values()], panel, [note, *panel.notes]


def _reindexed(forecast: Forecast, panel: Panel) -> Forecast:
    """Count a forecast's series as the panel does: a stored table lists only those that have forecasts."""
    position = {name: place for place, name in enumerate(panel.ids)}
    if forecast.ids == panel.ids or any(name not in position for name in forecast.ids):
        return forecast
    own = np.array([position[name] for name in forecast.ids], dtype=np.int64)
    return replace(forecast, ids=panel.ids, series=own[forecast.series])


def panel_of(run: Run) -> Panel:
    """Rebuild the panel of a run's target: the rows as they were, on the calendars that the run was made with."""
    data, history = dict(run.info["data"]), run.history
    ids = tuple(history["unique_id"].unique(maintain_order=True).to_list())
    lengths = history["unique_id"].rle().struct.field("len").to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    each = [from_dict(described) for described in data["calendars"]["each"]]
    calendars = tuple(each[place] for place in data["calendars"]["of"])
    dated = history.schema["ds"].is_temporal()
    times = (history["ds"].cast(pl.Datetime("us")) if dated else history["ds"]).to_physical().cast(pl.Int64).to_numpy()
    sessions = [one.numbers(times[offsets[i] : offsets[i + 1]]) for i, one in enumerate(calendars)]
    return Panel(
        values=history["y"].cast(pl.Float64).fill_null(np.nan).to_numpy()[:, None].copy(),
        times=times.copy(),
        sessions=np.concatenate(sessions).astype(np.int64),
        offsets=offsets,
        ids=ids,
        columns=(Column(run.target, kind=data["kind"]),),
        calendars=calendars,
        dated=dated,
    )
