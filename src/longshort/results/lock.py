"""One writer for a folder: a lock that the system takes away with the process that holds it.

Where the system has locks on folders (Linux, macOS), the folder itself is locked and no file is made for it. Windows
locks a file in the folder, which it deletes with the process. A disk that knows no locks (some network disks) refuses
nobody.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from longshort.errors import RunFolderError

_held: dict[Path, int] = {}  # the folders that this process has locked, and the descriptors that hold the locks


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which exists, within a block; a lock that this process holds already is kept.

    Raises RunFolderError where another process holds it, at once.
    """
    if not acquire(folder):
        yield
        return
    try:
        yield
    finally:
        release(folder)


def acquire(folder: Path) -> bool:
    """Lock a folder until `release`, or until the process ends; False where this process holds the lock already.

    Raises RunFolderError where another process holds it, and OSError where the folder cannot be opened.
    """
    name = folder.resolve()
    if name in _held:
        if _is_still(_held[name], folder):
            return False
        release(folder)  # of a folder that was deleted since
    while True:
        descriptor = _open(folder)
        if not _take_if_possible(descriptor):
            os.close(descriptor)
            raise RunFolderError(
                f"'{folder}' is being written by another process.",
                hint="Wait until that process has ended, stop it, or choose another folder.",
            )
        if _is_still(descriptor, folder):
            _held[name] = descriptor
            return True
        os.close(descriptor)  # whoever held it before has taken the folder away


def release(folder: Path) -> None:
    """Give the lock of a folder back; nothing happens where this process holds none."""
    descriptor = _held.pop(folder.resolve(), None)
    if descriptor is not None:
        with suppress(OSError):
            os.close(descriptor)


def _take_if_possible(descriptor: int) -> bool:
    try:
        return take(descriptor)
    except OSError:
        return True  # this disk knows no locks: nobody is refused


if sys.platform == "win32":
    import msvcrt

    def take(descriptor: int) -> bool:
        """Lock what is open, without waiting; False where somebody else has locked it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def lives(_: int) -> bool:
        """Say False: what a living process has open cannot be deleted here anyway."""
        return False

    def _open(folder: Path) -> int:
        return os.open(folder / ".longshort-lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)

    def _is_still(_: int, folder: Path) -> bool:
        return folder.is_dir()

else:
    import fcntl

    def take(descriptor: int) -> bool:
        """Lock what is open, without waiting; False where somebody else has locked it.

        Raises OSError where the disk knows no locks.
        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def lives(process: int) -> bool:
        """Say whether a process of this number lives on this machine."""
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:
            return True  # somebody else's
        return True

    def _open(folder: Path) -> int:
        return os.open(folder, os.O_RDONLY)

    def _is_still(descriptor: int, folder: Path) -> bool:
        """Say whether a name still stands for the folder that was opened."""
        try:
            return os.path.samestat(os.fstat(descriptor), folder.stat())
        except OSError:
            return False
