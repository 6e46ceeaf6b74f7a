"""How a panel shows itself: a plain dictionary, a small table for a notebook, and a picture of one series."""

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from longshort.data.checks import calendars_in_words, check, dates
from longshort.data.panel import Panel
from longshort.errors import DataError, nearest

SCHEMA = 1
SERIES_SHOWN = 10
POINTS = 600
WIDTH, HEIGHT = 640, 240
STYLE = """<style>
.longshort text { font: 12px system-ui, sans-serif; fill: #808890; } .longshort path { fill: none; }
.longshort .grid { stroke: #8884; } .longshort .actual { stroke: #2f86d9; stroke-width: 1.6; }
</style>"""
"""The report's style sheet is not there in a notebook; these few rules stand on light and on dark ground."""


@dataclass(frozen=True)
class Drawing:
    """Hold a picture as SVG text; a notebook shows it."""

    svg: str

    def _repr_html_(self) -> str:
        return f'<div class="longshort" style="max-width: {WIDTH}px">{STYLE}{self.svg}</div>'


def summarise(panel: Panel) -> dict[str, Any]:
    """Describe a panel as a plain dictionary: series, rows, span, calendar, columns and what was assumed."""
    ends = dates(panel, np.array([panel.times.argmin(), panel.times.argmax()])) if len(panel.times) else [None, None]
    return {
        "schema": SCHEMA,
        "series": len(panel),
        "rows": len(panel.times),
        "from": ends[0],
        "to": ends[1],
        "calendar": calendars_in_words(panel),
        "target": panel.columns[0].name,
        "columns": [
            {"name": c.name, "kind": c.kind, "known": c.known, "lag": c.lag, "target": place == 0}
            for place, c in enumerate(panel.columns)
        ],
        "notes": list(panel.notes),
    }


def as_html(panel: Panel) -> str:
    """Give a panel as HTML: a line about all, a table of the first series, a picture of the first one that has rows."""
    about = summarise(panel)
    whole = f"{about['series']:,} series, {about['rows']:,} rows, {about['calendar']}, target {about['target']}"
    inputs = ", ".join(column["name"] for column in about["columns"][1:])
    parts = [f"<p><strong>{escape(whole)}</strong>{escape(f'; inputs: {inputs}') if inputs else ''}</p>"]
    rows = check(panel.only(np.arange(min(SERIES_SHOWN, len(panel))))).series if len(panel) else []
    if rows:
        parts.append(table(rows))
    if len(panel) > SERIES_SHOWN:
        parts.append(f"<p>and {len(panel) - SERIES_SHOWN:,} more series</p>")
    if len(panel.times):
        parts.append(draw(panel)._repr_html_())
    return "".join(parts)


def table(rows: list[dict[str, Any]]) -> str:
    """Write rows of equal keys as an HTML table, everything escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row.values()) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def draw(panel: Panel, unique_id: str | None = None) -> Drawing:
    """Draw the target of one series (the first with rows, unless named), at most 600 rows of it, equally spaced.

    Raise DataError where there is no such series, or none with a row.
    """
    from longshort.report import svg
    from longshort.report.figures.dates import session_ticks
    from longshort.report.words import words

    rows = np.arange(*panel.rows(chosen(panel, unique_id)).indices(len(panel.times))[:2])
    rows = rows[:: -(-len(rows) // POINTS)] if len(rows) else rows
    values = [float(v) if np.isfinite(v) else None for v in panel.target[rows]]
    y = svg.Scale(*svg.span(values), HEIGHT - 30, 24)
    x = svg.Scale(0, max(len(values) - 1, 1), 64, WIDTH - 14)
    across = session_ticks(dates(panel, rows), words()["months"])
    parts = [
        svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), ("", panel.columns[0].name)),
        svg.line(enumerate(values), x, y, "actual"),
    ]
    name = panel.ids[chosen(panel, unique_id)]
    return Drawing(str(svg.picture(WIDTH, HEIGHT, f"{name}: {panel.columns[0].name}", parts)))


def chosen(panel: Panel, unique_id: str | None) -> int:
    """Find the series to draw by its id, or the first that has rows."""
    filled = np.flatnonzero(np.diff(panel.offsets))
    if not len(filled):
        raise DataError("there is no row to draw.")
    if unique_id is None:
        return int(filled[0])
    if unique_id not in panel.ids:
        raise DataError(f"there is no series {unique_id!r}.", hint=nearest(unique_id, panel.ids))
    return panel.ids.index(unique_id)
