"""Page 12: direction, the majority class, and fees."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from markupsafe import Markup

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.binomial import clopper_pearson, tail
from longshort.evaluation.claims.tasks import class_claim
from longshort.evaluation.confusion import judge_confusion
from longshort.evaluation.direction import direction_table
from longshort.evaluation.money import money_table
from longshort.evaluation.outcomes import Outcomes
from longshort.learn import stock
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import WIDTH, cells, picture, word
from longshort.learn.graphs import percent
from longshort.learn.text import Text, same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("12", W("title"), W("question"))
LECTURE = [[17, 10, 17], [883, 2908, 882], [49, 25, 36]]  # rows predicted, columns true
CLAIMED = 0.55
BASES = (0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.58)
CASES = (100, 250, 1000, 5000, 20000)
FEES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
EARNED = ("net_return", "gross_return", "shifted", "shuffled", "buy_and_hold")
TESTED = (2007, 2018)

# What is computed


def forecasters() -> dict[str, list[list[int]]]:
    """Give the lecture's confusion matrix, and those of rules on the same true classes.

    Three know nothing: always the most frequent class; the three classes by lot, each as often as it is true; all
    alike. One knows every second case and draws the others by lot.
    """
    true = np.sum(LECTURE, axis=0)
    by_share = np.round(np.outer(true, true) / true.sum()).astype(int)
    alike = np.round(np.outer([1, 1, 1], true) / 3).astype(int)
    return {
        "lecture": LECTURE,
        "majority": [[0, 0, 0], true.tolist(), [0, 0, 0]],
        "by_share": by_share.tolist(),
        "alike": alike.tolist(),
        "half": np.round((by_share + np.diag(true)) / 2).astype(int).tolist(),
    }


@cache
def earned(fee_bps: float) -> dict[str, dict[str, Any]]:
    """Measure what following longshort's own forecasts would have earned at a cost, by metric."""
    rows = money_table([stock.honest(*TESTED).network], fee_bps).iter_rows(named=True)
    return {row["metric"]: row for row in rows}


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    found = forecasters()
    frames = [_matrix(matrix) for matrix in found.values()]
    yield live("matrix", [Slider(W("caller"), [W(name) for name in found])], frames, W("matrix"))
    yield lecture(W("shuffled_said"), W("shuffled_instead"))
    yield listing(tail, clopper_pearson)
    yield heading(W("base_title"))
    yield say(W("base", claimed=percent(CLAIMED, 0)))
    sliders = [
        Slider(W("rises"), [same(percent(b, 0)) for b in BASES], BASES.index(0.54)),
        Slider(W("cases"), [same(f"{n:,}") for n in CASES], 2),
    ]
    yield live("base", sliders, [_claim(b, n) for b in BASES for n in CASES], W("base_caption"))
    yield heading(W("own_title"))
    yield say(W("own_forecast"))
    yield _direction()
    yield heading(W("fees_title"))
    yield say(W("fees"))
    yield live(
        "fees", [Slider(W("fee"), [same(f"{fee:g}") for fee in FEES], 3)], [_fees(f) for f in FEES], W("fees_caption")
    )
    yield command("longshort audit forecasts.csv --actuals prices.csv --fee-bps 10", W("own"))


def _matrix(matrix: list[list[int]]) -> list[Markup]:
    judged, claims = judge_confusion(matrix, rows="predicted")
    drawn = [word(230, 14, W("true"), "axis"), word(4, 40, W("predicted"), "axis", "start")]
    names = [W("down"), W("flat"), W("up")]
    drawn += [word(160 + 70 * n, 32, name) for n, name in enumerate(names)]
    drawn += [word(116, 62 + 32 * n, name, anchor="end") for n, name in enumerate(names)]

    def style(row: int, column: int) -> str:
        return "input" if row == column else "empty"

    drawn.append(cells(np.array(judged["matrix"]), 125, 42, 70, style, lambda v: f"{v:,.0f}", height=32))
    said = W(
        "matrix_said",
        accuracy=judged["accuracy"],
        low=judged["low"],
        high=judged["high"],
        majority=judged["majority"],
        recall=judged["macro_recall"],
    )
    verdict = W("edge" if claims.direction.answer == "yes" else "no_edge", p=judged["p_value"])
    return [*picture(W("matrix_label"), drawn, height=148), say(said, verdict)]


def _claim(base: float, cases: int) -> list[Markup]:
    right = round(CLAIMED * cases)
    (low, high), p_value = clopper_pearson(right, cases), tail(right, cases, base)
    claim = class_claim(right, cases, base, perfect=cases, labels=cases)
    x = svg.Scale(0.42, 0.68, 30, WIDTH - 30)
    drawn = [svg.rule(x(0.42), 80, x(0.68), 80, "base")]
    drawn += [svg.text(x(at), 100, percent(at, 0)) for at in (0.45, 0.5, 0.55, 0.6, 0.65)]
    drawn += [svg.rule(x(base), 22, x(base), 86, "naive"), word(x(base), 16, W("always"))]
    ends = max(low, 0.42), min(high, 0.68)
    drawn += [svg.rule(x(ends[0]), 56, x(ends[1]), 56, "whisker"), svg.mark("circle", x(CLAIMED), 56, "own", size=6)]
    values = {"right": f"{right:,}", "cases": f"{cases:,}", "low": percent(low), "high": percent(high)}
    said = W("claim_said", base=percent(base, 0), **values)
    verdict = W(
        "claim_edge" if claim.answer == "yes" else "claim_none", p=f"{p_value:.3f}" if p_value >= 0.001 else "< 0.001"
    )
    return [*picture(W("claim_label"), drawn, height=112), say(said, verdict)]


def _direction() -> Markup:
    forecasts = [stock.honest(*TESTED).network]
    found = direction_table(forecasts, Outcomes("change"), grid_of(forecasts)).filter(pl.col("step").is_null())
    rows: list[list[Text | str]] = []
    for row in found.iter_rows(named=True):
        if row["metric"] not in ("accuracy", "majority", "gain", "balanced_accuracy", "brier", "ties"):
            continue
        share = row["metric"] not in ("brier", "ties")
        value = percent(row["value"]) if share else f"{row['value']:.4g}"
        known = row["low"] is not None
        rows.append([W(row["metric"]), value, f"{percent(row['low'])} … {percent(row['high'])}" if known else "–"])
    return table([W("measure"), W("value"), W("interval")], rows, W("direction", years=f"{TESTED[0]}–{TESTED[1]}"))


def _fees(fee: float) -> list[Markup]:
    found = earned(fee)
    x = svg.Scale(-0.5, 0.3, 150, WIDTH - 14)
    drawn = [svg.rule(x(0), 6, x(0), 20 + 34 * len(EARNED), "zero")]
    drawn += [svg.text(x(at), 40 + 34 * len(EARNED), percent(at, 0)) for at in (-0.4, -0.2, 0.0, 0.2)]
    for at, metric in enumerate(EARNED):
        row, y = found[metric], 24 + 34 * at
        style = "own" if metric == "net_return" else "other"
        ends = (max(row["low"], -0.5), min(row["high"], 0.3))
        drawn.append(svg.rule(x(ends[0]), y, x(ends[1]), y, "whisker" if style == "own" else "whisker other"))
        drawn.append(svg.mark("circle", x(max(row["value"], -0.5)), y, style, percent(row["value"]), size=5))
        drawn.append(word(144, y + 4, W(metric), anchor="end"))
    values = {name: percent(found[name]["value"]) for name in ("net_return", "gross_return", "buy_and_hold")}
    said = W(
        "fees_said", fee=f"{fee:g}", turnover=found["turnover"]["value"], even=found["breakeven_bps"]["value"], **values
    )
    return [*picture(W("fees_label"), drawn, height=50 + 34 * len(EARNED)), say(said)]
