"""What a single cell of text looks like: blank, a number, a date, or text."""

import re
from typing import Literal

# One definition of a blank, for Python's regular expressions and for polars' alike.
BLANK = r"(?i)^(|[.\-–—?]|--|n\.?/?a\.?|null|nil|nan|none|missing|#\s*n/?a)$"
_BLANK = re.compile(BLANK)
_NUMBER = re.compile(r"[-+(]?[$€£¥₩]?\s*(\d[\d,.\s'’\u00a0\u202f]*|\.\d+)(e[-+]?\d+)?\s*[%KMBTkmbt]?\)?")
_DATE = re.compile(
    r"\d{4}[-/.년]\s?\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}.*"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}.*"
)


def is_blank(cell: str) -> bool:
    """Say whether a cell is one of the usual ways to write nothing.

    >>> [is_blank(cell) for cell in ("", " . ", "N/A", "# n/a", "null", "0")]
    [True, True, True, True, True, False]
    """
    return _BLANK.match(cell.strip()) is not None


def look(cell: str) -> Literal["blank", "number", "date", "text"]:
    """Tell what a cell looks like.

    >>> [look(cell) for cell in ("1,234.5", "03.01.2017", "Close", "-")]
    ['number', 'date', 'text', 'blank']
    """
    if is_blank(cell):
        return "blank"
    if _DATE.fullmatch(cell) and not re.fullmatch(r"\d+\.\d+", cell):
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else "text"
