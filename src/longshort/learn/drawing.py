"""What the book's pictures are made of, on top of the report's: a picture named in two languages, axes, cells."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.learn.text import Text, drawn, named, same
from longshort.report import svg

WIDTH, HEIGHT = 420.0, 240.0  # wider pictures are hard to read on a phone
LARGEST = 1.3  # pixels of the screen for a pixel of a picture, where there is room
NOTHING = same("")


def picture(label: Text, parts: Iterable[Markup], width: float = WIDTH, height: float = HEIGHT) -> list[Markup]:
    """Make a picture with an accessible name; its parts stay apart, so that frames can share those that do not move."""
    # No picture is enlarged more than another, so that their words have one size.
    head = '<svg viewBox="0 0 {:g} {:g}" style="max-width:{:g}px" role="img" {} xmlns="http://www.w3.org/2000/svg">'
    return [Markup(head).format(width, height, width * LARGEST, named("aria-label", label)), *parts, Markup("</svg>")]


def word(x: float, y: float, text: Text, style: str = "tick", anchor: str = "middle") -> Markup:
    """Write words of both languages at a pixel."""
    return svg.text(x, y, drawn(text), style, anchor)


def axes(
    across: tuple[float, float],
    up: tuple[float, float],
    titles: tuple[Text, Text] = (NOTHING, NOTHING),
    box: tuple[float, float, float, float] = (44, 26, WIDTH - 18, HEIGHT - 44),
) -> tuple[svg.Scale, svg.Scale, Markup]:
    """Make the scales of a chart and draw its grid; `box` is left, top, right, bottom in pixels.

    An axis whose ends are integers at least 4 apart counts something: it is ticked at whole numbers.
    """
    left, top, right, bottom = box
    x, y = svg.Scale(*across, left, right), svg.Scale(*up, bottom, top)
    labels = [svg.numbered(svg.ticks(*ends, least=_least(ends))) for ends in (across, up)]
    grid = svg.frame(x, y, labels[0], labels[1], ("", ""))
    if titles[0] != NOTHING:
        grid += word((left + right) / 2, bottom + 36, titles[0], "axis")
    if titles[1] != NOTHING:
        grid += word(4, top - 12, titles[1], "axis", "start")
    return x, y, grid


def _least(ends: tuple[float, float]) -> float:
    counts = all(isinstance(end, int) for end in ends) and ends[1] - ends[0] >= 4
    return 1.0 if counts else 0.0


def curve(x: svg.Scale, y: svg.Scale, xs: Iterable[float], ys: Iterable[float], style: str = "network") -> Markup:
    """Draw a line through numbers, broken where it leaves the picture's height by more than a fifth."""
    slack = 0.2 * abs(y.high - y.low)
    points = [
        (float(a), float(b) if y.low - slack <= b <= y.high + slack else None) for a, b in zip(xs, ys, strict=True)
    ]
    return svg.line(points, x, y, style)


def cells(
    values: NDArray[Any],
    x: float,
    y: float,
    size: float,
    style: Callable[[int, int], str] = lambda row, column: "cell",
    show: Callable[[float], str] = lambda value: f"{value:g}".replace("-", "−"),
    height: float | None = None,
) -> Markup:
    """Draw a matrix as squares (or boxes of another height) with their numbers.

    `style` names the class of the square at a row and column: input, target, middle, cell or empty.
    """
    parts, tall = [], size if height is None else height
    for (row, column), value in np.ndenumerate(np.atleast_2d(values)):
        left, top = x + column * size, y + row * tall
        parts.append(svg.block(left, top, left + size, top + tall, style(row, column)))
        parts.append(svg.text(left + size / 2, top + tall / 2 + 4, show(value), "digit"))
    return Markup("").join(parts)


def shades(values: NDArray[Any], x: svg.Scale, y: svg.Scale, levels: int = 6, style: str = "heat") -> Markup:
    """Shade a grid `[row, column]` of shares, 0 to 1, over the whole of two scales; the first row lies at y's start."""
    rows, columns = values.shape
    tall, wide = abs(y.end - y.start) / rows, (x.end - x.start) / columns
    level = np.clip((values * levels).astype(int), 0, levels - 1)
    runs: dict[int, list[str]] = {}
    for row in range(rows):
        cuts = [0, *(np.flatnonzero(np.diff(level[row])) + 1).tolist(), columns]
        middle = y.start + (row + 0.5) * tall * (1 if y.end > y.start else -1)
        for begin, end in pairwise(cuts):
            across = f"M{x.start + begin * wide:.1f} {middle:.1f}h{(end - begin) * wide:.1f}"
            runs.setdefault(int(level[row, begin]), []).append(across)
    path = Markup('<path class="{}" style="stroke-width:{:.2f};stroke-opacity:{:.2f}" d="{}"/>')
    depths = {at: 0.7 * at / (levels - 1) for at in sorted(runs) if at}
    return Markup("").join(path.format(style, tall + 0.3, depth, "".join(runs[at])) for at, depth in depths.items())


def arrow(x1: float, y1: float, x2: float, y2: float, style: str = "arrow") -> Markup:
    """Draw an arrow between two pixels."""
    length = float(np.hypot(x2 - x1, y2 - y1)) or 1.0
    a, b = (x2 - x1) / length * 6, (y2 - y1) / length * 6
    head = f"M{x2 - a - b / 2:.1f} {y2 - b + a / 2:.1f}L{x2:.1f} {y2:.1f}L{x2 - a + b / 2:.1f} {y2 - b - a / 2:.1f}"
    return svg.rule(x1, y1, x2, y2, style) + Markup('<path class="{}" d="{}"/>').format(style, head)
