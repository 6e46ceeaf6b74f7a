import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from markupsafe import Markup

from longshort.errors import OutputError
from longshort.learn import book as room
from longshort.learn.blocks import Head
from longshort.learn.text import same


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace the pages by two that say nothing much."""
    pages = {
        name: SimpleNamespace(
            __name__=f"longshort.learn.pages.{name}",
            HEAD=Head(str(at), same(name), same("?")),
            show=lambda: [Markup("<p>x</p>")],
        )
        for at, name in enumerate(("p00_a", "p01_b"))
    }
    monkeypatch.setattr(room, "names", lambda: list(pages))
    monkeypatch.setattr(room, "load", pages.__getitem__)
    return list(pages)


def test_the_files_are_the_contents_and_one_for_each_page(short: list[str], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    written = room.build(tmp_path / "new" / "book", lambda done, planned: told.append((done, planned)))
    assert [path.name for path in written] == ["index.html", "p00_a.html", "p01_b.html"]
    assert sorted(path.name for path in (tmp_path / "new" / "book").iterdir()) == sorted(path.name for path in written)
    assert told == [(1, 2), (2, 2)]


def test_a_book_may_be_written_over_a_book(short: list[str], tmp_path: Path) -> None:
    room.build(tmp_path)
    room.build(tmp_path)


@pytest.mark.parametrize("name", ["prices.csv", "index.html", "p00_windows.html"])
def test_a_folder_with_somebodys_own_file_is_refused_and_left_alone(
    short: list[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match=re.escape(name)):
        room.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_an_error_that_teaches(short: list[str], tmp_path: Path) -> None:
    (tmp_path / "book").write_text("")
    with pytest.raises(OutputError, match="book") as caught:
        room.build(tmp_path / "book")
    assert caught.value.hint


def test_an_interrupted_build_leaves_whole_pages_only(
    short: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(module: SimpleNamespace, modules: list[SimpleNamespace]) -> str:
        if module.HEAD.number == "1":
            raise KeyboardInterrupt
        return real(module, modules)

    real = room.page
    monkeypatch.setattr(room, "page", page)
    with pytest.raises(KeyboardInterrupt):
        room.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["p00_a.html"]
    assert (tmp_path / "p00_a.html").read_text("utf-8").rstrip().endswith("</html>")
    monkeypatch.setattr(room, "page", real)
    room.build(tmp_path)


def test_pages_lead_to_their_neighbours(short: list[str], tmp_path: Path) -> None:
    contents, first, second = room.build(tmp_path)
    assert 'rel="next" href="p01_b.html"' in first.read_text("utf-8")
    assert 'rel="prev" href="p00_a.html"' in second.read_text("utf-8")
    assert 'rel="prev"' not in first.read_text("utf-8")
    assert re.findall(r'<li><a href="(p\d\d_\w)\.html"', contents.read_text("utf-8")) == short
