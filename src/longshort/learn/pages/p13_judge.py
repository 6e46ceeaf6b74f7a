"""Page 13: how to judge a forecast."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from markupsafe import Markup

from longshort.audit import Audit, audit
from longshort.evaluation.trials import deflated
from longshort.learn import judging, stock
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say, table
from longshort.learn.drawing import WIDTH, axes, curve, picture, word
from longshort.learn.graphs import BOX, bars, key, percent
from longshort.learn.text import LANGUAGES, Text, same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("13", W("title"), W("question"))
TESTED = (2007, 2018)
TRIES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DAYS = (60, 250, 1000)
SESSIONS = (60, 125, 250, 500, 1000, 2500, 5000)
FACTORS = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
QUESTIONS = ("baseline", "same_days", "interval", "copy", "outside", "covered", "direction", "tries", "leak", "once")

# What is computed


def audited(name: str) -> Audit:
    """Audit a table of forecasts: those of the tutorial's network of page 10, or of longshort's own of page 11."""
    one = stock.replay(2013) if name == "tutorial" else stock.honest(*TESTED)
    return audit(one.network.to_frame())


@cache
def scores_by_width() -> list[tuple[float, float]]:
    """Give coverage and score of longshort's own forecasts with their intervals stretched by each factor."""
    forecast = stock.honest(*TESTED).network
    return [judging.coverage_and_score(judging.stretched(forecast, factor)) for factor in FACTORS]


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    yield say(W("opening"))
    rows: list[list[Text | str]] = [[W(name), W(f"{name}_why"), W(f"{name}_where")] for name in QUESTIONS]
    yield table([W("ask"), W("why"), W("where")], rows, W("checklist"))
    yield heading(W("sentence_title"))
    yield say(W("sentence"))
    names = ("tutorial", "own_network")
    yield live(
        "verdict", [Slider(W("judged"), [W(name) for name in names])], [_verdict(n) for n in names], W("verdict")
    )
    yield heading(W("width_title"))
    yield say(W("width"))
    frames = [_width(at) for at in range(len(FACTORS))]
    yield live("width", [Slider(W("factor"), [same(f"{f:g}") for f in FACTORS], 4)], frames, W("width_caption"))
    yield listing(judging.stretched, judging.coverage_and_score)
    yield heading(W("few_title"))
    yield say(W("few"))
    sliders = [Slider(W("sessions"), [same(f"{n:,}") for n in SESSIONS], 2)]
    yield live("power", sliders, [_power(n) for n in SESSIONS], W("power_caption"))
    yield heading(W("luck_title"))
    yield say(W("luck"))
    sliders = [
        Slider(W("days"), [same(n) for n in DAYS], 1),
        Slider(W("tried"), [same(f"{n:,}") for n in TRIES], TRIES.index(100)),
    ]
    yield live("luck", sliders, [_luck(days, tries) for days in DAYS for tries in TRIES], W("luck_caption"))
    yield lecture(W("choosing_said"), W("choosing"))
    yield listing(judging.best_of, deflated)
    yield command("longshort audit forecasts.csv --actuals prices.csv --trials 20 --out page.html", W("own"))


def _verdict(name: str) -> list[Markup]:
    found = [audited(name).summary(lang) for lang in LANGUAGES]
    verdict = Text(*(one["verdict"] for one in found))
    lines = [Text(*pair) for pair in zip(*(_answers(one["answers"]) for one in found), strict=True)]
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return [Markup("<p><b>{}</b></p>").format(verdict), Markup("<ul>{}</ul>").format(items)]


def _answers(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [
        f"{row['question']} {row['word']} {' '.join(row['details'])}" for row in rows if row["answer"] != "not_judged"
    ]


def _width(at: int) -> list[Markup]:
    found = scores_by_width()
    inside, score = found[at]
    scores = [one for _, one in found]
    x, y, grid = axes((0, 3.1), svg.span([0.9 * min(scores), *scores]), (W("factor"), W("score")), BOX)
    line = curve(x, y, FACTORS, scores)
    mark = svg.mark("circle", x(FACTORS[at]), y(score), "own", size=6)
    best = FACTORS[int(np.argmin(scores))]
    said = W("width_said", factor=f"{FACTORS[at]:g}", inside=percent(inside), score=score, best=f"{best:g}")
    return [*picture(W("width_label"), [grid, line, mark]), say(said)]


def _power(sessions: int) -> list[Markup]:
    found = judging.smallest_found(sessions)
    values = [found[name] or 0.0 for name in ("skill", "direction", "coverage")]
    x, y = svg.Scale(-0.6, 2.6, 52, WIDTH - 10), svg.Scale(0.0, 0.4, 196, 26)
    grid = svg.frame(x, y, [], svg.numbered(svg.ticks(0.0, 0.4), 100, " %"), ("", "")) + word(
        4, 14, W("smallest"), "axis", "start"
    )
    names = [word(x(at), 214, W(f"find_{name}")) for at, name in enumerate(("skill", "direction", "coverage"))]
    drawn = bars(x, y, values, "own", [percent(value) for value in values], width=0.5)
    said = W("power_said", sessions=f"{sessions:,}", skill=_found(found["skill"]), direction=_found(found["direction"]))
    return [*picture(W("power_label"), [grid, drawn, *names], height=224), say(said)]


def _found(share: float | None) -> str:
    return "–" if share is None else percent(share)


def _luck(days: int, tries: int) -> list[Markup]:
    best, alone, among = judging.best_of(tries, days)
    found = np.sort(judging.lucky_accuracies(days)[:tries])
    x, y, grid = axes((0.3, 0.7), (0, 1.05), (W("accuracy"), W("share")), BOX)
    parts = [grid, svg.rule(x(0.5), y.start, x(0.5), y.end, "naive")]
    parts.append(curve(x, y, found, (np.arange(tries) + 1) / tries, "actual"))
    parts.append(svg.mark("circle", x(best), y(1.0), "own", size=6))
    names = key([("line", "actual", W("callers")), ("circle", "own", W("best_one")), ("line", "naive", W("coin"))])
    said = W("luck_said", tries=f"{tries:,}", days=days, best=percent(best), alone=_p(alone), among=_p(among))
    return [*picture(W("luck_label"), parts), names, say(said)]


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"
