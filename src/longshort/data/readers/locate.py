"""Find the columns that say when and which: dates, times of day, and the id of a series."""

from dataclasses import replace

import polars as pl

from longshort.data.readers.dates import looks_dated
from longshort.data.tables import names
from longshort.data.tables.raw import Raw

_TIME_OF_DAY = r"^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$|^\d{6}$"
_UNNAMED = ("", "index", "unnamed0", "column0", "column1", "level0")


def date_column(raw: Raw, wanted: str | None) -> str | None:
    """Find the column of dates: the one wanted, one of a date's type, one of a date's name, or one that looks it.

    Between several, a readable date is preferred to a count of seconds.
    """
    columns = [name for name in raw.frame.columns if name != raw.id_column]
    if wanted is not None:
        return names.find(wanted, columns, "the dates")
    named = names.ranked(columns, names.DATES)
    temporal = [name for name in columns if raw.frame[name].dtype in (pl.Date, pl.Datetime)]
    if temporal:
        return next((name for name in named if name in temporal), temporal[0])
    for name in named:
        if looks_dated(raw.frame[name]) and not _only_years(raw.frame[name], name):
            return name
    sure = [name for name in named if names.plain(name) in names.SURE_DATES]
    return sure[0] if sure else _by_looks(raw, columns)


def _only_years(cells: pl.Series, name: str) -> bool:
    """Tell a column "data" or "time" of small numbers from dates: only years and periods may be bare four digits."""
    if names.plain(name) in ("year", "period", "time") or names.plain(name) in names.SURE_DATES:
        return False
    return cells.dtype.is_numeric() and bool((cells.cast(pl.Float64) < 2500).all())


def _by_looks(raw: Raw, columns: list[str]) -> str | None:
    """Accept a nameless first column of dates, or the only column of text that is all dates."""
    first = columns[0]
    if names.plain(first) in _UNNAMED and looks_dated(raw.frame[first]):
        return first
    texts = [name for name in columns if raw.frame[name].dtype == pl.String and _divided(raw.frame[name])]
    dated = [name for name in texts if looks_dated(raw.frame[name])]
    return dated[0] if len(dated) == 1 else None


def _divided(cells: pl.Series) -> bool:
    """Say whether cells hold something that divides a date, so that bare numbers are never taken for one."""
    return cells.head(50).drop_nulls().str.contains(r"\d[-/.:년]\s?\d.*[-/.:월]\s?\d|[A-Za-z]{3}.*\d{4}").any()


def with_time_of_day(raw: Raw, date: str) -> Raw:
    """Put a column of times of day (09:30, 0930, 93000, or an hour) behind the dates, where a file has two columns."""
    cells = raw.frame[date]
    times = [name for name in raw.frame.columns if name != date and names.plain(name) in names.TIMES]
    if not times or cells.dtype not in (pl.String, pl.Date) or cells.head(50).cast(pl.String).str.contains(":").any():
        return raw
    text = _clock(raw.frame[times[0]])
    if text is None:
        return raw
    joined = raw.frame.with_columns((cells.cast(pl.String) + " " + text).alias(date)).drop(times[0])
    return replace(raw, frame=joined)


def _clock(cells: pl.Series) -> pl.Series | None:
    """Write times of day with colons; None where they are none."""
    if not (cells.dtype in (pl.String, pl.Time) or cells.dtype.is_integer()):
        return None
    text = cells.cast(pl.String).str.strip_chars()
    head = text.drop_nulls().head(1000)
    if head.str.contains(_TIME_OF_DAY).all():
        return text.str.replace(r"^(\d{2})(\d{2})(\d{2})$", "${1}:${2}:${3}")
    if not len(head) or not head.str.contains(r"^\d{1,6}$").all():
        return None
    number = head.cast(pl.Int64)
    if bool((number <= 24).all()):
        return (text.cast(pl.Int64) % 24).cast(pl.String) + ":00"
    width = 4 if bool((number <= 2400).all()) else 6
    return text.str.zfill(width).str.replace(r"^(\d{2})(\d{2})(\d{2})?$", "${1}:${2}")


def spare_dates(raw: Raw, date: str | None) -> list[str]:
    """List other columns that say the moment again, such as `unix` beside `date`, and one that counts the rows."""
    others = [name for name in names.ranked(raw.frame.columns, names.DATES) if name != date]
    again = [name for name in others if raw.frame[name].dtype.is_temporal() or _is_epoch(raw.frame[name], name)]
    first = raw.frame.columns[0]
    return [first, *again] if first != date and _counts_rows(raw.frame[first], first) else again


def _counts_rows(cells: pl.Series, name: str) -> bool:
    """Say whether a nameless column only counts the rows, as tables saved with their index have it."""
    if names.plain(name) not in _UNNAMED:
        return False
    steps = cells.cast(pl.Int64, strict=False).diff().drop_nulls()
    return len(steps) == len(cells) - 1 and bool((steps == 1).all())


def _is_epoch(cells: pl.Series, name: str) -> bool:
    return names.plain(name) in names.EPOCHS or (cells.dtype == pl.String and _divided(cells) and looks_dated(cells))


def id_column(raw: Raw, wanted: str | None, date: str | None) -> str | None:
    """Find the column that names the series: the one wanted, or one of a usual name that is no running number."""
    columns = [name for name in raw.frame.columns if name != date]
    if wanted is not None:
        return names.find(wanted, columns, "the series")
    if raw.id_column is not None:
        return raw.id_column
    candidates = [name for name in names.ranked(columns, names.IDS) if _names_series(raw, name)]
    return candidates[0] if candidates else None


def _names_series(raw: Raw, name: str) -> bool:
    cells = raw.frame[name]
    if cells.dtype in (pl.Categorical, pl.Enum):
        return True
    sure = names.plain(name) in names.SURE_IDS
    if cells.dtype == pl.String:
        return sure or not _counts(cells)
    return sure and cells.dtype.is_integer()


def _counts(cells: pl.Series) -> bool:
    """Say whether text is really numbers, such as a running number under the name `id`."""
    return cells.head(1000).cast(pl.Float64, strict=False).null_count() < min(len(cells), 1000) / 2
