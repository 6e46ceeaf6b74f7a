"""Open the built book from disk in a real browser: look at every page, move every slider, change the language."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from longshort.learn.book import names

Open = Callable[..., Any]
# What each figure shows at every position, found by moving its sliders one after the other.
TURN_ALL = """() => [...document.querySelectorAll('.live')].map(figure => {
  const inputs = [...figure.querySelectorAll('input')], frame = figure.querySelector('.frame'), stuck = [];
  for (const input of inputs) {
    const start = input.value, seen = new Set();
    for (let at = 0; at <= Number(input.max); at++) {
      input.value = at;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      seen.add(frame.innerHTML);
      if (!frame.textContent.trim()) stuck.push(figure.id + ' is empty at ' + at);
      if (document.documentElement.scrollWidth > innerWidth) stuck.push(figure.id + ' is too wide at ' + at);
    }
    if (seen.size <= Number(input.max)) stuck.push(input.id + ' shows ' + seen.size + ' of ' + (Number(input.max) + 1));
    input.value = start;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
  return stuck;
}).flat()"""
# Text against what lies under it: in a picture the last filled box, circle or path drawn before it at that place.
CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = text => text.match(/[\\d.]+/g)?.map(Number);
  const opaque = text => { const rgb = parse(text); return rgb && (rgb.length === 3 || rgb[3] === 1) ? rgb : null; };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const rgb = opaque(getComputedStyle(element).backgroundColor);
      if (rgb) return rgb;
    }
    return [255, 255, 255];
  };
  const under = text => {
    const box = text.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    let found = behind(text.closest('svg'));
    for (const shape of text.closest('svg').querySelectorAll('rect, circle, text')) {
      if (shape === text) break;
      if (shape.tagName === 'text') continue;
      const at = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill;
      if (at.left <= x && x <= at.right && at.top <= y && y <= at.bottom && fill !== 'none')
        found = opaque(fill) || found;
    }
    const style = getComputedStyle(text);
    return style.paintOrder.startsWith('stroke') && style.stroke !== 'none' ? opaque(style.stroke) : found;
  };
  const poor = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (element.closest('.hidden, .skip, script')) continue;
    const drawn = element.closest('svg text'), style = getComputedStyle(element);
    const ink = parse(drawn ? getComputedStyle(drawn).fill : style.color);
    const ground = drawn ? under(drawn) : behind(element);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(walker.currentNode.data.trim() + ' ' + ink + ' on ' + ground);
  }
  return [...poor];
}"""
BARE_FIGURES = "[...document.querySelectorAll('figure')].filter(f => !f.querySelector('figcaption')).length"
NAMELESS = """() => [...document.querySelectorAll('button, a, input, [role=img], [role=region], nav')].filter(e =>
  !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML.slice(0, 80))"""
HEARD_OTHERWISE = """() => [...document.querySelectorAll('[data-says]')]
  .filter(e => e.getAttribute(e.dataset.says) !== e.dataset.ko).length"""
SEEN = "() => document.querySelector('main').innerText"
WIDTHS = {"phone": 320, "desk": 1100}


@pytest.fixture
def visit(browser: Any, book: Path) -> Iterator[Open]:
    """Open a page without any network; at the end nothing may have been asked for and nothing complained."""
    contexts, complaints, asked = [], [], []

    def go(name: str, width: str = "desk", scheme: str = "light", **more: Any) -> Any:
        size = {"width": WIDTHS[width], "height": 800}
        context = browser.new_context(viewport=size, color_scheme=scheme, offline=True, **{"locale": "en-GB", **more})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((book / f"{name}.html").as_uri())
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []


def move(page: Any, figure: str, *positions: int) -> str:
    """Set the sliders of a figure and give what its frame says then."""
    for at, position in enumerate(positions):
        page.locator(f"#{figure}-{at}").evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", position
        )
    return " ".join(page.locator(f"#{figure} .frame").inner_text().split())


@pytest.mark.parametrize("name", ["index", *names()])
def test_on_a_phone_every_slider_changes_its_picture_and_nothing_is_too_wide(visit: Open, name: str) -> None:
    page = visit(name, width="phone")
    assert page.evaluate(TURN_ALL) == []
    page.locator("#language").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", *names()])
def test_all_text_stands_out_from_its_ground_and_everything_has_a_name(visit: Open, name: str, scheme: str) -> None:
    page = visit(name, scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(NAMELESS) == []
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.evaluate(BARE_FIGURES) == 0


@pytest.mark.parametrize("name", ["index", *names()])
def test_the_button_changes_the_language_of_all_that_is_seen_and_heard(visit: Open, name: str) -> None:
    page = visit(name)
    english, title = page.evaluate(SEEN), page.title()
    assert page.locator("main [lang=ko]:visible").count() == 0
    assert not re.search("(입니다|습니다|세요)", english)
    page.locator("#language").click()
    korean = page.evaluate(SEEN)
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.locator("main [lang=en]:visible").count() == 0
    assert page.title() != title
    sentences = [line for line in english.splitlines() if len(re.findall(r"[A-Za-z]{3,}", line)) > 5]
    assert sentences
    shown_as_code = "\n".join(page.locator(".listing, pre").all_inner_texts())
    assert [line for line in sentences if line in korean and line not in shown_as_code] == []
    assert page.evaluate(HEARD_OTHERWISE) == 0
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.locator("#language").click()
    assert page.evaluate(SEEN) == english


def test_a_korean_reader_is_met_in_korean(visit: Open) -> None:
    page = visit("index", locale="ko-KR")
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_the_dark_button_turns_the_page_and_is_remembered(visit: Open) -> None:
    page, ground = visit("index"), "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) != before
    page.reload()
    assert page.evaluate(ground) != before
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"


def test_the_keyboard_alone_turns_a_page(visit: Open) -> None:
    page = visit("p00_windows")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        where, outline = page.evaluate(
            "[document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none", where
        reached.append(where)
        if where == "stepping-0":
            break
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


def test_without_scripts_every_page_shows_its_first_frames(visit: Open) -> None:
    page = visit("p05_convolution", java_script_enabled=False)
    assert "1 5 6" in page.locator("main").inner_text()
    assert page.locator("#stride .frame svg").is_visible()


def test_the_windows_page_counts_what_the_slider_asks_for(visit: Open) -> None:
    page = visit("p00_windows")
    assert "10 − (3 + 1) + 1 = 7; by counting 7; len says 7" in move(page, "counting", 6, 2, 0)
    assert "4 − (6 + 4) + 1 = −5; by counting 0; len says 0" in move(page, "counting", 0, 5, 3)


def test_the_neuron_page_gives_the_lectures_cross_entropy(visit: Open) -> None:
    page = visit("p01_neuron")
    said = page.locator("#cost .frame").inner_text()
    for number in ("0.6210", "1.8630", "66.67 %", "0.3671"):
        assert number in said
    assert "accuracy 100.00 %" in move(page, "cost", 13)
    assert "Right: 100 %" in page.locator("#learning .frame").inner_text()
    assert "Right: 100 %" not in move(page, "learning", 0, 13)


def test_the_activation_page_says_value_and_slope_at_the_place_asked_for(visit: Open) -> None:
    page = visit("p02_activations")
    assert "x = 0.00: value 0.500000, derivative 0.250000, finite difference 0.250000" in move(page, "slopes", 2, 16)
    assert "agreed to be 1.000000" in move(page, "slopes", 5, 16)


def test_the_backpropagation_page_counts_both_topologies(visit: Open) -> None:
    page = visit("p03_backpropagation")
    assert "6,387" in page.locator("#topology .frame").inner_text()
    assert "6,327" in move(page, "topology", 3)


def test_the_descent_page_converges_below_two_over_a_and_not_above(visit: Open) -> None:
    page = visit("p03b_descent")
    assert [("It converges" in move(page, "parabola", 1, at)) for at in (0, 7, 9)] == [True, True, False]
    assert "it swings between 4 and −4" in move(page, "parabola", 1, 8)
    assert "It stays at the saddle" in move(page, "saddle", 0)


def test_the_convolution_page_gives_both_checked_maps_and_shows_how_the_slides_came_about(visit: Open) -> None:
    page = visit("p05_convolution")
    middle = (
        "[...document.querySelectorAll('#stride .middle, #stride .target')].map(r => r.nextElementSibling.textContent)"
    )
    move(page, "stride", 1, 1)
    assert page.evaluate(middle) == ["1", "5", "6", "7", "8", "3", "3", "10", "4"]
    move(page, "stride", 0, 1)
    target = middle.replace("#stride .middle, ", "")
    assert page.evaluate(target) == ["1", "6", "5", "7", "10", "9", "7", "10", "8"]
    move(page, "hand", 8)
    done = "[...document.querySelectorAll('#hand .middle, #hand .target')].map(r => r.nextElementSibling.textContent)"
    assert page.evaluate(done) == ["4", "3", "4", "2", "4", "3", "2", "3", "4"]


def test_the_recurrent_page_shows_the_same_state_by_hand_and_by_kernel(visit: Open) -> None:
    page = visit("p06_recurrent")
    for step in range(6):
        move(page, "unrolled", step)
        rows = page.locator("#unrolled tbody tr").all()
        by_hand, by_kernel = zip(*[row.locator("td").all_inner_texts()[-2:] for row in rows], strict=True)
        number = [[float(text.replace("−", "-")) for text in texts] for texts in (by_hand, by_kernel)]
        assert number[0] == pytest.approx(number[1], abs=1e-5)
