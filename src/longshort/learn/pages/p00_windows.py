"""Page 0: from a table of days to windows of inputs and targets."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from longshort.data.transforms import Transform, fit_coordinates, forward, target_affine
from longshort.data.windows import Pairs, outcomes
from longshort.learn.blocks import Head, Slider, command, heading, lecture, listing, live, say
from longshort.learn.drawing import axes, cells, curve, picture, word
from longshort.learn.prices import sp500
from longshort.learn.text import same, words
from longshort.report import svg

W = words(__file__)
HEAD = Head("0", W("title"), W("question"))
ROWS, INPUTS, TARGETS = 10, 3, 1
COLUMNS = ("Open", "High", "Low", "Close")
YEARS = range(1999, 2019)
SEEN_AS = {"none": (0.0, 3000.0), "minmax": (-0.2, 2.0), "window_log_ratio": (-0.3, 0.3)}  # name, limits of its picture

# What is computed


def windows_by_formula(rows: int, inputs: int, targets: int) -> int:
    """Count windows: rows - (inputs + targets) + 1, and never fewer than none.

    >>> windows_by_formula(10, 3, 1)
    7
    """
    return max(rows - (inputs + targets) + 1, 0)


class Windows:
    """Hold windows over so many rows: of each, the rows that it reads and those that it is to give.

    >>> windows = Windows(10, inputs=3, targets=1)
    >>> len(windows), windows[0], windows[-1]
    (7, (range(0, 3), range(3, 4)), (range(6, 9), range(9, 10)))
    """

    def __init__(self, rows: int, inputs: int, targets: int) -> None:
        self.rows, self.inputs, self.targets = rows, inputs, targets

    def __len__(self) -> int:
        return windows_by_formula(self.rows, self.inputs, self.targets)

    def __getitem__(self, at: int) -> tuple[range, range]:
        first = range(len(self))[at]
        due = first + self.inputs
        return range(first, due), range(due, due + self.targets)


def windows_by_hand(rows: int, inputs: int, targets: int) -> list[tuple[range, range]]:
    """List the rows that each window reads and those that it is to give, by trying every start.

    >>> windows_by_hand(5, 3, 1)
    [(range(0, 3), range(3, 4)), (range(1, 4), range(4, 5))]
    """
    tried = [(range(at, at + inputs), range(at + inputs, at + inputs + targets)) for at in range(rows)]
    return [(read, due) for read, due in tried if due.stop <= rows]


def last_days(rows: int) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Give the newest days of the table: their dates, their prices `[row, column]`, and each day's next close."""
    panel = sp500()
    names = [column.name for column in panel.columns]
    at = np.arange(len(panel.target) - rows, len(panel.target))
    following = outcomes(panel, Pairs(panel.series[at], at), TARGETS)[:, 0]
    prices = panel.values[at][:, [names.index(name) for name in COLUMNS]]
    return [str(day)[:10] for day in panel.labels(panel.times[at])], prices, following


def closes_seen_as(name: str, year: int, length: int = 60) -> NDArray[np.float64]:
    """Give the first `length` closes of a year as a network sees them under a transform of this name."""
    panel = sp500()
    first = int(np.searchsorted(panel.times, np.datetime64(f"{year}-01-01", "us").astype(np.int64)))
    rows = np.arange(first, first + length)
    train = np.arange(len(panel.target)) < len(panel.target) // 2
    coordinates = fit_coordinates(panel, Transform(name=name), train)  # type: ignore[arg-type]
    loc, scale = target_affine(panel, coordinates, 1)
    last = np.full(length, rows[-1])  # a window that is relative is so to its own last day
    anchor = last if coordinates.relative else rows
    return forward(panel.target[rows][:, None], loc[anchor], scale[anchor], coordinates.log)[:, 0]


def relative_logarithms(window: list[float], added: float = 0.0) -> str:
    """Write a window as logarithms relative to its last value; `added` is what one lecture's code adds inside."""
    seen = forward(np.array([window]) + added, np.log(np.array([window[-1] + added])), np.ones((1, 1)), log=True)[0]
    return "[" + ", ".join(f"{value + 0.0:.3f}".rstrip("0").rstrip(".") for value in seen).replace("-", "−") + "]"


# What is shown


def show() -> Iterable[Markup]:
    """Give the page's blocks."""
    small, large = [1.0, 1.0, 2.0, 2.0], [10.0, 10.0, 20.0, 20.0]
    yield say(W("opening"))
    yield _stepping()
    yield say(W("index"))
    yield lecture(W("axes_said"), W("axes"))
    yield heading(W("how_many"))
    yield _counting()
    yield listing(Windows, windows_by_formula, windows_by_hand)
    yield heading(W("prices_or_changes"))
    yield _scaling()
    wrong = {"wrong_small": relative_logarithms(small, 1.0), "wrong_large": relative_logarithms(large, 1.0)}
    yield lecture(W("plus_one_said", **wrong), W("plus_one", right=relative_logarithms(large)))
    yield listing(forward)
    yield command("longshort check prices.csv", W("own"))


def _stepping() -> Markup:
    days, prices, following = last_days(ROWS)
    windows = Windows(ROWS, INPUTS, TARGETS)
    found = [windows[at] for at in range(len(windows))]
    shape = f"({len(found)}, {INPUTS}, {len(COLUMNS)})"
    names = [word(101 + 78 * n, 14, same(name), "axis") for n, name in enumerate(COLUMNS)]
    dates = [svg.text(10, 38 + 24 * n, day[5:], anchor="start") for n, day in enumerate(days)]
    frames = []
    for at, (read, due) in enumerate(found):

        def style(row: int, column: int, read: range = read, due: range = due) -> str:
            wanted = row in due and COLUMNS[column] == "Close"
            return "input" if row in read else "target" if wanted else "empty"

        table = cells(prices, 62, 22, 78, style, lambda value: f"{value:,.2f}", height=24)
        rows = {"first": read.start, "last": read.stop - 1, "due": due.start, "goal": following[read.stop - 1]}
        drawing = picture(W("table"), [*names, *dates, table], width=376, height=264)
        frames.append([*drawing, say(W("reading", at=at, shape=shape, **rows))])
    return live("stepping", [Slider(W("window"), [same(n) for n in range(len(found))])], frames, W("stepping"))


def _counting() -> Markup:
    lengths, contexts, horizons = range(4, 13), range(1, 7), range(1, 5)
    frames = [_count(rows, inputs, targets) for rows in lengths for inputs in contexts for targets in horizons]
    sliders = [
        Slider(W("rows"), [same(n) for n in lengths], lengths.index(10)),
        Slider(W("inputs"), [same(n) for n in contexts], contexts.index(3)),
        Slider(W("targets"), [same(n) for n in horizons], horizons.index(1)),
    ]
    return live("counting", sliders, frames, W("counting"))


def _count(rows: int, inputs: int, targets: int) -> list[Markup]:
    found = windows_by_hand(rows, inputs, targets)
    asked = {"rows": rows, "inputs": inputs, "targets": targets, "formula": rows - (inputs + targets) + 1}
    said = W("counted", **asked, count=len(found), length=len(Windows(rows, inputs, targets)))
    lines = [_line(at, read, due, rows) for at, (read, due) in enumerate(found)]
    parts = [*lines, *[svg.rule(6 + 30 * n, 4, 6 + 30 * n, 226, "gap") for n in range(rows + 1)]]
    return [*picture(W("count_label", count=len(found), rows=rows), parts, width=372, height=230), say(said)]


def _line(at: int, read: range, due: range, rows: int) -> Markup:
    """Draw one window over all rows as a line of boxes; the gaps between them are ruled over it."""
    stretches = ((0, rows, "empty"), (read.start, read.stop, "input"), (due.start, due.stop, "target"))
    boxes = [svg.block(6 + 30 * a, 6 + 20 * at, 6 + 30 * b, 22 + 20 * at, style) for a, b, style in stretches]
    return Markup("").join(boxes)


def _scaling() -> Markup:
    frames = [_scaled(name, year) for name in SEEN_AS for year in YEARS]
    sliders = [
        Slider(W("seen_as"), [W(name) for name in SEEN_AS]),
        Slider(W("year"), [same(year) for year in YEARS], len(YEARS) - 1),
    ]
    return live("scaling", sliders, frames, W("scaling"))


def _scaled(name: str, year: int) -> list[Markup]:
    values = closes_seen_as(name, year)
    x, y, grid = axes((0, len(values) - 1), SEEN_AS[name], (W("day"), W(name)))
    drawing = picture(W(name), [grid, curve(x, y, range(len(values)), values)])
    return [*drawing, say(W("scaled", low=values.min(), high=values.max()))]
