"""Page 11: why one day ahead repeats yesterday, and five days too."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from markupsafe import Markup

from longshort.kernels.reference.arithmetic import Array
from longshort.learn import stock
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import axes, curve, picture
from longshort.learn.graphs import BOX, bars, key, percent
from longshort.learn.text import Text, same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("11", W("title"), W("question"))
TESTED = (2007, 2018)
ZOOMS = (2000, 500, 120, 30, 12)
LAGS = (1, 2, 3, 5, 10, 20)
SLOPES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
HORIZON = 5

# What is computed


def shares_known(prices: Array, forecasts: Array, before: Array) -> tuple[float, float]:
    """Give R² of the forecasts for the prices, and for the changes since the day before.

    >>> shares_known(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 4.0]), np.zeros(3))
    (1.0, 1.0)
    """
    left = np.square(prices - forecasts).sum()
    level = np.square(prices - prices.mean()).sum()
    change = prices - before
    return float(1 - left / level), float(1 - left / np.square(change - change.mean()).sum())


def best_skill(slope: float) -> float:
    """Give the skill of the best forecast there is, where a change follows the one before with this slope.

    Its error is the root of 1 - slope² of a change's own deviation; repeating today is wrong by the whole change.

    >>> round(best_skill(0.05), 5)
    0.00125
    """
    return 1.0 - float(np.sqrt(1.0 - slope**2))


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    yield live("zoom", [Slider(W("days_shown"), [same(n) for n in ZOOMS])], [_zoom(n) for n in ZOOMS], W("zoom"))
    yield heading(W("weights_title"))
    yield say(W("weights"))
    yield live("lags", [Slider(W("lags"), [same(n) for n in LAGS], 3)], [_weights(n) for n in LAGS], W("lags_caption"))
    yield listing(stock.least_squares_weights)
    yield heading(W("best_title"))
    yield say(W("best"))
    yield live(
        "slope", [Slider(W("slope"), [same(s) for s in SLOPES], 2)], [_slope(s) for s in SLOPES], _todays_slope()
    )
    yield listing(best_skill)
    yield heading(W("five_title"))
    yield lecture(W("five_said"), W("five"))
    steps = range(1, HORIZON + 1)
    yield live("steps", [Slider(W("step"), [same(n) for n in steps])], [_step(n) for n in steps], W("steps"))
    yield _skills()
    yield say(W("instead"))
    yield command("longshort backtest prices.csv --horizon 5 --out run/", W("own"))


def _zoom(days: int) -> list[Markup]:
    one = stock.honest(*TESTED)
    y, mean, last = one.network.y[-days:, 0], one.network.mean[-days:, 0], one.network.last[-days:]
    x, up, grid = axes((0, days - 1), svg.span([*y.tolist(), *mean.tolist()]), (W("sessions"), W("index")), BOX)
    lines = [curve(x, up, range(days), y, "actual"), curve(x, up, range(days), mean)]
    price, change = shares_known(y, mean, last)
    names = [("line", "actual", W("happened")), ("line", "network", W("forecast"))]
    said = W("zoom_said", days=days, price=price, change=change)
    return [*picture(W("zoom_label"), [grid, *lines]), key(names), say(said)]


def _weights(lags: int) -> list[Markup]:
    weights, share = stock.least_squares_weights(stock.closes(1999, 2018), lags)
    x, y, grid = axes((-0.6, max(lags, 5) - 0.4), (-0.1, 1.05), (W("days_before"), W("weight")), BOX)
    drawn = bars(x, y, weights.tolist(), "own", [f"{w:.3f}" for w in weights.tolist()], width=0.6)
    said = W("weights_said", lags=lags, first=float(weights[0]), sum=float(weights.sum()), share=share)
    return [*picture(W("weights_label"), [grid, drawn]), say(said)]


def _slope(slope: float) -> list[Markup]:
    over = np.linspace(0.0, 0.8, 81)
    x, y, grid = axes((0, 0.8), (0, 0.42), (W("slope"), W("skill")), BOX)
    line = curve(x, y, over, [best_skill(float(at)) for at in over])
    mark = svg.mark("circle", x(slope), y(best_skill(slope)), "own", size=6)
    said = W("slope_said", slope=slope, known=percent(slope**2, 2), skill=percent(best_skill(slope), 2))
    return [*picture(W("slope_label"), [grid, line, mark]), say(said)]


def _todays_slope() -> Text:
    slope = stock.change_slope(stock.closes(1999, 2018))
    return W("slope_caption", slope=slope, skill=percent(best_skill(slope), 2))


def _step(step: int) -> list[Markup]:
    one = stock.honest(*TESTED, HORIZON)
    apart = stock.distances(one.network, one.panel, step)[:11]
    best = int(apart.argmin())
    x, y, grid = axes((-0.6, 10.6), (0, 50), (W("shift"), W("distance")), BOX)
    drawn = bars(x, y, apart.tolist(), "other", [f"{d:.1f}" for d in apart.tolist()], width=0.7)
    own = bars(x, y, [0.0] * best + [float(apart[best])], "own", width=0.7)
    said = W("step_said", step=step, best=best, least=float(apart[best]), own=float(apart[0]))
    return [*picture(W("step_label"), [grid, drawn, own]), say(said)]


def _skills() -> Markup:
    one = stock.honest(*TESTED, HORIZON)
    found = one.judgement().tables.skill.filter(
        (pl.col("model") == one.network.model)
        & (pl.col("baseline") == "naive")
        & (pl.col("metric") == "rmse")
        & pl.col("unique_id").is_null()
        & pl.col("step").is_not_null()
    )
    rows: list[list[Text | str]] = [
        [
            str(row["step"]),
            f"{stock.rmse(one.network, row['step']):.2f}",
            f"{stock.rmse(one.naive, row['step']):.2f}",
            percent(row["value"], 2),
            f"{percent(row['low'], 2)} … {percent(row['high'], 2)}",
        ]
        for row in found.sort("step").iter_rows(named=True)
    ]
    heads = [W("step"), W("network"), W("persistence"), W("skill"), W("interval")]
    return table(heads, rows, W("skills", years=f"{TESTED[0]}–{TESTED[1]}"))
