"""Draw small charts as SVG text: scales, ticks, frames and marks. Colours come from the page's style by class."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

Point = tuple[float | None, float | None]
Tick = tuple[float, str]
TINY = 1e-300
SHAPES = ("circle", "square", "diamond", "triangle", "cross", "down", "bar")


class Scale(NamedTuple):
    """Map values in `low..high` onto pixels in `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Give the pixel of one value, at a tenth of a pixel."""
        width = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / width * (self.end - self.start), 1)


def span(values: Iterable[float | None], pad: float = 0.05, least: float = 0.0) -> tuple[float, float]:
    """Give the range of some numbers, widened at both ends by a share of it and at least `least` wide.

    >>> span([0.0, None, 10.0], pad=0.1)
    (-1.0, 11.0)
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    width = max(high - low, least) or abs(high)
    width = width if width > TINY else 1.0
    margin = pad * width + max(0.0, (max(least, 0.0) - (high - low)) / 2)
    return (low - margin, high + margin) if high + margin > low - margin else (low - width / 2, high + width / 2)


def ticks(low: float, high: float, count: int = 4, least: float = 0.0) -> list[float]:
    """Choose round numbers inside a range, about `count` of them, at least `least` apart.

    >>> ticks(-0.3, 10.2), ticks(0, 2, least=1.0)
    ([0.0, 5.0, 10.0], [0.0, 1.0, 2.0])
    """
    rough = max((high - low) / max(count, 1), least)
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    unit = 10.0 ** math.floor(math.log10(rough))
    choices = (1, 2, 5, 10) if least >= 1 else (1, 2, 2.5, 5, 10)
    step = unit * next(choice for choice in choices if choice * unit >= rough * 0.999)
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def decimals(values: Sequence[float]) -> int:
    """Count the decimals that tell neighbouring ticks apart."""
    gap = min((abs(b - a) for a, b in pairwise(values)), default=1.0) or 1.0
    return next((d for d in range(8) if abs(round(gap, d) - gap) < 1e-6 * gap), 8)


def numbered(values: Sequence[float], factor: float = 1.0, unit: str = "") -> list[Tick]:
    """Label ticks with numbers, all with the same decimals.

    >>> numbered([0.0, 0.5], factor=100, unit="%")
    [(0.0, '0%'), (0.5, '50%')]
    """
    places = decimals([value * factor for value in values])
    return [(value, f"{value * factor + 0.0:,.{places}f}{unit}".replace("-", "−")) for value in values]


def line(points: Iterable[Point], x: Scale, y: Scale, style: str) -> Markup:
    """Draw a line, broken where a value is missing."""
    path, pen = [], "M"
    for across, up in points:
        if across is None or up is None:
            pen = "M"
            continue
        path.append(f"{pen}{x(across):g} {y(up):g}")
        pen = "L"
    return Markup('<path class="{}" d="{}"/>').format(style, "".join(path))


def area(lower: Sequence[Point], upper: Sequence[Point], x: Scale, y: Scale, style: str) -> Markup:
    """Fill the space between two lines; points with a missing value are left out."""
    both = [(a, b) for a, b in zip(lower, upper, strict=True) if None not in (*a, *b)]
    around = [p for _, p in both] + [p for p, _ in reversed(both)]
    corners = " ".join(f"{x(across or 0.0):g},{y(up or 0.0):g}" for across, up in around)
    return Markup('<polygon class="{}" points="{}"/>').format(style, corners)


def rule(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    """Draw a straight line between two pixels."""
    return Markup('<line class="{}" x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}"/>').format(style, x1, y1, x2, y2)


def text(x: float, y: float, words: str, style: str = "tick", anchor: str = "middle") -> Markup:
    """Write words at a pixel."""
    return Markup('<text class="{}" x="{:g}" y="{:g}" text-anchor="{}">{}</text>').format(style, x, y, anchor, words)


def mark(shape: str, x: float, y: float, style: str, tip: str = "", size: float = 4.0) -> Markup:
    """Draw one data point; shapes tell models apart where colours do not. `tip` shows under the pointer."""
    s = size
    paths = {
        "circle": f"M{x - s:g} {y:g}a{s:g} {s:g} 0 1 0 {2 * s:g} 0a{s:g} {s:g} 0 1 0 {-2 * s:g} 0Z",
        "square": f"M{x - s:g} {y - s:g}h{2 * s:g}v{2 * s:g}h{-2 * s:g}Z",
        "diamond": f"M{x:g} {y - 1.3 * s:g}L{x + 1.3 * s:g} {y:g}L{x:g} {y + 1.3 * s:g}L{x - 1.3 * s:g} {y:g}Z",
        "triangle": f"M{x:g} {y - 1.2 * s:g}L{x + 1.2 * s:g} {y + s:g}H{x - 1.2 * s:g}Z",
        "down": f"M{x:g} {y + 1.2 * s:g}L{x + 1.2 * s:g} {y - s:g}H{x - 1.2 * s:g}Z",
        "cross": f"M{x - s:g} {y - s:g}l{2 * s:g} {2 * s:g}m0 {-2 * s:g}l{-2 * s:g} {2 * s:g}",
        "bar": f"M{x - 1.3 * s:g} {y - 1:g}h{2.6 * s:g}v2h{-2.6 * s:g}Z",
    }
    hint = Markup(' data-tip="{}"').format(tip) if tip else ""
    return Markup('<path class="mark {}" d="{}"{}/>').format(style, paths[shape], hint)


def block(left: float, top: float, right: float, bottom: float, style: str, tip: str = "") -> Markup:
    """Draw a filled rectangle between two corners."""
    hint = Markup(' data-tip="{}"').format(tip) if tip else ""
    drawn = Markup('<rect class="mark {}" x="{:g}" y="{:g}" width="{:g}" height="{:g}"{}/>')
    return drawn.format(style, left, top, max(right - left, 0.5), max(bottom - top, 0.0), hint)


def frame(x: Scale, y: Scale, across: Sequence[Tick], up: Sequence[Tick], titles: tuple[str, str]) -> Markup:
    """Draw grid lines, tick labels and the titles of both axes (the upright one stands on top)."""
    parts = [
        rule(x.start, y(at), x.end, y(at), "grid") + text(x.start - 6, y(at) + 4, label, anchor="end")
        for at, label in up
    ]
    parts += [text(x(at), y.start + 17, label) for at, label in across]
    if titles[0]:
        parts.append(text((x.start + x.end) / 2, y.start + 36, titles[0], "axis"))
    if titles[1]:
        parts.append(text(4, y.end - 12, titles[1], "axis", "start"))
    return Markup("").join(parts)


def picture(width: float, height: float, label: str, parts: Iterable[Markup]) -> Markup:
    """Wrap parts into one image with an accessible name."""
    head = Markup('<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">')
    return head.format(width, height, label) + Markup("").join(parts) + Markup("</svg>")


def shapes(models: Iterable[str], network: str) -> dict[str, str]:
    """Give every model a shape of its own, the same in all pictures; the network is the circle.

    >>> shapes(["lstm", "naive", "drift"], "lstm")
    {'lstm': 'circle', 'naive': 'square', 'drift': 'diamond'}
    """
    others = [name for name in dict.fromkeys(models) if name != network]
    return {network: "circle"} | {name: SHAPES[1 + at % (len(SHAPES) - 1)] for at, name in enumerate(others)}


def legend(entries: Iterable[tuple[str, str, str]]) -> Markup:
    """List shapes (of a model) or lines with their names: (shape or "line", style, name)."""
    items = []
    for shape, style, name in entries:
        drawn = rule(0, 7, 26, 7, style) if shape == "line" else mark(shape, 13, 7, style, size=4)
        sample = Markup('<svg viewBox="0 0 26 14" width="26" height="14" aria-hidden="true">{}</svg>').format(drawn)
        items.append(Markup("<li>{} {}</li>").format(sample, name))
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))
