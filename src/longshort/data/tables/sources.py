"""From what the user names (paths, folders, globs, tables) to raw cells."""

import os
import re
from collections.abc import Sequence
from glob import glob
from pathlib import Path

import polars as pl

from longshort.data.tables.dialect import Written
from longshort.data.tables.frames import is_table, read_table, refuse
from longshort.data.tables.raw import Part, Raw, single, stack
from longshort.data.tables.text import read_text
from longshort.errors import DataError, SettingsError, examples
from longshort.language import message

TABLES = (".csv", ".tsv", ".parquet", ".pq", ".arrow", ".feather", ".ipc")
PLAIN = (".txt", ".dat", ".tab", ".data")
_PROSE = re.compile(r"(?i)(readme|provenance|licen[sc]e|notice|copying|description|about)\b")


def gather(sources: Sequence[object], written: Written) -> Raw:
    """Read every source as raw cells and put them below one another.

    Raise `DataError` for a missing file, an empty folder, a file that may not be read or is no table, and
    `SettingsError` for something that is neither a path nor a table.
    """
    if not sources:
        raise SettingsError("nothing to read.", hint="Pass a file, a folder, a glob or a table.")
    raws: list[Raw] = []
    for source in sources:
        if is_table(source):
            raws.append(read_table(source, len(raws) + 1))
        elif isinstance(source, str | os.PathLike):
            paths = files(str(os.fspath(source)))
            raws += [_read_file(path, written) for path in paths]
        else:
            raise refuse(source)
    return stack(raws)


def files(source: str) -> list[Path]:
    """List the files that a path, a folder or a glob names, in the order of their names."""
    path = Path(source).expanduser()
    if path.is_dir():
        return _in_folder(path)
    if path.exists():
        return [path]
    found = sorted(Path(name) for name in glob(str(path), recursive=True) if Path(name).is_file())  # noqa: PTH207
    if found:
        return found
    parent = path.parent
    if any(sign in source for sign in "*?["):
        raise DataError(
            f"no file matches {source!r}.", hint=f"It was looked for from {Path.cwd().name!r}; check the path."
        )
    near = [p.name for p in _listed(parent) if p.name.lower()[:3] == path.name.lower()[:3]]
    where = f"The folder {str(parent)!r} holds {examples(near)}." if near else "Check the path."
    raise DataError(f"there is no file {source!r}.", hint=where)


def _in_folder(folder: Path) -> list[Path]:
    """Choose a folder's tables; plain text files count only where there is nothing better."""
    try:
        present = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "_")))
    except OSError as error:
        raise _unreadable(f"the folder {str(folder)!r}", error) from error
    for endings in (TABLES, PLAIN):
        chosen = [
            p for p in present if p.name.lower().removesuffix(".gz").endswith(endings) and not _PROSE.match(p.name)
        ]
        if chosen:
            return chosen
    raise DataError(
        f"the folder {str(folder)!r} holds no table"
        + (f", only {examples(p.name for p in present)}." if present else "; it is empty."),
        hint=f"Pass a folder with files that end in {', '.join(TABLES[:4])} (or those with .gz).",
    )


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return []


def _read_file(path: Path, written: Written) -> Raw:
    part = Part(repr(path.name), _stem(path))
    try:
        with path.open("rb") as stream:
            magic = stream.read(6)
        if magic.startswith(b"PAR1") or magic == b"ARROW1":
            return _binary(path, Part(part.name, part.stem, lined=False), magic)
        return read_text(path, part, written)
    except OSError as error:
        raise _unreadable(f"{str(path)!r}", error) from error


def _binary(path: Path, part: Part, magic: bytes) -> Raw:
    """Read a Parquet or an Arrow file."""
    parquet = magic.startswith(b"PAR1")
    kind = "Parquet" if parquet else "Arrow"
    try:
        frame = pl.read_parquet(path, glob=False) if parquet else pl.read_ipc(path)
    except pl.exceptions.PolarsError as error:
        first = str(error).splitlines()[0]
        raise DataError(
            f"{part.name} is a damaged {kind} file: {first}.", hint="Write or download it again."
        ) from error
    if not frame.height:
        raise DataError(f"{part.name} has columns and no rows.", hint="Pass a file with rows.")
    return single(frame, part, 0, notes=(message("notes.format", kind=kind),))


def _stem(path: Path) -> str:
    """Name a series after its file.

    >>> _stem(Path("BTC-USD.csv.gz"))
    'BTC-USD'
    """
    name = path.name
    for ending in (".gz", *TABLES, *PLAIN):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name


def _unreadable(what: str, error: OSError) -> DataError:
    reason = error.strerror or str(error)
    return DataError(f"{what} cannot be read: {reason.lower()}.", hint="Check that it exists and that you may read it.")
