"""What could be found at all: the smallest effect that would be detected, by number of sessions."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from longshort.report import svg
from longshort.report.formats import finite, number, percent
from longshort.report.rows import Row

W, H = 300, 190
CURVE = 40
Words = Mapping[str, Any]


def power(rows: Sequence[Row], question: str, words: Words) -> Markup:
    """Draw one question's curve through known points of sessions and effect; the dot is what there is here.

    Detectable effects shrink with the root of the sessions, so that between two known points the curve is straight in
    logarithms.
    """
    here = [pair for row in rows if (pair := _pair(row, "sessions", "smallest"))]
    known = sorted({*here, *(pair for row in rows if (pair := _pair(row, "sessions_needed", "edge")))})
    if not here or len(known) < 2 or known[0][0] == known[-1][0]:
        return Markup()
    x = svg.Scale(math.log10(known[0][0]) - 0.1, math.log10(known[-1][0]) + 0.1, 52, W - 22)
    y = svg.Scale(0, 1.08 * max(effect for _, effect in known), H - 44, 26)
    across = [(math.log10(at), f"{at:,}") for at in _round(10**x.low, 10**x.high)]
    up = svg.numbered(svg.ticks(y.low, y.high), 100, " %")
    parts = [svg.frame(x, y, across, up, (words["axis_sessions"], words["axis_effect"]))]
    parts.append(svg.line([(math.log10(at), effect) for at, effect in _curve(known)], x, y, "faded"))
    for sessions, effect in known:
        style, size = ("own", 6) if (sessions, effect) == here[0] else ("other", 3)
        tip = words["power_tip"].format(sessions=number(sessions), smallest=percent(effect))
        parts.append(svg.mark("circle", x(math.log10(sessions)), y(effect), style, tip, size))
    label = words["power_label"].format(question=words["questions"].get(question, question))
    return svg.picture(W, H, label, parts)


def _pair(row: Row, across: str, up: str) -> tuple[float, float] | None:
    sessions, effect = finite(row.get(across)), finite(row.get(up))
    return (sessions, effect) if sessions and effect and sessions > 0 and effect > 0 else None


def _round(low: float, high: float) -> list[int]:
    """Choose round numbers of sessions for a logarithmic axis."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [step * 10**power for power in powers for step in (1, 2, 5) if low <= step * 10**power <= high]
    tens = [mark for mark in marks if str(mark).startswith("1")]
    kept = marks if len(marks) < 5 else tens if len(tens) > 1 else marks[::2]
    return [int(mark) for mark in kept if mark >= 1] or [round(math.sqrt(low * high))]


def _curve(known: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Fill the space between the known points, straight in logarithms."""
    points: list[tuple[float, float]] = []
    for (a, b), (c, d) in pairwise(known):
        for part in range(CURVE):
            share = part / CURVE
            points.append((a * (c / a) ** share, b * (d / b) ** share))
    return [*points, known[-1]]
