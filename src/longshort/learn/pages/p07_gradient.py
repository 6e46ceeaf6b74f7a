"""Page 7: the gradient that vanishes, and the one that explodes."""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from markupsafe import Markup

from longshort.kernels.cells import Cell
from longshort.kernels.reference.arithmetic import Array
from longshort.learn import memory, passage
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import WIDTH, axes, curve, picture, word
from longshort.learn.graphs import bars, key, log_axes, log_curve, percent, scientific
from longshort.learn.text import Text, same, words
from longshort.report import svg
from longshort.seeding import generator

W = words(__file__)
HEAD = Head("7", W("title"), W("question"))
STEPS = 60
FACTORS = (0.25, 0.5, memory.forget_gate(1.0), 0.9, 0.9885, 1.0, 1.1)
BIASES = (-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 4.46, 5.0, 6.0)
GAINS = (0.5, 0.8, 1.0, 1.25, 1.5, 2.0)
LIVE_BIASES = (0.0, 1.0, 2.0, 4.46)
SIZE, FEATURES = 16, 4
BAR_CELLS: tuple[Cell, ...] = ("rnn_tanh", "gru", "lstm")
BAR_STEPS = 30
KEPT = (1, 2, 3, 5, 10, 20, 30)
LIMITS = (None, 100.0, 10.0, 1.0)
START, RATE, TAKEN = 1.03, 4e-4, 60
FILLERS = (10, 40, 100)
READERS: tuple[tuple[passage.Reader, float], ...] = (("rnn", 1.0), ("lstm", 1.0), ("lstm", 4.46))

# What is computed


def some_inputs(steps: int) -> Array:
    """Draw a sequence of numbers to read, `[time, feature]`."""
    return generator(0, "learn", "inputs").standard_normal((steps, FEATURES))


def reach_of(cell: Cell, gain: float = 1.0, forget_bias: float = 1.0) -> dict[str, Array]:
    """Measure how the last state of a fresh cell depends on earlier ones, by the largest singular value."""
    weights = memory.fresh_weights(cell, FEATURES, SIZE, forget_bias=forget_bias, gain=gain)
    return memory.reach(cell, some_inputs(STEPS), weights)


@cache
def terms_and_whole(cell: Cell) -> tuple[Array, float]:
    """Split the gradient of W_h by time step; give the terms, and how far their sum is from autograd's gradient."""
    inputs, weights = some_inputs(BAR_STEPS), memory.fresh_weights(cell, FEATURES, SIZE)
    d_last = generator(0, "learn", "loss").standard_normal(SIZE)
    terms = memory.gradient_by_step(cell, inputs, weights, d_last)
    whole = memory.gradient_by_autograd(cell, inputs, weights, d_last)
    return terms, float(np.abs(terms.sum(axis=0) - whole).max())


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield live("factors", [Slider(W("factor"), [_named(f) for f in FACTORS])], _factors(), W("factors"))
    yield _landmarks()
    yield heading(W("gate_title"))
    yield say(W("gate"))
    yield live("forget", [Slider(W("bias"), [_signed(b) for b in BIASES], 2)], _forgetting(), W("forgetting"))
    yield lecture(W("overclaim_said"), W("overclaim", share=scientific(memory.forget_gate(1.0) ** STEPS)))
    yield heading(W("live_title"))
    yield say(W("live"))
    sliders = [Slider(W("gain"), [same(g) for g in GAINS], 2), Slider(W("bias"), [_signed(b) for b in LIVE_BIASES], 1)]
    yield live("reaching", sliders, _reaching(), W("reaching"))
    yield listing(memory.reach)
    yield heading(W("bars_title"))
    yield say(W("bars"))
    sliders = [Slider(W("cell"), [W(cell) for cell in BAR_CELLS]), Slider(W("kept"), [same(k) for k in KEPT], 3)]
    yield live("bars", sliders, [_bars(cell, k) for cell in BAR_CELLS for k in KEPT], W("bars_caption"))
    yield listing(memory.gradient_by_step, memory.gradient_by_autograd)
    yield heading(W("cliff_title"))
    yield say(W("cliff", left=scientific(memory.left_over(1.1, STEPS)[-1])))
    yield live("cliff", [Slider(W("limit"), [_limit(one) for one in LIMITS])], _cliffs(), W("cliff_caption"))
    yield heading(W("passage_title"))
    yield say(W("passage"))
    yield table([W("kind"), W("words")], _vocabulary(), W("vocabulary"))
    yield live("passage", [Slider(W("between"), [same(n) for n in FILLERS])], _passages(), W("passage_caption"))
    yield command("longshort backtest prices.csv --set model.forget_bias=4.46 --set training.gradient_clip=1", W("own"))


def _named(factor: float) -> Text:
    return W("sigma_of_one", value=factor) if factor == FACTORS[2] else same(factor)


def _signed(value: float) -> Text:
    return same(f"{value:g}".replace("-", "−"))


def _limit(limit: float | None) -> Text:
    return W("none") if limit is None else same(f"{limit:g}")


def _factors() -> list[list[Markup]]:
    x, y, grid = log_axes((0, STEPS), (-36, 4), (W("steps"), W("left")))
    frames = []
    for factor in FACTORS:
        left = memory.left_over(factor, STEPS)
        marks = [svg.mark("circle", x(at), y(float(np.log10(left[at]))), "own") for at in (10, 60)]
        said = say(W("left_said", ten=scientific(left[10]), sixty=scientific(left[60]), factor=f"{factor:.4g}"))
        frames.append([*picture(W("factors_label"), [grid, log_curve(x, y, range(STEPS + 1), left), *marks]), said])
    return frames


def _landmarks() -> Markup:
    gate = memory.forget_gate(1.0)
    bias = memory.bias_for(0.5, STEPS)
    rows: list[list[Text | str]] = [
        [same("$0.25^{10}$"), W("why_quarter"), scientific(memory.left_over(0.25, 10)[-1])],
        [W("sigma_power"), W("why_sigma", gate=gate), scientific(gate**STEPS)],
        [same("$0.5^{60}$"), W("why_half"), scientific(memory.left_over(0.5, STEPS)[-1])],
        [same("$0.9^{60}$"), W("why_ninety"), scientific(memory.left_over(0.9, STEPS)[-1])],
        [same("$1.1^{60}$"), W("why_more"), scientific(memory.left_over(1.1, STEPS)[-1])],
        [W("half_power"), W("why_retention", bias=bias), scientific(memory.forget_gate(bias) ** STEPS)],
    ]
    return table([W("product"), W("where"), W("is")], rows, W("landmarks"), own=[5])


def _forgetting() -> list[list[Markup]]:
    x, y, grid = axes((0, STEPS), (0, 1), (W("steps"), W("kept_share")))
    half = svg.rule(x.start, y(0.5), x.end, y(0.5), "naive") + word(x.end - 4, y(0.5) - 6, W("half"), anchor="end")
    frames = []
    for bias in BIASES:
        gate = memory.forget_gate(bias)
        left = memory.left_over(gate, STEPS)
        drawing = picture(W("forget_label"), [grid, half, curve(x, y, range(STEPS + 1), left)])
        lasts = np.log(0.5) / np.log(gate)
        said = W("forget_said", bias=bias, gate=gate, left=scientific(left[-1]), half_life=float(lasts))
        frames.append([*drawing, say(said)])
    return frames


def _reaching() -> list[list[Markup]]:
    x, y, grid = log_axes((0, STEPS), (-24, 6), (W("position"), W("reach")))
    at = np.arange(STEPS + 1)
    names = [("line", "second", W("rnn_tanh")), ("line", "third", W("gru"))]
    names += [("line", "network", W("lstm_memory")), ("line", "fourth", W("lstm_hidden"))]
    legend = key(names)
    gained = {gain: (reach_of("rnn_tanh", gain), reach_of("gru", gain)) for gain in GAINS}
    frames = []
    for gain in GAINS:
        plain, gru = (found["hidden"] for found in gained[gain])
        others = log_curve(x, y, at, plain, "second") + log_curve(x, y, at, gru, "third")
        for bias in LIVE_BIASES:
            lstm = reach_of("lstm", gain, bias)
            lines = log_curve(x, y, at[:-1], lstm["memory"][:-1]) + log_curve(x, y, at, lstm["hidden"], "fourth")
            said = W("reach_said", rnn=scientific(plain[0]), gru=scientific(gru[0]), lstm=scientific(lstm["memory"][0]))
            frames.append([*picture(W("reach_label"), [grid, others, lines]), legend, say(said)])
    return frames


def _bars(cell: Cell, kept: int) -> list[Markup]:
    terms, apart = terms_and_whole(cell)
    sizes = np.linalg.norm(terms, axis=(1, 2))
    x, y, grid = axes((-0.5, BAR_STEPS - 0.5), (0, 1.05 * sizes.max()), (W("position"), W("bar_size")))
    cut = BAR_STEPS - kept
    drawn = bars(x, y, [0.0] * cut + sizes[cut:].tolist(), "own") + bars(x, y, sizes[:cut].tolist(), "other")
    length, cosine = memory.truncated(terms, kept)
    said = W("bars_said", kept=kept, length=percent(length), cosine=cosine, apart=scientific(apart))
    return [*picture(W("bars_label"), [grid, drawn]), say(said)]


def _cliffs() -> list[list[Markup]]:
    x, y, grid = axes((0.3, 1.06), (0, 13), (W("weight"), W("loss")))
    over = np.linspace(0.3, 1.04, 300)
    ground = curve(x, y, over, memory.cliff(over)[0], "actual")
    frames = []
    for walked in memory.descend(START, RATE, TAKEN, LIMITS):
        path = curve(x, y, walked[:, 0], walked[:, 1], "faded")
        marks = [svg.mark("circle", x(w), y(loss), "own", size=3.4) for w, loss, _ in walked]
        first = walked[1, 0] - walked[0, 0]
        said = W("cliff_said", slope=walked[0, 2], step=first, end=walked[-1, 0], loss=walked[-1, 1])
        frames.append([*picture(W("cliff_label"), [grid, ground, path, *marks]), say(said)])
    return frames


def _vocabulary() -> list[list[Text | str]]:
    return [[W(f"kind_{kind}"), passage.W(kind)] for kind in ("she", "he", "fillers", "asked")]


def _passages() -> list[list[Markup]]:
    return [_passage(fillers) for fillers in FILLERS]


def _passage(fillers: int) -> list[Markup]:
    found = [passage.right(cell, fillers, bias) for cell, bias in READERS]
    x, y = svg.Scale(0.0, 1.0, 130, WIDTH - 20), svg.Scale(0, len(READERS), 20, 20 + 34 * len(READERS))
    chance = svg.rule(x(0.5), 18, x(0.5), y(len(READERS)), "naive") + word(x(0.5), 14, W("coin"))
    parts: list[Markup] = [chance]
    for row, ((cell, bias), shares) in enumerate(zip(READERS, found, strict=True)):
        top = y(row) + 6
        parts.append(word(124, top + 15, W(f"reads_{cell}", bias=f"{bias:g}"), anchor="end"))
        parts.append(svg.rule(x(0), top + 11, x(1), top + 11, "grid"))
        parts += [svg.mark("circle", x(share), top + 11, "own", f"{share:.3f}", size=6) for share in shares]
    label = picture(W("passage_label"), parts, height=y(len(READERS)) + 14)
    rows: list[list[Text | str]] = [
        [W(f"reads_{cell}", bias=f"{bias:g}"), *map(percent, f)] for (cell, bias), f in zip(READERS, found, strict=True)
    ]
    seeds = [W("seed", seed=seed) for seed in passage.SEEDS]
    return [say(_sample(fillers)), *label, table([W("network"), *seeds], rows, W("shares"))]


def _sample(fillers: int) -> Text:
    spoken = passage.vocabulary()
    read, _ = passage.passages(1, fillers, purpose="sample")
    shown: Sequence[int] = read[0].tolist()
    lines = [[spoken[at][lang] for at in shown] for lang in (0, 1)]
    return Text(*(" ".join([f"**{line[0]}**", *line[1:-1], f"**{line[-1]}**"]) for line in lines))
