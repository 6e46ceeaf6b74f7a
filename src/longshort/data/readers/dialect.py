"""Recognise how a text table is written: its encoding, separator, and where its header stands."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from longshort.errors import DataError, SettingsError, examples

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "spaces"}
_SPELT_OUT = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "space": " ", "pipe": "|"}
_BLANK = re.compile(r"(?i)|[.\-–—]|--|n/?a|null|nan|none|#\s*n/?a")
_NUMBER = re.compile(r"[-+(]?[$€£¥₩]?\s*(\d[\d,.\s'’\u00a0\u202f]*|\.\d+)(e[-+]?\d+)?\s*[%KMBkmb]?\)?")
_DATE = re.compile(r"(\d{4}[-/.년]\s?\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}.*)")
_COMMENT = "#"
_BINARY = {
    b"PK\x03\x04": "a zip archive or an Excel file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\x80\x04": "a pickle",
}


@dataclass(frozen=True)
class Dialect:
    """Describe a text table: `skip` lines stand above the first row, `below` lines of header come before the data.

    `names` are the columns' names; where the header has two levels, `levels` holds (upper, lower) for each column.
    """

    separator: str
    skip: int
    below: int
    names: tuple[str, ...]
    levels: tuple[tuple[str, str], ...] | None = None
    notes: tuple[str, ...] = ()


def encoding_of(head: bytes, name: str) -> str:
    """Tell the encoding from the first bytes: a byte-order mark, zeros as UTF-16 has them, else UTF-8 for now.

    Raise `DataError` for what is no text: archives, pictures, and bytes that no text has.
    """
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise DataError(f"{name} is {what}, not a table.", hint="Save it as CSV or Parquet and pass that file.")
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) > len(head) // 4 and min(even, odd) == 0:
            return "utf-16-be" if even else "utf-16-le"
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head)
    if controls > len(head) // 1000:
        raise DataError(
            f"{name} is no text: it holds bytes such as {head[:8]!r}.", hint="Pass a CSV, TSV, Parquet or Arrow file."
        )
    return "utf-8"


def legacy_encoding(data: bytes) -> str:
    """Tell Korean CP949 from Western Windows-1252, for bytes that are no UTF-8.

    Korean syllables come as pairs of high bytes, so runs of high bytes have even lengths; accents mostly stand alone.
    """
    sample = data[: 1 << 20]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    if runs and all(len(run) % 2 == 0 for run in runs[:-1]):
        try:
            sample[: sample.rfind(b"\n") + 1 or None].decode("cp949")
        except UnicodeDecodeError:
            return "cp1252"
        return "cp949"
    return "cp1252"


def sniff(
    lines: Sequence[str], name: str, columns: Sequence[str] | None, separator: str | None, numbered: bool
) -> Dialect:
    """Recognise separator and header from the first lines of a text.

    `columns` are names that the user gives to a file without a header; `numbered` lets a file without a header and
    without dates through with its columns numbered. Raise `DataError` for a text without lines or without a header.
    """
    chosen = _spelt_out(separator) or _declared(lines)
    table = [(number, line) for number, line in enumerate(lines) if _is_table_line(line)]
    if not table:
        raise DataError(f"{name} is empty.", hint="Pass a file with a header and rows.")
    chosen = chosen or _separator([line for _, line in table])
    cells = [(number, split(line, chosen)) for number, line in table[:200]]
    width = _usual_width([row for _, row in cells])
    body = [(number, row) for number, row in cells if len(row) >= width] or cells
    first, top = body[0]
    following = [row for _, row in body[1:20]]
    levels = _two_levels([row for number, row in cells if number >= first])
    if levels:
        names = tuple(upper for upper, _ in levels)
        return Dialect(chosen, first, 3, names, levels, ("The header has two levels: price and ticker.",))
    names, below, notes = _header(lines[:first], top, following, name, columns, chosen, numbered)
    skipped = sum(1 for line in lines[:first] if line.strip())
    above = skipped - (1 if notes else 0)
    if above > 0 and below:
        notes = (
            *notes,
            f"{above} line{'s' if above > 1 else ''} above the header {'are' if above > 1 else 'is'} left out.",
        )
    return Dialect(chosen, first, below, names, None, notes)


def split(line: str, separator: str) -> list[str]:
    """Split one line into cells, minding quotes."""
    row = next(csv.reader([line], delimiter=separator, skipinitialspace=separator == " "), [])
    return [cell.strip() for cell in row]


def is_blank(cell: str) -> bool:
    """Say whether a cell is one of the usual ways to write nothing."""
    return _BLANK.fullmatch(cell.strip()) is not None


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own: blanks are numbered, repetitions counted.

    >>> unique_names(["a", "a", ""])
    ('a', 'a (2)', 'column 3')
    """
    seen: Counter[str] = Counter()
    unique = []
    for place, raw in enumerate(names, start=1):
        name = raw.strip() or f"column {place}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _spelt_out(separator: str | None) -> str | None:
    if separator is None:
        return None
    chosen = _SPELT_OUT.get(separator.lower(), separator)
    if len(chosen) != 1 or not chosen.isascii():
        raise SettingsError(f"separator is {separator!r}.", hint="Pass one character, or tab, comma, semicolon, space.")
    return chosen


def _declared(lines: Sequence[str]) -> str | None:
    """Read the line `sep=;` that spreadsheets write for themselves."""
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip()) if lines else None
    return found.group(1) if found else None


def _is_table_line(line: str) -> bool:
    text = line.strip().strip('"')
    return bool(text) and not text.startswith((_COMMENT, "//", "http://", "https://", "sep="))


def _separator(lines: Sequence[str]) -> str:
    """Choose the separator that divides nearly every line into equally many cells, the rarer character first."""
    lines = lines[:100]
    best = None
    for candidate in SEPARATORS:
        widths = Counter(len(split(line, candidate)) for line in lines)
        width, times = widths.most_common(1)[0]
        if width > 1 and times >= 0.8 * len(lines):
            return candidate
        divided = sum(count for cells, count in widths.items() if cells > 1)
        if candidate != " " and divided >= 0.9 * len(lines) and best is None:
            best = candidate
    return best or ","


def _usual_width(rows: Sequence[list[str]]) -> int:
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _kind(cell: str) -> str:
    if is_blank(cell):
        return "blank"
    if _NUMBER.fullmatch(cell) and not re.fullmatch(r"\d{1,4}\.\d{1,2}\.\d{1,4}", cell):
        return "number"
    return "date" if _DATE.fullmatch(cell) else "text"


def _looks_like_data(top: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Say whether a line is like the lines under it rather than a header of theirs."""
    kinds = [_kind(cell) for cell in top]
    if top and not top[0].strip() or not {"number", "date"} & set(kinds):
        return False
    if len(top) > 1 and [cell.strip('"') for cell in top] in [[str(i + s) for i in range(len(top))] for s in (0, 1)]:
        return False
    for place, kind in enumerate(kinds):
        below = next((k for row in following if place < len(row) and (k := _kind(row[place])) != "blank"), None)
        if below and ((kind == "text" and below != "text") or (kind == "date" and below == "number")):
            return False
    return bool(following) or kinds[0] != "text"


def _header(
    above: Sequence[str],
    top: list[str],
    following: Sequence[list[str]],
    name: str,
    columns: Sequence[str] | None,
    separator: str,
    numbered: bool,
) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Find the columns' names: the user's, the first line's, or those of a comment line; and how many lines they take."""
    data = _looks_like_data(top, following)
    if columns is not None:
        if len(columns) != len(top):
            raise DataError(
                f"{name} has {len(top)} columns, but {len(columns)} names were given: {examples(columns, 12)}.",
                hint=f"Give {len(top)} names; the first line is {','.join(top[:8])}.",
            )
        note = "The columns' names are those given" + ("." if data else ", instead of the file's own header.")
        return unique_names(columns), 0 if data else 1, (note,)
    if not data:
        return unique_names(top), 1, ()
    comments = [line.strip().lstrip("#/ ") for line in above if line.strip().startswith((_COMMENT, "//"))]
    inside = split(comments[-1], separator) if comments else []
    if len(inside) == len(top) > 1 and not _looks_like_data(inside, following):
        return unique_names(inside), 0, ("The header stands in a comment line.",)
    if numbered:
        return tuple(str(i + 1) for i in range(len(top))), 0, (f"No header: columns are numbered 1 to {len(top)}.",)
    guess = {6: "time,low,high,open,close,volume", 2: "date,close"}
    raise DataError(
        f"{name} seems to have no header: its first line is {','.join(top[:6])}{',...' if len(top) > 6 else ''}",
        hint=f"Name its {len(top)} columns, for example --columns "
        f"{guess.get(len(top), ','.join(['date', *(f'column{i}' for i in range(2, len(top) + 1))][:8]))}"
        " (in Python columns=[...]); for a file without dates add --no-dates.",
    )


def _two_levels(rows: Sequence[list[str]]) -> tuple[tuple[str, str], ...] | None:
    """Recognise the three header lines of a saved yfinance table: Price..., Ticker..., Date."""
    if len(rows) < 3 or rows[1][0].lower() not in ("ticker", "tickers", "symbol"):
        return None
    third = rows[2]
    if third[0].lower() not in ("date", "datetime") or any(third[1:]):
        return None
    pairs = zip(rows[0][1:], rows[1][1:], strict=False)
    return ((third[0], ""), *pairs)
