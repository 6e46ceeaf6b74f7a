"""Page 9: the GRU, the variants, and how many parameters each has."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup

from longshort.kernels.reference.arithmetic import Array
from longshort.kernels.reference.gru import gru_step
from longshort.learn import family
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import WIDTH, axes, curve, picture, word
from longshort.learn.graphs import key, power, scientific
from longshort.learn.memory import forget_gate
from longshort.learn.text import same, words
from longshort.nn.variants.shapes import Odyssey
from longshort.report import svg

W = words(__file__)
HEAD = Head("9", W("title"), W("question"))
UPDATES = (-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
UNITS = (10, 25, 50, 100, 128, 256)
INPUTS = (1, 8, 28)
BIASES = (0.0, 1.0, 2.0, 4.0)
STEPS = 60
LEFT = 172.0  # pixels for the names of cells beside their bars
HEARD = np.where((np.arange(60) // 15) % 2 == 0, 1.0, -1.0)

# What is computed


def counts(inputs: int, hidden_size: int) -> list[tuple[str, int]]:
    """Count the parameters of every cell of the family, the fewest first."""
    found = [(cell, family.count(cell, inputs, hidden_size)) for cell in family.FAMILY]
    return sorted(found, key=lambda pair: pair[1])


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    from longshort.nn.variants.steps import advance

    yield say(W("opening"))
    sliders = [Slider(W("update_bias"), [same(f"{b:g}".replace("-", "−")) for b in UPDATES], 3)]
    yield live("following", sliders, [_following(bias) for bias in UPDATES], W("following"))
    yield lecture(W("z_said"), W("z"))
    yield listing(gru_step)
    yield heading(W("counts_title"))
    yield say(W("counts"))
    rows = [[W(cell), W(f"why_{cell}"), f"{family.count(cell, 1, 50):,}"] for cell in family.COUNTED]
    yield table([W("cell"), W("made_of"), W("parameters")], rows, W("known_counts"))
    sliders = [
        Slider(W("inputs"), [same(n) for n in INPUTS]),
        Slider(W("units"), [same(n) for n in UNITS], UNITS.index(50)),
    ]
    yield live("counting", sliders, [_counting(i, h) for i in INPUTS for h in UNITS], W("counting"))
    yield lecture(W("textbook_said"), W("textbook_instead"))
    yield heading(W("variants_title"))
    yield say(W("variants"))
    yield _differences()
    sliders = [Slider(W("bias"), [same(f"{b:g}") for b in BIASES], 1)]
    yield live("carrying", sliders, [_carrying(bias) for bias in BIASES], W("carrying"))
    yield listing(Odyssey, advance)
    yield command("longshort backtest prices.csv --set model.cell=gru", W("own"))


def _following(bias: float) -> list[Markup]:
    state = family.one_unit_gru(HEARD, bias)
    at = range(len(HEARD))
    x, y, grid = axes((0, len(HEARD) - 1), (-1.15, 1.15), (W("step"), W("value")))
    lines = [curve(x, y, at, np.tanh(2 * HEARD), "naive"), curve(x, y, at, state)]
    names = key([("line", "naive", W("candidate")), ("line", "network", W("state"))])
    gate = forget_gate(bias)
    said = W("following_said", bias=bias, gate=gate, half_life=float(np.log(0.5) / np.log(gate)))
    return [*picture(W("following_label"), [grid, *lines]), names, say(said)]


def _counting(inputs: int, hidden_size: int) -> list[Markup]:
    found = counts(inputs, hidden_size)
    x = svg.Scale(0.0, float(found[-1][1]), LEFT, WIDTH - 62)
    parts: list[Markup] = []
    for at, (cell, number) in enumerate(found):
        top = 8 + 21 * at
        style = "own" if cell in family.COUNTED else "other"
        parts.append(svg.block(x(0), top, x(number), top + 13, style, f"{number:,}"))
        parts.append(word(LEFT - 6, top + 11, W(cell), anchor="end"))
        parts.append(svg.text(x(number) + 5, top + 11, f"{number:,}", anchor="start"))
    label = picture(W("counting_label", inputs=inputs, units=hidden_size), parts, height=14 + 21 * len(found))
    return [*label, say(W("counted", inputs=inputs, units=hidden_size, lstm=family.count("lstm", inputs, hidden_size)))]


def _differences() -> Markup:
    rows = [[W(cell), W(f"differs_{cell}")] for cell in family.FAMILY]
    return table([W("cell"), W("differs")], rows, W("differences"))


def _carrying(bias: float) -> list[Markup]:
    found = {cell: family.carried(cell, STEPS, bias) for cell in family.FAMILY}
    logs: Array = np.log10(np.maximum(list(found.values()), 1e-30))
    low = min(-15.0, float(np.floor(logs.min())))
    x = svg.Scale(low - 0.8, 3.0, LEFT, WIDTH - 12)
    powers = range(0, int(low) - 1, -5)
    parts = [svg.rule(x(p), 4, x(p), 10 + 21 * len(found), "grid") for p in powers]
    parts += [svg.text(x(p), 26 + 21 * len(found), power(p)) for p in powers]
    for at, (cell, value) in enumerate(zip(found, logs.tolist(), strict=True)):
        top = 8 + 21 * at
        style = "own" if value == logs.max() else "other"
        parts.append(svg.rule(x.start, top + 7, x(value), top + 7, "stem"))
        parts.append(svg.mark("circle", x(value), top + 7, style, scientific(found[cell]), size=5))
        parts.append(word(LEFT - 6, top + 11, W(cell), anchor="end"))
    said = W("carried", lstm=scientific(found["lstm"]), gru=scientific(found["gru"]), rnn=scientific(found["rnn_tanh"]))
    return [*picture(W("carrying_label"), parts, height=34 + 21 * len(found)), say(said)]
