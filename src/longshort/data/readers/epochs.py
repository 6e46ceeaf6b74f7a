"""Moments that are counted: seconds to nanoseconds since 1970, cell by cell, and a spreadsheet's days since 1900."""

import numpy as np
import polars as pl

from longshort.data.readers.moments import DAY, Moments
from longshort.language import Message, message

_UNITS = (("seconds", 1e8, 1e10, 10**6), ("milliseconds", 1e11, 1e13, 1000), ("microseconds", 1e14, 1e16, 1))
_NANOSECONDS = (1e17, 1e19)
_SERIALS = (20_000.0, 60_000.0)  # of days in the years 1954 to 2064
_FIRST_SERIAL = 25_569  # days from a spreadsheet's day 0 to 1970


def counted(distinct: pl.Series) -> tuple[Moments, Message] | None:
    """Read numbers as counts since 1970, each in the unit that its size tells; None where most are no such count."""
    counts = distinct.cast(pl.Float64, strict=False)
    size = counts.abs().fill_null(0.0).to_numpy()
    times, valid, units = np.zeros(len(size), dtype=np.int64), np.zeros(len(size), dtype=bool), []
    for unit, low, high, micros in _UNITS:
        inside = (low <= size) & (size < high)
        times[inside] = (counts.fill_null(0.0).to_numpy()[inside] * micros).round().astype(np.int64)
        valid |= inside
        units += [unit] * bool(inside.any())
    inside = (_NANOSECONDS[0] <= size) & (size < _NANOSECONDS[1])
    if inside.any():
        times[inside] = distinct.cast(pl.Int64, strict=False).fill_null(0).to_numpy()[inside] // 1000
        valid |= inside
        units.append("nanoseconds")
    if valid.sum() * 2 <= len(valid):
        return None
    how = message(f"notes.epoch.{units[0]}") if len(units) == 1 else message("notes.epoch.mixed", units=units)
    return Moments(times, times, valid, zoned=False), how


def serials(distinct: pl.Series) -> tuple[Moments, Message] | None:
    """Read numbers as a spreadsheet's days since 1900 with their part of a day; None where most are no such days."""
    days = distinct.cast(pl.Float64, strict=False)
    inside = days.is_between(*_SERIALS).fill_null(value=False).to_numpy()
    if inside.sum() * 2 <= len(inside):
        return None
    micros = (days.fill_null(0.0).to_numpy() - _FIRST_SERIAL) * DAY
    times = (np.round(micros / 1e6) * 1_000_000).astype(np.int64)  # a part of a day is exact to the second
    return Moments(times, times, inside, zoned=False), message("notes.epoch.serial")
