"""A model in a folder: numbers as safetensors, everything else as JSON, nothing that can execute.

The description holds the checksums of the other two files and its own, so that no damage passes for a model.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.errors import LongshortError, RunFolderError
from longshort.results.files import atomic_write
from longshort.results.manifest import digest, fingerprint, read_json
from longshort.results.plain import plain, to_json

SCHEMA = 1
WEIGHTS, ARRAYS, DESCRIPTION = "weights.safetensors", "arrays.safetensors", "model.json"
AGAIN = "Fit the model again."

Arrays = dict[str, NDArray[Any]]


class Stored(NamedTuple):
    """Hold what a folder holds: facts as plain data, each member's weights as `member.name`, and other numbers."""

    description: dict[str, Any]
    weights: Arrays
    arrays: Arrays

    def member(self, number: int, shapes: Mapping[str, tuple[int, ...]]) -> Arrays:
        """Pick one member's weights; ValueError where one is not finite, or not of its shape."""
        own = {name: self.weights[f"{number}.{name}"] for name in shapes}
        for name, shape in shapes.items():
            if own[name].shape != shape or not np.isfinite(own[name]).all():
                raise ValueError(f"weight {name!r} is not a finite array of shape {shape}")
        return own

    def array(self, name: str, *shape: int, finite: bool = True) -> NDArray[Any]:
        """Give one of the other numbers; ValueError where it is not of its shape, or not finite though it should be."""
        found = self.arrays[name]
        if found.shape != shape or (finite and not np.isfinite(found).all()):
            raise ValueError(f"{name!r} is not {'a finite' if finite else 'an'} array of shape {shape}")
        return found


def write_model(
    path: Path, kind: str, description: Mapping[str, Any], members: Sequence[Arrays], arrays: Arrays
) -> None:
    """Write a model; the description comes last, so that a folder without it is unfinished."""
    from safetensors.numpy import save

    weights = {f"{member}.{name}": value for member, own in enumerate(members) for name, value in own.items()}
    for name, numbers in ((WEIGHTS, weights), (ARRAYS, arrays)):
        atomic_write(path / name, save({key: np.ascontiguousarray(value) for key, value in numbers.items()}))
    files = {name: fingerprint(path / name) for name in (WEIGHTS, ARRAYS)}
    said = plain({"schema": SCHEMA, "kind": kind, **description, "files": files})
    atomic_write(path / DESCRIPTION, to_json(said | {"digest": digest(said)}, indent=1))


def model_folder(path: Path) -> Path:
    """Find a model in its own folder, or in that of a run; RunFolderError where there is none."""
    for folder in (path / "model", path):
        if (folder / DESCRIPTION).exists():
            return folder
    raise RunFolderError(
        f"'{path}' holds no longshort model ({DESCRIPTION} is missing).",
        hint="Pass a run folder that is complete, or one that `save` wrote.",
    )


def read_model(folder: Path, kinds: Container[str]) -> Stored:
    """Read a model of these kinds back; RunFolderError names the file that is missing, damaged, foreign or too new."""
    description = _read_description(folder / DESCRIPTION, kinds)
    with belonging(folder):
        weights, arrays = (_read_numbers(folder / name, description["files"][name]) for name in (WEIGHTS, ARRAYS))
    return Stored(description, weights, arrays)


@contextmanager
def belonging(folder: Path) -> Iterator[None]:
    """Raise RunFolderError where a model cannot be put together from what was read."""
    from msgspec import ValidationError
    from safetensors import SafetensorError

    try:
        yield
    except LongshortError:
        raise
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError, AttributeError, ValidationError) as error:
        raise RunFolderError(
            f"'{folder}' is damaged: its files do not belong together ({error}).", hint=AGAIN
        ) from error


def _read_description(file: Path, kinds: Container[str]) -> dict[str, Any]:
    try:
        description = read_json(file)
    except RunFolderError as error:
        raise RunFolderError(f"'{file}' is missing or damaged.", hint=AGAIN) from error
    if not isinstance(description, dict) or str(description.get("kind")) not in kinds:
        raise RunFolderError(f"'{file}' is no longshort model.", hint="Pass the folder of one.")
    if description.get("schema") != SCHEMA:
        raise RunFolderError(
            f"'{file}' has schema {description.get('schema')!r}, but this longshort reads {SCHEMA}.",
            hint="It was written by a newer longshort: upgrade, or fit the model again.",
        )
    if description.get("digest") != digest(description):
        raise RunFolderError(f"'{file}' is damaged: it is not what was written there.", hint=AGAIN)
    return description


def _read_numbers(file: Path, written: Any) -> Arrays:
    from safetensors.numpy import load

    try:
        whole = fingerprint(file) == written
    except OSError as error:
        raise RunFolderError(f"'{file}' is missing or cannot be read: {error.strerror}.", hint=AGAIN) from error
    if not whole:
        raise RunFolderError(f"'{file}' is damaged: it is not what was written there.", hint=AGAIN)
    numbers: Arrays = load(file.read_bytes())
    return numbers
