"""From what the user names (a path, a folder, a pattern, a pipe) to files."""

import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from longshort.data.tables.memory import CHUNK, Budget
from longshort.errors import DataError, examples

STDIN = "-"
_PROSE = re.compile(r"(?i)(readme|provenance|licen[sc]e|notice|copying|description|about)\b")


def files(source: str, endings: tuple[tuple[str, ...], ...]) -> list[Path]:
    """List the files that a path, a folder or a pattern names, in the order of their names.

    Of a folder's files those with the first group of `endings` are taken, those with the next where there are none.
    Raise DataError where there is nothing, or nothing that can be read as a table.
    """
    if not source.strip():
        raise DataError("the name of a file is empty.", hint="Pass the path of a file.")
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return _in_folder(path, endings)
        if path.exists():
            return [path]
        found = sorted(Path(name) for name in glob(str(path), recursive=True) if Path(name).is_file())  # noqa: PTH207
    except (OSError, ValueError) as error:  # a name that is too long, or holds a zero byte
        raise DataError(f"{source!r} is no path: {error}.", hint="Check the path.") from error
    if found:
        return found
    if any(sign in source for sign in "*?["):
        raise DataError(
            f"no file matches {source!r}.", hint=f"It was looked for from {Path.cwd().name!r}; check the path."
        )
    near = [p.name for p in _listed(path.parent) if p.name.lower()[:3] == path.name.lower()[:3]]
    where = f"The folder {str(path.parent)!r} holds {examples(near)}." if near else "Check the path."
    raise DataError(f"there is no file {source!r}.", hint=where)


def _in_folder(folder: Path, endings: tuple[tuple[str, ...], ...]) -> list[Path]:
    """Choose a folder's tables; plain text files count only where there is nothing better."""
    try:
        present = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "_")))
    except OSError as error:
        raise unreadable(f"the folder {str(folder)!r}", error) from error
    for group in endings:
        chosen = [p for p in present if p.name.lower().endswith(group) and not _PROSE.match(p.name)]
        if chosen:
            return chosen
    raise DataError(
        f"the folder {str(folder)!r} holds no table"
        + (f", only {examples(p.name for p in present)}." if present else "; it is empty."),
        hint=f"Pass a folder with files that end in {', '.join(endings[0][:4])} (or those with .gz).",
    )


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return []


@contextmanager
def regular(path: Path) -> Iterator[Path]:
    """Give a file that can be read twice: the path itself, or what a pipe holds, copied into a temporary file.

    Standard input is the path "-". Raise DataError for devices and sockets, and for a pipe with more than fits into
    memory.
    """
    try:
        kind = None if str(path) == STDIN else path.stat().st_mode
    except OSError as error:
        raise unreadable(repr(str(path)), error) from error
    if kind is not None and stat.S_ISREG(kind):
        yield path
        return
    if kind is not None and not stat.S_ISFIFO(kind):
        raise DataError(f"{str(path)!r} is a device, no file.", hint="Pass a file, or pipe into `-`.")
    with TemporaryDirectory(prefix="longshort-") as folder:
        spooled = Path(folder) / "table"
        if kind is None:
            _spool(sys.stdin.buffer, spooled, "standard input")
        else:
            with path.open("rb") as stream:
                _spool(stream, spooled, repr(path.name))
        yield spooled


def _spool(stream: BinaryIO, into: Path, name: str) -> None:
    budget = Budget(name)
    with into.open("wb") as out:
        while chunk := stream.read(CHUNK):
            budget.take(len(chunk))
            out.write(chunk)


def unreadable(what: str, error: OSError) -> DataError:
    """Say why the operating system does not let a file be read."""
    reason = error.strerror or str(error)
    return DataError(f"{what} cannot be read: {reason.lower()}.", hint="Check that it exists and that you may read it.")
