"""JSON in the shapes in which tables come: records, columns, split, rows by date, lists of candles, lines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from longshort.data.tables.dialect import Written
from longshort.data.tables.encodings import encoding_of
from longshort.data.tables.format import Format, Source
from longshort.data.tables.headers import unique_names
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError
from longshort.language import message

CANDLES = ("time", "open", "high", "low", "close", "volume")  # as exchanges' interfaces give them (ccxt)
_DEEPEST = 3  # objects around the table


def _read(source: Source, part: Part, written: Written) -> Raw:
    """Read the table in a JSON text, or one record a line; DataError where there is none."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    text = data.decode(written.encoding or encoding_of(data[: 1 << 20], part.name), errors="replace").lstrip("\ufeff")
    try:
        found = _whole(text)
    except (ValueError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else f"is no JSON ({error})"
        raise DataError(f"{part.name} {what}.", hint="Pass a list of records, or save it as CSV.") from error
    table = _table(found, written, _DEEPEST)
    if table is None:
        raise DataError(
            f"{part.name} is JSON that holds no table.",
            hint='Write it as records: [{"date": "2024-01-02", "value": 1.5}, ...].',
        )
    names, rows = table
    if not rows:
        raise DataError(f"{part.name} is JSON without rows.", hint="Pass a file with rows.")
    columns = {name: [row[place] if place < len(row) else None for row in rows] for place, name in enumerate(names)}
    frame = pl.DataFrame({name: _series(cells, name, part) for name, cells in columns.items()})
    notes = (message("notes.format", kind="JSON"),)
    return single(frame, Part(part.name, part.stem, lined=False), 0, notes=notes)


def _whole(text: str) -> Any:
    """Read one JSON text; where there are several, one a line, give them as a list."""
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _table(found: Any, written: Written, deep: int) -> tuple[list[str], list[list[Any]]] | None:
    """Find names and rows in whatever holds them; None where nothing does."""
    if isinstance(found, list):
        return _listed(found, written)
    if not isinstance(found, Mapping) or deep == 0:
        return None
    if isinstance(found.get("data"), list) and isinstance(found.get("columns"), list):
        return _split(found)
    for shape in (_by_column, _by_row):
        table = shape(found)
        if table is not None:
            return table
    inside = [_table(value, written, deep - 1) for value in found.values() if isinstance(value, list | Mapping)]
    return max((one for one in inside if one is not None), key=lambda one: len(one[1]), default=None)


def _listed(found: Sequence[Any], written: Written) -> tuple[list[str], list[list[Any]]] | None:
    """Read records, or rows of cells: candles have the usual names."""
    if found and all(isinstance(one, Mapping) for one in found):
        names = list(dict.fromkeys(str(key) for one in found for key in one))
        return names, [[one.get(name) for name in names] for one in found]
    if found and all(isinstance(one, list) for one in found):
        width = max(map(len, found))
        if all(isinstance(cell, str) for cell in found[0]) and len(found) > 1:
            return list(unique_names(found[0])), list(found[1:])
        given = written.columns or (CANDLES if width == len(CANDLES) else [str(n + 1) for n in range(width)])
        return list(given), list(found)
    return None


def _split(found: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """Read what pandas writes with orient="split"."""
    names, rows, index = list(map(str, found["columns"])), found["data"], found.get("index")
    if isinstance(index, list) and len(index) == len(rows) and not all(isinstance(key, int) for key in index):
        return ["Date", *names], [[key, *row] for key, row in zip(index, rows, strict=True)]
    return names, rows


def _by_column(found: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]] | None:
    """Read a list for each column, or cells by row for each column (as pandas writes by default)."""
    values = list(found.values())
    if len(values) > 1 and all(isinstance(one, list) for one in values) and len({len(one) for one in values}) == 1:
        if any(isinstance(cell, list | Mapping) for one in values for cell in one[:1]):
            return None
        return list(map(str, found)), [list(row) for row in zip(*values, strict=True)]
    keyed = len(values) > 1 and all(isinstance(one, Mapping) for one in values)
    if keyed and all(key.isdecimal() for one in values for key in one) and any(values):
        keys = list(dict.fromkeys(key for one in values for key in one))
        return list(map(str, found)), [[one.get(key) for one in values] for key in keys]
    return None


def _by_row(found: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]] | None:
    """Read an object of named cells for each date (as Alpha Vantage gives); the key is the date."""
    rows = list(found.values())
    if len(rows) < 2 or not all(isinstance(one, Mapping) and one for one in rows):
        return None
    if any(isinstance(cell, list | Mapping) for one in rows for cell in one.values()):
        return None
    names = list(dict.fromkeys(str(key) for one in rows for key in one))
    return ["Date", *names], [[key, *(one.get(name) for name in names)] for key, one in found.items()]


def _series(cells: list[Any], name: str, part: Part) -> pl.Series:
    """Make a column: numbers where all are, else text."""
    if any(isinstance(cell, list | Mapping) for cell in cells):
        raise DataError(f"{part.name}: {name!r} holds lists or objects, no cells.", hint="Take that part out.")
    present = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, int | float) for cell in present):
        try:
            return pl.Series(cells, dtype=pl.Int64 if all(type(cell) is int for cell in present) else pl.Float64)
        except (OverflowError, pl.exceptions.PolarsError):
            return pl.Series([None if cell is None else float(cell) for cell in cells], dtype=pl.Float64)
    return pl.Series([None if cell is None else str(cell) for cell in cells], dtype=pl.String)


def _begins(head: bytes) -> bool:
    """Tell JSON by its first sign and the one behind it; a table of text hardly begins so."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] in (b"{", b"[") and text[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]")


JSON = Format("JSON", (".json", ".jsonl", ".ndjson"), _begins, _read)
