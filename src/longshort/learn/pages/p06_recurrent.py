"""Page 6: the recurrent network unrolled, one step number by number, five patterns, weights that are shared."""

from collections.abc import Iterable
from functools import cache
from math import tanh

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort import kernels
from longshort.kernels.reference import rnn_step
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import arrow, axes, curve, picture, word
from longshort.learn.graphs import key, scientific
from longshort.learn.text import Text, same, words
from longshort.nn.stack import Dense, Flatten, Pool, Recurrent, Stack, count_parameters, output_shapes
from longshort.report import svg

Floats = NDArray[np.float64]
W = words(__file__)
HEAD = Head("6", W("title"), W("question"))
INPUTS = (1.0, -0.5, 0.25, 0.0, 0.0, 0.0)
INPUT_WEIGHT, BIAS = ((0.8,), (-0.6,)), (0.1, 0.0)
RECURRENT_WEIGHT = ((0.5, -0.3), (0.4, 0.9))
PATTERNS = {  # inputs, hidden states and outputs by step; what a step does not have is left out
    "one_to_one": ((0,), (0,), (0,)),
    "one_to_many": ((0,), (0, 1, 2), (0, 1, 2)),
    "many_to_one": ((0, 1, 2), (0, 1, 2), (2,)),
    "many_to_many": ((0, 1), (0, 1, 2, 3), (2, 3)),
    "aligned": ((0, 1, 2), (0, 1, 2), (0, 1, 2)),
}

# What is computed


def one_step(x: float, before: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Compute one step by hand, unit by unit: what comes from the input, from each state, the sum, and its tanh."""
    units = []
    for weights, own, bias in zip(RECURRENT_WEIGHT, INPUT_WEIGHT, BIAS, strict=True):
        parts = (own[0] * x, *(weight * state for weight, state in zip(weights, before, strict=True)), bias)
        units.append((*parts, sum(parts), tanh(sum(parts))))
    return units


def by_hand() -> list[list[tuple[float, ...]]]:
    """Compute every step by hand; the state before the first is zero."""
    steps: list[list[tuple[float, ...]]] = []
    state: tuple[float, ...] = (0.0, 0.0)
    for x in INPUTS:
        steps.append(one_step(x, state))
        state = tuple(unit[-1] for unit in steps[-1])
    return steps


@cache
def by_kernel() -> Floats:
    """Give the states `[time, unit]` as longshort's kernel computes them from the same weights."""
    weights = {"input_weight": INPUT_WEIGHT, "recurrent_weight": RECURRENT_WEIGHT, "bias": BIAS}
    arrays = {name: np.array([value]) for name, value in weights.items()}
    outputs, _ = kernels.layer("reference", "rnn_tanh", np.array(INPUTS).reshape(1, -1, 1, 1), arrays)
    states: Floats = outputs[0, :, 0]
    return states


def furthest_apart() -> float:
    """Give the largest difference between the states by hand and by kernel."""
    states = np.array([[unit[-1] for unit in units] for units in by_hand()])
    return float(np.abs(states - by_kernel()).max())


def parameters(days: int, hidden: int = 50) -> tuple[int, int]:
    """Count the parameters that read a window of so many days: a recurrent network's, and a dense network's."""
    recurrent = Stack(inputs=(days, 1), layers=(Recurrent(cell="rnn", hidden_size=hidden), Pool(), Dense(units=1)))
    dense = Stack(inputs=(days, 1), layers=(Flatten(), Dense(units=hidden, activation="tanh"), Dense(units=1)))
    return count_parameters(recurrent), count_parameters(dense)


def shapes_of(pattern: str) -> tuple[str, str]:
    """Give the shapes of 32 samples going in and coming out, where one stack of layers does the whole pattern."""
    read = {
        "one_to_one": ((4,), (Dense(units=3),)),
        "many_to_one": ((10, 6), (Recurrent(cell="lstm", hidden_size=16), Pool(), Dense(units=2))),
        "aligned": ((6, 5), (Recurrent(cell="lstm", hidden_size=16), Dense(units=5))),
    }
    if pattern == "one_to_many":
        return "(32, 28, 28)", "(32, ≤ 5)"
    if pattern == "many_to_many":
        return "(32, 5 … 10)", "(32, 5 … 10)"
    inputs, layers = read[pattern]
    return str((32, *inputs)), str((32, *output_shapes(Stack(inputs=inputs, layers=layers))[-1]))


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _unrolled()
    yield listing(rnn_step, one_step)
    yield lecture(W("named_said"), W("named"))
    yield heading(W("shared"))
    yield say(W("shared_said"))
    yield _shared()
    yield heading(W("five"))
    yield _patterns()
    yield lecture(W("hihello_said"), W("hihello"))
    yield command("longshort backtest prices.csv --set model.cell=rnn", W("own"))


def _unrolled() -> Markup:
    steps = by_hand()
    names = [W(name) for name in ("from_input", "from_first", "from_second", "bias", "sum", "tanh", "kernel")]
    head = [W("made_of"), W("unit", number=1), W("unit", number=2)]
    frames = []
    for at, units in enumerate(steps):
        columns = [[*unit, state] for unit, state in zip(units, by_kernel()[at].tolist(), strict=True)]
        rows = [(name, *map(_signed, both)) for name, both in zip(names, zip(*columns, strict=True), strict=True)]
        told = table(head, rows, W("step_caption", t=at + 1, before=at), own=[len(rows) - 2, len(rows) - 1])
        frames.append([*picture(W("unrolled_label"), _chain(at), 414, 176), told])
    slider = Slider(W("step"), [Text(f"t = {n + 1}", f"t = {n + 1}") for n in range(len(steps))], 1)
    caption = W("unrolled", apart=scientific(furthest_apart()))
    return live("unrolled", [slider], frames, caption)


def _signed(value: float) -> str:
    return f"{value:+.6f}".replace("-", "−")


def _chain(now: int) -> list[Markup]:
    """Draw the network once for each step, as far as it has read."""
    parts = []
    for at, x in enumerate(INPUTS):
        left, active = 44 + 66 * at, "arrow live-one" if at == now else "arrow"
        style = "target" if at == now else "input" if at < now else "empty"
        parts.append(arrow(left - 44 if at == 0 else left - 43, 62, left - 25, 62, active))
        parts.append(arrow(left, 128, left, 87, active))
        parts.append(Markup('<circle class="{}" cx="{}" cy="62" r="24"/>').format(style, left))
        states = by_kernel()[at] if at <= now else None
        lines = ("?", "") if states is None else tuple(f"{value:.3f}".replace("-", "−") for value in states)
        parts += [svg.text(left, 60 + 14 * n, line, "tiny") for n, line in enumerate(lines)]
        parts.append(
            svg.block(left - 22, 128, left + 22, 152, style) + svg.text(left, 144, f"{x:g}".replace("-", "−"), "digit")
        )
        parts.append(svg.text(left, 28, f"h{_low(at + 1)}", "axis") + svg.text(left, 168, f"x{_low(at + 1)}", "axis"))
    return parts


def _low(number: int) -> str:
    """Write a number in lowered digits."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _shared() -> Markup:
    days = (5, 10, 20, 30, 60, 90, 120, 250)
    found = [parameters(count) for count in days]
    x, y, grid = axes((0, 260), (0, 14000), (W("days"), W("parameters")), (58, 26, 402, 196))
    still = [grid, curve(x, y, days, [a for a, _ in found]), curve(x, y, days, [b for _, b in found], "second")]
    legend = key([("circle", "own", W("recurrent")), ("square", "second", W("dense"))])
    frames = []
    for count, (recurrent, dense) in zip(days, found, strict=True):
        marks = [
            svg.mark("circle", x(count), y(recurrent), "own", size=5),
            svg.mark("square", x(count), y(dense), "second", size=5),
        ]
        said = W("shared_read", days=count, recurrent=recurrent, dense=dense)
        frames.append([*picture(W("shared_label"), [*still, *marks]), legend, say(said)])
    return live("shared", [Slider(W("days"), [same(n) for n in days], 4)], frames, W("shared_caption"))


def _patterns() -> Markup:
    frames = []
    for name, columns in PATTERNS.items():
        goes_in, comes_out = shapes_of(name)
        said = W("pattern_shapes", goes_in=goes_in, comes_out=comes_out)
        frames.append([*picture(W(name), _boxes(*columns), 300, 172), say(W(f"{name}_said"), said)])
    return live("patterns", [Slider(W("pattern"), [W(name) for name in PATTERNS], 2)], frames, W("patterns"))


def _boxes(inputs: tuple[int, ...], states: tuple[int, ...], outputs: tuple[int, ...]) -> list[Markup]:
    """Draw a pattern: inputs below, hidden states between, outputs above, one column a step."""
    parts = [word(4, y, W(name), "axis", "start") for y, name in ((152, "in"), (92, "state"), (32, "out"))]
    for columns, y, style in ((inputs, 136, "input"), (states, 76, "middle"), (outputs, 16, "target")):
        parts += [svg.block(80 + 54 * n, y, 114 + 54 * n, y + 24, style) for n in columns]
    parts += [arrow(97 + 54 * n, 136, 97 + 54 * n, 102) for n in inputs]
    parts += [arrow(97 + 54 * n, 76, 97 + 54 * n, 42) for n in outputs]
    parts += [arrow(114 + 54 * n, 88, 132 + 54 * n, 88) for n in states[:-1]]
    return parts
