"""Page 3b: gradient descent on curves: the rate, five optimizers from one start, and a saddle."""

from collections.abc import Iterable
from functools import cache
from math import log10
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.descent import bowl, bowl_slope, parabola_path, saddle, saddle_slope, walk
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import key, power
from longshort.learn.text import same, words
from longshort.report import svg

Floats = NDArray[np.float64]
W = words(__file__)
HEAD = Head("3b", W("title"), W("question"))
CURVATURES = (0.5, 1.0, 2.0)
SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0, 1.01, 1.05, 1.25)  # of the limit 2 / a
START = (-4.0, 1.4)
RATES = (0.01, 0.05, 0.1, 0.16, 0.2)
OPTIMIZERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "plain": ({"optimizer": "sgd"}, "network", "circle"),
    "momentum": ({"optimizer": "sgd", "momentum": 0.8}, "second", "square"),
    "nesterov": ({"optimizer": "sgd", "momentum": 0.8, "nesterov": True}, "third", "diamond"),
    "rmsprop": ({"optimizer": "rmsprop"}, "fourth", "triangle"),
    "adagrad": ({"optimizer": "adagrad"}, "fifth", "down"),
}
STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60)
ASIDE = (0.0, 1e-12, 1e-9, 1e-6, 1e-3, 0.1)

# What is computed


@cache
def path(name: str, rate: float) -> Floats:
    """Walk down the valley with one optimizer, `[step, coordinate]`."""
    return walk(bowl_slope, START, STEPS[-1], rate, OPTIMIZERS[name][0])


def steps_to_leave(aside: float, rate: float = 0.1, limit: int = 1000) -> int | None:
    """Count the steps until a walk from `aside` of the ridge lies a tenth below the saddle; None if it never does."""
    place = np.array([1.5, aside])
    for step in range(limit):
        if saddle(place) < -0.1:
            return step
        place = place - rate * saddle_slope(place)
    return None


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _parabola()
    yield listing(parabola_path)
    yield say(W("limit"))
    yield heading(W("five"))
    yield say(W("five_said"))
    yield _valley()
    yield listing(walk)
    yield heading(W("saddle_head"))
    yield _saddle()
    yield lecture(W("minimum_said"), W("minimum"))
    yield command(
        "longshort backtest prices.csv --set training.optimizer=sgd --set training.momentum=0.9 "
        "--set training.nesterov=true",
        W("own"),
    )


def _parabola() -> Markup:
    frames = [_parabola_frame(a, share) for a in CURVATURES for share in SHARES]
    sliders = [
        Slider(W("curvature"), [same(f"{a:g}") for a in CURVATURES], 1),
        Slider(W("rate_share"), [same(f"{share:g} · 2/a") for share in SHARES], SHARES.index(0.9)),
    ]
    return live("parabola", sliders, frames, W("parabola"))


def _parabola_frame(a: float, share: float) -> list[Markup]:
    rate, line = share * 2.0 / a, np.linspace(-5, 5, 61)
    walked = parabola_path(4.0, a, rate, 30)
    x, y, grid = axes((-5, 5), (0, 17), (same("x"), same("½ a x²")))
    seen = [(float(v), 0.5 * a * float(v) ** 2) for v in walked if abs(v) <= 5 and 0.5 * a * v**2 <= 17]
    dots = [svg.mark("circle", x(v), y(h), "second", size=3.5) for v, h in seen]
    parts = [grid, curve(x, y, line, 0.5 * a * line**2), svg.line(seen, x, y, "naive"), *dots]
    fate = "arrives" if abs(1 - rate * a) < 1e-12 else "flees" if share > 1 else "swings" if share == 1 else "nears"
    said = W("parabola_read", rate=rate, factor=1 - rate * a, last=walked[-1])
    return [*picture(W("parabola_label"), parts), say(said, W(fate))]


def _valley() -> Markup:
    sliders = [
        Slider(W("rate"), [same(f"{rate:g}") for rate in RATES], 2),
        Slider(W("steps"), [same(step) for step in STEPS], STEPS.index(10)),
    ]
    frames = [_valley_frame(rate, step) for rate in RATES for step in STEPS]
    return live("valley", sliders, frames, W("valley"))


def _rings(x: svg.Scale, y: svg.Scale) -> Markup:
    """Draw lines of equal height of the valley."""
    around = np.linspace(0, 2 * np.pi, 61)
    heights = (0.2, 1, 3, 7, 13)
    rings = [(np.sqrt(2 * h) * np.cos(around), np.sqrt(2 * h / 12) * np.sin(around)) for h in heights]
    return Markup("").join(curve(x, y, *ring, "faded") for ring in rings)


def _valley_frame(rate: float, step: int) -> list[Markup]:
    x, y, grid = axes((-5, 5), (-2, 2))
    parts, rows = [grid, _rings(x, y)], []
    for name, (_, style, shape) in OPTIMIZERS.items():
        walked = path(name, rate)[: step + 1]
        inside = np.clip(walked, (-5, -2), (5, 2))
        parts.append(curve(x, y, inside[:, 0], inside[:, 1], style))
        mark_style = "own" if style == "network" else style
        parts.append(svg.mark(shape, x(float(inside[-1, 0])), y(float(inside[-1, 1])), mark_style))
        rows.append((W(name), f"{bowl(walked[-1]):.3g}"))
    legend = key([("line", style, W(name)) for name, (_, style, _) in OPTIMIZERS.items()])
    return [*picture(W("valley_label"), parts), legend, table([W("optimizer"), W("height")], rows, W("valley_table"))]


def _saddle() -> Markup:
    frames = []
    for aside in ASIDE:
        place = [np.array([1.5, aside])]
        for _ in range(400):
            place.append(place[-1] - 0.1 * saddle_slope(place[-1]))
        steps = steps_to_leave(aside)
        x, y, grid = axes((0, 400), (-0.4, 1.2), (W("steps"), W("height")))
        heights = [saddle(p) for p in place]
        said = W("stays", height=heights[-1]) if steps is None else W("leaves", steps=steps, height=heights[-1])
        frames.append([*picture(W("saddle_label"), [grid, curve(x, y, range(401), heights)]), say(said)])
    slider = Slider(W("aside"), [same(power(round(log10(aside))) if aside else 0) for aside in ASIDE], 3)
    return live("saddle", [slider], frames, W("saddle"))
