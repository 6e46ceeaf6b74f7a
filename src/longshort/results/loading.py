"""Reading a run folder back, after checking that it is whole."""

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from msgspec import convert
from polars.exceptions import PanicException

from longshort.claims import Claims, telling_of
from longshort.errors import RunFolderError
from longshort.finding import finding_of
from longshort.language import restored
from longshort.results.account import Account, Fold
from longshort.results.files import writing
from longshort.results.forecast import Forecast
from longshort.results.manifest import (
    DETAILS,
    FORECASTS,
    MANIFEST,
    PREDICTIONS,
    SAMPLES,
    TABLES,
    UNFINISHED,
    damaged,
    digest,
    fingerprint,
    is_finished,
    is_ours,
    read_json,
)
from longshort.results.summary.build import ABOUT, said_in
from longshort.results.summary.structs import SCHEMA
from longshort.results.tables import from_frame

if TYPE_CHECKING:
    from longshort.results.run import Run


@dataclass(frozen=True)
class StoredModel:
    """Stand for the fitted model in a run folder; `longshort.load` makes it forecast."""

    folder: Path

    def save(self, path: Path, /) -> None:
        """Copy the model into another folder; OutputError where it cannot be written."""
        with writing(path):
            shutil.copytree(self.folder, path)


def load_run(path: str | Path) -> "Run":
    """Read a run back from its folder, with everything that its summary and report need.

    Raises RunFolderError where the folder is missing, unfinished, foreign, written by a newer longshort, or where one
    of its files is missing or damaged; the message names the file. So it does where somebody changed files and made
    their checksums anew, and what they hold is no run.
    """
    path = Path(path)
    with belonging_together(path):
        content = checked(path)
        run = _assembled(path, content)
        convert(said_in(run.info, "en"), Account)
        convert(run.folds, tuple[Fold, ...])
        run.summary()  # whatever it lacks is found here, not by the page
    return run


@contextmanager
def belonging_together(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with what a folder holds into a RunFolderError that says that it is damaged."""
    try:
        yield
    except (RunFolderError, MemoryError):
        raise
    except OSError as error:
        raise RunFolderError(f"could not read '{error.filename or path}': {error.strerror or error}.") from error
    except (Exception, PanicException) as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise RunFolderError(
            f"'{path}' is damaged: its files do not belong together ({said}).",
            hint="Repeat the backtest with --overwrite, or into a new folder.",
        ) from error


def _assembled(path: Path, content: Mapping[str, Any]) -> "Run":
    """Make a run of the files in its folder and of its manifest."""
    from longshort.results.run import Run

    recipe = tomllib.loads((path / "recipe.toml").read_text(encoding="utf-8"))
    parts: dict[str, Any] = {name: pl.read_parquet((path / file).read_bytes()) for name, file in TABLES.items()}
    parts |= {name: _forecasts(path / file) for name, file in FORECASTS.items()}
    details = [name for name in content["files"] if name.startswith(f"{DETAILS}/")]
    parts["details"] = {Path(name).stem: pl.read_parquet((path / name).read_bytes()) for name in details}
    if PREDICTIONS in content["files"]:
        parts["predictions"] = pl.read_parquet((path / PREDICTIONS).read_bytes())
    if SAMPLES in content["files"]:
        parts["samples"] = tuple(restored(read_json(path / SAMPLES)))
    parts |= {name: _tuple(content[name]) for name in ABOUT}
    claims, telling = content["claims"], content["telling"]
    return Run(
        network=content["network"],
        findings=tuple(map(finding_of, content["findings"])),
        folds=tuple(content["folds"]),
        verdict=restored(content["verdict"]),
        claims=None if claims is None else convert(claims, Claims),
        telling=None if telling is None else telling_of(telling),
        given=content["given"],
        recipe=recipe,
        info=restored(content["run"]),
        model=StoredModel(path / "model") if (path / "model").is_dir() else None,
        target=content["target"],
        title=restored(content["title"]),
        **parts,
    )


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _forecasts(file: Path) -> dict[str, Forecast]:
    frame = pl.read_parquet(file.read_bytes())
    return {} if frame.is_empty() else {forecast.model: forecast for forecast in from_frame(frame)}


def checked(path: Path) -> dict[str, Any]:
    """Read `run.json` and hold every file that it lists to its size and checksum."""
    content = _manifest(path)
    for name, written in content["files"].items():
        file = path / name
        if not is_ours(name):
            raise _broken(path, path / MANIFEST)
        if not file.is_file():
            raise _broken(path, file, missing=True)
        if file.stat().st_size != written["bytes"] or fingerprint(file) != written:
            raise _broken(path, file)
    return content


def is_whole(path: Path) -> bool:
    """Say whether every file that `run.json` lists is as it was written, by whichever longshort."""
    try:
        files = read_json(path / MANIFEST)["files"]
        return all(fingerprint(path / name) == files[name] for name in filter(is_ours, files))
    except (RunFolderError, OSError, LookupError, TypeError):
        return False


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        what = "is a file, not a run folder" if path.exists() else "does not exist"
        raise RunFolderError(f"'{path}' {what}.", hint="Name a folder that `longshort backtest --out` wrote.")
    if not (path / MANIFEST).is_file():
        raise _broken(path, path / MANIFEST, missing=True)
    content = read_json(path / MANIFEST)
    if not isinstance(content, dict) or "longshort" not in content:
        raise RunFolderError(f"'{path / MANIFEST}' was not written by longshort.", hint="Name a run folder.")
    schema = content.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise RunFolderError(
            f"'{path}' was written by a newer longshort ({content['longshort']}; its schema is {schema}, the newest "
            f"known here {SCHEMA}).",
            hint="Install that version: pip install --upgrade longshort",
        )
    if isinstance(schema, int) and schema < SCHEMA:
        raise RunFolderError(
            f"'{path}' was written by an older longshort ({content['longshort']}; its schema is {schema}, this one "
            f"reads {SCHEMA}).",
            hint="Repeat the backtest with --overwrite, or into a new folder.",
        )
    if schema != SCHEMA or content.get("digest") != digest(content):
        raise _broken(path, path / MANIFEST)
    return content


def _broken(path: Path, file: Path, missing: bool = False) -> RunFolderError:
    """Say that a file is missing or damaged, or, where the folder is marked so, that the run is not finished."""
    if (path / UNFINISHED).is_file() and not is_finished(path):
        return RunFolderError(
            f"'{path}' holds an unfinished run.", hint="Repeat the command that began it, and it goes on."
        )
    if not missing:
        return damaged(file)
    if file.name == MANIFEST:
        return RunFolderError(
            f"'{path}' is not a run folder: it has no {MANIFEST}.",
            hint="Name a folder that `longshort backtest --out` wrote.",
        )
    return RunFolderError(
        f"'{file}' is missing from the run.", hint="Repeat the backtest with --overwrite, or into a new folder."
    )
