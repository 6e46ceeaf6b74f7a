"""Page 4: few samples and many features, penalties, dropout, equal beginnings, batch norm, and the kept best model."""

import copy
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.learn.backpropagation import Layer, descend
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import key, scientific
from longshort.learn.penalties import Model, keep_best, lasso, ridge, rmse, samples, train_in_place
from longshort.learn.text import same, words
from longshort.nn.initialisers import draw
from longshort.report import svg
from longshort.seeding import generator

Floats = NDArray[np.floating[Any]]
W = words(__file__)
HEAD = Head("4", W("title"), W("question"))
SAMPLES, FEATURES, DRAWS = 20, 18, 25
COUNTS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 17, 18, 19)
PENALTIES = (0.0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
DROPOUT = (0.0, 0.2, 0.5, 0.8)
BEGINNINGS = {"constant": 0.5, "normal": 1.0, "truncated_normal": 1.0, "variance_scaling": 1.0}
TRAINED = (0, 5, 10, 20, 40, 80, 160, 320)
DEPTH, UNITS = 10, 64
SCALES = (0.05, 0.1, 0.15, 0.2, 0.3)
EPOCHS = range(1, 122, 6)
COPIES: dict[str, Callable[[Model], Model]] = {"shallow": copy.copy, "deep": copy.deepcopy}

# What is computed


@cache
def errors(features: int) -> tuple[float, float]:
    """Fit 20 samples by least squares; give the median error on them and on 1,000 others, over several draws."""
    found = []
    for seed in range(DRAWS):
        data = samples(SAMPLES, features, seed)
        weights = ridge(data.x, data.y, 0.0)
        found.append((rmse(weights, data.x, data.y), rmse(weights, data.test_x, data.test_y)))
    seen, unseen = np.median(found, axis=0)
    return float(seen), float(unseen)


def masks(rate: float, step: int, units: int = 16) -> Floats:
    """Draw dropout's factors for one row of hidden units, as training draws them."""
    from longshort.nn.network import Model as Shape
    from longshort.nn.network import Network
    from longshort.training.dropout import dropout_masks

    shape = Shape(hidden_size=units, num_layers=2, dropout=rate)
    network = Network(model=shape, inputs=1, horizon=1, quantile_levels=())
    kept = dropout_masks(network, (1, 1), seed=0, step=step)
    return kept[0][0, 0].astype(np.float64) if kept else np.ones(units)


@cache
def hidden_weights(beginning: str) -> list[Floats]:
    """Train 2-4-1 on a bent surface from a beginning; give the hidden neurons' weights `[unit, input]` at `TRAINED`."""
    x = generator(0, "surface").normal(size=(60, 2))
    y = np.tanh(x[:, :1]) - 0.5 * x[:, 1:] ** 2
    network = []
    for at, (shape, bend) in enumerate((((4, 2), "tanh"), ((1, 4), "identity"))):
        weights = draw(beginning, BEGINNINGS[beginning], generator(1, "begin", at), shape, shape[1], shape[0])
        network.append(Layer(weights, np.zeros(shape[0]), bend))
    walk = list(descend(network, x, y, 0.1, TRAINED[-1]))
    return [walk[step][0].weights for step in TRAINED]


@cache
def deviations(scale: float, normed: bool) -> list[float]:
    """Give the deviation of the activations behind each of ten tanh layers whose weights began at this scale."""
    import torch

    from longshort.nn.stack import BatchNorm, Dense, Stack, initialise
    from longshort.nn.stack.forward import Pass, forward
    from longshort.nn.stack.layers import Initial

    one = (Dense(units=UNITS), BatchNorm(activation="tanh")) if normed else (Dense(units=UNITS, activation="tanh"),)
    stack = Stack(inputs=(UNITS,), layers=one, initial=Initial(name="normal", scale=scale))
    training = Pass("torch", mask=lambda name, shape, rate: torch.ones(shape))
    rows = torch.from_numpy(generator(0, "rows").normal(size=(128, UNITS)).astype(np.float32))
    found = []
    for depth in range(DEPTH):
        parameters = {name: torch.from_numpy(value) for name, value in initialise(stack, seed=depth).items()}
        rows = forward(stack, parameters, rows, None, training)
        found.append(float(rows.std()))
    return found


@cache
def kept(epochs: int, copying: str) -> tuple[float, float]:
    """Train so many epochs; give the error of the model that was kept as the best, and the error at the end."""
    data = samples(SAMPLES, FEATURES)

    def score(model: Model) -> float:
        return rmse(model["weights"], data.test_x, data.test_y)

    walk = list(train_in_place(data.x, data.y, 0.1, epochs))  # one model, listed once for each epoch: it ends trained
    best = keep_best(train_in_place(data.x, data.y, 0.1, epochs), score, COPIES[copying])
    return score(best), score(walk[-1])


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield _features()
    yield lecture(W("under_said"), W("over"))
    yield heading(W("penalties"))
    yield say(W("penalties_said"))
    yield _penalties()
    yield listing(ridge, lasso)
    yield heading(W("dropout"))
    yield _dropout()
    yield heading(W("beginnings"))
    yield say(W("beginnings_said"))
    yield _beginnings()
    yield listing(draw)
    yield heading(W("norm"))
    yield say(W("norm_said"))
    yield _norm()
    yield heading(W("best"))
    yield say(W("best_said"))
    yield _best()
    yield listing(keep_best, train_in_place)
    yield command("longshort backtest prices.csv --set training.weight_decay=0.3 --set training.patience=3", W("own"))


def _features() -> Markup:
    found = [errors(count) for count in COUNTS]
    x, y, grid = axes((0, 20), (0, 4), (W("features"), W("error")))
    still = [grid, curve(x, y, COUNTS, [a for a, _ in found]), curve(x, y, COUNTS, [b for _, b in found], "second")]
    legend = key([("circle", "own", W("seen")), ("square", "second", W("unseen"))])
    frames = []
    for count, (seen, unseen) in zip(COUNTS, found, strict=True):
        marks = [
            svg.rule(x(count), y.start, x(count), y.end, "cutoff"),
            svg.mark("circle", x(count), y(seen), "own", size=5),
            svg.mark("square", x(count), y(min(unseen, 4.0)), "second", size=5),
        ]
        said = W("features_read", count=count, seen=seen, unseen=unseen)
        frames.append([*picture(W("features_label"), [*still, *marks]), legend, say(said)])
    return live("features", [Slider(W("features"), [same(n) for n in COUNTS], 6)], frames, W("features_caption"))


def _penalties() -> Markup:
    kinds = {"l2": ridge, "l1": lasso}
    data = samples(SAMPLES, FEATURES)
    frames = []
    for fit in kinds.values():
        for penalty in PENALTIES:
            weights = fit(data.x, data.y, penalty)
            measured = {"seen": rmse(weights, data.x, data.y), "unseen": rmse(weights, data.test_x, data.test_y)}
            said = W("penalty_read", zeros=int((weights == 0).sum()), count=FEATURES, **measured)
            frames.append([*_bars(weights, data.truth), _bar_legend(), say(said)])
    sliders = [
        Slider(W("kind"), [W(kind) for kind in kinds]),
        Slider(W("strength"), [same(f"{p:g}") for p in PENALTIES], PENALTIES.index(0.1)),
    ]
    return live("penalty", sliders, frames, W("penalty_caption"))


def _bars(weights: Floats, truth: Floats) -> list[Markup]:
    """Draw fitted weights as bars and the true ones as marks on them."""
    x, y, grid = axes((0, len(weights)), (-4, 4), (W("feature"), W("weight")))
    parts = [grid, svg.rule(x.start, y(0), x.end, y(0), "zero")]
    for at, (weight, true) in enumerate(zip(np.clip(weights, -4, 4), truth, strict=True)):
        ends = sorted((y(float(weight)), y(0)))
        parts.append(svg.block(x(at + 0.2), ends[0], x(at + 0.8), ends[1], "input"))
        parts.append(svg.mark("diamond", x(at + 0.5), y(float(true)), "second", size=3))
    return picture(W("bars_label"), parts)


def _bar_legend() -> Markup:
    return key([("square", "input", W("fitted")), ("diamond", "second", W("true"))])


def _dropout() -> Markup:
    steps = range(8)
    frames = []
    for rate in DROPOUT:
        for step in steps:
            factors = masks(rate, step)
            parts = [_unit(at, factor) for at, factor in enumerate(factors)]
            said = W("dropout_read", kept=int((factors > 0).sum()), units=len(factors), factor=1 / (1 - rate))
            frames.append([*picture(W("dropout_label"), parts, 400, 118), say(said)])
    sliders = [
        Slider(W("dropout_rate"), [same(f"{rate:g}") for rate in DROPOUT], 2),
        Slider(W("train_step"), [same(step) for step in steps]),
    ]
    return live("dropout", sliders, frames, W("dropout_caption"))


def _unit(at: int, factor: float) -> Markup:
    x, y = 30 + 48 * (at % 8), 32 + 54 * (at // 8)
    style = "input" if factor else "empty"
    circle = Markup('<circle class="{}" cx="{}" cy="{}" r="21"/>').format(style, x, y)
    return circle + svg.text(x, y + 4, f"× {factor:.3g}" if factor else "0", "digit")


def _beginnings() -> Markup:
    frames = [
        _beginning_frame(name, weights, step)
        for name in BEGINNINGS
        for weights, step in zip(hidden_weights(name), TRAINED, strict=True)
    ]
    sliders = [
        Slider(W("beginning"), [W(name) for name in BEGINNINGS]),
        Slider(W("train_steps"), [same(step) for step in TRAINED], TRAINED.index(40)),
    ]
    return live("beginning", sliders, frames, W("beginning_caption"))


def _beginning_frame(name: str, weights: Floats, step: int) -> list[Markup]:
    x, y, grid = axes((-2.5, 2.5), (-2.5, 2.5), (W("first_weight"), W("second_weight")))
    marks = ("circle", "own"), ("square", "second"), ("diamond", "third"), ("triangle", "fourth")
    parts = [
        svg.mark(shape, x(float(a)), y(float(b)), style, size=6 - at)
        for at, ((shape, style), (a, b)) in enumerate(zip(marks, np.clip(weights, -2.5, 2.5), strict=True))
    ]
    apart = float(np.linalg.norm(weights[:, None] - weights[None], axis=-1).max())
    said = W("beginning_read", step=step, apart=apart)
    return [*picture(W("beginning_label"), [grid, *parts]), say(said)]


def _norm() -> Markup:
    x, y, grid = axes((0, DEPTH + 1), (0, 1), (W("depth"), W("deviation")))
    frames = []
    legend = key([("circle", "own", W("with")), ("square", "second", W("without"))])
    for scale in SCALES:
        for depth in range(1, DEPTH + 1):
            both = deviations(scale, True)[:depth], deviations(scale, False)[:depth]
            parts = [grid]
            for found, shape, style in zip(both, ("circle", "square"), ("network", "second"), strict=True):
                parts.append(curve(x, y, range(1, depth + 1), found, style))
                own = "own" if style == "network" else style
                parts += [svg.mark(shape, x(at + 1), y(value), own) for at, value in enumerate(found)]
            said = W("norm_read", depth=depth, normed=both[0][-1], plain=scientific(both[1][-1]))
            frames.append([*picture(W("norm_label"), parts), legend, say(said)])
    sliders = [
        Slider(W("scale"), [same(f"{scale:g}") for scale in SCALES]),
        Slider(W("depth"), [same(n) for n in range(1, DEPTH + 1)], DEPTH - 1),
    ]
    return live("norm", sliders, frames, W("norm_caption"))


def _best() -> Markup:
    ends = [kept(epochs, "deep")[1] for epochs in EPOCHS]
    x, y, grid = axes((0, EPOCHS[-1]), (1.4, 2.0), (W("epochs"), W("validation")))
    frames = []
    for copying in COPIES:
        found = [kept(epochs, copying)[0] for epochs in EPOCHS]
        for at, epochs in enumerate(EPOCHS):
            parts = [
                grid,
                curve(x, y, EPOCHS, ends, "actual"),
                curve(x, y, EPOCHS[: at + 1], found[: at + 1], "second"),
            ]
            parts.append(svg.mark("square", x(epochs), y(found[at]), "second", size=5))
            said = W("best_read", epochs=epochs, kept=found[at], now=ends[at], lowest=min(ends[: at + 1]))
            legend = key([("line", "actual", W("now")), ("line", "second", W("what_is_kept"))])
            frames.append([*picture(W("best_label"), parts), legend, say(said)])
    sliders = [
        Slider(W("copy"), [W(copying) for copying in COPIES]),
        Slider(W("epochs"), [same(n) for n in EPOCHS], len(EPOCHS) - 1),
    ]
    return live("best", sliders, frames, W("best_caption"))
