"""A text file by its lines: rows up to a cutoff are copied byte for byte, later ones get other cells."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from longshort.audit.leak.table import Edit, Table, describe
from longshort.data.tables.dialect import Written, sniff
from longshort.data.tables.encodings import encoding_of
from longshort.data.tables.formats import format_of
from longshort.data.tables.headers import unique_names
from longshort.data.tables.opening import opened, part_of
from longshort.data.tables.raw import Part, single
from longshort.errors import DataError

_NUMBER = re.compile(r"^([^\d+\-.]*)([-+]?[\d.,' ]*\d[\d.,]*(?:[eE][-+]?\d+)?)(.*)$")


@dataclass(frozen=True, eq=False)
class Lines:
    """Hold a text table: `text` are its lines with their ends, `at[row]` the line of a row, `cells` its cells.

    `codec` turns every byte into characters and back without loss.
    """

    text: tuple[str, ...]
    codec: str
    at: tuple[int, ...]
    separator: str
    cells: pl.DataFrame
    table: Table

    def edited(self, edit: Edit | None) -> bytes:
        """Write the file anew; lines of rows that the edit leaves alone are the same bytes."""
        lines = list(self.text)
        if edit is not None:
            places = {name: self.cells.columns.index(name) for name in edit.values}
            for row in np.flatnonzero(edit.rows):
                line = self.at[row]
                lines[line] = "" if edit.removed else self._line(int(row), edit, places)
        return "".join(lines).encode(self.codec)

    def _line(self, row: int, edit: Edit, places: dict[str, int]) -> str:
        line = self.text[self.at[row]]
        body = line.rstrip("\r\n")
        cells = split_cells(body, self.separator)
        for name, values in edit.values.items():
            if places[name] < len(cells):
                before = self.table.columns[name][row]
                cells[places[name]] = _written(cells[places[name]], before, values[row], self.separator == ";")
        return join_cells(cells, self.separator) + line[len(body) :]


def read_lines(path: Path, target: str | None, known_future: Sequence[str], id: str | None, date: str | None) -> Lines:
    """Read a text table (gzipped or not; a Parquet file is written as CSV first); DataError where it is none."""
    data = _bytes(path)
    encoding = encoding_of(data[: 1 << 16], repr(path.name))
    codec = "latin-1"  # every byte is a character; all but UTF-16 keep separators and digits where they are
    if encoding.startswith("utf-16"):
        codec = "utf-16-be" if data.startswith(b"\xfe\xff") or encoding == "utf-16-be" else "utf-16-le"
    text = data.decode(codec)
    eol = "\n" if "\n" in text else "\r"
    lines = [line + eol for line in text.split(eol)]
    lines[-1] = lines[-1][: -len(eol)]
    readable = [_readable(line, codec, encoding) for line in lines]
    dialect = sniff(readable[:400], repr(path.name), Written())
    begin = dialect.skip + dialect.header.lines
    at = [
        i for i in range(begin, len(lines)) if readable[i].strip(f" \r\n{dialect.separator}") and readable[i][0] != "#"
    ]
    if not at:
        raise DataError(f"{path.name!r} has a header and no rows.", hint="Pass a file with rows under its header.")
    if any(readable[i].count('"') % 2 for i in at):
        raise DataError(f"{path.name!r} has cells that go over several lines.", hint="Put each row into one line.")
    rows = [split_cells(readable[i].rstrip("\r\n"), dialect.separator) for i in at]
    width = max(len(dialect.header.names), max(map(len, rows)))
    names = unique_names([*dialect.header.names, *[""] * (width - len(dialect.header.names))])
    filled = ([cell.strip() or None for cell in row] + [None] * (width - len(row)) for row in rows)
    cells = pl.DataFrame(list(filled), schema=dict.fromkeys(names, pl.String), orient="row")
    raw = single(cells, Part(repr(path.name), path.stem), at[0] + 1, separator=dialect.separator)
    table = describe(raw, target, known_future, id, date)
    return Lines(tuple(lines), codec, tuple(at), dialect.separator, cells, table)


def _bytes(path: Path) -> bytes:
    """Give a text file's bytes, unpacked; a table of another format is written as CSV."""
    if not path.is_file():
        raise DataError(f"there is no file {str(path)!r}.", hint="Check the path after --data.")
    source = opened(path, repr(path.name))
    found = format_of(source)
    if found.name == "text":
        data = source if isinstance(source, bytes) else source.read_bytes()
    else:
        buffer = io.BytesIO()
        found.read(source, part_of(path), Written()).frame.write_csv(buffer)
        data = buffer.getvalue()
    if not data.strip():
        raise DataError(f"{path.name!r} is empty.", hint="Pass a file with a header and rows.")
    return data


def _readable(line: str, codec: str, encoding: str) -> str:
    """Decode a line as the reader would."""
    if codec != "latin-1":
        return line.removeprefix("\ufeff")
    return line.encode("latin-1").decode(encoding, errors="replace") if not line.isascii() else line


def split_cells(line: str, separator: str) -> list[str]:
    """Cut a line into cells; without quotation marks they are the very characters between separators."""
    if '"' not in line:
        return line.split(separator) if separator != " " else line.split()
    return next(csv.reader([line], delimiter=separator), [])


def join_cells(cells: Sequence[str], separator: str) -> str:
    """Put cells into a line, quoted where they hold the separator."""
    return separator.join(f'"{cell}"' if separator in cell else cell for cell in cells)


def _written(cell: str, before: object, after: object, comma: bool) -> str:
    """Write a new value as the old one was written: its decimal sign, its sign of currency or percent."""
    if after is None or after != after:
        return ""
    if not isinstance(after, float):
        return str(after)
    shape = _NUMBER.match(cell.strip())
    head, core, tail = shape.groups() if shape else ("", "", "")
    value = after
    if (head.strip() or tail.strip()) and isinstance(before, float) and before:
        plain = core.replace(".", "").replace(",", ".") if comma and "," in core else core.replace(",", "")
        value = float(re.sub(r"[ ']", "", plain)) * after / before
    digits = np.format_float_positional(value, precision=10, trim="-")
    return head + (digits.replace(".", ",") if comma and "," in core else digits) + tail
