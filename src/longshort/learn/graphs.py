"""Pictures that several pages draw: charts over powers of ten, bars, keys that name the lines."""

from collections.abc import Iterable, Sequence
from math import isfinite, log10

from markupsafe import Markup

from longshort.learn.drawing import HEIGHT, NOTHING, WIDTH, word
from longshort.learn.text import Text, both, same
from longshort.report import svg

BOX = (52.0, 26.0, WIDTH - 10, HEIGHT - 44)  # left, top, right, bottom of a chart in pixels
LEAST = 1e-300  # below which a logarithm is not taken
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(exponent: int) -> str:
    """Write a power of ten as a tick's label.

    >>> power(-9), power(0)
    ('10⁻⁹', '1')
    """
    return "1" if exponent == 0 else f"10{str(exponent).translate(RAISED)}"


def scientific(value: float) -> str:
    """Write a number so that a reader sees its size: plain near one, as a power of ten elsewhere.

    >>> scientific(6.873e-9), scientific(304.48), scientific(9.998e-8), scientific(0.0)
    ('6.87 × 10⁻⁹', '304.48', '1.00 × 10⁻⁷', '0')
    """
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.5g}".replace("-", "−")
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{mantissa} × {power(int(exponent))}".replace("-", "−")


def log_axes(
    across: tuple[float, float],
    powers: tuple[int, int],
    titles: tuple[Text, Text] = (NOTHING, NOTHING),
    box: tuple[float, float, float, float] = BOX,
) -> tuple[svg.Scale, svg.Scale, Markup]:
    """Make the scales of a chart whose upright axis counts powers of ten, and draw its grid."""
    left, top, right, bottom = box
    x, y = svg.Scale(*across, left, right), svg.Scale(*powers, bottom, top)
    step = max(1, -(-(powers[1] - powers[0]) // 5))
    up = [(float(at), power(at)) for at in range(powers[1], powers[0] - 1, -step)]
    grid = svg.frame(x, y, svg.numbered(svg.ticks(*across)), up, ("", ""))
    if titles[0] != NOTHING:
        grid += word((left + right) / 2, bottom + 36, titles[0], "axis")
    if titles[1] != NOTHING:
        grid += word(4, top - 12, titles[1], "axis", "start")
    return x, y, grid


def log_curve(
    x: svg.Scale, y: svg.Scale, xs: Iterable[float], values: Iterable[float], style: str = "network"
) -> Markup:
    """Draw a line through positive numbers on a chart of powers of ten; below its bottom it runs along the bottom."""
    points = [(float(a), max(log10(max(b, LEAST)), y.low)) for a, b in zip(xs, values, strict=True)]
    return svg.line([(a, b if b <= y.high else None) for a, b in points], x, y, style)


def bars(
    x: svg.Scale,
    y: svg.Scale,
    values: Sequence[float],
    style: str = "block",
    tips: Sequence[str] | None = None,
    width: float = 0.8,
    shift: float = 0.0,
) -> Markup:
    """Draw a bar for each value at 0, 1, 2, ... from zero (or the chart's floor) up or down to it."""
    ground = y(min(max(0.0, y.low), y.high))
    parts = []
    for at, value in enumerate(values):
        left, right = x(at + shift - width / 2), x(at + shift + width / 2)
        end = y(min(max(value, y.low), y.high))
        parts.append(svg.block(left, min(end, ground), right, max(end, ground), style, tips[at] if tips else ""))
    return Markup("").join(parts)


def key(entries: Iterable[tuple[str, str, Text]]) -> Markup:
    """Name the lines or marks of a picture: (shape or "line", style, name)."""
    return svg.legend((shape, style, both(name)) for shape, style, name in entries)


def percent(share: float, digits: int = 1) -> str:
    """Write a share in percent.

    >>> percent(0.4875)
    '48.8 %'
    """
    return f"{100 * share:.{digits}f} %".replace("-", "−")


def texts(values: Iterable[object]) -> list[Text]:
    """Say each value in both languages the same."""
    return [same(value) for value in values]
