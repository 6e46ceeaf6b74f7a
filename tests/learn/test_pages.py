"""What holds for every page of the book, whoever wrote it."""

import re
import shlex
import tomllib
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from click import Context

from longshort import learn, recipes
from longshort.cli.app import app
from longshort.cli.settings import make_recipe
from longshort.errors import LongshortError
from longshort.learn.book import load, names

ROOM = Path(learn.__file__).parent
CATALOGUES = sorted(ROOM.rglob("*.toml"))
MARKS = re.compile(r"\[[가-힣]+/[가-힣]+\]|\*\*|`[^`]*`|\$[^$]*\$|\{[^{}]*\}|\[|\]\([^)]*\)|\n\s*\n")


def still(text: str) -> str:
    """Give the longest stretch of a sentence in which nothing is filled in or marked up."""
    return max((" ".join(part.split()) for part in MARKS.split(text)), key=len)


def plain(page: str) -> str:
    """Give all text of a page without its tags: that of frames not shown yet and what is only heard included."""
    for code in ("003c", "003e", "0026"):
        page = page.replace(f"\\u{code}", chr(int(code, 16)))
    page = page.replace('\\"', '"')
    heard = " ".join(re.findall(r'data-(?:en|ko)="([^"]*)"', page))
    seen = re.sub(r"<[^>]*>", "", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    return unescape(" ".join(f"{seen} {heard}".split()))


@cache
def text_of(page: Path) -> str:
    return plain(page.read_text("utf-8"))


def test_the_pages_are_those_of_the_contents() -> None:
    numbers = [load(name).HEAD.number for name in names()]
    assert numbers == [str(n) for n in range(4)] + ["3b"] + [str(n) for n in range(4, len(numbers) - 1)]
    assert len(numbers) == 15


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_is_there_in_both_languages_with_the_same_fields_and_paragraphs(catalogue: Path) -> None:
    for name, said in tomllib.loads(catalogue.read_text("utf-8")).items():
        assert set(said) == {"en", "ko"}, name
        fields = [sorted(set(re.findall(r"(?<![_^])\{(\w+)[:}]", text))) for text in said.values()]
        assert fields[0] == fields[1], name
        assert len({text.strip().count("\n\n") for text in said.values()}) == 1, name


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_a_sentence_in_korean_is_korean(catalogue: Path) -> None:
    for name, said in tomllib.loads(catalogue.read_text("utf-8")).items():
        if len(re.findall(r"[A-Za-z]{3,}", still(said["en"]))) > 3:
            assert re.search(r"[가-힣]", said["ko"]), name


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_every_sentence_is_shown_somewhere(book: Path, catalogue: Path) -> None:
    own = book / f"{catalogue.stem}.html"
    pages = [own] if own.exists() else sorted(book.glob("*.html"))
    shown = " ".join(text_of(page) for page in pages)
    for name, said in tomllib.loads(catalogue.read_text("utf-8")).items():
        for text in said.values():
            assert still(text) in shown, name


@pytest.mark.parametrize("name", names())
def test_a_page_is_complete(book: Path, name: str) -> None:
    text = (book / f"{name}.html").read_text("utf-8")
    assert len(text.encode()) < 1_500_000
    assert text.count('<figure class="live"') >= 1
    assert text.count('<figure class="listing"') >= 1
    body = text[: text.index("</main>")].rstrip()
    assert body.endswith("</code></pre></section>")
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))
    assert len(ids) == len(set(ids))
    assert not re.search(r'(src|href)="(?!#|data:|p\d\d|index\.html|https://)', text)


# Every number that issue 6, section 3 and the lectures' specification name, by the page that must show it.
NAMED = {
    "p00_windows": ["= 7", "(7, 3, 4)", "−0.693, −0.693, 0, 0", "−0.405, −0.405, 0, 0", "−0.647, −0.647, 0, 0"],
    "p01_neuron": ["0.6210", "1.8630", "66.67 %", "0.3671", "75 %"],
    "p02_activations": ["identity", "binary step", "logistic", "tanh", "arctan", "ReLU", "PReLU", "ELU", "softplus"],
    "p03_backpropagation": ["+(p − y)", "6,387", "6,327"],
    "p03b_descent": ["2/a", "momentum 0.8", "Nesterov 0.8", "RMSprop", "AdaGrad", "saddle"],
    "p04_overfitting": ["over-fits", "0.0000 apart", "shallow copy", "batch norm"],
    "p05_convolution": ["4 3 4 / 2 4 3 / 2 3 4", "1 5 6 / 7 8 3 / 3 10 4", "1 6 5 / 7 10 9 / 7 10 8"],
    "p06_recurrent": ["1.11 × 10⁻¹⁶", "(1, 6, 5)"],
    "p07_gradient": ["9.54 × 10⁻⁷", "6.87 × 10⁻⁹", "8.67 × 10⁻¹⁹", "0.001797", "304.48", "4.46", "Malfoy"],
    "p08_cell": ["1 keeps, 0 forgets", "기울기 소실", "망각 게이트", "gradient × input", "애기곰"],
    "p09_family": ["10,400", "10,550", "12,900", "7,800", "7,950"],
    "p10_huh": ["148.459", "86.9 %", "12.612", "times worse"],
    "p11_yesterday": ["five days"],
    "p12_direction": ["0.6134", "0.6097", "0.348", "basis points"],
    "p13_judge": ["Ten questions"],
}


@pytest.mark.parametrize("name", names())
def test_every_number_that_the_page_was_written_for_stands_on_it(book: Path, name: str) -> None:
    shown = text_of(book / f"{name}.html")
    assert [number for number in NAMED[name] if number not in shown] == []


@pytest.mark.parametrize("name", names())
def test_the_last_command_is_understood_by_the_program(book: Path, name: str) -> None:
    text = (book / f"{name}.html").read_text("utf-8")
    found = re.search(r'class="own-file">.*?<pre[^>]*><code>(.*?)</code>', text, re.DOTALL)
    assert found
    _, command, *arguments = shlex.split(unescape(found[1]))
    asked = app.get_command(None, command).make_context(command, list(arguments), parent=Context(app)).params
    if command == "run":
        assert asked["name"] in recipes.names()
    elif "set" in asked:
        make_recipe({"recipe": None, "quick": False, "set": asked["set"], "horizon": None, "seed": None})


def test_a_setting_that_does_not_exist_would_be_noticed() -> None:
    with pytest.raises(LongshortError):
        make_recipe({"recipe": None, "quick": False, "set": ("model.cel=rnn",), "horizon": None, "seed": None})


@pytest.mark.parametrize("name", names())
def test_the_code_that_a_page_shows_is_the_code_that_runs(book: Path, name: str) -> None:
    text = (book / f"{name}.html").read_text("utf-8")
    shown = re.findall(r'class="listing"><pre[^>]*><code>(.*?)</code></pre><figcaption><code>(.*?) · ', text, re.DOTALL)
    assert shown
    for code, place in shown:
        whole = (ROOM.parent.parent / place).read_text("utf-8")
        for line in unescape(code).splitlines():
            assert line.strip() in whole
