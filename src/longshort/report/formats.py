"""Numbers and dates as people read them; exact values stay in the page's tables and tooltips."""

import math
from datetime import datetime
from typing import Any

from longshort.language import numbers
from longshort.report.words import Words

MISSING = "–"
_MINUS = "−"
CLOCKED = ("hour", "minute")  # units of which a date alone does not name one
_NBSP = "\u00a0"


def finite(value: Any) -> float | None:
    """Give a number as float, or None where it is null, NaN, infinite or no number at all.

    >>> finite(1), finite(None), finite(float("nan")), finite("1")
    (1.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def number(value: Any) -> str:
    """Write a statistic with three significant digits.

    >>> number(31.6662), number(1234.5), number(-0.00451), number(None)
    ('31.7', '1,230', '−0.00451', '–')
    """
    known = finite(value)
    if known is None:
        return MISSING
    if known.is_integer() and abs(known) < 1e6:
        return f"{known:,.0f}".replace("-", _MINUS)
    decimals = 2 - math.floor(math.log10(abs(known)))
    if decimals > 7:
        return f"{known:.2e}".replace("-", _MINUS)
    return f"{round(known, decimals):,.{max(decimals, 0)}f}".replace("-", _MINUS)


def price(value: Any) -> str:
    """Write a value in the target's own unit, as precisely as quotes are given.

    >>> price(2583.889), price(1.08345), price(0.000012345), price(5123456789)
    ('2,583.89', '1.0835', '1.234e−05', '5,123,456,789')
    """
    known = finite(value)
    if known is None:
        return MISSING
    size = abs(known)
    if size >= 1e15 or 0 < size < 1e-3:
        return f"{known:.3e}".replace("-", _MINUS)
    decimals = 0 if size >= 1e5 else 2 if size >= 10 or size == 0 else 4
    return f"{known:,.{decimals}f}".replace("-", _MINUS)


def percent(value: Any, decimals: int = 1, *, signed: bool = False) -> str:
    """Write a share as percent.

    >>> percent(0.8049).replace(chr(160), " "), percent(-0.004, signed=True).replace(chr(160), " ")
    ('80.5 %', '−0.4 %')
    """
    known = finite(value)
    if known is None:
        return MISSING
    rounded = round(100 * known, decimals) + 0.0
    sign = "+" if signed and rounded > 0 else ""
    return f"{sign}{rounded:,.{decimals}f}{_NBSP}%".replace("-", _MINUS)


def p_value(value: Any) -> str:
    """Write a p-value as the sentences do, on one line.

    >>> [p_value(p).replace(chr(160), " ") for p in (0.61234, 1e-9, None)]
    ['p = 0.61', 'p < 0.001', '–']
    """
    known = finite(value)
    return MISSING if known is None else numbers.p_value(known).replace(" ", _NBSP)


def seconds(value: Any) -> str:
    """Write a duration in seconds, or in minutes from two of them on.

    >>> seconds(59.81), seconds(150.0)
    ('59.8 s', '2.5 min')
    """
    known = finite(value)
    if known is None:
        return MISSING
    return f"{known / 60:.1f} min" if known >= 120 else f"{known:.1f} s"


def moment(ds: Any) -> datetime | None:
    """Read an ISO date, or give None where `ds` is a session's number or not a date."""
    if not isinstance(ds, str):
        return None
    try:
        return datetime.fromisoformat(ds)
    except ValueError:
        return None


def date(ds: Any, words: Words) -> str:
    """Write a date for people, as exactly as the calendar's unit is; steps without dates keep their number.

    >>> words = Words("en")
    >>> date("2019-01-08", words), date("2019-01-08T14:30:00", words), date(1290, words), date(None, words)
    ('8 Jan 2019', '8 Jan 2019 14:30', '1290', '–')
    >>> date("1961-12-01", Words("en", "month")), date("2018-06-27T00:00:00", Words("en", "hour"))
    ('Dec 1961', '27 Jun 2018 00:00')
    """
    if ds is None:
        return MISSING
    at = moment(ds)
    if at is None:
        return str(ds)
    pattern = {"month": "month", "quarter": "month", "year": "year"}.get(words.unit, "day")
    text = words(f"date.{pattern}", d=at.day, month=words(f"months.{at.month}"), y=at.year)
    return f"{text} {at:%H:%M}" if words.unit in CLOCKED or at.hour or at.minute else text


def position(ds: Any) -> float | None:
    """Give a place on a time axis: seconds for a date, the number itself for a numbered session."""
    at = moment(ds)
    return finite(ds) if at is None else at.replace(tzinfo=None).timestamp()


def written(text: str, lang: str) -> str:
    """Write percent signs as the language does: Korean has no space before them, English one that never breaks."""
    return text.replace("\u00a0%", "%") if lang == "ko" else text
