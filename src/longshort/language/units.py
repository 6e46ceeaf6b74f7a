"""Lengths of time in the unit of a calendar: 12 months, 3 sessions ahead, for the next 24 hours."""

from longshort.language.message import Message, message


def counted(n: float, unit: str) -> Message:
    """Count units; `unit` is one that `data.calendars.units.unit_of` names.

    >>> counted(28, "month"), counted(1, "session")
    ('28 months', '1 session')
    """
    return message(f"units.count.{unit}", n=n)


def ahead(n: float, unit: str) -> Message:
    """Say how far ahead: one step.

    >>> ahead(12, "month")
    '12 months ahead'
    """
    return message(f"units.ahead.{unit}", n=n)


def coming(n: float, unit: str) -> Message:
    """Say which steps are forecast: all from the first to the last, or the only one.

    >>> coming(5, "session"), coming(1, "hour")
    ('for the next 5 sessions', '1 hour ahead')
    """
    return ahead(n, unit) if n == 1 else message(f"units.next.{unit}", n=n)
