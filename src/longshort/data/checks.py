"""What is in a panel and what is wrong with it, said before anything is trained on it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data import oddities
from longshort.data.oddities import Found
from longshort.data.panel import Panel
from longshort.data.splits import splits
from longshort.finding import Finding

SCHEMA = 1
SHOWN = 3


@dataclass(frozen=True, eq=False)
class Check:
    """Hold what a look at the data brought: one row per series, the calendar, the columns' roles, the findings."""

    series: list[dict[str, Any]]
    calendar: str
    columns: dict[str, dict[str, Any]]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Give all of it as one plain dictionary: what `longshort check --json` prints."""
        return {
            "schema": SCHEMA,
            "series": self.series,
            "calendar": self.calendar,
            "columns": self.columns,
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_text(self, shown: int = 20) -> str:
        """Describe it for a terminal, at most `shown` series line by line."""
        lines = [f"{len(self.series)} series, calendar {self.calendar}"]
        lines += [
            f"  {row['unique_id']}: {row['rows']:,} rows, {row['from']} to {row['to']}, {row['calendar']}, "
            f"{row['missing']:,} missing sessions, {row['blanks']:,} blanks"
            for row in self.series[:shown]
        ]
        if len(self.series) > shown:
            lines.append(f"  and {len(self.series) - shown:,} more series")
        lines += [f"  {name}: {role['role']} ({role['kind']})" for name, role in self.columns.items()]
        lines += [f"  {note}" for note in self.notes]
        lines += [f"{finding.severity}: {finding.text}" for finding in self.findings] or ["Nothing is wrong."]
        return "\n".join(lines)


def check(panel: Panel) -> Check:
    """Look at every series for what may be wrong; nothing is changed.

    The findings of the reading (duplicates, order) come first, then those about the values. Each names series, rows
    (counted from 1, in order of time) and dates, three examples and a count, and says what longshort does about it.
    """
    missing = missing_by_series(panel)
    blank_rows = np.nonzero(np.isnan(panel.values))[0]
    blanks = np.diff(np.searchsorted(blank_rows, panel.offsets))
    return Check(
        series=series_rows(panel, missing, blanks),
        calendar=calendars_in_words(panel),
        columns={
            column.name: {
                "role": "target" if place == 0 else column.known,
                "kind": column.kind,
                "lag": column.lag,
            }
            for place, column in enumerate(panel.columns)
        },
        findings=(*panel.findings, *findings(panel, missing)),
        notes=panel.notes,
    )


def series_rows(panel: Panel, missing: NDArray[np.int64], blanks: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Describe each series in one row; an empty series has no dates."""
    if not len(panel.times):
        ends = [[""] * len(panel)] * 2
    else:
        rows = np.clip([panel.offsets[:-1], panel.offsets[1:] - 1], 0, len(panel.times) - 1)
        ends = [dates(panel, row) for row in rows]
    counts = np.diff(panel.offsets).tolist()
    table = zip(panel.ids, counts, *ends, panel.calendars, missing.tolist(), blanks.tolist(), strict=True)
    return [
        {
            "unique_id": key,
            "rows": rows,
            "from": first if rows else None,
            "to": last if rows else None,
            "calendar": calendar.name,
            "missing": lost,
            "blanks": empty,
        }
        for key, rows, first, last, calendar, lost, empty in table
    ]


def calendars_in_words(panel: Panel) -> str:
    """Name the calendar of all series, or each calendar with the number of its series."""
    counts = Counter(calendar.name for calendar in panel.calendars).most_common()
    return counts[0][0] if len(counts) == 1 else ", ".join(f"{name} ({n:,} series)" for name, n in counts)


def missing_by_series(panel: Panel) -> NDArray[np.int64]:
    """Count the sessions without a row inside the span of each series."""
    counts = np.diff(panel.offsets)
    if not len(panel.sessions):
        return counts
    first = panel.sessions[np.minimum(panel.offsets[:-1], len(panel.sessions) - 1)]
    last = panel.sessions[np.maximum(panel.offsets[1:] - 1, 0)]
    return np.where(counts > 0, last - first + 1 - counts, 0)


def dates(panel: Panel, rows: NDArray[np.int64]) -> list[str]:
    """Write the dates of rows: ISO, without a midnight; the row numbers where a panel has no dates."""
    times = panel.times[rows]
    return label(times) if panel.dated else [str(t) for t in times]


def label(times: NDArray[np.int64]) -> list[str]:
    """Write times as ISO dates, with hours and minutes only where there are any.

    >>> label(np.array([0, 60_000_000]))
    ['1970-01-01T00:00', '1970-01-01T00:01']
    """
    moments = times.astype("datetime64[us]")
    unit = "D" if not (times % 86_400_000_000).any() else "m" if not (times % 60_000_000).any() else "s"
    return [str(text) for text in np.datetime_as_string(moments.astype(f"datetime64[{unit}]"))]


def findings(panel: Panel, missing: NDArray[np.int64]) -> Iterator[Finding]:
    """Look for everything that may be wrong with the values, one finding for each kind of fault."""
    if not len(panel.times):
        return
    yield from sessions(panel, missing)
    yield from clock(panel)
    looks: tuple[Callable[[Panel], Iterator[Found]], ...] = (
        oddities.blanks,
        oddities.out_of_range,
        oddities.flat_bars,
        oddities.non_positive,
        oddities.zero_volume,
        oddities.frozen,
        splits,
    )
    for look in looks:
        for found in look(panel):
            if len(found.rows):
                yield word(panel, found)


def word(panel: Panel, found: Found) -> Finding:
    """Turn rows that were found into a sentence: how many, in how many series, three of them, what is done."""
    count, owners = len(found.rows), panel.series[found.rows]
    spread = len(np.unique(owners))
    shown = found.rows[spaced(owners)]
    labels = dates(panel, shown)
    details = found.details(shown)
    cases = [
        f"{panel.ids[panel.series[row]]!r} row {row - panel.offsets[panel.series[row]] + 1:,} ({when}{detail})"
        for row, when, detail in zip(shown, labels, details, strict=True)
    ]
    where = f" in {spread:,} series" if len(panel) > 1 else ""
    rest = f" and {count - len(shown):,} more" if count > len(shown) else ""
    text = f"{found.what} {count:,} {'time' if count == 1 else 'times'}{where}: {'; '.join(cases)}{rest}. {found.done}"
    return Finding(found.code, found.severity, text, float(count))


def spaced(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose three examples, from different series where there are several."""
    first = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))[:SHOWN]
    others = np.setdiff1d(np.arange(min(len(owners), 2 * SHOWN)), first)[: SHOWN - len(first)]
    return np.sort(np.concatenate([first, others]))


def sessions(panel: Panel, missing: NDArray[np.int64]) -> Iterator[Finding]:
    """Report sessions without a row, rows outside all sessions, and series whose calendar is not known."""
    lacking = np.flatnonzero(missing)
    if len(lacking):
        total = int(missing.sum())
        cases = [f"{panel.ids[i]!r} {gaps(panel, int(i))}" for i in lacking[:SHOWN]]
        rest = f" and {len(lacking) - SHOWN:,} more series" if len(lacking) > SHOWN else ""
        share = total / (total + len(panel.times))
        text = (
            f"{total:,} {'session has' if total == 1 else 'sessions have'} no row: {'; '.join(cases)}{rest}. No row is "
            "invented: steps count sessions, and what is not known is not scored."
        )
        yield Finding("missing_sessions", "warning" if share > 0.02 else "info", text, float(total))
    yield from outside(panel)
    rows_only = [panel.ids[i] for i, c in enumerate(panel.calendars) if c.name == "irregular"]
    if rows_only:
        text = (
            f"No calendar explains the dates of {some(rows_only)}: each row counts as one session, and coming dates "
            "lie one median distance apart. Name the right one with --calendar."
        )
        yield Finding("irregular_dates", "warning", text, float(len(rows_only)))


def gaps(panel: Panel, series: int) -> str:
    """Write the first three gaps of a series: a date each, or from when to when."""
    rows = panel.rows(series)
    numbers = panel.sessions[rows]
    before = np.flatnonzero(np.diff(numbers) > 1)
    first, last = numbers[before[:SHOWN]] + 1, numbers[before[:SHOWN] + 1] - 1
    if panel.dated:
        calendar = panel.calendars[series]
        both = label(calendar.times(np.concatenate([first, last])))
    else:
        both = [str(n) for n in (*first, *last)]
    begin, end = both[: len(first)], both[len(first) :]
    texts = [a if a == b else f"{a} to {b} ({n:,})" for a, b, n in zip(begin, end, last - first + 1, strict=True)]
    rest = f" and {len(before) - SHOWN:,} more" if len(before) > SHOWN else ""
    return ", ".join(texts) + rest


def outside(panel: Panel) -> Iterator[Finding]:
    """Report rows at which the recognised exchange was closed."""
    strays = [(i, extra) for i, c in enumerate(panel.calendars) if (extra := getattr(c, "extra", ()))]
    if not strays:
        return
    total = sum(len(extra) for _, extra in strays)
    cases = []
    for i, extra in strays[:SHOWN]:
        daily = panel.calendars[i].length == 86_400_000_000
        when = label(np.array(extra[:SHOWN], dtype=np.int64) * (86_400_000_000 if daily else 1))
        rest = f" and {len(extra) - SHOWN:,} more" if len(extra) > SHOWN else ""
        cases.append(f"{panel.ids[i]!r} {', '.join(when)}{rest} ({panel.calendars[i].name})")
    rest = f" and {len(strays) - SHOWN:,} more series" if len(strays) > SHOWN else ""
    text = (
        f"{total:,} {'row stands' if total == 1 else 'rows stand'} where the exchange was closed: "
        f"{'; '.join(cases)}{rest}. Each counts as a session of its own."
    )
    yield Finding("rows_outside_sessions", "info", text, float(total))


def clock(panel: Panel) -> Iterator[Finding]:
    """Say in which time zone intraday rows are read."""
    zones = {getattr(c, "clock", "") for c in panel.calendars} - {""}
    if zones:
        text = (
            f"Times are read in {some(sorted(zones))}: so they agree with the exchange's hours. Dates stay as written."
        )
    elif panel.dated and any(c.length < 86_400_000_000 for c in panel.calendars):
        text = "Times carry no zone that the calendar could tell: they are read and written in the file's own clock."
    else:
        return
    yield Finding("time_zone", "info", text)


def some(names: list[str]) -> str:
    """Quote three names and count the rest."""
    rest = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(repr(name) for name in names[:SHOWN]) + rest
