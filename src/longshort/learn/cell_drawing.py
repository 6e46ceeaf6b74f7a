"""The drawing of an LSTM cell: what flows where, one part set off at a time, with its legend."""

from collections.abc import Callable

from markupsafe import Markup

from longshort.learn.drawing import arrow, picture
from longshort.learn.graphs import key
from longshort.learn.text import Text, both
from longshort.report import svg

PARTS = ("forget", "input", "candidate", "memory", "output", "state", "lag", "peepholes")
# parts, from x and y, to x and y, kind of line; where two meet at a sign, the sign is drawn over them
LINES = (
    ("memory lag", 24, 60, 108, 60, "flow"),
    ("memory forget", 132, 60, 218, 60, "flow"),
    ("memory", 242, 60, 392, 60, "flow"),
    ("forget", 120, 146, 120, 72, "flow"),
    ("input", 190, 146, 190, 110, "flow"),
    ("input", 190, 110, 218, 110, "flow"),
    ("candidate", 250, 146, 250, 110, "flow"),
    ("candidate", 250, 110, 242, 110, "flow"),
    ("memory", 230, 98, 230, 72, "flow"),
    ("output", 320, 146, 320, 128, "flow"),
    ("state", 320, 60, 320, 78, "flow"),
    ("state", 320, 94, 320, 104, "flow"),
    ("state", 332, 116, 392, 116, "flow"),
    ("forget", 120, 210, 120, 174, "weighted"),
    ("input", 190, 210, 190, 174, "weighted"),
    ("candidate", 250, 210, 250, 174, "weighted"),
    ("output", 320, 210, 320, 174, "weighted"),
    ("memory lag", 392, 24, 24, 24, "lagged"),
    ("state lag", 392, 246, 24, 246, "lagged"),
    ("peepholes", 66, 60, 106, 146, "peephole"),
    ("peepholes", 66, 60, 176, 146, "peephole"),
    ("peepholes", 286, 60, 306, 146, "peephole"),
)
BUS = "forget input candidate output"  # what the state and the input at the bottom lead to
BOXES = (
    ("forget", 120, 160, "f  σ"),
    ("input", 190, 160, "i  σ"),
    ("candidate", 250, 160, "g  tanh"),
    ("output", 320, 160, "o  σ"),
    ("state", 320, 86, "tanh"),
)
SIGNS = (
    ("forget memory", 120, 60, "⊙"),
    ("input candidate memory", 230, 110, "⊙"),
    ("memory", 230, 60, "⊕"),
    ("state output", 320, 116, "⊙"),
)
NAMES = (
    ("memory lag", 30, 50, "c(t−1)", "start"),
    ("memory", 386, 50, "c(t)", "end"),
    ("state", 386, 107, "h(t)", "end"),
    (BUS + " lag", 30, 203, "h(t−1), x(t)", "start"),
)
STYLES = {"flow": "arrow", "weighted": "third", "lagged": "naive", "peephole": "fourth"}


def draw_cell(part: str, label: Text) -> list[Markup]:
    """Draw the cell with one part set off ("all": every part)."""

    def live(parts: str) -> bool:
        return part == "all" or part in parts.split()

    return picture(label, [_lines(live), _boxes(live), _names(live)], width=416, height=264)


def _lines(live: Callable[[str], bool]) -> Markup:
    drawn = [svg.rule(24, 210, 320, 210, _style("weighted", live(BUS)))]
    for parts, x1, y1, x2, y2, kind in LINES:
        if kind == "peephole" and not live("peepholes"):
            continue
        drawn.append(arrow(x1, y1, x2, y2, _style(kind, live(parts))))
    for parts, x, y1, y2 in (("memory lag", 392, 60, 24), ("state lag", 392, 116, 246)):
        drawn.append(svg.rule(x, y1, x, y2, _style("lagged", live(parts))))
    for parts, y1, y2 in (("memory lag", 24, 60), ("state lag", 246, 210)):
        drawn.append(svg.rule(24, y1, 24, y2, _style("lagged", live(parts))))
    return Markup("").join(drawn)


def _style(kind: str, live: bool) -> str:
    if not live:
        return "faded"
    return f"{STYLES[kind]} live-one" if kind == "flow" else STYLES[kind]


def _boxes(live: Callable[[str], bool]) -> Markup:
    drawn = []
    for parts, x, y, words in BOXES:
        half = 28 if y > 100 else 20
        tall = 14 if y > 100 else 9
        drawn.append(svg.block(x - half, y - tall, x + half, y + tall, "input" if live(parts) else "empty"))
        drawn.append(svg.text(x, y + 4, words, "digit"))
    for parts, x, y, sign in SIGNS:
        drawn.append(svg.mark("circle", x, y, "other", size=12))
        drawn.append(svg.text(x, y + 6, sign, "strong" if live(parts) else "digit"))
    return Markup("").join(drawn)


def _names(live: Callable[[str], bool]) -> Markup:
    drawn = [svg.text(x, y, words, "strong" if live(parts) else "tick", anchor) for parts, x, y, words, anchor in NAMES]
    return Markup("").join(drawn)


def legend(names: dict[str, Text]) -> Markup:
    """Name what the lines and signs mean: "flow", "weighted", "lagged", "peephole", "product", "sum"."""
    lines = key([("line", _style(kind, True), names[kind]) for kind in ("weighted", "lagged", "peephole")])
    signs = [Markup("<li><b>{}</b> {}</li>").format(sign, both(names[name])) for sign, name in _SIGNS]
    return lines + Markup('<ul class="legend">{}</ul>').format(Markup("").join(signs))


_SIGNS = (("⊙", "product"), ("⊕", "sum"), ("σ", "logistic"))
