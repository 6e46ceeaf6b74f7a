"""Page 2: ten activation functions, their derivatives, finite differences beside them, and what holds at a kink."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup

from longshort.learn.activations import ACTIVATIONS, LEAK, Activation, finite_difference, logistic_derivative
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import key, scientific
from longshort.learn.text import same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("2", W("title"), W("question"))
PLACES = np.arange(-4.0, 4.25, 0.25)
FORMULAS = {
    "identity": ("$x$", "$1$"),
    "binary step": ("$0 (x < 0), 1 (x ≥ 0)$", "$0$"),
    "logistic": ("$σ(x) = 1 / (1 + e^{−x})$", "$σ(x)(1 − σ(x))$"),
    "tanh": ("$tanh x$", "$1 − tanh^{2} x$"),
    "arctan": ("$arctan x$", "$1 / (1 + x^{2})$"),
    "ReLU": ("$max(x, 0)$", "$0 (x < 0), 1 (x ≥ 0)$"),
    "PReLU": (f"${LEAK} x (x < 0), x (x ≥ 0)$", f"${LEAK} (x < 0), 1 (x ≥ 0)$"),
    "ELU": ("$e^{x} − 1 (x ≤ 0), x (x > 0)$", "$e^{x} (x ≤ 0), 1 (x > 0)$"),
    "softplus": ("$log(1 + e^{x})$", "$σ(x)$"),
    "softsign": ("$x / (1 + |x|)$", "$1 / (1 + |x|)^{2}$"),
}

# What is computed


def largest_disagreement(activation: Activation, apart: float = 0.01) -> float:
    """Measure how far derivative and finite difference lie apart on −6..6, at least `apart` away from a kink."""
    x = np.linspace(-6.0, 6.0, 1201)
    if activation.kink is not None:
        x = x[np.abs(x - activation.kink) > apart]
    return float(np.abs(finite_difference(activation.value, x) - activation.derivative(x)).max())


def deep_slope(activation: Activation, layers: int, x: float = 1.0) -> float:
    """Give the slope of an activation applied `layers` times over, by the chain rule, at x."""
    slope, place = 1.0, np.array(x)
    for _ in range(layers):
        slope *= float(activation.derivative(place))
        place = activation.value(place)
    return slope


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _slopes()
    yield listing(finite_difference)
    yield heading(W("all_ten"))
    yield say(W("kinks"))
    yield _all_ten()
    yield lecture(W("normalises_said"), W("normalises"))
    yield heading(W("deep"))
    yield say(W("deep_said"))
    yield _deep()
    yield listing(logistic_derivative)
    yield command("longshort backtest prices.csv --set model.cell=rnn --set model.nonlinearity=relu", W("own"))


def _slopes() -> Markup:
    frames = [frame for name in ACTIVATIONS for frame in _slope_frames(name)]
    sliders = [
        Slider(W("function"), [same(name) for name in ACTIVATIONS], 2),
        Slider(W("place"), [same(f"{x:.2f}".replace("-", "−")) for x in PLACES], list(PLACES).index(1.0)),
    ]
    return live("slopes", sliders, frames, W("slopes"))


def _slope_frames(name: str) -> list[list[Markup]]:
    activation = ACTIVATIONS[name]
    line = np.linspace(-4.5, 4.5, 181)
    highest = float(activation.value(np.array(4.5)))
    across, up, grid = axes((-4.5, 4.5), (-1.6, 1.6) if highest < 2 else (-2.0, 4.5))
    rises = np.where(line >= 0, 1, 0) if name == "binary step" else activation.value(line)
    parts = [grid, curve(across, up, line, rises), curve(across, up, line, activation.derivative(line), "third")]
    frames = []
    for x in PLACES:
        place = np.array(x)
        value, slope = float(activation.value(place)), float(activation.derivative(place))
        measured = float(finite_difference(activation.value, place))
        near = np.array([x - 1.2, x + 1.2])
        tangent = curve(across, up, near, value + slope * (near - x), "second")
        here = svg.mark("circle", across(float(x)), up(value), "own", size=5)
        ends = svg.mark("diamond", across(float(x)), up(slope), "third", size=4)
        said = W("at_kink" if x == activation.kink else "read", x=x, value=value, slope=slope, measured=measured)
        frames.append([*picture(W("curve_label"), [*parts, tangent, ends, here], height=235), _legend(), say(said)])
    return frames


def _legend() -> Markup:
    lines = (("network", "value"), ("third", "derivative"), ("second", "tangent"))
    return key([("line", style, W(name)) for style, name in lines])


def _all_ten() -> Markup:
    rows = []
    for name, activation in ACTIVATIONS.items():
        value, slope = float(activation.value(np.array(0.0))), float(activation.derivative(np.array(0.0)))
        agreed = scientific(largest_disagreement(activation))
        mark = " *" if activation.kink is not None else ""
        rows.append((same(name), *(same(f) for f in FORMULAS[name]), f"{value:.4g}", f"{slope:.4g}{mark}", agreed))
    head = [W("function"), W("value"), W("derivative"), W("value_at"), W("slope_at"), W("disagreement")]
    return table(head, rows, W("table"))


def _deep() -> Markup:
    layers = range(1, 11)
    frames = []
    for depth in layers:
        slopes = {name: deep_slope(activation, depth) for name, activation in ACTIVATIONS.items()}
        bars = [_bar(at, name, slope) for at, (name, slope) in enumerate(slopes.items())]
        said = W("deep_read", depth=depth, bound=scientific(0.25**depth), logistic=scientific(slopes["logistic"]))
        frames.append([*picture(W("deep_label"), bars, width=400, height=228), say(said)])
    return live("deep", [Slider(W("layers"), [same(n) for n in layers], 4)], frames, W("deep_caption"))


def _bar(at: int, name: str, slope: float) -> Markup:
    """Draw a slope on a scale of powers of ten, from a millionth up to one."""
    top = 4 + 22 * at
    length = 210 * max(0.0, 1 + np.log10(slope) / 6) if slope > 0 else 0.0
    bar = svg.block(96, top + 3, 96 + length, top + 17, "input") if length else Markup()
    return (
        svg.text(90, top + 15, name, "digit", "end")
        + bar
        + svg.text(318, top + 15, scientific(slope), "digit", "start")
    )
