"""Real against predicted: all values with the split coloured, and the end of the test with its errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.figures.copying import error, error_strip
from longshort.report.figures.dates import session_ticks
from longshort.report.formats import finite
from longshort.report.words import Words

TESTED = 60  # values of the test
PARTS = ("train", "validation", "test")


def split(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw all known values, each part of the split in its own colour; nothing where there is one part alone."""
    values = [finite(value) for value in series.get("y") or []]
    named = [str(part) for part in series.get("part") or []]
    if len(set(named)) < 2 or not set(named) <= set(PARTS) or len(named) != len(values):
        return Markup()
    x, y, frame = _axes(series.get("ds") or [], [values], 200, words)
    parts = [frame]
    for name in PARTS:  # a part begins where the one before it ends, so that the line is whole
        own = [
            value if name in (here, before) else None
            for value, here, before in zip(values, named, [named[0], *named], strict=False)
        ]
        parts.append(svg.line(enumerate(own), x, y, f"split {name}"))
    return svg.picture(640, 200, words("split_label", id=series.get("unique_id") or ""), parts)


def tested(series: Mapping[str, Any], words: Words) -> Markup:
    """Draw the newest actual values of the test, what was predicted, persistence where it is known, the error below."""
    lines = {name: [finite(v) for v in series.get(name) or []] for name in ("y", "predicted", "persistence")}
    at = [place for place, value in enumerate(lines["predicted"]) if value is not None][-TESTED:]
    if not at or len(lines["y"]) <= at[-1]:
        return Markup()
    shown = {name: values[at[0] : at[-1] + 1] for name, values in lines.items()}
    x, y, frame = _axes((series.get("ds") or [])[at[0] : at[-1] + 1], list(shown.values()), 290, words)
    parts = [frame]
    for name, style in (("persistence", "naive"), ("y", "actual"), ("predicted", "network")):
        parts.append(svg.line(enumerate(shown[name]), x, y, style))
    missed = [error(actual, said) for actual, said in zip(shown["y"], shown["predicted"], strict=True)]
    parts += error_strip(missed, x, 300, 384)
    return svg.picture(640, 392, words("tested_label", id=series.get("unique_id") or ""), parts)


def _axes(
    labels: Sequence[Any], lines: Sequence[Sequence[float | None]], height: float, words: Words
) -> tuple[svg.Scale, svg.Scale, Markup]:
    count = max(map(len, lines))
    x = svg.Scale(0, max(count - 1, 1), 64, 626)
    y = svg.Scale(*svg.span([value for values in lines for value in values]), height - 36, 20)
    return x, y, svg.frame(x, y, session_ticks(labels, words), svg.numbered(svg.ticks(y.low, y.high)), ("", ""))
