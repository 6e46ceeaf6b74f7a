"""Files that are written whole or not at all."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longshort.errors import OutputError
from longshort.results.lock import lives, take

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

    The folders above it are made. A symbolic link stays a link: what it points to is written. A named pipe or a
    character device (`/dev/stdout`) is written into; a pipe waits for its reader. What a dead process left unfinished
    in the same folder is deleted. Raises OutputError, and leaves the old content, where the file cannot be written, or
    where something else has this name.
    """
    path = Path(path)
    with writing(path):
        if _is_stream(path):
            path.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)


def refuse_place(path: str | Path) -> None:
    """Raise OutputError where something has this name that `atomic_write` does not write to, such as a folder."""
    with writing(Path(path)):
        _is_stream(Path(path))


def _is_stream(path: Path) -> bool:
    """Say whether a name stands for a stream, False for a file or nothing; raise what speaks against writing there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISFIFO(found.st_mode) or stat.S_ISCHR(found.st_mode):
        return True
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(f"could not write '{path}': it is no file.", hint="Choose another name.")
    if any(_is_open_as(descriptor, found) for descriptor in (1, 2)):
        raise OutputError(
            f"could not write '{path}': what this command prints goes there already.", hint="Choose another name."
        )
    return False


def _is_open_as(descriptor: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), found)
    except OSError:
        return False


def _replace(path: Path, content: bytes) -> None:
    """Write a new file beside the old one, and move it over that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    delete_leftovers(path.parent)
    temporary = path.parent / f"{TEMPORARY}{os.getpid()}-{path.name}.tmp"
    try:
        with temporary.open("wb") as file:
            with suppress(OSError):
                take(file.fileno())  # who finds it locked knows that it is being written
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    settle(path.parent)


def delete_leftovers(folder: Path) -> None:
    """Delete the temporary files of processes that were killed: no such process lives, and nobody has locked them.

    Both are asked, because a process on another machine, or in another container, has a number that says nothing here.
    """
    for file in folder.glob(f"{TEMPORARY}*-*.tmp"):
        number = file.name.removeprefix(TEMPORARY).partition("-")[0]
        if not number.isdecimal() or lives(int(number)) or file.is_symlink() or not file.is_file():
            continue
        with suppress(OSError):
            with file.open("rb") as left:
                free = take(left.fileno())
            if free:
                file.unlink()


def settle(folder: Path) -> None:
    """Make renames in a folder outlive a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
