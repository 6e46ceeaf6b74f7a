"""Page 8: the LSTM cell opened."""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from markupsafe import Markup

from longshort.kernels.reference.arithmetic import Array
from longshort.kernels.reference.lstm import lstm_step
from longshort.learn import gates, passage
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.cell_drawing import PARTS, draw_cell, legend
from longshort.learn.drawing import NOTHING, WIDTH, axes, curve, picture, word
from longshort.learn.graphs import key, percent
from longshort.learn.prices import sp500
from longshort.learn.text import Text, same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("8", W("title"), W("question"))
PASSAGES = 4
RANKS = 3
DAYS = 120
PERIODS = ("2006-09-01", "2008-08-01", "2011-06-01", "2017-03-01")
MEASURES = ("weight", "left_out", "joint", "recency", "frequency")

# What is computed


def one_of_each_name() -> tuple[passage.Ints, list[bool]]:
    """Choose a passage for each of the four names, and say whether "she" is right."""
    read, she = passage.passages(40, gates.FILLERS, purpose="sample")
    first = [int(np.flatnonzero(read[:, 0] == name)[0]) for name in range(PASSAGES)]
    return read[first], [bool(she[at]) for at in first]


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    parts = ("all", *PARTS)
    names = {name: W(name) for name in ("weighted", "lagged", "peephole", "product", "sum", "logistic")}
    drawn = [[*draw_cell(part, W("drawing")), legend(names), say(W(f"part_{part}"))] for part in parts]
    yield live("cell", [Slider(W("part"), [W(part) for part in parts])], drawn, W("cell"))
    yield lecture(W("backwards_said"), W("backwards"))
    yield listing(lstm_step)
    yield heading(W("sentence_title"))
    yield say(W("sentence"))
    yield _sentences()
    yield heading(W("prices_title"))
    yield say(W("prices"))
    yield _prices()
    yield heading(W("weights_title"))
    yield say(W("weights"))
    yield _lines()
    yield _weights()
    yield listing(passage.Read.word_weights, passage.Read.left_out)
    yield command("longshort backtest prices.csv --set model.cell=lstm --set model.forget_bias=2 --out run/", W("own"))


def _sentences() -> Markup:
    read, she = one_of_each_name()
    frames = [_sentence(words, right, rank) for words, right in zip(read, she, strict=True) for rank in range(RANKS)]
    spoken = passage.vocabulary()
    sliders = [
        Slider(W("about"), [spoken[name] for name in range(PASSAGES)]),
        Slider(W("unit"), [same(rank + 1) for rank in range(RANKS)]),
    ]
    return live("sentence", sliders, frames, W("sentence_caption"))


def _sentence(read: passage.Ints, she: bool, rank: int) -> list[Markup]:
    unit, p_she = gates.read_passage(read, rank)
    spoken = passage.vocabulary()
    shown = [*(spoken[at] for at in read[:-1].tolist()), same("?")]
    x, y, grid = _word_axes(shown, (0.0, 1.0))
    at = range(len(read))
    lines = [curve(x, y, at, unit.forget_gate), curve(x, y, at, unit.input_gate, "second")]
    lines += [curve(x, y, at, unit.output_gate, "third"), curve(x, y, at, p_she, "actual")]
    lines += [svg.mark("circle", x(n), y(float(p_she[n])), "fifth", f"{p_she[n]:.3f}") for n in at]
    names = [("line", "network", W("forget")), ("line", "second", W("input")), ("line", "third", W("output"))]
    said = W("sentence_said", unit=unit.unit, last=unit.memory[-1], first=unit.memory[0], p=percent(float(p_she[-1])))
    right = W("she_is_right" if she else "he_is_right")
    return [
        *picture(W("sentence_label"), [grid, *lines], height=262),
        key([*names, ("circle", "fifth", W("p_she"))]),
        say(said, right),
    ]


def _word_axes(shown: Sequence[Text], up: tuple[float, float]) -> tuple[svg.Scale, svg.Scale, Markup]:
    """Make a chart over words, which stand slanted under it."""
    x, y = svg.Scale(-0.4, len(shown) - 0.6, 44, WIDTH - 10), svg.Scale(*up, 190, 14)
    grid = svg.frame(x, y, [], svg.numbered(svg.ticks(*up)), ("", ""))
    for at, text in enumerate(shown):
        turned = Markup('<g transform="rotate(-40 {0:g} 206)">{1}</g>').format(
            x(at) + 4, word(x(at) + 4, 206, text, anchor="end")
        )
        grid += turned
    return x, y, grid


def _prices() -> Markup:
    frames = [_period(start, rank) for start in PERIODS for rank in range(RANKS)]
    sliders = [
        Slider(W("period"), [same(start[:7]) for start in PERIODS], 1),
        Slider(W("moving_unit"), [same(rank + 1) for rank in range(RANKS)]),
    ]
    return live("prices", sliders, frames, W("prices_caption"))


def _period(start: str, rank: int) -> list[Markup]:
    rows, unit = gates.read_prices(start, DAYS, rank)
    closes = sp500().target[rows]
    at, pad = range(DAYS), 0.05 * np.ptp(closes)
    x, y, grid = axes(
        (0, DAYS - 1), (closes.min() - pad, closes.max() + pad), (NOTHING, W("close")), (50, 24, 410, 112)
    )
    x2, y2, below = axes((0, DAYS - 1), (0, 1), (W("day"), W("gate_value")), (50, 158, 410, 246))
    lines = [curve(x, y, at, closes, "actual"), curve(x2, y2, at, unit.forget_gate)]
    lines.append(curve(x2, y2, at, unit.input_gate, "second"))
    typical = float(np.median(unit.forget_gate))
    said = W("period_said", unit=unit.unit, typical=typical, half_life=float(np.log(0.5) / np.log(typical)))
    names = key([("line", "network", W("forget")), ("line", "second", W("input")), ("line", "actual", W("close"))])
    return [*picture(W("prices_label"), [grid, below, *lines], height=290), names, say(said)]


def _lines() -> Markup:
    rows = []
    for line in range(gates.LINES):
        split = [text.rpartition(" ") for text in gates.W(f"line{line}")]
        rows.append([same(line + 1), Text(*(f"{told} **{answer}**" for told, _, answer in split))])
    return table([W("line"), W("told")], rows, W("lines"))


def _weights() -> Markup:
    spoken = passage.vocabulary()
    texts = [gates.line_weights(line) for line in range(gates.LINES)]
    texts.append(gates.passage_weights(spoken, W("she")))
    frames = [_weighed(text, measure) for text in texts for measure in MEASURES]
    sliders = [
        Slider(W("text"), [text.answer for text in texts]),
        Slider(W("measure"), [W(measure) for measure in MEASURES]),
    ]
    return live("weights", sliders, frames, W("weights_caption"))


def _weighed(text: gates.WordWeights, measure: str) -> list[Markup]:
    values: Array = getattr(text, measure)
    most = float(np.abs(values).max())
    x = svg.Scale(min(0.0, float(values.min())), max(most, 1e-12), 130, WIDTH - 52)
    zero = x(0.0)
    parts: list[Markup] = [svg.rule(zero, 6, zero, 14 + 22 * len(values), "base")]
    for at, (spoken, value) in enumerate(zip(text.words, values.tolist(), strict=True)):
        top = 12 + 22 * at
        style = "own" if value == values.max() else "other"
        parts.append(svg.block(min(zero, x(value)), top, max(zero, x(value)), top + 14, style, f"{value:.3f}"))
        parts.append(word(min(zero, x(min(0.0, float(values.min())))) - 8, top + 12, spoken, anchor="end"))
        parts.append(svg.text(max(zero, x(value)) + 5, top + 12, f"{value:.2f}".replace("-", "−"), anchor="start"))
    heaviest = text.words[int(values.argmax())]
    said, answer = _told(f"{measure}_said", heaviest), _told("answer", text.answer)
    return [*picture(W("weights_label"), parts, height=26 + 22 * len(values)), say(answer, said), _measures(text)]


@cache
def _measures(text: gates.WordWeights) -> Markup:
    """Set all measures of a text side by side."""
    found = [getattr(text, measure).tolist() for measure in MEASURES]
    rows = [
        [spoken, *(f"{value:.2f}".replace("-", "−") for value in values)]
        for spoken, *values in zip(text.words, *found, strict=True)
    ]
    return table([W("word"), *map(W, MEASURES)], rows, W("all_measures"))


def _told(name: str, spoken: Text) -> Text:
    """Put a word that has two languages into a sentence."""
    return Text(*(W(name, word=spoken[lang])[lang] for lang in (0, 1)))
