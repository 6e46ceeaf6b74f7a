"""Recognise how a text table is written: what separates its cells, and where its header stands."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from longshort.data.tables.headers import COMMENTS, Header, find_header, given_names
from longshort.errors import DataError, SettingsError
from longshort.language import message

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "spaces"}
_SPELT_OUT = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "space": " ", "pipe": "|"}
_LOOKED_AT = 200


@dataclass(frozen=True)
class Written:
    """Hold what the user says about text files; None means: recognise it.

    `columns` name the columns of files without a header; `numbered` lets files without a header and without dates
    through, their columns numbered.
    """

    columns: Sequence[str] | None = None
    separator: str | None = None
    encoding: str | None = None
    numbered: bool = False


@dataclass(frozen=True)
class Dialect:
    """Describe a text table: `skip` lines stand above its first line, which belongs to the `header` or to the data."""

    separator: str
    skip: int
    header: Header
    notes: tuple[str, ...] = ()


def sniff(lines: Sequence[str], name: str, written: Written) -> Dialect:
    """Recognise separator and header from the first lines of a text.

    Lines above the header (comments, addresses, titles) are those with fewer cells than the table has columns. Raise
    `DataError` for a text without lines or without a header.
    """
    table = [(number, line) for number, line in enumerate(lines) if _is_table_line(line)][:_LOOKED_AT]
    if not table:
        raise DataError(f"{name} is empty.", hint="Pass a file with a header and rows.")
    separator = _spelt_out(written.separator) or _declared(lines) or _separator([line for _, line in table])
    cells = [(number, split(line, separator)) for number, line in table]
    width = _usual_width([row for _, row in cells])
    skip = next(number for number, row in cells if _filled(row) >= width)
    rows = [row for number, row in cells if number >= skip]
    if written.columns is not None:
        header = given_names(written.columns, rows, name)
    else:
        header = find_header(rows, _comment(lines[:skip], separator), name, written.numbered)
    notes = [header.note] if header.note else []
    above = sum(1 for line in lines[:skip] if line.strip())
    if above and header.lines:
        notes.append(message("notes.header.above", n=above))
    return Dialect(separator, skip, header, tuple(notes))


def split(line: str, separator: str) -> list[str]:
    """Split one line into cells, minding quotes."""
    row = next(csv.reader([line.strip(" ")], delimiter=separator, skipinitialspace=separator == " "), [])
    return [cell.strip() for cell in row]


def _spelt_out(separator: str | None) -> str | None:
    if separator is None:
        return None
    chosen = _SPELT_OUT.get(separator.lower(), separator)
    if len(chosen) != 1 or not chosen.isascii():
        raise SettingsError(f"separator is {separator!r}.", hint="Pass one character, or tab, comma, semicolon, space.")
    return chosen


def _declared(lines: Sequence[str]) -> str | None:
    """Read the line `sep=;` that spreadsheets write for themselves."""
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip())
    return found.group(1) if found else None


def _is_table_line(line: str) -> bool:
    text = line.strip().strip('"')
    return bool(text) and not text.startswith((*COMMENTS, "http://", "https://", "sep="))


def _comment(above: Sequence[str], separator: str) -> list[str]:
    """Give the cells of the last comment line above the table."""
    comments = [line.strip().lstrip("#/ ") for line in above if line.strip().startswith(COMMENTS)]
    return split(comments[-1], separator) if comments else []


def _separator(lines: Sequence[str]) -> str:
    """Choose the separator that divides nearly every line into equally many cells, the rarer character first.

    Only the lower half is looked at: titles stand above.
    """
    lines, ragged = lines[len(lines) // 2 :], []
    for candidate in SEPARATORS:
        widths = Counter(len(split(line, candidate)) for line in lines)
        width, times = widths.most_common(1)[0]
        if width > 1 and times >= 0.8 * len(lines):
            return candidate
        if candidate != " " and widths[1] <= 0.1 * len(lines):
            ragged.append(candidate)
    return ragged[0] if ragged else ","


def _usual_width(rows: Sequence[list[str]]) -> int:
    counts = Counter(_filled(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _filled(row: Sequence[str]) -> int:
    """Count a row's cells without the blank ones at its end, which some programs write behind every row."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1]), 1)
