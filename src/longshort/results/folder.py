"""A run's folder: begun, finished, checked and read, so that it is whole or says that it is not.

A command calls `begin`, which marks the folder with `unfinished.json` (which command this is) and gives it a folder for
its checkpoint; `finish` writes everything into a staging folder inside, then moves it into place, `run.json` last,
and takes the mark away last of all. `run.json` lists every file with its size and checksum: what a kill left half
moved does not pass for a run, and an old run stays whole until the new one is.
"""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from longshort.errors import LongshortError, RunFolderError
from longshort.results.files import TEMPORARY, atomic_write, settle, writing
from longshort.results.loading import checked, load_run
from longshort.results.manifest import (
    DETAILS,
    MANIFEST,
    PREDICTIONS,
    SAMPLES,
    TABLES,
    UNFINISHED,
    is_run,
    listed_files,
    manifest,
    read_json,
)
from longshort.results.plain import plain, to_json
from longshort.results.summary.structs import SCHEMA
from longshort.results.tables import to_frame

if TYPE_CHECKING:
    from longshort.results.run import Run

CHECKPOINT = "checkpoint"
STAGING = f"{TEMPORARY}staging"
DISCARDED = f"{TEMPORARY}discarded"

__all__ = ["atomic_write", "begin", "finish", "load_run", "save"]


def begin(path: str | Path, identity: Mapping[str, Any], overwrite: bool = False) -> Path:
    """Claim a folder for a run and give the folder of its checkpoint.

    `identity` says which command this is (recipe, fingerprint of the data, options): the same identity goes on with
    an unfinished folder. A complete run inside stays whole until `finish`.

    Raises RunFolderError where the path is a file or a folder that holds anything but a run; where another command is
    unfinished there or a run complete, and `overwrite` is False. OutputError where it cannot be written.
    """
    path = Path(path)
    wanted = plain(identity)
    with writing(path):
        _refuse_foreign(path)
        if is_run(path) and not overwrite:
            raise RunFolderError(
                f"'{path}' already holds a complete run.",
                hint="Pass --overwrite to replace it, or choose another folder.",
            )
        begun = _unfinished(path)
        if begun is not None and begun != wanted and not overwrite:
            raise RunFolderError(
                f"'{path}' holds an unfinished run of another command: {_differences(begun, wanted)}.",
                hint="Repeat that command to go on with it, pass --overwrite to start anew, or choose another folder.",
            )
        if begun != wanted:
            _mark(path, wanted)
        (path / CHECKPOINT).mkdir(exist_ok=True)
    return path / CHECKPOINT


def finish(run: "Run", path: str | Path) -> None:
    """Write a run into the folder that `begin` claimed, take the mark and the checkpoint away.

    Raises OutputError where it cannot be written; the folder then stays unfinished, and what it held stays.
    RunFolderError where nothing was begun there.
    """
    path = Path(path)
    with writing(path):
        if _unfinished(path) is None:
            raise RunFolderError(f"no run was begun in '{path}', or its {UNFINISHED} was taken away.")
        _discard(path, STAGING)
        try:
            _stage(run, path / STAGING)
            _move_in(path)
        finally:
            _discard(path, STAGING)
        _discard(path, CHECKPOINT)
        (path / UNFINISHED).unlink(missing_ok=True)
        settle(path)


def save(run: "Run", path: str | Path, overwrite: bool = False) -> None:
    """Write a run into a folder: into a new one, or into the one that was begun for its recipe and data.

    The errors are those of `begin` and `finish`; where it fails, a folder that it began itself is taken away again.
    """
    path = Path(path)
    identity = {"recipe": plain(run.recipe), "data": plain(run.info.get("data", {})).get("fingerprint")}
    with writing(path):
        made, begun = not path.exists(), _unfinished(path)
    if begun is not None and identity.items() <= begun.items() and (overwrite or not is_run(path)):
        return finish(run, path)
    begin(path, identity, overwrite)
    try:
        finish(run, path)
    except LongshortError:
        _abandon(path, made)
        raise


def _mark(path: Path, identity: Any) -> None:
    """Write down which command begins here, with nothing of another one's left; a folder made in vain goes again."""
    made = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    try:
        _discard(path, CHECKPOINT)
        atomic_write(path / UNFINISHED, to_json({"schema": SCHEMA, "identity": identity}, indent=2))
    except BaseException:
        if made:
            with suppress(OSError):
                path.rmdir()
        raise


def _stage(run: "Run", staging: Path) -> None:
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
    atomic_write(staging / MANIFEST, to_json(manifest(run, staging), indent=2))


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


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise RunFolderError(f"'{path}' is a file, but a run needs a folder.", hint="Choose another name.")
    if not path.is_dir() or is_run(path) or _unfinished(path) is not None:
        return
    inside = _visible(path)
    if inside:
        raise RunFolderError(
            f"'{path}' holds other things ({len(inside)}, such as {inside[0]!r}) and no run of longshort.",
            hint="Choose a new or empty folder; this one is never overwritten.",
        )


def _unfinished(path: Path) -> dict[str, Any] | None:
    """Read which command left a folder unfinished; None where none did, nothing known where the mark is damaged."""
    if not (path / UNFINISHED).is_file():
        return None
    with suppress(RunFolderError):
        mark = read_json(path / UNFINISHED)
        identity = mark.get("identity") if isinstance(mark, dict) else None
        return identity if isinstance(identity, dict) else {}
    return {}


def _differences(begun: Any, wanted: Any) -> str:
    before, now = _flat(begun), _flat(wanted)
    keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    told = [f"{key} was {before.get(key)!r} and is now {now.get(key)!r}" for key in keys[:3]]
    return "; ".join(told) + (f"; and {len(keys) - 3} more differences" if len(keys) > 3 else "")


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {prefix: value}
    return {
        key: leaf
        for name, item in value.items()
        for key, leaf in _flat(item, f"{prefix}.{name}" if prefix else str(name)).items()
    }


def _without_none(value: Any) -> Any:
    """Leave out what is None, which TOML cannot say; a recipe reads a missing setting as its default."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value


def _discard(path: Path, name: str) -> None:
    """Delete a folder of ours so that a kill cannot leave half of it under its own name."""
    shutil.rmtree(path / DISCARDED, ignore_errors=True)
    if (path / name).exists():
        (path / name).replace(path / DISCARDED)
        shutil.rmtree(path / DISCARDED)


def _abandon(path: Path, made: bool) -> None:
    """Take away what `begin` left in a folder that could not be filled; what was half moved in keeps its mark."""
    others = [name for name in _visible(path) if name not in (CHECKPOINT, UNFINISHED)]
    if others:
        try:
            checked(path)
        except RunFolderError:
            return
    shutil.rmtree(path / CHECKPOINT, ignore_errors=True)
    (path / UNFINISHED).unlink(missing_ok=True)
    if made and not any(path.iterdir()):
        path.rmdir()


def _visible(path: Path) -> list[str]:
    """Name what lies in a folder, without what a kill may have left of our own temporary files."""
    return sorted(item.name for item in path.iterdir() if not item.name.startswith(TEMPORARY))
