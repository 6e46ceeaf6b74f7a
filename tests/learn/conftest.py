"""Build the whole book once for all tests that look at it, and open its pages in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longshort.learn import build

Open = Callable[..., Any]
WIDTHS = {"phone": 320, "desk": 1100}


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a book that was built with all its pages."""
    folder = tmp_path_factory.mktemp("book")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def window(browser: Any) -> Iterator[Any]:
    """Open the one page in which all tests look that ask for nothing else; opening one takes longer than looking."""
    context = browser.new_context(locale="en-GB", offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(browser: Any, window: Any, book: Path) -> Iterator[Open]:
    """Open a page without any network; at the end nothing may have been asked for and nothing complained."""
    contexts: list[Any] = []
    complaints: list[str] = []
    asked: list[str] = []
    heard = {
        "console": lambda message: complaints.append(message.text),
        "pageerror": lambda error: complaints.append(str(error)),
        "request": lambda request: asked.append(request.url),
    }

    def go(name: str, width: str = "desk", **more: Any) -> Any:
        if more:
            contexts.append(browser.new_context(offline=True, **more))
        page = contexts[-1].new_page() if more else window
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": WIDTHS[width], "height": 800})
        page.emulate_media(color_scheme="light")
        for event, listen in heard.items():
            page.on(event, listen)
        page.goto((book / f"{name}.html").as_uri())
        return page

    yield go
    for context in contexts:
        context.close()
    for event, listen in heard.items():
        if not contexts:
            window.remove_listener(event, listen)
    if not contexts:
        window.evaluate("localStorage.clear()")
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []


def _move(page: Any, figure: str, *positions: int) -> str:
    set_all = """([figure, positions]) => {
      positions.forEach((value, at) => {
        const input = document.getElementById(`${figure}-${at}`);
        input.value = value;
        input.dispatchEvent(new Event('input'));
      });
      return document.querySelector(`#${figure} .frame`).innerText;
    }"""
    return " ".join(page.evaluate(set_all, [figure, positions]).split())


@pytest.fixture
def move() -> Callable[..., str]:
    """Set the sliders of a figure on a page, the first ones or all, and give what its frame says then."""
    return _move
