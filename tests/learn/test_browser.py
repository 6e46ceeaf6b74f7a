"""Open the built book from disk in a real browser: what holds for every page, and how a page is turned."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from longshort.learn.book import names

Open = Callable[..., Any]
LOOK = Path(__file__).with_name("look.js").read_text("utf-8")
ALL = pytest.mark.parametrize("name", ["index", *names()])


def complaints(page: Any, about: str) -> list[str]:
    """Ask one of the questions of look.js; an empty list is a good answer."""
    found: list[str] = page.evaluate(f"{LOOK}.{about}()")
    return found


def visible(page: Any) -> str:
    """Give what a reader sees, without the listings, which are the same in both languages."""
    return str(
        page.evaluate("""() => {
          const code = [...document.querySelectorAll('.listing, pre')];
          code.forEach(one => { one.style.display = 'none'; });
          const seen = document.querySelector('main').innerText;
          code.forEach(one => { one.style.display = ''; });
          return seen;
        }""")
    )


def remembered(page: Any, condition: str) -> bool:
    """Reload until a condition holds, for the browser keeps what it shall remember a moment later; at most 20 times."""
    for _ in range(20):
        page.reload()
        if page.evaluate(condition):
            return True
        page.wait_for_timeout(250)
    return False


@ALL
def test_on_a_phone_every_slider_changes_its_picture_and_no_word_is_cut_off_or_covered(visit: Open, name: str) -> None:
    page = visit(name, width="phone")
    assert complaints(page, "turned") == []
    page.locator("#language").click()
    assert complaints(page, "turned") == []
    assert complaints(page, "heardOtherwise") == []


@ALL
def test_all_text_stands_out_from_its_ground_by_day_and_by_night_and_everything_has_a_name(
    visit: Open, name: str
) -> None:
    page = visit(name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert complaints(page, "faint") == []
    assert complaints(page, "nameless") == []
    assert complaints(page, "bare") == []


@ALL
def test_the_button_changes_the_language_of_all_that_is_seen_and_heard(visit: Open, name: str) -> None:
    page = visit(name)
    english, title = visible(page), page.title()
    assert not re.search("(입니다|습니다|세요)", english)
    page.locator("#language").click()
    korean = visible(page)
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.title() != title
    sentences = [line for line in english.splitlines() if len(re.findall(r"[A-Za-z]{3,}", line)) > 5]
    assert sentences
    assert [line for line in sentences if line in korean] == []
    page.locator("#language").click()
    assert visible(page) == english


def test_a_korean_reader_is_met_in_korean_and_the_choice_of_english_is_remembered(visit: Open) -> None:
    page = visit("index", locale="ko-KR")
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.locator("#language").click()
    assert remembered(page, "document.documentElement.lang === 'en'")


def test_the_dark_button_turns_the_page_and_is_remembered(visit: Open) -> None:
    page, ground = visit("index"), "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) != before
    assert remembered(page, f"{ground} !== '{before}'")
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("name", names())
def test_the_tab_key_leads_to_a_slider_and_shows_where_it_is_and_an_arrow_moves_it(visit: Open, name: str) -> None:
    page = visit(name)
    here = "[document.activeElement.type, getComputedStyle(document.activeElement).outlineStyle]"
    for _ in range(8):  # the skip link, the title, two buttons, the slider's back button
        page.keyboard.press("Tab")
        kind, outline = page.evaluate(here)
        assert outline != "none"
        if kind == "range":
            break
    says = "document.activeElement.getAttribute('aria-valuetext')"
    seen = [page.evaluate(says)]
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
        seen.append(page.evaluate(says))
    assert seen[1] != seen[2]


def test_keys_and_buttons_beside_a_slider_turn_the_page(visit: Open) -> None:
    page = visit("p00_windows")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#stepping-0").focus()
    frame = page.locator("#stepping .frame")
    assert "Window 0 reads rows 0 to 2" in frame.inner_text()
    page.keyboard.press("ArrowRight")
    assert "Window 1 reads rows 1 to 3" in frame.inner_text()
    page.keyboard.press("End")
    assert "Window 6 reads rows 6 to 8" in frame.inner_text()
    assert page.locator("#stepping-0").get_attribute("aria-valuetext") == "6"
    page.get_by_role("button", name="Back: Window").focus()
    page.keyboard.press("Enter")
    assert "Window 5 reads rows 5 to 7" in frame.inner_text()


def test_every_page_has_one_banner_one_heading_and_one_main_part(book: Path) -> None:
    for path in book.glob("*.html"):
        text = re.sub(r"<script.*?</script>", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert [text.count(f"<{tag}") - text.count(f"<{tag}e") for tag in ("h1", "main", "footer")] == [1, 1, 1]
        assert len(re.findall(r"<header>", text)) == 1


def test_the_contents_lead_to_every_page_and_each_page_on_to_the_next(visit: Open) -> None:
    page = visit("index")
    links = page.locator(".contents a").all()
    assert [link.get_attribute("href") for link in links] == [f"{name}.html" for name in names()]
    links[0].click()
    assert page.url.endswith("/p00_windows.html")
    page.locator("a[rel=next]").click()
    assert page.url.endswith("/p01_neuron.html")


def test_without_scripts_every_page_shows_its_first_frames(visit: Open) -> None:
    page = visit("p05_convolution", java_script_enabled=False)
    assert "1 5 6" in page.locator("main").inner_text()
    assert page.locator("#stride .frame svg").is_visible()
