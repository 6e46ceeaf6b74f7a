"""What a page is made of: paragraphs, pictures that move, tables, code, the last command."""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterable, Sequence
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from longshort.learn.text import Text, both, named, same, without_marks

Piece = Markup | Sequence[Markup]  # what a frame is made of; pieces that return are stored once


class Head(NamedTuple):
    """Name a page: its number, its title, and the question that it answers."""

    number: str
    title: Text
    question: Text


class Slider(NamedTuple):
    """Describe one slider: what it sets, what each of its positions is called, and where it starts."""

    label: Text
    positions: Sequence[Text]
    start: int = 0


def heading(text: Text) -> Markup:
    """Begin a part of the page."""
    return Markup("<h2>{}</h2>").format(both(text))


def say(*texts: Text) -> Markup:
    """Write paragraphs; blank lines inside a text part it."""
    pairs = [pair for text in texts for pair in zip(*(words.split("\n\n") for words in text), strict=True)]
    return Markup("").join(Markup("<p>{}</p>").format(both(Text(*pair))) for pair in pairs)


def lecture(said: Text, instead: Text) -> Markup:
    """Set right, kindly, what a lecture says: its words or its number, then what holds."""
    heads = Text("The lecture", "강의에서는"), Text("What holds", "바로잡으면")
    rows = [
        Markup("<dt>{}</dt><dd>{}</dd>").format(both(a), both(b)) for a, b in zip(heads, (said, instead), strict=True)
    ]
    return Markup('<dl class="lecture">{}</dl>').format(Markup("").join(rows))


def table(head: Sequence[Text], rows: Iterable[Sequence[Any]], caption: Text, *, own: Sequence[int] = ()) -> Markup:
    """Write a table, its first column as headings; `own` lists the rows that are set off.

    A column with words, in two languages, stands to the left; one of numbers to the right.
    """
    rows = [list(row) for row in rows]
    worded = [
        any(isinstance(cell, Text) and cell != same(cell.en) for cell in column) for column in zip(*rows, strict=True)
    ]
    top = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_side(left), both(cell))
        for cell, left in zip(head, worded, strict=True)
    )
    body = Markup("").join(_row(row, worded, at in own) for at, row in enumerate(rows))
    framed = '<div class="scroll" tabindex="0" role="region" {}><table class="small">'
    titled = '<caption><span class="fits">{}</span></caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    return Markup(framed + titled).format(named("aria-label", caption), both(caption), top, body)


def _row(row: Sequence[Any], worded: Sequence[bool], own: bool) -> Markup:
    first, *rest = [both(cell if isinstance(cell, Text) else same(cell)) for cell in row]
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_side(left), cell) for cell, left in zip(rest, worded[1:], strict=True)
    )
    return Markup('<tr{}><th scope="row">{}</th>{}</tr>').format(Markup(' class="own"') if own else "", first, cells)


def _side(words: bool) -> Markup:
    return Markup(' class="words"') if words else Markup()


def live(name: str, sliders: Sequence[Slider], frames: Sequence[Piece], caption: Text) -> Markup:
    """Show one of `frames`, chosen by sliders; of two sliders, the last one's positions follow one another.

    `name` is a word that no other moving picture of the page has. The frame of the starting positions stands in the
    page itself; all others lie beside it as data, each different piece once. Raises ValueError where the number of
    frames is not the product of the numbers of positions.
    """
    if len(frames) != prod(len(slider.positions) for slider in sliders):
        raise ValueError(f"{name}: {len(frames)} frames for {[len(slider.positions) for slider in sliders]} positions")
    pool: dict[str, int] = {}
    chosen = [[pool.setdefault(str(piece), len(pool)) for piece in _pieces(frame)] for frame in frames]
    says = [[[without_marks(words) for words in text] for text in slider.positions] for slider in sliders]
    shown = [both(text) for slider in sliders for text in slider.positions]
    start = 0
    for slider in sliders:
        start = start * len(slider.positions) + slider.start
    return Markup(
        '<figure class="live" id="{}"><div class="controls">{}</div><div class="frame">{}</div>'
        '<script type="application/json">{}</script><figcaption>{}</figcaption></figure>'
    ).format(
        name,
        Markup("").join(_control(f"{name}-{at}", slider) for at, slider in enumerate(sliders)),
        _joined(frames[start]),
        island({"pool": list(pool), "frames": chosen, "says": says, "shown": shown}),
        both(caption),
    )


def _control(name: str, slider: Slider) -> Markup:
    last = len(slider.positions) - 1
    back, on = Text("Back: ", "이전: "), Text("On: ", "다음: ")
    return Markup(
        '<div class="control"><p><label for="{0}">{1}</label> <output for="{0}">{2}</output></p>'
        '<button type="button" class="nudge only-js" data-by="-1" {5}>‹</button>'
        '<input type="range" id="{0}" min="0" max="{3}" value="{4}" step="1" {7}>'
        '<button type="button" class="nudge only-js" data-by="1" {6}>›</button></div>'
    ).format(
        name,
        both(slider.label),
        both(slider.positions[slider.start]),
        last,
        slider.start,
        *(named("aria-label", Text(*(a + b for a, b in zip(way, slider.label, strict=True)))) for way in (back, on)),
        named("aria-valuetext", slider.positions[slider.start]),
    )


def _pieces(frame: Piece) -> Sequence[Markup]:
    return [frame] if isinstance(frame, str) else frame


def _joined(frame: Piece) -> Markup:
    return Markup("").join(_pieces(frame))


def island(data: Any) -> Markup:
    """Give data as JSON that cannot end its own script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def listing(*shown: Callable[..., Any] | type) -> Markup:
    """Show the lines of functions or classes of ours as they stand in their file, without the docstring."""
    return Markup("").join(
        Markup(
            '<figure class="listing"><pre tabindex="0"><code>{}</code></pre>'
            "<figcaption><code>{}</code></figcaption></figure>"
        ).format(source(one), _place(one))
        for one in shown
    )


def source(shown: Callable[..., Any] | type) -> str:
    """Give the source of a function or a class, its own docstring left out."""
    text = textwrap.dedent(inspect.getsource(shown))
    node = ast.parse(text).body[0]
    lines = text.rstrip().splitlines()
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    if ast.get_docstring(node) is not None and len(node.body) > 1:
        said = node.body[0]
        del lines[said.lineno - 1 : said.end_lineno]
        if not lines[said.lineno - 1].strip():
            del lines[said.lineno - 1]
    return "\n".join(lines)


def _place(shown: Callable[..., Any] | type) -> str:
    """Name the file of a function from the package on, and the function."""
    file = Path(inspect.getsourcefile(shown) or "")
    below = file.parts[len(file.parts) - 1 - file.parts[::-1].index("longshort") :]
    return f"{'/'.join(below)} · {shown.__qualname__}"


def command(line: str, about: Text) -> Markup:
    """End a page with the one command that does it on the reader's own file."""
    title = Text("On your own file", "내 파일로 해 보기")
    return Markup(
        '<section class="own-file"><h2>{}</h2><p>{}</p><pre tabindex="0"><code>{}</code></pre></section>'
    ).format(both(title), both(about), line)
