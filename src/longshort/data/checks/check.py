"""What is in a panel and what is wrong with it, said before anything is trained on it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.checks import oddities
from longshort.data.checks.gaps import SHOWN, clock, label, sessions
from longshort.data.checks.oddities import Found
from longshort.data.checks.splits import splits
from longshort.data.panel import Panel
from longshort.finding import Finding

SCHEMA = 1


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

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def to_text(self, shown: int = 20) -> str:
        """Describe it for a terminal, at most `shown` series line by line."""
        lines = [f"{len(self.series)} series, calendar {self.calendar}"]
        lines += [
            f"  {row['unique_id']}: {row['rows']:,} rows, {row['from']} to {row['to']}, {row['calendar']}, "
            f"{_counted(row['missing'], 'missing session')}, {_counted(row['blanks'], 'blank')}"
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


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
