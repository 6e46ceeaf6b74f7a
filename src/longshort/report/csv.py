"""Tables as CSV inside the page: a data address that a browser saves as a file."""

import csv as library
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any
from urllib.parse import quote

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet takes text for a formula


def csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows of equal keys as the data address of a CSV file; empty where there are none.

    Text that a spreadsheet would take for a formula is written behind an apostrophe.

    >>> csv([{"id": "=1+1", "value": -0.5}])
    'data:text/csv;charset=utf-8,id,value%0A%27%3D1%2B1,-0.5%0A'
    """
    known = [dict(row) for row in rows if row]
    if not known:
        return ""
    names = list(dict.fromkeys(name for row in known for name in row))
    text = StringIO()
    writer = library.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name)) for name in names] for row in known])
    return f"data:text/csv;charset=utf-8,{quote(text.getvalue().encode('utf-8', 'replace'), safe=',._-:')}"


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return value if value is None or isinstance(value, int | float) else str(value)
