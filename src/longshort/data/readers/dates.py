"""Turn a column of dates, however written, into microseconds since 1970; say how they were read."""

import numpy as np
import polars as pl

from longshort.data.readers.epochs import counted, serials
from longshort.data.readers.formats import WAYS, Way
from longshort.data.readers.moments import DAY, EARLIEST, LATEST, Moments, Times, month_of, offsets, put_together
from longshort.data.tables.cells import BLANK
from longshort.data.tables.raw import Raw
from longshort.errors import DataError, examples
from longshort.language import message

_RANGE = r"^(.*\d)\s+[-–—]\s+\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*$"


def parse(raw: Raw, column: str, date_format: str | None = None) -> tuple[Times, str]:
    """Read every cell of a column as a date; give microseconds and a sentence on how they were read.

    The format is recognised over all rows, and where that fails file by file; of a range the first date counts. Raise
    `DataError` for a blank or impossible date, quoting its row, and for dates that could be day/month as well as
    month/day, naming the option to type.
    """
    try:
        return _parsed(raw, column, date_format)
    except DataError:
        if len(raw.parts) == 1 or date_format is not None:
            raise
        return _by_file(raw, column)


def _by_file(raw: Raw, column: str) -> tuple[Times, str]:
    """Read each file's dates in a format of its own."""
    times, hows = np.zeros(raw.frame.height, dtype=np.int64), []
    for origin in np.unique(raw.origin):
        rows = raw.origin == origin
        times[rows], how = _parsed(raw.keep(rows), column, None)
        hows.append(how)
    return times, hows[0] if len(set(hows)) == 1 else message("notes.dates_by_file", column=repr(column))


def _parsed(raw: Raw, column: str, date_format: str | None) -> tuple[Times, str]:
    cells = raw.frame[column]
    if cells.dtype.is_temporal():
        return _typed(raw, column)
    if date_format is None and (fast := _iso(cells)) is not None:
        return fast[0], message("notes.dates.as_written", column=repr(column), how=fast[1])
    text = _text(cells)
    _refuse_blanks(raw, column, text)
    distinct = text.unique(maintain_order=True)
    moments, how = _recognised(raw, column, text, distinct, date_format)
    if not moments.valid.all():
        raise _impossible(raw, column, text, str(distinct[int(np.argmin(moments.valid))]), how)
    times, clock = choose_clock(moments.local, moments.utc) if moments.zoned else (moments.local, "as_written")
    if len(distinct) < len(text):
        known = pl.DataFrame({"cell": distinct, "time": times})
        times = (
            pl.DataFrame({"cell": text}).join(known, on="cell", how="left", maintain_order="left")["time"].to_numpy()
        )
    return times, message(f"notes.dates.{clock}", column=repr(column), how=how)


def looks_dated(cells: pl.Series) -> bool:
    """Say whether most of a column's first cells are dates (or moments counted since 1970)."""
    if cells.dtype.is_temporal():
        return cells.dtype != pl.Duration
    text = _text(cells.head(2000)).drop_nulls()
    text = text.filter(~text.str.contains(BLANK)).head(60)
    if not len(text):
        return False
    return counted(text) is not None or any(_share(text, way) >= 0.8 for way in WAYS)


def ahead(cells: pl.Series) -> tuple[int, ...]:
    """List the minutes ahead of UTC that a column of dates states; none where it states none."""
    if cells.dtype.is_temporal():
        if not _zone(cells):
            return ()
        apart = cells.dt.replace_time_zone(None).cast(pl.Datetime("us")).to_physical().to_numpy() - _utc(cells)
    else:
        zones = _text(cells).str.extract(r"\d\d:?\d\d.*?([+-]\d{2}:?\d{2}|Z)$")
        if zones.null_count():
            return ()
        apart = offsets(zones.unique())
    return tuple(int(minutes) for minutes in np.unique(apart // 60_000_000))


def choose_clock(local: Times, utc: Times) -> tuple[Times, str]:
    """Choose between the clock of the time zone, "local", and "utc": a daily series keeps its local dates.

    Within a day the local clock stays while its distance from UTC does; where clocks change it would repeat an hour,
    so UTC is taken.
    """
    daily = len(np.unique(local)) == len(np.unique(local // DAY))
    if daily or len(np.unique(local - utc)) == 1:
        return local, "local"
    return utc, "utc"


def _text(cells: pl.Series) -> pl.Series:
    if cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        cells = whole if (whole.cast(pl.Float64) == cells).all() else cells
    return cells.cast(pl.String).str.strip_chars().str.replace(_RANGE, "${1}")


def _iso(cells: pl.Series) -> tuple[Times, str] | None:
    """Read the two commonest formats in one go, or give None."""
    if cells.dtype != pl.String or not len(cells) or cells[0] is None:
        return None
    for length, written in ((10, "%Y-%m-%d"), (19, "%Y-%m-%d %H:%M:%S")):
        if len(cells[0]) == length and cells[0][4:5] == "-" and "T" not in cells[0]:
            moments = cells.str.to_datetime(written, strict=False, time_unit="us")
            if moments.null_count() == 0 and moments.dt.year().is_between(EARLIEST, LATEST).all():
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
        return utc, message("notes.dates_from.as_written", column=repr(column))
    local = cells.dt.replace_time_zone(None).cast(pl.Datetime("us")).to_physical().to_numpy()
    times, clock = choose_clock(local, utc)
    return times, message(f"notes.dates_from.{clock}", column=repr(column))


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
    shares = [_share(sample, way) for way in WAYS]
    if max(shares) < 0.5:
        count = counted(distinct) or serials(distinct)
        if count is not None:
            return count
        raise DataError(
            f"column {column!r} of {raw.name} holds no known dates: {examples(sample.head(3).to_list())}.",
            hint="Name the column with --date NAME, or the format with --date-format, such as --date-format %d.%m.%Y.",
        )
    way = WAYS[int(np.argmax(np.asarray(shares)))]
    groups = _groups(distinct, way)
    example = str(distinct[int(_matches(distinct, way).arg_max() or 0)])
    order = _order(raw, column, groups, way, example)
    return put_together(groups, order), way.strftime(order, example)


def _matches(text: pl.Series, way: Way) -> pl.Series:
    found = text.str.contains(way.regex.replace("(?<", "(?P<"))
    if "(?<b>" in way.pattern:
        found &= pl.Series(month_of(_groups(text, way)) > 0)
    return found


def _share(text: pl.Series, way: Way) -> float:
    return float(_matches(text, way).sum()) / len(text)


def _groups(text: pl.Series, way: Way) -> dict[str, pl.Series]:
    parts = text.str.extract_groups(way.regex.replace("(?<", "(?P<")).struct.unnest()
    return {name: parts[name] for name in parts.columns}


def _order(raw: Raw, column: str, groups: dict[str, pl.Series], way: Way, example: str) -> str:
    """Tell day from month by the dates themselves; refuse where both readings are possible throughout."""
    if len(way.orders) == 1:
        return way.orders[0]
    wrong = {order: ~put_together(groups, order).valid for order in way.orders}
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
    return Moments(utc if zones is None else utc + offsets(zones), utc, valid, zones is not None)


def _impossible(raw: Raw, column: str, text: pl.Series, value: str, how: str) -> DataError:
    row = int((text == value).arg_max() or 0)
    return DataError(
        f"{raw.where(row)}, column {column!r}: {value!r} is no date ({how} was expected).",
        hint="Mend that cell, take the row out, or name the format: --date-format %d/%m/%Y",
    )
