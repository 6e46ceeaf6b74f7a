"""Turn a column of dates, however written, into microseconds since 1970; say how they were read."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.readers.formats import MONTHS, WAYS, Way
from longshort.data.readers.numbers import BLANK
from longshort.data.readers.raw import Raw
from longshort.errors import DataError, examples

Times = NDArray[np.int64]
_EPOCHS = {"seconds": (1e8, 1e10, 10**6), "milliseconds": (1e11, 1e13, 1000), "microseconds": (1e14, 1e16, 1)}
_NANOSECONDS = (1e17, 1e19)
_EARLIEST, _LATEST = 1500, 2200
_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Moments:
    """Hold what cells say: microseconds in the cells' own clock and in UTC, which cells are dates, whether zoned."""

    local: Times
    utc: Times
    valid: NDArray[np.bool_]
    zoned: bool


def parse(raw: Raw, column: str, date_format: str | None = None) -> tuple[Times, str]:
    """Read every cell of a column as a date; give microseconds and a sentence on how they were read.

    The format is recognised over all rows. Raise `DataError` for a blank or impossible date, quoting its row, and for
    dates that could be day/month as well as month/day, naming the option to type.
    """
    cells = raw.frame[column]
    if cells.dtype.is_temporal():
        return _typed(raw, column)
    if date_format is None and (fast := _iso(cells)) is not None:
        return fast[0], f"Dates in {column!r} are read as {fast[1]}."
    text = _text(cells)
    _refuse_blanks(raw, column, text)
    distinct = text.unique(maintain_order=True)
    moments, how = _recognised(raw, column, text, distinct, date_format)
    if not moments.valid.all():
        raise _impossible(raw, column, text, str(distinct[int(np.argmin(moments.valid))]), how)
    times, clock = choose_clock(moments.local, moments.utc) if moments.zoned else (moments.local, "")
    if len(distinct) < len(text):
        known = pl.DataFrame({"cell": distinct, "time": times})
        times = (
            pl.DataFrame({"cell": text}).join(known, on="cell", how="left", maintain_order="left")["time"].to_numpy()
        )
    return times, f"Dates in {column!r} are read as {how}{clock}."


def looks_dated(cells: pl.Series) -> bool:
    """Say whether most of a column's first cells are dates (or moments counted since 1970)."""
    if cells.dtype.is_temporal():
        return not cells.dtype == pl.Duration
    text = _text(cells.head(2000)).drop_nulls()
    text = text.filter(~text.str.contains(BLANK)).head(60)
    if not len(text):
        return False
    return _epoch(text) is not None or any(_matches(text, way).mean() >= 0.8 for way in WAYS)  # type: ignore[operator]


def choose_clock(local: Times, utc: Times) -> tuple[Times, str]:
    """Choose between the clock of the time zone and UTC: a daily series keeps its local dates.

    Within a day the local clock stays while its distance from UTC does; where clocks change it would repeat an hour,
    so UTC is taken.
    """
    daily = len(np.unique(local)) == len(np.unique(local // _DAY))
    if daily or len(np.unique(local - utc)) == 1:
        return local, ", in their own time zone"
    return utc, ", turned to UTC"


def _text(cells: pl.Series) -> pl.Series:
    if cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        cells = whole if (whole.cast(pl.Float64) == cells).all() else cells
    return cells.cast(pl.String).str.strip_chars()


def _iso(cells: pl.Series) -> tuple[Times, str] | None:
    """Read the two commonest formats in one go, or give None."""
    if cells.dtype != pl.String or not len(cells) or cells[0] is None:
        return None
    for length, written in ((10, "%Y-%m-%d"), (19, "%Y-%m-%d %H:%M:%S")):
        if len(cells[0]) == length and cells[0][4:5] == "-" and "T" not in cells[0]:
            moments = cells.str.to_datetime(written, strict=False, time_unit="us")
            if (
                moments.null_count() == 0
                and _EARLIEST <= moments.dt.year().min()
                and moments.dt.year().max() <= _LATEST
            ):  # type: ignore[operator]
                return moments.to_physical().to_numpy(), written
    return None


def _typed(raw: Raw, column: str) -> tuple[Times, str]:
    cells = raw.frame[column]
    if cells.null_count():
        row = int(cells.is_null().arg_max() or 0)
        raise DataError(f"{raw.where(row)}, column {column!r}: the date is blank.", hint="Fill it in or drop the row.")
    if cells.dtype == pl.Time or cells.dtype == pl.Duration:
        raise DataError(
            f"column {column!r} of {raw.name} holds times without a date.", hint="Name another: --date NAME."
        )
    utc = cells.cast(pl.Datetime("us")).to_physical().to_numpy() if not _zone(cells) else _utc(cells)
    if not _zone(cells):
        return utc, f"Dates are those of the column {column!r}."
    local = cells.dt.replace_time_zone(None).cast(pl.Datetime("us")).to_physical().to_numpy()
    times, clock = choose_clock(local, utc)
    return times, f"Dates are those of the column {column!r}{clock}."


def _zone(cells: pl.Series) -> str | None:
    return getattr(cells.dtype, "time_zone", None)


def _utc(cells: pl.Series) -> Times:
    return cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None).cast(pl.Datetime("us")).to_physical().to_numpy()


def _refuse_blanks(raw: Raw, column: str, text: pl.Series) -> None:
    blank = text.is_null() | text.str.contains(BLANK)
    if blank.any():
        row = int(blank.fill_null(value=True).arg_max() or 0)
        raise DataError(
            f"{raw.where(row)}: the date in column {column!r} is blank ({blank.sum()} such rows).",
            hint="Fill it in or take the row out.",
        )


def _recognised(
    raw: Raw, column: str, text: pl.Series, distinct: pl.Series, date_format: str | None
) -> tuple[Moments, str]:
    """Read the distinct cells in the user's format, as a count since 1970, or in the way that fits most of them."""
    if date_format is not None:
        return _in_format(distinct, date_format), date_format
    sample = distinct.gather_every(max(1, len(distinct) // 300))
    shares = [_matches(sample, way).mean() or 0.0 for way in WAYS]
    if max(shares) < 0.5:  # type: ignore[type-var]
        epoch = _epoch(distinct)
        if epoch is not None:
            return epoch
        raise DataError(
            f"column {column!r} of {raw.name} holds no dates that are recognised: {examples(sample.head(3).to_list())}.",
            hint="Name the column with --date NAME, or the format with --date-format, such as --date-format %d.%m.%Y.",
        )
    way = WAYS[int(np.argmax(np.asarray(shares)))]
    groups = _groups(distinct, way)
    example = str(distinct[int(_matches(distinct, way).arg_max() or 0)])
    order = _order(raw, column, groups, way, example)
    return _moments(groups, order), way.strftime(order, example)


def _matches(text: pl.Series, way: Way) -> pl.Series:
    found = text.str.contains(way.regex.replace("(?<", "(?P<"))
    if "(?<b>" in way.pattern:
        found &= pl.Series(_month(_groups(text, way)) > 0)
    return found


def _groups(text: pl.Series, way: Way) -> dict[str, pl.Series]:
    parts = text.str.extract_groups(way.regex.replace("(?<", "(?P<")).struct.unnest()
    return {name: parts[name] for name in parts.columns}


def _order(raw: Raw, column: str, groups: dict[str, pl.Series], way: Way, example: str) -> str:
    """Tell day from month by the dates themselves; refuse where both readings are possible throughout."""
    if len(way.orders) == 1:
        return way.orders[0]
    wrong = {order: ~_moments(groups, order).valid for order in way.orders}
    clean = [order for order, bad in wrong.items() if not bad.any()]
    if len(clean) == 1:
        return clean[0]
    if clean:
        formats = [way.strftime(order, example) for order in clean]
        raise DataError(
            f"column {column!r} of {raw.name}: {example!r} could be {' or '.join(formats)}, throughout.",
            hint=f"Say which: --date-format {formats[0]} or --date-format {formats[1]}",
        )
    return min(way.orders, key=lambda order: int(wrong[order].sum()))


def _numbers(groups: dict[str, pl.Series], name: str, default: int) -> Times:
    if name not in groups:
        return np.full(len(next(iter(groups.values()))), default, dtype=np.int64)
    return groups[name].cast(pl.Int64, strict=False).fill_null(default).to_numpy()


def _moments(groups: dict[str, pl.Series], order: str) -> Moments:
    """Put years, months, days, hours and zones together, and mark what no calendar has."""
    named = dict(groups) | {letter: groups[place] for place, letter in zip("uvw", order, strict=False)}
    year = _full_year(named)
    month = _month(named)
    day = _numbers(named, "d", 1)
    hour, minute, second = (_numbers(named, name, 0) for name in "HMS")
    valid = (year >= _EARLIEST) & (year <= _LATEST) & (month >= 1) & (month <= 12) & (day >= 1)
    start = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = start.astype("datetime64[D]").astype(np.int64)
    valid &= days + day <= (start + 1).astype("datetime64[D]").astype(np.int64)
    if "w7" in named:
        days, valid = _iso_weeks(year, _numbers(named, "w7", 1), _numbers(named, "a", 1))
    hour = _half_days(named, hour)
    valid &= (hour < 24) & (minute < 60) & (second < 60)
    clock = ((hour * 60 + minute) * 60 + second) * 1_000_000 + _fraction(named)
    local = (days + day - 1) * _DAY + clock
    zones = named.get("z")
    offset = _offsets(zones) if zones is not None else np.zeros(len(local), np.int64)
    return Moments(local, local - offset, valid, zones is not None and zones.null_count() < len(zones))


def _full_year(named: dict[str, pl.Series]) -> Times:
    year = _numbers(named, "yy" if "yy" in named else "y", -1)
    short = named["yy" if "yy" in named else "y"].str.len_chars().fill_null(4).to_numpy() <= 2
    return np.where(short, np.where(year < 69, 2000 + year, 1900 + year), year)


def _month(named: dict[str, pl.Series]) -> Times:
    if "b" in named:
        first = named["b"].str.to_lowercase().str.slice(0, 3)
        return first.replace_strict(MONTHS, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()
    if "q" in named:
        return _numbers(named, "q", 1) * 3 - 2
    return _numbers(named, "m", 1)


def _iso_weeks(year: Times, week: Times, weekday: Times) -> tuple[Times, NDArray[np.bool_]]:
    """Give the days of ISO weeks: week 1 is the one with 4 January."""
    valid = (year >= _EARLIEST) & (year <= _LATEST) & (week >= 1) & (week <= 53)
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


def _offsets(zones: pl.Series) -> Times:
    parts = zones.str.extract_groups(r"(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})").struct.unnest()
    minutes = parts["h"].cast(pl.Int64) * 60 + parts["m"].cast(pl.Int64)
    signed = minutes * pl.Series(np.where((parts["sign"] == "-").fill_null(value=False).to_numpy(), -1, 1))
    return signed.fill_null(0).to_numpy() * 60_000_000


def _epoch(distinct: pl.Series) -> tuple[Moments, str] | None:
    """Read numbers as a count since 1970 where all lie in the range of one unit."""
    counts = distinct.cast(pl.Float64, strict=False)
    if counts.null_count() * 2 > len(counts):
        return None
    middle = abs(float(counts.median()))  # type: ignore[arg-type]
    for unit, (low, high, micros) in _EPOCHS.items():
        if low <= middle < high:
            times = (counts.fill_null(0).to_numpy() * micros).round().astype(np.int64)
            return Moments(times, times, counts.is_not_null().to_numpy(), zoned=False), f"{unit} since 1970"
    if _NANOSECONDS[0] <= middle < _NANOSECONDS[1]:
        times = distinct.cast(pl.Int64, strict=False).fill_null(0).to_numpy() // 1000
        return Moments(times, times, counts.is_not_null().to_numpy(), zoned=False), "nanoseconds since 1970"
    return None


def _in_format(distinct: pl.Series, date_format: str) -> Moments:
    """Read cells in a strftime format; a missing day or month is the first."""
    lacks_day = not any(sign in date_format for sign in ("%d", "%e", "%j", "%F", "%D", "%x", "%s", "%c"))
    lacks_month = lacks_day and not any(sign in date_format for sign in ("%m", "%b", "%B", "%h"))
    ending = (" 01" if lacks_day else "") + (" 01" if lacks_month else "")
    written = date_format + (" %d" if lacks_day else "") + (" %m" if lacks_month else "")
    try:
        moments = (distinct + ending).str.to_datetime(written, strict=False, time_unit="us")
    except pl.exceptions.PolarsError as error:
        raise DataError(f"date_format {date_format!r} is no date format.", hint="Write it like %d/%m/%Y.") from error
    valid = moments.is_not_null().to_numpy()
    utc = moments.to_physical().fill_null(0).to_numpy()
    zones = distinct.str.extract(r"([+-]\d{2}:?\d{2}|Z)$") if "%z" in date_format or "%:z" in date_format else None
    return Moments(utc if zones is None else utc + _offsets(zones), utc, valid, zones is not None)


def _impossible(raw: Raw, column: str, text: pl.Series, value: str, how: str) -> DataError:
    row = int((text == value).arg_max() or 0)
    return DataError(
        f"{raw.where(row)}, column {column!r}: {value!r} is no date ({how} was expected).",
        hint="Mend that cell, take the row out, or name the format: --date-format %d/%m/%Y",
    )
