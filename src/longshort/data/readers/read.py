"""The door through which all data enter: read files and tables into a Panel, and say what was assumed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from longshort.data.panel import Panel
from longshort.data.readers.assemble import to_panel
from longshort.data.readers.interpret import Wishes, interpret
from longshort.data.readers.prepare import as_one_series, listed, with_blanks, with_future, with_one_id, without
from longshort.data.tables import names
from longshort.data.tables.dialect import Written
from longshort.data.tables.opening import gather
from longshort.language import message

if TYPE_CHECKING:
    from longshort.data.calendars import Calendar


def read(
    *sources_: object,
    target: str | None = None,
    id: Sequence[str] | str = (),
    date: str | None = None,
    columns: Sequence[str] | str | None = None,
    no_dates: bool = False,
    newest_first: bool = False,
    date_format: str | None = None,
    timezone: str | None = None,
    calendar: "str | Calendar | None" = None,
    wide: bool = False,
    alone: bool = False,
    one_series: bool = False,
    drop: Sequence[str] | str = (),
    blank: Sequence[str] | str = (),
    known_future: Sequence[str] = (),
    static: Sequence[str] = (),
    lag: Mapping[str, int] | None = None,
    join: Sequence[object] | object = (),
    future: object = None,
    duplicates: Literal["first", "last", "mean"] | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
) -> Panel:
    """Read files, folders, patterns or tables (pandas, polars, Arrow) into one Panel.

    Everything that is not said is recognised and told in the panel's `notes`: encoding, separator, header, dates, the
    calendar, the columns of a price file, and which column is the target.

    Args:
        sources_: Paths (CSV, TSV, Parquet, Arrow, spreadsheets, JSON; packed or not), folders with a file per series,
            patterns, "-" for standard input, tables.
        target: The column to forecast. Needed where more than one could be meant.
        id: The column that names the series, or several. Without one a file is one series, named after the file.
        date: The column of dates.
        columns: The names of the columns of files without a header, as a list or as "time,low,high,close".
        no_dates: Take the rows in order, oldest first, and number them.
        newest_first: Say that rows without dates stand newest first.
        date_format: How dates are written, such as `%d/%m/%Y`.
        timezone: The zone of local times without an offset, such as `Europe/Berlin`: they are turned to UTC.
        calendar: A calendar, or the name of one ("XNYS", "daily", "business days"), instead of recognising it.
        wide: Take every column of numbers as a series of its own.
        alone: Keep the target and what is declared (`known_future`, `static`), and no other column as an input.
        one_series: Take several files for parts of one series, which follow one another.
        drop: Columns to leave out.
        blank: Signs of a blank cell beside the usual ones, such as "?" or "-999".
        known_future: Columns known in advance, such as holidays; all others are known up to the cutoff.
        static: Columns of numbers that never change within a series.
        lag: Sessions after its own at which a column's values are published, by column, joined ones included.
        join: Further sources whose columns are joined as of what was known at each time.
        future: A source of coming rows, with values of the columns in `known_future`; its target is blank.
        duplicates: What to do with a second row for a series and date: take the `first`, the `last` or the `mean`.
        separator: The character between cells.
        decimal: `.` or `,`.
        encoding: Of text files, such as `cp949`.

    Raises:
        DataError: Data that cannot be used as they are; the message quotes file, row, column and value.
        SettingsError: Options that contradict each other.
        CalendarError: A calendar that is unknown or does not fit the dates.

    >>> import polars as pl
    >>> panel = read(pl.DataFrame({"Date": ["2017-01-03", "2017-01-04", "2017-01-05"], "Close": [1.0, 2.0, 3.0]}))
    >>> panel.ids, panel.columns[0].kind, panel.target.tolist()
    (('series',), 'close', [1.0, 2.0, 3.0])

    """
    given = [name.strip() for name in columns.split(",")] if isinstance(columns, str) else columns
    written = Written(given, separator, encoding, numbered=no_dates)
    raw = gather(sources_, written)
    if one_series:
        raw = as_one_series(raw)
    if future is not None:
        raw = with_future(raw, gather([future], written), target)
    raw, id_ = with_one_id(without(with_blanks(raw, listed(blank)), listed(drop)), listed(id))
    wishes = Wishes(
        target=target,
        id=id_,
        date=date,
        no_dates=no_dates,
        date_format=date_format,
        timezone=timezone,
        wide=wide,
        alone=alone,
        known_future=listed(known_future),
        static=listed(static),
        decimal=decimal,
    )
    long, notes = interpret(raw, wishes)
    panel = to_panel(long, calendar=calendar, newest_first=newest_first, duplicates=duplicates, notes=notes)
    if newest_first and panel.dated:
        panel = replace(panel, notes=(*panel.notes, message("notes.order.newest_first_unused")))
    panel = replace(panel, findings=(*raw.findings, *panel.findings))
    others = join if isinstance(join, list | tuple) else [join]
    return _lagged(_joined(panel, others), lag)


def panel_of(data: object) -> Panel:
    """Give a Panel as it is, and read anything else that `read` takes."""
    return data if isinstance(data, Panel) else read(data)


def _joined(panel: Panel, others: Sequence[object]) -> Panel:
    """Join further sources, each read by the same rules but for the target, of which it needs none."""
    for other in others:
        from longshort.data.joins import join

        if isinstance(other, Panel):
            panel = join(panel, other, "joined")
            continue
        raw = gather([other], Written())
        long, notes = interpret(raw, Wishes(target_needed=False))
        panel = join(panel, to_panel(long, notes=notes, target_needed=False, to_come=False), raw.parts[0].stem)
    return panel


def _lagged(panel: Panel, lag: Mapping[str, int] | None) -> Panel:
    if not lag:
        return panel
    from longshort.data.joins import with_lag

    present = [column.name for column in panel.columns]
    return with_lag(panel, {_late(name, present): sessions for name, sessions in lag.items()})


def _late(name: str, present: Sequence[str]) -> str:
    """Find a column that is published late; a joined one may be named without its file."""
    joined = [column for column in present if column.endswith(f".{name}")]
    return joined[0] if len(joined) == 1 and name not in present else names.find(name, present, "lag")
