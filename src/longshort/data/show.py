"""How a panel shows itself: a plain dictionary, a small table for a notebook, and a picture of one series."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from longshort.data.checks import SCHEMA, calendars_in_words, check, dates
from longshort.data.panel import Panel
from longshort.errors import DataError, nearest
from longshort.language import listed, message

if TYPE_CHECKING:
    from longshort.report.inline import Picture

SERIES_SHOWN = 10
POINTS = 600


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
    from longshort.report.inline import table

    about = summarise(panel)
    whole = message(
        "checks.about.panel",
        n=about["series"],
        rows=about["rows"],
        calendar=about["calendar"],
        target=about["target"],
    )
    names = [column["name"] for column in about["columns"][1:]]
    inputs = f"; {message('checks.about.inputs', names=listed(names, 12))}" if names else ""
    parts = [f"<p><strong>{escape(whole)}</strong>{escape(inputs)}</p>"]
    rows = check(panel.only(np.arange(min(SERIES_SHOWN, len(panel))))).series if len(panel) else []
    if rows:
        parts.append(table(rows))
    if len(panel) > SERIES_SHOWN:
        parts.append(f"<p>{escape(message('checks.more_series', n=len(panel) - SERIES_SHOWN))}</p>")
    if len(panel.times):
        parts.append(draw(panel)._repr_html_())
    return "".join(parts)


def draw(panel: Panel, unique_id: str | None = None) -> "Picture":
    """Draw the target of one series (the first with rows, unless named), at most 600 rows of it, equally spaced.

    Raises DataError where there is no such series, or none with a row.
    """
    from longshort.report.figures import past
    from longshort.report.inline import Picture
    from longshort.report.words import Words

    filled = np.flatnonzero(np.diff(panel.offsets))
    chosen = choose(unique_id, [panel.ids[series] for series in filled], "row")
    rows = np.arange(len(panel.times))[panel.rows(panel.ids.index(chosen))]
    rows = rows[:: -(-len(rows) // POINTS)]
    series = {"unique_id": chosen, "unit": panel.columns[0].name, "ds": dates(panel, rows), "y": panel.target[rows]}
    return Picture(str(past(series, Words())))


def choose(unique_id: str | None, known: Sequence[str], what: str) -> str:
    """Choose the series to draw: the first one, unless named.

    Raises DataError where it is not among those known, or where none is; `what` then names what is not there to draw.
    """
    if not known:
        raise DataError(f"there is no {what} to draw.")
    if unique_id is not None and unique_id not in known:
        raise DataError(f"there is no series {unique_id!r}.", hint=nearest(unique_id, known))
    return known[0] if unique_id is None else unique_id
