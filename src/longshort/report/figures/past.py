"""One series as it was: a line through its values, broken where one is missing."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite
from longshort.report.words import Words

W, H = 640, 240


def past(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw a series' `y` at its `ds`; `unit` names the values, `unique_id` the series."""
    values = [finite(value) for value in series["y"]]
    y = svg.Scale(*svg.span(values), H - 30, 24)
    x = svg.Scale(0, max(len(values) - 1, 1), 64, W - 14)
    across = session_ticks(series["ds"], words)
    parts = [
        svg.frame(x, y, across, svg.numbered(svg.ticks(y.low, y.high)), ("", series["unit"])),
        svg.line(enumerate(values), x, y, "actual"),
    ]
    return svg.picture(W, H, f"{series['unique_id']}: {series['unit']}", parts)
