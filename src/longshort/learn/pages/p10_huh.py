"""Page 10: why the stock forecast had an error of 148."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup

from longshort.evaluation import training_findings
from longshort.kernels.reference.arithmetic import Array
from longshort.learn import stock
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import BOX, key, percent
from longshort.learn.text import Text, same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("10", W("title"), W("question"))
YEARS = (2003, 2005, 2012, 2013)
WORST, INSIDE = 2013, 2005
SCALED = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
SHIFTS = 10
QUARTER = 63
SHOWN = ("RMSE", "MAE")

# What is computed


def times_worse(one: stock.Replay) -> float:
    """Divide the network's root mean squared error by that of repeating today."""
    return stock.rmse(one.network) / stock.rmse(one.naive)


def beside(one: stock.Replay) -> list[tuple[str, float, float]]:
    """List the root mean squared and the mean absolute error of the network, its baselines and the honest version."""
    honest = stock.honest(WORST, WORST + 1).network
    named = {"network": one.network, **one.baselines, "honest": honest}
    return [(name, stock.rmse(found), float(np.nanmean(np.abs(found.mean - found.y)))) for name, found in named.items()]


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield live("replay", [Slider(W("year"), [same(y) for y in YEARS], 3)], [_replay(y) for y in YEARS], W("replay"))
    yield lecture(W("huh_said"), W("huh", share=86.9, persistence=12.612))
    yield heading(W("wall_title"))
    yield say(W("wall"))
    sliders = [Slider(W("stood"), [same(f"{at:g}") for at in SCALED], 6)]
    yield live("wall", sliders, [_wall(at) for at in SCALED], W("wall_caption"))
    yield listing(stock.outside, training_findings.extrapolation)
    yield heading(W("baseline_title"))
    yield say(W("baseline"))
    yield _baselines()
    yield heading(W("copy_title"))
    yield say(W("copy", years=f"{INSIDE}–{INSIDE + 1}", outside=percent(stock.outside(stock.replay(INSIDE)))))
    frames = [_shifted(shift) for shift in range(SHIFTS + 1)]
    yield live("shifted", [Slider(W("shift"), [same(n) for n in range(SHIFTS + 1)])], frames, W("shifted"))
    yield listing(stock.distances)
    yield heading(W("honest_title"))
    yield say(W("honest_about"))
    quarters = range(len(stock.honest(WORST, WORST + 1).network) // QUARTER)
    names = [same(f"{WORST + q // 4} Q{q % 4 + 1}") for q in quarters]
    yield live("honest", [Slider(W("quarter"), names)], [_honest(q) for q in quarters], W("honest_caption"))
    yield command("longshort backtest prices.csv --target Close --test-from 2017-01-01 --out run/", W("own"))


def _replay(year: int) -> list[Markup]:
    one = stock.replay(year)
    before = one.panel.target[one.panel.times <= one.fitted.cutoff][-252:]
    y, mean = one.network.y[:, 0], one.network.mean[:, 0]
    _, high = stock.training_range(one)
    ends = svg.span([*before.tolist(), high, *y.tolist(), *mean.tolist()])
    x, up, grid = axes((-len(before), len(y)), ends, (W("sessions"), W("index")), BOX)
    wall = svg.rule(x.start, up(high), x.end, up(high), "fourth")
    lines = [curve(x, up, range(-len(before), 0), before, "faded"), curve(x, up, range(len(y)), y, "actual")]
    lines.append(curve(x, up, range(len(y)), mean))
    names = [("line", "actual", W("happened")), ("line", "network", W("network")), ("line", "fourth", W("highest"))]
    said = W(
        "replay_said",
        years=f"{year}–{year + 1}",
        learnt=f"{year - stock.YEARS_BEFORE}–{year - 1}",
        error=stock.rmse(one.network),
        naive=stock.rmse(one.naive),
        times=times_worse(one),
        share=percent(stock.outside(one)),
    )
    return [*picture(W("replay_label"), [grid, wall, *lines]), key(names), say(said)]


def _wall(at: float) -> list[Markup]:
    one = stock.replay(WORST)
    low, high = stock.training_range(one)
    scaled = np.linspace(0.0, 2.0, 41)
    given = stock.answers_at(one, low + scaled * (high - low))
    answers: Array = (given - low) / (high - low)
    x, y, grid = axes((0, 2), (0, 2), (W("level_in"), W("level_out")))
    seen = svg.block(x(0), y(2), x(1), y(0), "range")
    ideal = curve(x, y, [0, 2], [0, 2], "naive")
    here = float(np.interp(at, scaled, answers))
    mark = svg.mark("circle", x(at), y(here), "own", size=6)
    names = key([("line", "network", W("answered")), ("line", "naive", W("repeat"))])
    price = low + at * (high - low)
    short = (at - here) * (high - low)
    name = "wall_below" if short > 0 else "wall_above"
    said = W(name, at=f"{at:g}", price=price, answer=price - short, apart=abs(short))
    return [*picture(W("wall_label"), [grid, seen, ideal, curve(x, y, scaled, answers), mark]), names, say(said)]


def _baselines() -> Markup:
    found = beside(stock.replay(WORST))
    rows: list[list[Text | str]] = [[W(f"is_{name}"), f"{rms:,.2f}", f"{mae:,.2f}"] for name, rms, mae in found]
    heads = [W("forecast"), *(same(name) for name in SHOWN)]
    return table(heads, rows, W("baselines", years=f"{WORST}–{WORST + 1}"), own=[0, len(rows) - 1])


def _shifted(shift: int) -> list[Markup]:
    one = stock.replay(INSIDE)
    apart = stock.distances(one.network, one.panel)
    y, mean = one.network.y[:, 0], one.network.mean[:, 0]
    first, length = 60, 120
    shown = range(first, first + length)
    ends = svg.span([*y[first : first + length].tolist(), *mean[first : first + length + SHIFTS].tolist()])
    x, up, grid = axes((first, first + length), ends, (W("sessions"), W("index")), BOX)
    lines = [curve(x, up, shown, y[first : first + length], "actual")]
    lines.append(curve(x, up, shown, mean[first + shift : first + length + shift]))
    names = [("line", "actual", W("happened")), ("line", "network", W("moved", days=shift))]
    best = int(apart.argmin())
    said = W("shifted_said", days=shift, error=apart[shift], best=best, least=apart[best], naive=stock.rmse(one.naive))
    return [*picture(W("shifted_label"), [grid, *lines]), key(names), say(said)]


def _honest(quarter: int) -> list[Markup]:
    one = stock.honest(WORST, WORST + 1)
    shown = slice(quarter * QUARTER, (quarter + 1) * QUARTER)
    y, mean = one.network.y[shown, 0], one.network.mean[shown, 0]
    low, high = (one.network.quantile(level)[shown, 0] for level in (0.1, 0.9))
    at = [float(n) for n in range(len(y))]
    x, up, grid = axes(
        (0, len(y) - 1), svg.span([*low.tolist(), *high.tolist(), *y.tolist()]), (W("sessions"), W("index")), BOX
    )
    band = svg.area(list(zip(at, low.tolist(), strict=True)), list(zip(at, high.tolist(), strict=True)), x, up, "range")
    lines = [curve(x, up, at, y, "actual"), curve(x, up, at, mean)]
    inside = float(((y >= low) & (y <= high)).mean())
    names = [("line", "actual", W("happened")), ("line", "network", W("honest_centre")), ("line", "swatch", W("band"))]
    said = W("honest_said", inside=percent(inside, 0), error=stock.rmse(one.network), naive=stock.rmse(one.naive))
    return [*picture(W("honest_label"), [grid, band, *lines]), key(names), say(said)]
