"""Files that are written whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longshort.errors import OutputError

TEMPORARY = ".longshort-"  # how the names of files begin that were not finished; anybody may delete them

_REMEDIES = {
    errno.ENOSPC: "Free some space, or write to another disk.",
    errno.EDQUOT: "Free some space, or write to another disk.",
    errno.EACCES: "Choose a place that you may write to, or change its permissions.",
    errno.EPERM: "Choose a place that you may write to, or change its permissions.",
    errno.EROFS: "Choose a place that you may write to: this disk is read-only.",
    errno.EISDIR: "Name a file: there is a folder of this name.",
    errno.ENOTDIR: "Choose another path: one of its folders is a file.",
    errno.EEXIST: "Choose another path: there is a file of this name.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn any refusal of the operating system into an OutputError that names `path` and what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0, "Choose another path.")
        raise OutputError(f"could not write '{path}': {reason}.", hint=remedy) from error


def atomic_write(path: str | Path, content: bytes) -> None:
    """Write a file so that its name only ever stands for the old content or for all of the new.

    The folders above it are made. Raises OutputError, and leaves the old content, where the file cannot be written.
    """
    path = Path(path)
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{path.name}.tmp"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        settle(path.parent)


def settle(folder: Path) -> None:
    """Make renames in a folder outlive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
