"""Claiming a run's folder: nobody else writes there, and it says which command is at work until that is done."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from longshort.errors import DivergedError, OutputError, RunFolderError
from longshort.results.files import TEMPORARY, atomic_write, delete_leftovers, writing
from longshort.results.loading import is_whole
from longshort.results.lock import acquire, release
from longshort.results.manifest import UNFINISHED, is_finished, is_run, read_json
from longshort.results.plain import plain, to_json
from longshort.results.summary.structs import SCHEMA

CHECKPOINT = "checkpoint"
STAGING = f"{TEMPORARY}staging"
DISCARDED = f"{TEMPORARY}discarded"


@contextmanager
def claimed(path: str | Path, identity: Mapping[str, Any], overwrite: bool = False) -> Iterator[Path]:
    """Claim a folder as `begin` does for as long as a block runs, and give the folder of its checkpoint.

    Where the block is refused before anything was learnt, or training diverged, which it would do again, the folder is
    left as it was found. Where it is interrupted, the folder stays unfinished, and the same command goes on with it.
    """
    missing = _missing(Path(path))
    checkpoint = begin(path, identity, overwrite)
    try:
        yield checkpoint
    except Exception as error:
        if isinstance(error, DivergedError) or not checkpoint.is_dir() or not any(checkpoint.iterdir()):
            _abandon(Path(path), missing)
        raise
    finally:
        release(Path(path))


def begin(path: str | Path, identity: Mapping[str, Any], overwrite: bool = False) -> Path:
    """Claim a folder for a run until `finish`, or until the process ends, and give the folder of its checkpoint.

    `identity` says which command this is (recipe, fingerprint of the data, options): the same identity goes on with
    an unfinished folder. A complete run inside stays whole until `finish`. A symbolic link to a folder stays a link.

    Raises RunFolderError where another process writes there; where the path is a file or a folder that holds anything
    but a run; where another command is unfinished there or a run complete, and `overwrite` is False. OutputError where
    it cannot be written, or has no name.
    """
    if not str(path):
        raise OutputError("the run folder has no name.", hint="Name one, such as --out run")
    path = Path(path)
    missing = _missing(path)
    with writing(path):
        if path.exists() and not path.is_dir():
            raise RunFolderError(f"'{path}' is a file, but a run needs a folder.", hint="Choose another name.")
        path.mkdir(parents=True, exist_ok=True)
        fresh = acquire(path)
        try:
            _claim(path, plain(identity), overwrite)
        except BaseException:
            if fresh:
                release(path)
            _take_away(missing)
            raise
    return path / CHECKPOINT


def _claim(path: Path, wanted: Any, overwrite: bool) -> None:
    """Mark a folder, which is locked, as this command's; RunFolderError where it is somebody else's."""
    delete_leftovers(path)
    if is_finished(path):
        clear(path)
    _refuse_foreign(path)
    if is_run(path) and not overwrite:
        raise RunFolderError(
            f"'{path}' already holds a complete run.",
            hint="Pass --overwrite to replace it, or choose another folder.",
        )
    begun = begun_by(path)
    if begun is not None and begun != wanted and not overwrite:
        raise RunFolderError(
            f"'{path}' holds an unfinished run of another command: {_differences(begun, wanted)}.",
            hint="Repeat that command to go on with it, pass --overwrite to start anew, or choose another folder.",
        )
    if begun != wanted:
        discard(path, CHECKPOINT)
        mark = {"schema": SCHEMA, "token": token_hex(16), "identity": wanted}
        atomic_write(path / UNFINISHED, to_json(mark, indent=2))
    (path / CHECKPOINT).mkdir(exist_ok=True)


def _refuse_foreign(path: Path) -> None:
    if is_run(path) or begun_by(path) is not None:
        return
    inside = _visible(path)
    if inside:
        raise RunFolderError(
            f"'{path}' holds other things ({len(inside)}, such as {inside[0]!r}) and no run of longshort.",
            hint="Choose a new or empty folder; this one is never overwritten.",
        )


def begun_by(path: Path) -> dict[str, Any] | None:
    """Read which command left a folder unfinished; None where none did, nothing known where the mark is damaged."""
    if not (path / UNFINISHED).is_file():
        return None
    identity = _mark(path).get("identity")
    return identity if isinstance(identity, dict) else {}


def token_of(path: Path) -> str:
    """Read the token of a folder's mark, by which its run is known; nothing where the mark is damaged."""
    return str(_mark(path).get("token", ""))


def _mark(path: Path) -> dict[str, Any]:
    with suppress(RunFolderError):
        mark = read_json(path / UNFINISHED)
        return mark if isinstance(mark, dict) else {}
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


def discard(path: Path, name: str) -> None:
    """Delete a folder of ours inside another so that a kill cannot leave half of it under its own name."""
    shutil.rmtree(path / DISCARDED, ignore_errors=True)
    if (path / name).exists():
        (path / name).replace(path / DISCARDED)
        shutil.rmtree(path / DISCARDED)


def clear(path: Path) -> None:
    """Take checkpoint and mark away, the mark last."""
    discard(path, STAGING)
    discard(path, CHECKPOINT)
    (path / UNFINISHED).unlink(missing_ok=True)


def _abandon(path: Path, missing: list[Path]) -> None:
    """Take away what `begin` left in a folder that could not be filled; what was half moved in keeps its mark."""
    others = [name for name in _visible(path) if name not in (CHECKPOINT, UNFINISHED)]
    if others and not is_whole(path):
        return
    clear(path)
    release(path)
    _take_away(missing)


def _missing(path: Path) -> list[Path]:
    """List the folders that have to be made for a path, the innermost first."""
    return [folder for folder in (path, *path.parents) if not folder.exists()]


def _take_away(made: list[Path]) -> None:
    """Delete the folders that were made in vain, as far as nothing lies in them."""
    with suppress(OSError):
        for folder in made:
            folder.rmdir()


def _visible(path: Path) -> list[str]:
    """Name what lies in a folder, without what a kill may have left of our own temporary files."""
    return sorted(item.name for item in path.iterdir() if not item.name.startswith(TEMPORARY))
