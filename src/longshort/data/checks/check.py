"""What is in a panel and what is wrong with it, said before anything is trained on it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.titles import title
from longshort.data.calendars.units import unit_of
from longshort.data.checks import oddities
from longshort.data.checks.as_text import as_text
from longshort.data.checks.gaps import SHOWN, clock, label, sessions
from longshort.data.checks.oddities import Found
from longshort.data.checks.spikes import endings, spikes
from longshort.data.checks.splits import splits
from longshort.data.panel import Panel
from longshort.data.readers import panel_of
from longshort.finding import Finding
from longshort.language import cases, listed, message

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Check:
    """Hold what a look at the data brought: one row per series, the calendar, the columns' roles, the findings."""

    series: list[dict[str, Any]]
    calendar: str
    columns: dict[str, dict[str, Any]]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    def summary(self, lang: str = "en") -> dict[str, Any]:
        """Give all of it as one plain dictionary, its sentences in a language: what `longshort check --json` prints."""
        said = [finding.to_dict(lang) for finding in self.findings]
        return {
            "schema": SCHEMA,
            "series": self.series,
            "calendar": self.calendar,
            "columns": self.columns,
            "findings": [{key: each[key] for key in ("code", "severity", "text", "value")} for each in said],
        }

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def to_text(self, shown: int = 20, lang: str = "en") -> str:
        """Describe it for a terminal in a language, at most `shown` series line by line."""
        return as_text(self, shown, lang)


def check(panel: Panel | Any) -> Check:
    """Look at every series for what may be wrong; nothing is changed. `panel` is one, or whatever `read` takes.

    The findings of the reading (duplicates, order) come first, then those about the values. Each names series, rows
    (counted from 1, in order of time) and dates, three examples and a count, and says what longshort does about it.
    """
    panel = panel_of(panel)
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
            "calendar": title(calendar),
            "unit": unit_of(calendar),
            "missing": lost,
            "blanks": empty,
        }
        for key, rows, first, last, calendar, lost, empty in table
    ]


def calendars_in_words(panel: Panel) -> str:
    """Name the calendar of all series, or each calendar with the number of its series."""
    titles = {calendar.name: calendar for calendar in panel.calendars}
    counts = Counter(calendar.name for calendar in panel.calendars).most_common()
    if len(counts) == 1:
        return title(panel.calendars[0])
    each = [message("checks.calendar_of", calendar=title(titles[name]), n=n) for name, n in counts]
    return listed(each, len(each))


def missing_by_series(panel: Panel) -> NDArray[np.int64]:
    """Count the steps of its calendar without a row inside the span of each series."""
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
        spikes,
        endings,
    )
    for look in looks:
        for found in look(panel):
            if len(found.rows):
                yield word(panel, found)


def word(panel: Panel, found: Found) -> Finding:
    """Turn rows that were found into a sentence: how many, in how many series, three of them, what is done."""
    count, owners = len(found.rows), panel.series[found.rows]
    shown = found.rows[spaced(owners)]
    first = [
        message(
            "checks.row",
            id=repr(panel.ids[panel.series[row]]),
            row=int(row - panel.offsets[panel.series[row]] + 1),
            facts=[when, *details],
        )
        for row, when, details in zip(shown, dates(panel, shown), found.details(shown), strict=True)
    ]
    times = message("checks.times", n=count)
    if len(panel) > 1:
        times = message("checks.times_in_series", n=count, series=len(np.unique(owners)))
    text = message(found.sentence, times=times, cases=cases(first, total=count), **found.names)
    return Finding(found.code, found.severity, text, float(count))


def spaced(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose three examples, from different series where there are several."""
    first = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))[:SHOWN]
    others = np.setdiff1d(np.arange(min(len(owners), 2 * SHOWN)), first)[: SHOWN - len(first)]
    return np.sort(np.concatenate([first, others]))
