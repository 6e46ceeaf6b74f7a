"""A run's folder: finished and saved, so that it is whole or says that it is not.

A command claims it (`claim.begin`), which marks it with `unfinished.json` (which command this is) and gives it a
folder for its checkpoint; `finish` writes everything into a staging folder inside, then moves it into place,
`run.json` last, and takes the mark away last of all. `run.json` lists every file with its size and checksum: what a
kill left half moved does not pass for a run, and an old run stays whole until the new one is. `run.json` holds the
token of the mark: what a kill left with a mark too many is known to be finished.
"""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from longshort.errors import RunFolderError
from longshort.results.claim import STAGING, begin, begun_by, claimed, clear, discard, token_of
from longshort.results.files import atomic_write, settle, writing
from longshort.results.loading import load_run
from longshort.results.lock import locked, release
from longshort.results.manifest import (
    DETAILS,
    MANIFEST,
    PREDICTIONS,
    SAMPLES,
    TABLES,
    UNFINISHED,
    is_finished,
    is_run,
    listed_files,
    manifest,
)
from longshort.results.plain import plain, to_json
from longshort.results.tables import to_frame

if TYPE_CHECKING:
    from longshort.results.run import Run

__all__ = ["atomic_write", "begin", "claimed", "finish", "load_run", "save"]


def finish(run: "Run", path: str | Path) -> None:
    """Write a run into the folder that `begin` claimed, take the mark and the checkpoint away.

    Raises OutputError where it cannot be written; the folder then stays unfinished, and what it held stays.
    RunFolderError where nothing was begun there, or another process writes there.
    """
    path = Path(path)
    with writing(path):
        if begun_by(path) is None:
            raise RunFolderError(f"no run was begun in '{path}', or its {UNFINISHED} was taken away.")
        with locked(path):
            discard(path, STAGING)
            try:
                _stage(run, path / STAGING, token_of(path))
                _move_in(path)
            finally:
                discard(path, STAGING)
            clear(path)
            settle(path)
            release(path)


def save(run: "Run", path: str | Path, overwrite: bool = False) -> None:
    """Write a run into a folder: into a new one, or into the one that was begun for its recipe and data.

    The errors are those of `begin` and `finish`; where it fails, a folder that it began itself is taken away again.
    """
    path = Path(path)
    identity = {"recipe": plain(run.recipe), "data": plain(run.info.get("data", {})).get("fingerprint")}
    with writing(path):
        begun = None if is_finished(path) else begun_by(path)
    if begun is not None and identity.items() <= begun.items() and (overwrite or not is_run(path)):
        finish(run, path)
    else:
        with claimed(path, identity, overwrite):
            finish(run, path)


def _stage(run: "Run", staging: Path, token: str) -> None:
    """Write all files of a run into a fresh folder, `run.json` with their checksums last."""
    import tomli_w

    from longshort.report import render

    summary = run.summary()
    atomic_write(staging / "recipe.toml", tomli_w.dumps(_without_none(plain(run.recipe))).encode())
    for name, frame in _frames(run).items():
        buffer = BytesIO()
        frame.write_parquet(buffer)
        atomic_write(staging / name, buffer.getvalue())
    if run.model is not None:
        run.model.save(staging / "model")
    if run.samples:
        atomic_write(staging / SAMPLES, to_json(run.samples))
    atomic_write(staging / "summary.json", to_json(summary))
    atomic_write(staging / "report.html", render(summary).encode())
    atomic_write(staging / MANIFEST, to_json(manifest(run, staging, token), indent=2))


def _frames(run: "Run") -> dict[str, pl.DataFrame]:
    frames: dict[str, pl.DataFrame] = {file: getattr(run, name) for name, file in TABLES.items()}
    frames |= {f"{DETAILS}/{name}.parquet": table for name, table in run.details.items()}
    for name, forecasts in (("forecasts.parquet", run.forecasts), ("tables/coming.parquet", run.coming)):
        frames[name] = to_frame(*forecasts.values()) if forecasts else pl.DataFrame()
    if not run.predictions.is_empty():
        frames[PREDICTIONS] = run.predictions
    return frames


def _move_in(path: Path) -> None:
    """Move the staged files over the old ones, `run.json` last, and delete old files that have no successor."""
    staging = path / STAGING
    new = [str(file.relative_to(staging)) for file in sorted(staging.rglob("*")) if file.is_file()]
    stale = set(listed_files(path)) - set(new)
    for name in sorted(new, key=lambda name: name == MANIFEST):
        if name == MANIFEST:
            for old in stale:
                (path / old).unlink(missing_ok=True)
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(path / name)
    for folder in {path, *(path / name for name in ("model", "tables", DETAILS) if (path / name).is_dir())}:
        settle(folder)


def _without_none(value: Any) -> Any:
    """Leave out what is None, which TOML cannot say; a recipe reads a missing setting as its default."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value
