"""Page 1: one neuron, softmax, what a wrong probability costs, and why one line cannot do XOR."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.kernels.reference import sigmoid
from longshort.learn.backpropagation import Layer, descend, predict
from longshort.learn.blocks import Head, Slider, command, heading, listing, live, say, table
from longshort.learn.drawing import axes, curve, picture, shades
from longshort.learn.neuron import accuracy, brier, cross_entropy, neuron, softmax
from longshort.learn.text import same, words
from longshort.report import svg
from longshort.seeding import generator

Floats = NDArray[np.floating[Any]]
W = words(__file__)
HEAD = Head("1", W("title"), W("question"))
OBSERVATIONS = np.array([[1.0, 3, 5, 2], [21, 0, 15, 58], [112, 57, 193, -11]])
WEIGHTS = np.array([0.5, -0.25, 0.125, 0.25])
PROBABILITIES = np.array([[0.1, 0.1, 0.8], [0.6, 0.2, 0.2], [0.01, 0.97, 0.02]])
TRUTH = np.array([2, 2, 1])  # the lecture counts classes from 1: 3, 3, 2
SCORES = np.array([2.0, 1.0, 0.0])
CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0.0, 1, 1, 0])
STEPS = (0, 20, 50, 100, 150, 200, 250, 300, 350, 400, 500, 600, 800, 1000)

# What is computed


def standardised(values: Floats) -> Floats:
    """Bring every column to mean 0 and deviation 1."""
    scaled: Floats = (values - values.mean(axis=0)) / values.std(axis=0)
    return scaled


def with_truth_at(p: float) -> Floats:
    """Give the lecture's three rows, the second one's true class having probability `p` and the others the rest."""
    rows = PROBABILITIES.copy()
    others = rows[1, :2].sum()
    rows[1] = [*(rows[1, :2] / others * (1.0 - p)), p]
    return rows


def one_line(angle: float, offset: float) -> tuple[Floats, float]:
    """Say on which side of a line each corner lies, 1 or 0, and what share of XOR is right then.

    The line stands at right angles to the direction `angle`, in degrees, at `offset` from the middle of the square.
    """
    normal = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    said = ((CORNERS - 0.5) @ normal > offset) * 1.0
    return said, float((said == XOR).mean())


def fresh(sizes: tuple[int, ...], seed: int) -> list[Layer]:
    """Draw a network for XOR: normal weights, zero biases, tanh inside, a probability at the end."""
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    bends = ["tanh"] * (len(shapes) - 1) + ["logistic"]
    return [
        Layer(generator(seed, "xor", at).normal(size=shape), np.zeros(shape[0]), bend)
        for at, (shape, bend) in enumerate(zip(shapes, bends, strict=True))
    ]


@cache
def learned(sizes: tuple[int, ...], seed: int = 2, rate: float = 1.0) -> list[list[Layer]]:
    """Train a network on the four corners and give it at each of `STEPS`."""
    walk = list(descend(fresh(sizes, seed), CORNERS, XOR[:, None], rate, STEPS[-1]))
    return [walk[step] for step in STEPS]


def right(network: list[Layer]) -> float:
    """Give the share of the four corners that a network answers as XOR does."""
    return float(((predict(network, CORNERS)[:, 0] > 0.5) == XOR).mean())


def starts_that_succeed(starts: int = 8) -> int:
    """Count how many random starts of 2-2-1 end with all four corners right."""
    return sum(right(learned((2, 2, 1), seed)[-1]) == 1.0 for seed in range(starts))


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _one_neuron()
    yield listing(neuron)
    yield heading(W("classes"))
    yield say(W("softmax_said"))
    yield _softmax()
    yield listing(softmax)
    yield heading(W("cost"))
    yield say(W("cost_said"))
    yield _cost()
    yield listing(cross_entropy, brier)
    yield heading(W("one_line"))
    yield say(W("one_line_said"))
    yield _lines()
    yield listing(one_line)
    yield heading(W("two_lines"))
    yield _learning()
    yield listing(fresh, descend)
    yield command("longshort backtest prices.csv --set model.num_layers=1 --set model.hidden_size=1", W("own"))


def _one_neuron() -> Markup:
    biases = np.arange(-4.0, 4.5, 0.5)
    kinds = {"raw": OBSERVATIONS, "standard": standardised(OBSERVATIONS)}
    frames = [_neuron_frame(x, bias) for x in kinds.values() for bias in biases]
    sliders = [Slider(W("inputs"), [W(kind) for kind in kinds]), Slider(W("bias"), [same(f"{b:g}") for b in biases], 8)]
    return live("neuron", sliders, frames, W("neuron"))


def _neuron_frame(x: Floats, bias: float) -> list[Markup]:
    sums, outputs = x @ WEIGHTS + bias, neuron(x, WEIGHTS, bias)
    across, up, grid = axes((-8, 8), (0, 1), (W("sum"), W("output")))
    line = np.linspace(-8, 8, 65)
    marks = [
        svg.mark(shape, across(float(np.clip(s, -8, 8))), up(float(o)), style, size=5)
        for shape, style, s, o in zip(
            ("circle", "square", "diamond"), ("own", "second", "third"), sums, outputs, strict=True
        )
    ]
    rows = [
        (
            same("(" + ",\N{NO-BREAK SPACE}".join(f"{v:.3g}" for v in row).replace("-", "−") + ")"),
            _minus(f"{s:.3f}"),
            f"{o:.6f}",
        )
        for row, s, o in zip(x, sums, outputs, strict=True)
    ]
    drawing = picture(W("neuron_label"), [grid, curve(across, up, line, sigmoid(line)), *marks])
    return [*drawing, table([W("observation"), W("sum"), W("output")], rows, W("neuron_table"))]


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _softmax() -> Markup:
    temperatures = (0.1, 0.2, 0.5, 0.8, 1.0, 1.5, 2.0, 5.0, 20.0)
    frames = []
    for temperature in temperatures:
        shares = softmax(SCORES / temperature)
        bars = [
            svg.block(70, 8 + 34 * n, 70 + 250 * p, 32 + 34 * n, "input")
            + svg.text(64, 25 + 34 * n, f"{s:g}", anchor="end")
            for n, (s, p) in enumerate(zip(SCORES, shares, strict=True))
        ]
        numbers = [svg.text(330, 25 + 34 * n, f"{p:.4f}", "digit", "start") for n, p in enumerate(shares)]
        drawing = picture(W("softmax_label"), [*bars, *numbers], width=400, height=112)
        frames.append([*drawing, say(W("softmax_sum", total=shares.sum()))])
    slider = Slider(W("temperature"), [same(f"{t:g}") for t in temperatures], temperatures.index(1.0))
    return live("softmax", [slider], frames, W("softmax"))


def _cost() -> Markup:
    given = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
    slider = Slider(W("given"), [same(f"{p:.2f}") for p in given], given.index(0.2))
    return live("cost", [slider], [_cost_frame(p) for p in given], W("cost_caption"))


def _cost_frame(given: float) -> list[Markup]:
    rows = with_truth_at(given)
    costs = cross_entropy(rows, TRUTH)
    x, y, grid = axes((0, 1), (0, 5), (W("probability"), W("surprise")))
    line = np.linspace(0.007, 1, 80)
    parts = [grid, curve(x, y, line, -np.log(line))]
    parts += [svg.mark("circle", x(float(np.exp(-c))), y(float(c)), "own", size=5) for c in costs]
    body = [
        (
            same("(" + "\N{NO-BREAK SPACE}".join(f"{v:.2f}"[1:] for v in row) + ")"),
            str(truth + 1),
            f"{row[truth]:.2f}",
            f"{cost:.4f}",
        )
        for row, truth, cost in zip(rows, TRUTH, costs, strict=True)
    ]
    head = [W("row"), W("truth"), W("probability"), W("surprise")]
    scores = {
        "mean": costs.mean(),
        "total": costs.sum(),
        "share": 100 * accuracy(rows, TRUTH),
        "brier": brier(rows, TRUTH),
    }
    return [*picture(W("cost_label"), parts), table(head, body, W("cost_table")), say(W("cost_read", **scores))]


def _lines() -> Markup:
    angles, offsets = range(0, 360, 15), [n / 10 for n in range(-6, 7, 2)]
    frames = [_line_frame(angle, offset) for angle in angles for offset in offsets]
    best = max(one_line(a, o / 20)[1] for a in range(360) for o in range(-20, 21))
    sliders = [
        Slider(W("angle"), [same(f"{a}°") for a in angles], 3),
        Slider(W("offset"), [same(_minus(f"{o:g}")) for o in offsets], offsets.index(-0.4)),
    ]
    return live("line", sliders, frames, W("line", tried=360 * 41, best=100 * best))


def _square() -> tuple[svg.Scale, svg.Scale]:
    return svg.Scale(-0.3, 1.3, 60, 300), svg.Scale(-0.3, 1.3, 250, 10)


def _corners(x: svg.Scale, y: svg.Scale) -> Markup:
    """Draw the four corners: a filled circle where the answer is 1, a cross where it is 0."""
    parts = []
    for (a, b), answer in zip(CORNERS, XOR, strict=True):
        shape, style = ("circle", "second") if answer else ("square", "fifth")
        parts.append(svg.mark(shape, x(a), y(b), style, size=6))
        parts.append(svg.text(x(a), y(b) + 22, f"({a:g}, {b:g}) → {answer:g}", "note"))
    return Markup("").join(parts)


def _line_frame(angle: float, offset: float) -> list[Markup]:
    x, y = _square()
    side = np.linspace(-0.3, 1.3, 33)
    across, up = np.meshgrid(side, side)
    normal = (np.cos(np.radians(angle)), np.sin(np.radians(angle)))
    said, share = one_line(angle, offset)
    ground = shades(((across - 0.5) * normal[0] + (up - 0.5) * normal[1] > offset) * 0.45, x, y)
    answers = ", ".join(f"{answer:g}" for answer in said)
    return [
        *picture(W("square"), [ground, _corners(x, y)], 360, 270),
        say(W("line_read", said=answers, share=100 * share)),
    ]


def _learning() -> Markup:
    kinds = {"one_unit": (2, 1), "two_two_one": (2, 2, 1)}
    frames = [
        _learned_frame(network, step)
        for sizes in kinds.values()
        for network, step in zip(learned(sizes), STEPS, strict=True)
    ]
    sliders = [
        Slider(W("network"), [W(kind) for kind in kinds], 1),
        Slider(W("steps"), [same(step) for step in STEPS], len(STEPS) - 1),
    ]
    return live("learning", sliders, frames, W("learning", good=starts_that_succeed(8), starts=8))


def _learned_frame(network: list[Layer], step: int) -> list[Markup]:
    x, y = _square()
    side = np.linspace(-0.3, 1.3, 33)
    grid = np.stack(np.meshgrid(side, side), axis=-1)
    ground = shades(predict(network, grid.reshape(-1, 2)).reshape(33, 33), x, y)
    given = predict(network, CORNERS)[:, 0]
    answers = ", ".join(f"{p:.3f}" for p in given)
    said = W("learned_read", step=step, given=answers, share=100 * right(network))
    return [*picture(W("square"), [ground, _corners(x, y)], 360, 270), say(said)]
