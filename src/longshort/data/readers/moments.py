"""Put years, months, days, hours and zones together into moments."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.readers.formats import MONTHS

Times = NDArray[np.int64]
EARLIEST, LATEST = 1500, 2200
DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Moments:
    """Hold what cells say: microseconds in the cells' own clock and in UTC, which cells are dates, whether zoned."""

    local: Times
    utc: Times
    valid: NDArray[np.bool_]
    zoned: bool


def put_together(groups: dict[str, pl.Series], order: str) -> Moments:
    """Put years, months, days, hours and zones together, and mark what no calendar has."""
    named = dict(groups) | {letter: groups[place] for place, letter in zip("uvw", order, strict=False)}
    year = _full_year(named)
    month = month_of(named)
    day = _numbers(named, "d", 1)
    hour, minute, second = (_numbers(named, name, 0) for name in "HMS")
    valid = (year >= EARLIEST) & (year <= LATEST) & (month >= 1) & (month <= 12) & (day >= 1)
    start = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = start.astype("datetime64[D]").astype(np.int64)
    valid &= days + day <= (start + 1).astype("datetime64[D]").astype(np.int64)
    if "w7" in named:
        days, valid = _iso_weeks(year, _numbers(named, "w7", 1), _numbers(named, "a", 1))
    hour = _half_days(named, hour)
    valid &= (hour < 24) & (minute < 60) & (second < 60)
    clock = ((hour * 60 + minute) * 60 + second) * 1_000_000 + _fraction(named)
    local = (days + day - 1) * DAY + clock
    zones = named.get("z")
    offset = offsets(zones) if zones is not None else np.zeros(len(local), np.int64)
    return Moments(local, local - offset, valid, zones is not None and zones.null_count() < len(zones))


def _full_year(named: dict[str, pl.Series]) -> Times:
    year = _numbers(named, "yy" if "yy" in named else "y", -1)
    short = named["yy" if "yy" in named else "y"].str.len_chars().fill_null(4).to_numpy() <= 2
    return np.where(short, np.where(year < 69, 2000 + year, 1900 + year), year)


def month_of(named: dict[str, pl.Series]) -> Times:
    """Give the months, 1 to 12, from names, quarters or numbers; 0 where a name is none."""
    if "b" in named:
        first = named["b"].str.to_lowercase().str.slice(0, 3)
        return first.replace_strict(MONTHS, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
    if "q" in named:
        return _numbers(named, "q", 1) * 3 - 2
    return _numbers(named, "m", 1)


def _iso_weeks(year: Times, week: Times, weekday: Times) -> tuple[Times, NDArray[np.bool_]]:
    """Give the days of ISO weeks: week 1 is the one with 4 January."""
    valid = (year >= EARLIEST) & (year <= LATEST) & (week >= 1) & (week <= 53)
    fourth = (np.where(valid, year, 1970) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + 3
    return fourth - (fourth + 3) % 7 + (week - 1) * 7 + weekday - 1, valid


def _half_days(named: dict[str, pl.Series], hour: Times) -> Times:
    if "p" not in named or named["p"].null_count() == len(hour):
        return hour
    afternoon = named["p"].str.to_lowercase().str.starts_with("p").fill_null(value=False).to_numpy()
    spoken = named["p"].is_not_null().to_numpy()
    return np.where(spoken, hour % 12 + 12 * afternoon, hour)


def _fraction(named: dict[str, pl.Series]) -> Times:
    if "f" not in named:
        return np.zeros(1, dtype=np.int64)
    return _numbers({"f": named["f"].str.pad_end(6, "0").str.slice(0, 6)}, "f", 0)


def offsets(zones: pl.Series) -> Times:
    """Give how far zones such as +09:00 are ahead of UTC, in microseconds; Z and blanks are 0."""
    parts = zones.str.extract_groups(r"(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})").struct.unnest()
    minutes = parts["h"].cast(pl.Int64) * 60 + parts["m"].cast(pl.Int64)
    signed = minutes * pl.Series(np.where((parts["sign"] == "-").fill_null(value=False).to_numpy(), -1, 1))
    return signed.fill_null(0).to_numpy() * 60_000_000


def _numbers(groups: dict[str, pl.Series], name: str, default: int) -> Times:
    if name not in groups:
        return np.full(len(next(iter(groups.values()))), default, dtype=np.int64)
    return groups[name].cast(pl.Int64, strict=False).fill_null(default).to_numpy()
