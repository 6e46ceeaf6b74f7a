"""Sentences in two languages, with a little marking-up inside; each page keeps its own in a file beside it."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from longshort.language.particles import choose

LANGUAGES = ("en", "ko")
_GAP = re.compile(r"(?<=[\d*]) %")  # between a number, bold or not, and its percent sign


class Text(NamedTuple):
    """Hold the same sentence in English and in Korean.

    Inside, `**bold**`, `` `code` ``, `$x_{t}^{2}$` (mathematics: italics, with raised and lowered parts) and
    `[words](address)` are marked up; everything else is shown as it stands.
    """

    en: str
    ko: str

    def __html__(self) -> str:
        """Give both sentences for the page; its style shows one of them."""
        return both(self)


def same(words: object) -> Text:
    """Say in both languages the same: a number, a symbol, a name.

    >>> same("5 %")
    Text(en='5 %', ko='5%')
    """
    return Text(str(words), _korean(str(words)))


def _korean(sentence: str) -> str:
    """Write percent signs and particles as Korean does."""
    return choose(_GAP.sub("%", sentence))


def words(page: str) -> Callable[..., Text]:
    """Open the sentences of a page (`words(__file__)` reads the TOML file of the same name) and give what looks one up.

    `W("name", at=3)` fills `{at}` in both languages, with a format where one is given (`{price:,.2f}`), and chooses
    Korean particles (`[은/는]`) by what stands before them. Line breaks of the file are spaces; blank lines part
    paragraphs. Raises KeyError for a name, a language or a field that is missing.
    """
    said = tomllib.loads(Path(page).with_suffix(".toml").read_text("utf-8"))

    def look_up(name: str, **fields: object) -> Text:
        en, ko = (filled(_flowing(said[name][lang]), fields) for lang in LANGUAGES)
        return Text(en, _korean(ko))

    return look_up


def _flowing(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


_FIELD = re.compile(r"(?<![_^])\{(\w+)(?::([^{}]*))?\}")


def filled(sentence: str, fields: Mapping[str, object]) -> str:
    """Put values into a sentence's fields, numbers with a true minus; what is raised or lowered (`x_{t}`) is no field.

    >>> filled("x_{t} = {value:.1f}", {"value": -2})
    'x_{t} = −2.0'
    """

    def value(found: re.Match[str]) -> str:
        given = fields[found[1]]
        written = format(given, found[2] or "")
        return written if isinstance(given, str) else written.replace("-", "−")

    return _FIELD.sub(value, sentence)


def both(text: Text, tag: str = "span") -> Markup:
    """Write a text for the page, in both languages unless they are equal.

    >>> both(same("**1**"))
    Markup('<b>1</b>')
    """
    if text.en == text.ko:
        return marked_up(text.en)
    parts = [Markup('<{0} lang="{1}">{2}</{0}>').format(tag, lang, marked_up(words)) for lang, words in _said(text)]
    return Markup("").join(parts)


def drawn(text: Text) -> Markup:
    """Write a text inside a picture, where there is no marking-up."""
    if text.en == text.ko:
        return escape(text.en)
    parts = [Markup('<tspan lang="{}">{}</tspan>').format(lang, words) for lang, words in _said(text)]
    return Markup("").join(parts)


def named(attribute: str, text: Text) -> Markup:
    """Give an attribute its English words, and both beside it for the script that switches the language.

    >>> named("aria-label", same("x"))
    Markup('aria-label="x"')
    """
    plain = Text(*(without_marks(words) for words in text))
    if plain.en == plain.ko:
        return Markup('{}="{}"').format(attribute, plain.en)
    return Markup('{0}="{1}" data-says="{0}" data-en="{1}" data-ko="{2}"').format(attribute, plain.en, plain.ko)


def _said(text: Text) -> list[tuple[str, str]]:
    return list(zip(LANGUAGES, text, strict=True))


_MARKS = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|`(?P<code>.+?)`|\$(?P<maths>[^$]+?)\$|\[(?P<words>[^]]+)\]\((?P<to>[^)]+)\)"
)
_LEVELS = re.compile(r"(?P<kind>[_^])\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}")  # one level may stand in another
_APART = re.compile(r"(?<=\d) (?=[%×])|(?<=[\d.] ×) (?=\d)")


def marked_up(words: str) -> Markup:
    """Turn marks into elements; what stands between them is escaped.

    >>> marked_up("a < **b**, $h_{t}$")
    Markup('a &lt; <b>b</b>, <i class="maths">h<sub>t</sub></i>')
    """
    words = _APART.sub("\N{NO-BREAK SPACE}", words)  # a line never ends between a number and what it counts
    parts, at = [], 0
    for found in _MARKS.finditer(words):
        parts += [escape(words[at : found.start()]), _element(found)]
        at = found.end()
    return Markup("").join([*parts, escape(words[at:])])


def _element(found: re.Match[str]) -> Markup:
    kind, inner = found.lastgroup, found[found.lastgroup or 0]
    if kind == "bold":
        return Markup("<b>{}</b>").format(inner)
    if kind == "code":
        return Markup("<code>{}</code>").format(inner)
    if kind == "maths":
        return Markup('<i class="maths">{}</i>').format(maths(inner))
    return Markup('<a href="{}">{}</a>').format(found["to"], found["words"])


def maths(words: str) -> Markup:
    """Raise what stands in `^{}` and lower what stands in `_{}`.

    >>> maths("x_{t}^{2}"), maths("e^{z_{k}}")
    (Markup('x<sub>t</sub><sup>2</sup>'), Markup('e<sup>z<sub>k</sub></sup>'))
    """
    levels = {"_": Markup("<sub>{}</sub>"), "^": Markup("<sup>{}</sup>")}
    parts, at = [], 0
    for found in _LEVELS.finditer(words):
        parts += [escape(words[at : found.start()]), levels[found["kind"]].format(maths(found["inner"]))]
        at = found.end()
    return Markup("").join([*parts, escape(words[at:])])


def without_marks(words: str) -> str:
    """Give the words as a voice would read them.

    >>> without_marks("**rate** $x_{t}$ `fit`"), without_marks("e^{z_{k}}")
    ('rate xt fit', 'ezk')
    """
    plain = _MARKS.sub(lambda found: found["words"] or found[found.lastgroup or 0], words)
    while _LEVELS.search(plain):
        plain = _LEVELS.sub(lambda found: found["inner"], plain)
    return plain
