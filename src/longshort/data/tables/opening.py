"""The door for tables: whatever the user names becomes raw cells."""

import os
from collections.abc import Sequence
from pathlib import Path

from longshort.data.tables.dialect import Written
from longshort.data.tables.format import Source
from longshort.data.tables.formats import endings, format_of, stem
from longshort.data.tables.frames import is_table, read_table, refuse
from longshort.data.tables.packed import unpacked
from longshort.data.tables.paths import STDIN, files, regular, unreadable
from longshort.data.tables.raw import Part, Raw, stack
from longshort.errors import SettingsError


def gather(sources: Sequence[object], written: Written) -> Raw:
    """Read every source as raw cells and put them below one another.

    A source is a path, a folder, a pattern, "-" (standard input), or a frame. Raise DataError for a missing file, an
    empty folder, a file that may not be read, is no table or does not fit into memory, SettingsError for something that
    is neither a path nor a table.
    """
    if not sources:
        raise SettingsError("nothing to read.", hint="Pass a file, a folder, a pattern or a table.")
    raws: list[Raw] = []
    for source in sources:
        if is_table(source):
            raws.append(read_table(source, len(raws) + 1))
        elif isinstance(source, str | os.PathLike):
            raws += [read_file(path, written) for path in paths_of(str(os.fspath(source)))]
        else:
            raise refuse(source)
    return stack(raws)


def paths_of(source: str) -> list[Path]:
    """List the files that a path, a folder or a pattern names; "-" is standard input."""
    return [Path(STDIN)] if source == STDIN else files(source, endings())


def read_file(path: Path, written: Written) -> Raw:
    """Read one file, packed or not, or a pipe, in whatever format it is."""
    part = part_of(path)
    try:
        with regular(path) as file:
            source = opened(file, part.name)
            return format_of(source).read(source, part, written)
    except OSError as error:
        raise unreadable(repr(str(path)), error) from error


def opened(file: Path, name: str) -> Source:
    """Give a file, or its bytes where it is packed, or where its name is no UTF-8, which polars cannot open."""
    found = unpacked(file, name)
    if found is not None:
        return found
    return file if _is_utf8(str(file)) else file.read_bytes()


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def part_of(path: Path) -> Part:
    """Name a file in messages, and the series that it holds."""
    return Part("standard input", "stdin") if str(path) == STDIN else Part(repr(path.name), stem(path.name))
