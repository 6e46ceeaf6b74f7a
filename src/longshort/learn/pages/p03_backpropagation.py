"""Page 3: backpropagation step by step, with the right sign, and what a topology counts."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.learn.backpropagation import Layer, errors, forward, gradient, loss, moved, predict
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import arrow, axes, curve, picture, word
from longshort.learn.graphs import key
from longshort.learn.text import Text, same, words
from longshort.report import svg

Floats = NDArray[np.floating[Any]]
W = words(__file__)
HEAD = Head("3", W("title"), W("question"))
NETWORK = [
    Layer(np.array([[0.6, -0.4], [0.3, 0.8]]), np.array([0.1, -0.2]), "logistic"),
    Layer(np.array([[0.7, -0.5]]), np.array([0.2]), "identity"),
]
X, Y, RATE = np.array([[1.0, 2.0]]), np.array([[1.0]]), 0.5
STAGES = (
    "inputs",
    "sums",
    "squashed",
    "output",
    "loss",
    "d_output",
    "d_last",
    "d_hidden",
    "d_sums",
    "d_first",
    "update",
)
TOPOLOGIES = ((784, 10), (784, 8, 10), (784, 8, 3, 10), (784, 8, 3, 5), (784, 8, 3, 5, 10), (784, 128, 64, 10))

# What is computed


@cache
def numbers() -> dict[str, Floats]:
    """Compute all that the network does for one observation: forwards, backwards, and one step of descent."""
    first, last = forward(NETWORK, X)
    d_sums, d_output = errors(NETWORK, [first, last], Y)
    (d_first, _), (d_last, _) = gradient(NETWORK, X, Y)
    after = moved(NETWORK, gradient(NETWORK, X, Y), RATE)
    return {
        "x": X[0],
        "z": first.sums[0],
        "a": first.outputs[0],
        "p": last.outputs[0],
        "loss": np.array([loss(last.outputs, Y)]),
        "d_p": d_output[0],
        "d_a": (d_output @ NETWORK[1].weights)[0],
        "d_z": d_sums[0],
        "d_first": d_first,
        "d_last": d_last[0],
        "after": np.array([loss(predict(after, X), Y), predict(after, X)[0, 0]]),
    }


@cache
def losses(sign: float, steps: int = 20, rate: float = 0.1) -> list[float]:
    """Give the loss before each step along `-sign` times the gradient: +1 is right, -1 the slide's wrong sign."""
    network, found = list(NETWORK), []
    for _ in range(steps + 1):
        found.append(loss(predict(network, X), Y))
        network = moved(network, gradient(network, X, Y), sign * rate)
    return found


def loss_over_weight(weight: float) -> tuple[float, float]:
    """Give loss and its slope when the first weight of the last layer is `weight` and all else stays."""
    first, last = NETWORK
    weights = np.array([[weight, *last.weights[0, 1:]]])
    network = [first, last._replace(weights=weights)]
    return loss(predict(network, X), Y), float(gradient(network, X, Y)[1][0][0, 0])


def counted(sizes: Sequence[int]) -> tuple[list[tuple[str, int]], int]:
    """List the parameters of a dense network by layer, and all together, as longshort builds it from such a list."""
    from longshort.nn.stack import Dense, Stack, layer_table

    rows = layer_table(Stack(inputs=(sizes[0],), layers=tuple(Dense(units=size) for size in sizes[1:])))
    counts = [(f"{a} → {b}", int(row["parameters"])) for a, b, row in zip(sizes, sizes[1:], rows, strict=False)]
    return counts, sum(count for _, count in counts)


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _stepping()
    yield listing(errors, gradient)
    yield lecture(W("efficient_said"), W("efficient"))
    yield heading(W("sign"))
    yield say(W("sign_why"))
    yield _signs()
    yield lecture(W("sign_said"), W("sign_holds"))
    yield heading(W("over_weight"))
    yield _over_weight()
    yield listing(moved)
    yield heading(W("topology"))
    yield say(W("topology_said"))
    yield _topologies()
    yield command("longshort backtest prices.csv --set training.learning_rate=0.003 --out run", W("own"))


def _fields() -> dict[str, float]:
    """Give every number of the example a name of its own, for the sentences."""
    named = {}
    for name, values in numbers().items():
        if values.size == 1:
            named[name] = float(values[0])
        else:
            named |= {f"{name}{at + 1}": float(value) for at, value in enumerate(values.ravel())}
    return named | {"y": float(Y[0, 0]), "rate": RATE}


def _stepping() -> Markup:
    fields = _fields()
    frames = [
        [*picture(W("net_label"), _network(stage), 400, 262), say(W(f"stage_{name}", **fields))]
        for stage, name in enumerate(STAGES)
    ]
    slider = Slider(W("step"), [Text(*(f"{at + 1}. {w}" for w in W(f"name_{n}"))) for at, n in enumerate(STAGES)], 5)
    return live("stepping", [slider], frames, W("stepping"))


PLACES = {"x": [(46, 66), (46, 196)], "a": [(196, 66), (196, 196)], "p": [(346, 131)]}


def _network(stage: int) -> list[Markup]:
    """Draw the network as far as it is known at a stage: values in the nodes, what comes back beneath them."""
    backwards = stage >= STAGES.index("d_output")
    parts = [_edges("x", "a", NETWORK[0].weights, _way(stage, "sums", "d_first", backwards))]
    parts.append(_edges("a", "p", NETWORK[1].weights, _way(stage, "output", "d_hidden", backwards)))
    parts += [word(x, 20, W(key), "axis") for x, key in ((46, "layer_in"), (196, "layer_hidden"), (346, "layer_out"))]
    known = {"x": 0, "a": STAGES.index("squashed"), "p": STAGES.index("output")}
    back = {"a": ("d_z", STAGES.index("d_sums")), "p": ("d_p", STAGES.index("d_output"))}
    for kind, places in PLACES.items():
        for at, (x, y) in enumerate(places):
            value = f"{numbers()[kind][at]:.4g}" if stage >= known[kind] else "?"
            style = "input" if stage >= known[kind] else "empty"
            parts.append(Markup('<circle class="{}" cx="{}" cy="{}" r="27"/>').format(style, x, y))
            parts.append(svg.text(x, y + 4, value.replace("-", "−"), "digit strong"))
            if kind in back and stage >= back[kind][1]:
                slope = f"{numbers()[back[kind][0]][at]:+.4f}".replace("-", "−")
                parts.append(svg.block(x - 30, y + 31, x + 30, y + 51, "target") + svg.text(x, y + 45, slope, "digit"))
    return parts


def _way(stage: int, forth: str, back: str, backwards: bool) -> str:
    """Name the look of a layer's arrows: at work forwards, at work backwards, or at rest."""
    if not backwards:
        return "arrow live-one" if stage == STAGES.index(forth) else "arrow"
    return "back" if stage == STAGES.index(back) else "arrow"


def _edges(start: str, end: str, weights: Floats, style: str) -> Markup:
    parts = []
    for (row, column), weight in np.ndenumerate(weights):
        (x1, y1), (x2, y2) = PLACES[start][column], PLACES[end][row]
        ends = (x2 - 29, y2, x1 + 29, y1) if style == "back" else (x1 + 29, y1, x2 - 29, y2)
        parts.append(arrow(*ends, style))
        near = 0.28 if row != column and len(weights) > 1 else 0.4
        x, y = x1 + 29 + near * (x2 - x1 - 58), y1 + near * (y2 - y1)
        parts.append(svg.text(x, y - 6, f"{weight:g}".replace("-", "−"), "note"))
    return Markup("").join(parts)


def _signs() -> Markup:
    right, wrong = losses(1.0), losses(-1.0)
    x, y, grid = axes((0, len(right) - 1), (0, 1.0), (W("steps"), W("loss_axis")))
    frames = []
    for step in range(len(right)):
        parts = [grid]
        for values, style, shape in ((right, "network", "circle"), (wrong, "fourth", "square")):
            parts.append(curve(x, y, range(step + 1), values[: step + 1], style))
            parts.append(svg.mark(shape, x(step), max(y(values[step]), 8.0), "own" if style == "network" else style))
        said = W("signs_read", step=step, right=right[step], wrong=wrong[step])
        legend = key([("line", "network", W("right")), ("line", "fourth", W("wrong"))])
        frames.append([*picture(W("signs_label"), parts), legend, say(said)])
    return live("signs", [Slider(W("steps"), [same(n) for n in range(len(right))], 10)], frames, W("signs"))


def _over_weight() -> Markup:
    weights, rates = np.round(np.arange(-2.0, 4.01, 0.25), 2), (0.2, 1.0, 3.0)
    line = np.linspace(-2.0, 4.0, 61)
    x, y, grid = axes((-2, 4), (-0.1, 2.4), (W("weight"), W("loss_axis")))
    parts = [grid, curve(x, y, line, [loss_over_weight(float(w))[0] for w in line])]
    frames = []
    for rate in rates:
        for weight in weights:
            height, slope = loss_over_weight(float(weight))
            near = np.array([weight - 0.9, weight + 0.9])
            goal = float(weight) - rate * slope
            new, _ = loss_over_weight(goal)
            moves = [
                curve(x, y, near, height + slope * (near - weight), "second"),
                svg.mark("circle", x(float(weight)), y(height), "own", size=5),
                svg.mark("diamond", x(float(np.clip(goal, -2, 4))), y(min(new, 2.4)), "third", size=5),
            ]
            said = W("weight_read", weight=weight, slope=slope, rate=rate, goal=goal, height=height, new=new)
            frames.append([*picture(W("weight_label"), [*parts, *moves]), say(said)])
    sliders = [
        Slider(W("rate"), [same(rate) for rate in rates], 1),
        Slider(W("weight"), [same(f"{w:.2f}".replace("-", "−")) for w in weights], 4),
    ]
    return live("weight", sliders, frames, W("weight_caption"))


def _topologies() -> Markup:
    frames = []
    for sizes in TOPOLOGIES:
        rows, total = counted(sizes)
        body = [(same(name), f"{count:,}") for name, count in rows]
        frames.append([table([W("layer"), W("parameters")], body, W("count_caption")), say(W("total", total=total))])
    names = [same("-".join(map(str, sizes))) for sizes in TOPOLOGIES]
    return live("topology", [Slider(W("list"), names, 4)], frames, W("topology_caption"))
