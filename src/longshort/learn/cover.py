"""The cover of the book: a window that slides over a price, and the interval of what comes next."""

import numpy as np
from markupsafe import Markup

from longshort.kernels.reference.arithmetic import Array
from longshort.learn.blocks import Slider, live, say
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import key
from longshort.learn.prices import sp500
from longshort.learn.text import same, words
from longshort.report import svg

W = words(__file__)
SHOWN, WINDOW, AHEAD, APART = 126, 30, 15, 3
TURNED = 1.2816  # the normal distribution's 90th percentile: 80 % lie between it and its mirror image

# What is computed


def interval(closes: Array, ahead: int) -> tuple[float, float]:
    """Give where the close so many days ahead lies in four of five cases, if changes are a random walk.

    `closes` are those read; changes of the logarithm are taken as normal, with their own deviation and no drift.

    >>> [round(end, 1) for end in interval(np.array([100.0, 101.0, 100.0, 101.0]), 1)]
    [99.7, 102.3]
    """
    deviation = float(np.sqrt(np.square(np.diff(np.log(closes))).mean() * ahead))
    return float(closes[-1] * np.exp(-TURNED * deviation)), float(closes[-1] * np.exp(TURNED * deviation))


# What is shown


def show() -> Markup:
    """Give the moving picture of the cover."""
    closes = sp500().target[-SHOWN:]
    starts = range(0, SHOWN - WINDOW - AHEAD + 1, APART)
    slider = Slider(W("window"), [same(n + 1) for n in range(len(starts))], len(starts) // 2)
    return live("cover", [slider], [_frame(closes, start) for start in starts], W("cover"))


def _frame(closes: Array, start: int) -> list[Markup]:
    x, y, grid = axes((0, SHOWN - 1), (2200, 3000), (W("session"), W("index")), (50, 26, 410, 196))
    now = start + WINDOW - 1
    read = svg.block(x(start), y.end, x(now), y.start, "input")
    days = range(AHEAD + 1)
    ends = [(now + day, interval(closes[start : now + 1], day)) for day in days]
    fan = svg.area([(at, low) for at, (low, _) in ends], [(at, high) for at, (_, high) in ends], x, y, "target")
    line = curve(x, y, range(now + 1), closes[: now + 1], "actual")
    line += curve(x, y, range(now, SHOWN), closes[now:], "faded")
    low, high = ends[-1][1]
    came = float(closes[now + AHEAD])
    mark = svg.mark("circle", x(now + AHEAD), y(came), "second", size=4.5)
    said = W("held" if low <= came <= high else "missed", low=low, high=high, came=came)
    entries = [("square", "input", "read"), ("square", "target", "fan"), ("circle", "second", "came")]
    legend = key((shape, style, W(name)) for shape, style, name in entries)
    return [*picture(W("label"), [read, grid, fan, line, mark]), legend, say(said)]
