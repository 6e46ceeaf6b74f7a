"""`run.json`: what a run folder holds, with the size and checksum of every file."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from longshort.errors import RunFolderError
from longshort.results.plain import plain, to_json
from longshort.results.summary.build import ABOUT
from longshort.results.summary.structs import SCHEMA
from longshort.results.versions import version_of

if TYPE_CHECKING:
    from longshort.results.run import Run

MANIFEST = "run.json"
UNFINISHED = "unfinished.json"
TABLES = {
    "history": "history.parquet",
    "scores": "scores.parquet",
    "curves": "curves.parquet",
    "skill": "tables/skill.parquet",
    "seeds": "tables/seeds.parquet",
    "coverage": "tables/coverage.parquet",
    "reliability": "tables/reliability.parquet",
    "lag": "tables/lag.parquet",
}
DETAILS = "tables/details"  # a file for each further table that the evaluation made
PREDICTIONS, SAMPLES = "predictions.parquet", "samples.json"  # where there are any
FORECASTS = {"forecasts": "forecasts.parquet", "coming": "tables/coming.parquet"}
REPORT = "report.html"  # made from the rest and free to be made again: not held to its checksum
LARGEST = 100_000_000  # bytes of a JSON file; one of 10,000 series has less than a tenth of it
_TOP = {"recipe.toml", "summary.json", "model", "tables", PREDICTIONS, SAMPLES, *TABLES.values(), *FORECASTS.values()}


def manifest(run: "Run", folder: Path, token: str) -> dict[str, Any]:
    """Describe a run and the files that were written into a folder for it; `token` is that of the folder's mark."""
    names = sorted(str(PurePosixPath(file.relative_to(folder))) for file in folder.rglob("*") if file.is_file())
    content = {
        "schema": SCHEMA,
        "longshort": version_of("longshort"),
        "token": token,
        "network": run.network,
        "target": run.target,
        "title": run.title,
        **{name: getattr(run, name) for name in ABOUT},
        "verdict": run.verdict,
        "claims": None if run.claims is None else to_builtins(run.claims),
        "telling": None if run.telling is None else run.telling.to_dict(),
        "given": run.given,
        "findings": [finding.to_dict() for finding in run.findings],
        "folds": list(run.folds),
        "run": run.info,
        "files": {name: fingerprint(folder / name) for name in names if name not in (MANIFEST, REPORT)},
    }
    return {**plain(content), "digest": digest(content)}


def fingerprint(file: Path) -> dict[str, Any]:
    """Measure a file: its size in bytes and its SHA-256 checksum."""
    with file.open("rb") as opened:
        return {"bytes": file.stat().st_size, "sha256": file_digest(opened, "sha256").hexdigest()}


def digest(content: Mapping[str, Any]) -> str:
    """Give a checksum of the manifest itself, without the entry that holds it."""
    return sha256(to_json({key: value for key, value in content.items() if key != "digest"})).hexdigest()


def read_json(file: Path) -> Any:
    """Read a JSON file; RunFolderError, naming it, where it is damaged, larger than `LARGEST` or cannot be read."""
    try:
        if file.exists() and not (file.is_file() and file.stat().st_size <= LARGEST):
            raise damaged(file)
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise damaged(file) from error
    except OSError as error:
        raise RunFolderError(f"could not read '{file}': {error.strerror or error}.") from error


def damaged(file: Path) -> RunFolderError:
    """Say that a file of a run folder is damaged."""
    return RunFolderError(
        f"'{file}' is damaged: it is not what was written there.",
        hint="Repeat the backtest with --overwrite, or into a new folder.",
    )


def is_run(path: Path) -> bool:
    """Say whether a folder holds a run that was once complete, of this or a newer longshort."""
    with suppress(RunFolderError):
        content = read_json(path / MANIFEST)
        return isinstance(content, dict) and "longshort" in content
    return False


def is_finished(path: Path) -> bool:
    """Say whether the run in a folder is the one that its mark was made for: only the mark's deletion is missing."""
    with suppress(RunFolderError):
        begun, done = read_json(path / UNFINISHED), read_json(path / MANIFEST)
        if isinstance(begun, dict) and isinstance(done, dict):
            return isinstance(begun.get("token"), str) and begun["token"] == done.get("token")
    return False


def listed_files(path: Path) -> Iterator[str]:
    """Name the files that belong to the run in a folder; none where there is no run.

    Names that no run of ours has are left out, so that a list from elsewhere cannot point outside the folder.
    """
    files = read_json(path / MANIFEST).get("files") if is_run(path) else None
    yield from filter(is_ours, files if isinstance(files, dict) else ())


def is_ours(name: str) -> bool:
    """Say whether a run of ours may have a file of this name."""
    parts = PurePosixPath(name).parts
    return ".." not in parts and bool(parts) and parts[0] in _TOP
