"""Spreadsheets (xlsx, xlsb, xls, ods): one sheet becomes text, and is read as text is."""

import csv
import io
from typing import Any

from longshort.data.tables.dialect import Written
from longshort.data.tables.format import Format, Source
from longshort.data.tables.memory import refuse_cells
from longshort.data.tables.raw import Part, Raw
from longshort.data.tables.text import read_text
from longshort.errors import DataError, SettingsError
from longshort.language import message

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def _read(source: Source, part: Part, written: Written) -> Raw:
    """Read the first sheet that holds rows; SettingsError where the package for it is missing."""
    try:
        import fastexcel
    except ImportError:
        raise SettingsError(
            f"{part.name} is a spreadsheet, and reading it needs the package fastexcel.",
            hint="Install it: pip install fastexcel (or longshort[files]); or save the sheet as CSV.",
        ) from None
    try:
        book = fastexcel.read_excel(source if isinstance(source, bytes) else str(source))
        sheets = [(name, _cells(book, name, part)) for name in book.sheet_names]
    except fastexcel.FastExcelError as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{part.name} is no spreadsheet that can be read: {first}.", "Save it as CSV.") from error
    filled = [(name, rows) for name, rows in sheets if len(rows) > 1]
    if not filled:
        raise DataError(f"{part.name} is a spreadsheet without rows.", hint="Pass a file with a header and rows.")
    name, rows = filled[0]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    chosen = Written(written.columns, ",", "utf-8", numbered=written.numbered)
    raw = read_text(out.getvalue().encode(), part, chosen)
    notes = [message("notes.spreadsheet", sheet=repr(name)), *raw.notes[1:]]
    if len(filled) > 1:
        others = [repr(other) for other, _ in filled[1:]]
        notes.append(message("notes.spreadsheet.others", names=others))
    return raw.with_notes(notes)


def _cells(book: Any, name: str, part: Part) -> list[list[str]]:
    """Give a sheet's cells as text, a row's cells behind one another."""
    sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_rows=0)
    refuse_cells(part.name, sheet.height, sheet.width)
    columns = [column.to_list() for column in sheet.to_polars().get_columns()]
    return [["" if cell is None else _short(cell) for cell in row] for row in zip(*columns, strict=True)]


def _short(cell: str) -> str:
    """Write a date of midnight as a date, and a whole number without its point."""
    return cell.removesuffix(" 00:00:00")


def _begins(head: bytes) -> bool:
    """Tell a spreadsheet by how it begins: a zip archive that was not unpacked, or the older container."""
    return head.startswith((_ZIP, _OLE))


SPREADSHEET = Format("spreadsheet", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), _begins, _read)
