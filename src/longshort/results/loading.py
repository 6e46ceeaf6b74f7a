"""Reading a run folder back, after checking that it is whole."""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from msgspec import convert

from longshort.claims import Claims, telling_of
from longshort.errors import RunFolderError
from longshort.finding import finding_of
from longshort.language import restored
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
    read_json,
)
from longshort.results.summary.build import ABOUT
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
    of its files is missing or damaged; the message names the file.
    """
    from longshort.results.run import Run

    path = Path(path)
    try:
        content = checked(path)
        recipe = tomllib.loads((path / "recipe.toml").read_text(encoding="utf-8"))
        parts: dict[str, Any] = {name: pl.read_parquet((path / file).read_bytes()) for name, file in TABLES.items()}
        parts |= {name: _forecasts(path / file) for name, file in FORECASTS.items()}
        details = [name for name in content["files"] if name.startswith(f"{DETAILS}/")]
        parts["details"] = {Path(name).stem: pl.read_parquet((path / name).read_bytes()) for name in details}
        if PREDICTIONS in content["files"]:
            parts["predictions"] = pl.read_parquet((path / PREDICTIONS).read_bytes())
    except OSError as error:
        raise RunFolderError(f"could not read '{error.filename or path}': {error.strerror or error}.") from error
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
        if not file.is_file():
            raise _broken(path, file, missing=True)
        if file.stat().st_size != written["bytes"] or fingerprint(file) != written:
            raise _broken(path, file)
    return content


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
    if (path / UNFINISHED).is_file():
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
