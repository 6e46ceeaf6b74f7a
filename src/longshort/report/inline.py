"""What stands outside the page, in a notebook: pictures that bring their style along, and small tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

# The page's style sheet is not there in a notebook; these few rules stand on light and on dark ground.
_STYLE = """<style>
.longshort text { font: 12px system-ui, sans-serif; fill: #808890; } .longshort path { fill: none; }
.longshort .grid { stroke: #8884; } .longshort .cutoff { stroke: #808890; stroke-dasharray: 2 3; }
.longshort .actual { stroke: #808890; stroke-width: 1.6; } .longshort .network { stroke: #2f86d9; stroke-width: 2.2; }
.longshort .range { fill: #2f86d9; opacity: .16; }
</style>"""


@dataclass(frozen=True)
class Picture:
    """Hold a picture as SVG text; a notebook shows it."""

    svg: str = field(repr=False)  # a notebook keeps the words beside the picture

    def _repr_html_(self) -> str:
        return f'<div class="longshort" style="max-width: 640px">{_STYLE}{self.svg}</div>'


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows of equal keys as an HTML table, everything escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row.values()) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
