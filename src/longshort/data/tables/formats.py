"""The formats of files, in the order in which they are tried; to add one, write its file and name it here."""

from longshort.data.tables import binary, json_cells, spreadsheet, text
from longshort.data.tables.format import Format, Source
from longshort.data.tables.packed import ENDINGS as PACKED

FORMATS: tuple[Format, ...] = (binary.PARQUET, binary.ARROW, spreadsheet.SPREADSHEET, json_cells.JSON, text.TEXT)
PLAIN = (".txt", ".dat", ".tab", ".data")  # text that may be a table: in a folder where nothing better is
HEAD = 1 << 20


def format_of(source: Source) -> Format:
    """Tell a file's format by how it begins."""
    head = head_of(source)
    return next(one for one in FORMATS if one.begins(head))


def head_of(source: Source) -> bytes:
    """Give the first bytes of a file."""
    if isinstance(source, bytes):
        return source[:HEAD]
    with source.open("rb") as stream:
        return stream.read(HEAD)


def endings() -> tuple[tuple[str, ...], ...]:
    """List the endings of tables, packed ones too, and those of text that may be one."""
    tables = tuple(ending for one in FORMATS for ending in one.endings)
    return tuple((*group, *(a + b for a in group for b in PACKED)) for group in ((*tables, ".zip"), PLAIN))


def stem(name: str) -> str:
    """Name a series after its file.

    >>> stem("BTC-USD.csv.gz"), stem("prices.xlsx")
    ('BTC-USD', 'prices')
    """
    tables = tuple(ending for one in FORMATS for ending in one.endings)
    for ending in (*PACKED, *tables, *PLAIN):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name
