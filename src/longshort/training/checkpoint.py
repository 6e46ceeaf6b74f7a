"""Keep a member's progress on disk, so that an interrupted training goes on where it stopped, bit for bit.

One safetensors file a member, with its history as JSON in the header; replaced in one move, so that a kill at any
moment leaves the old file or the new one.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
import numpy as np
from numpy.typing import NDArray

from longshort.errors import RunFolderError
from longshort.results.files import writing
from longshort.training.batch import Job
from longshort.training.settings import Training

Arrays = dict[str, NDArray[np.float32]]


class Saved(NamedTuple):
    """What a checkpoint holds: arrays, and facts that fit into JSON."""

    arrays: Arrays
    facts: dict[str, Any]


def path_of(folder: Path, job: Job) -> Path:
    """Name a job's file: its key, with what a file name cannot hold written as %XX."""
    return folder / f"{quote(job.key, safe='')}.safetensors"


def fingerprint(network: Any, settings: Training, job: Job) -> str:
    """Digest all that a member's training depends on; a checkpoint of anything else is not continued."""
    digest = blake2b(msgspec.json.encode((network, settings, job.seed)), digest_size=16)
    for part in parts_of(job.examples):
        digest.update(part)
    return digest.hexdigest()


def parts_of(examples: Any) -> Iterator[Any]:
    """List what examples consist of, as bytes: names, shapes and contents of their arrays."""
    for field in fields(examples):
        value = getattr(examples, field.name)
        yield f"{field.name}{getattr(value, 'shape', value if not is_dataclass(value) else '')}".encode()
        if isinstance(value, np.ndarray):
            yield np.ascontiguousarray(value).data
        elif is_dataclass(value):
            yield from parts_of(value)


def write(path: Path, saved: Saved) -> None:
    """Write a checkpoint in one move; OutputError where the disk refuses."""
    from safetensors.numpy import save

    partial = path.with_suffix(".partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(save(saved.arrays, metadata={"facts": json.dumps(saved.facts)}))
        partial.replace(path)


def read(path: Path, mark: str) -> Saved | None:
    """Read a checkpoint with the given fingerprint; None where there is none, or one of another training.

    Raises RunFolderError where the file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads((file.metadata() or {}).get("facts", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dictionary
    except (SafetensorError, ValueError, OSError) as error:
        raise RunFolderError(f"the checkpoint {str(path)!r} is damaged.", "Delete it and run again.") from error
    return Saved(arrays, facts) if facts.get("fingerprint") == mark else None
