"""Open the page from disk in a real browser, look at it and click it."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import audit_sample
import pytest
import sample
import test_recipe

from longshort.report import render

Open = Callable[..., Any]
CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const rgb = parse(getComputedStyle(element).backgroundColor);
      if (rgb.length === 3 || rgb[3] === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (element.closest('.hidden, .skip, script')) continue;
    const style = getComputedStyle(element), ink = element.closest('svg') ? style.fill : style.color;
    const [a, b] = [light(parse(ink)), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(walker.currentNode.data.trim() + ' ' + ink);
  }
  return poor;
}"""


SHADES = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  return [...document.querySelectorAll('.shade')].map(cell => {
    const style = getComputedStyle(cell), over = getComputedStyle(cell, '::before'), depth = Number(over.opacity);
    const under = parse(style.backgroundColor), layer = parse(over.backgroundColor);
    const ground = [0, 1, 2].map(i => (1 - depth) * under[i] + depth * layer[i]);
    const [a, b] = [light(parse(style.color)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
}"""


def long_names() -> dict[str, Any]:
    """Build a page whose series have names of 81 characters without a space."""
    summary = sample.summary(series=3)
    for part in ("series", "series_table", "scores", "skill"):
        for row in summary[part]:
            row["unique_id"] = row["unique_id"] and row["unique_id"].ljust(81, "x")
    return summary


MADE = {"one": sample.summary(), "many": sample.summary(series=16), "numbered": sample.summary(dated=False)}
MADE["long"] = long_names()
AUDITS = {"audit": audit_sample.audit(), "audits": audit_sample.audit(models=3, series=3)}
AUDITS |= {"labels": test_recipe.labelled(), "prices": test_recipe.forecast()}
AUDITS |= {"leak": audit_sample.leak_only(), "matrix": audit_sample.matrix_only()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, summary in MADE.items():
        (folder / f"{name}.html").write_text(render(summary), "utf-8")
    for name, summary in AUDITS.items():
        (folder / f"{name}.html").write_text(render(summary), "utf-8")
        (folder / f"{name}-ko.html").write_text(render(summary, "ko"), "utf-8")
    return {file.stem: file for file in folder.iterdir()}


@pytest.fixture
def visit(browser: Any, pages: dict[str, Path]) -> Iterator[Open]:
    """Open a page without any network; at the end nothing may have been asked for and nothing complained."""
    contexts, complaints, asked = [], [], []

    def go(name: str = "one", width: int = 1200, scheme: str = "light", **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(pages[name].as_uri())
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    assert len([url for url in asked if url.startswith("file://")]) == len(contexts)


def in_view(locator: Any) -> dict[str, float]:
    locator.scroll_into_view_if_needed()
    return dict(locator.bounding_box())


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["one", "audits", "leak", "labels"])
def test_all_text_stands_out_from_its_ground(visit: Open, scheme: str, name: str) -> None:
    page = visit(name, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize(
    "name",
    ["one", "many", "numbered", "long", "audit", "audits-ko", "leak", "leak-ko", "matrix-ko", "labels-ko", "prices"],
)
def test_a_phone_needs_no_sideways_scrolling(visit: Open, name: str) -> None:
    page = visit(name, width=360)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert overflow(page) == 0
    clipped = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && "
        "!e.closest('.scroll, svg, .hidden, .u-wrap, thead, caption')).map(e => e.className || e.tagName)"
    )
    assert clipped == []


def test_the_toggle_turns_the_page_dark_and_back_and_remembers(visit: Open) -> None:
    page = visit()
    ground = "getComputedStyle(document.body).backgroundColor"
    toggle = page.get_by_role("button", name="Dark page")
    before, pixels = page.evaluate(ground), page.locator(".live-box canvas").first.evaluate("c => c.toDataURL()")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    assert page.evaluate(ground) != before
    assert page.locator(".live-box canvas").first.evaluate("c => c.toDataURL()") != pixels
    page.evaluate("window.dispatchEvent(new Event('storage'))")
    assert page.evaluate("localStorage.getItem('longshort-theme')") == "dark"
    toggle.click()
    assert page.evaluate(ground) == before


def test_the_cursor_reads_the_values_of_the_fan(visit: Open) -> None:
    page = visit()
    told = MADE["one"]["series"][0]
    chart = page.locator("[data-chart=fan]")
    box = in_view(chart.locator(".u-over"))
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 80)
    readout = chart.locator(".readout").inner_text()
    assert "18 Jan 2019" in readout
    assert f"{told['forecast']['mean'][-1]:,.2f}" in readout
    assert "56.2 %" in readout
    page.mouse.move(box["x"] + 5, box["y"] + 80)
    past = chart.locator(".readout").inner_text()
    assert "actual" in past
    assert "forecast" not in past


def test_dragging_zooms_and_a_double_click_resets(visit: Open) -> None:
    page = visit()
    over = page.locator("[data-chart=fan] .u-over")
    labels = "() => document.querySelector('[data-chart=fan] canvas').toDataURL()"
    before, box = page.evaluate(labels), in_view(over)
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 60, steps=4)
    page.mouse.up()
    zoomed = page.evaluate(labels)
    assert zoomed != before
    over.dblclick()
    page.mouse.move(5, 5)
    assert page.evaluate(labels) == before


def test_buttons_choose_how_much_of_the_past_is_shown(visit: Open) -> None:
    page = visit()
    chart = page.locator("[data-chart=fan]")
    chart.get_by_role("button", name="all").click()
    chart.locator(".live-box").focus()
    page.keyboard.press("Home")
    first = MADE["one"]["series"][0]["history"]["ds"][0]
    assert first[:4] in chart.locator(".readout").inner_text()


def test_the_keyboard_alone_reads_the_fan(visit: Open) -> None:
    page = visit()
    chart = page.locator("[data-chart=fan]")
    chart.locator(".live-box").focus()
    page.keyboard.press("End")
    assert "18 Jan 2019" in chart.locator(".readout").inner_text()
    page.keyboard.press("ArrowLeft")
    assert "17 Jan 2019" in chart.locator(".readout").inner_text()


def test_tabbing_begins_with_the_way_to_the_verdict_and_shows_where_it_is(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "verdict"
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        where, outline = page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if where == "BODY":
            break
        assert outline != "none", where
        seen.append(where)
    assert {"A", "BUTTON", "SUMMARY", "DIV"} <= set(seen)


def test_the_selector_shows_one_series_at_a_time_in_both_charts(visit: Open) -> None:
    page = visit("many")
    choice = page.get_by_label("Series to show")
    choice.select_option(label="TICK03")
    shown = page.locator(".panel:visible")
    assert shown.count() == 2
    assert all("TICK03" in text for text in shown.all_inner_texts())
    assert page.locator(".chart.live:visible canvas").count() == 2
    last = MADE["many"]["series"][3]["forecast"]["mean"][-1]
    assert f"{last:,.2f}" in page.locator(".readout:visible").first.inner_text()


def test_the_selector_is_there_where_only_the_copy_pictures_need_it(visit: Open) -> None:
    page = visit("audits")
    page.get_by_label("Series to show").select_option(label="TICK02")
    shown = page.locator(".panel:visible")
    assert shown.count() == 1
    assert "TICK02" in shown.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shaded_cell_leaves_its_numbers_readable(visit: Open, scheme: str) -> None:
    """The shade is a layer of its own, which the test of contrast above does not see."""
    page = visit("matrix", scheme=scheme)
    ratios = page.evaluate(SHADES)
    assert len(ratios) == 9
    assert min(ratios) >= 4.5


def test_points_tell_their_numbers_under_the_pointer(visit: Open) -> None:
    page = visit()
    tip = page.locator("#tip")
    assert tip.is_hidden()
    page.locator("#coverage svg .mark").first.hover()
    assert "interval held" in tip.inner_text()


@pytest.mark.parametrize("name", ["many", "audits", "leak", "matrix", "labels", "prices"])
def test_everything_that_can_be_reached_has_a_name(visit: Open, name: str) -> None:
    page = visit(name)
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, a, select, [role=img], [role=region], [role=application], nav')]"
        ".filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim()"
        " || e.labels?.length)).map(e => e.outerHTML.slice(0, 80))"
    )
    assert nameless == []
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    without = page.evaluate(
        "[...document.querySelectorAll('figure')].filter(f => !f.querySelector('figcaption')).length"
    )
    assert without == 0


def test_a_heading_of_the_series_table_sorts_it_also_by_keyboard(visit: Open) -> None:
    page = visit("many")
    table = page.locator("#all-series")
    head = table.locator("th[data-sort='2'] button")
    head.focus()
    page.keyboard.press("Enter")
    column = "[...document.querySelectorAll('#all-series td.skills')].map(c => Number(c.dataset.by))"
    values = page.evaluate(column)
    assert values == sorted(values, reverse=True)
    head.click()
    assert page.evaluate(column) == sorted(values)
    table.get_by_role("link", name="TICK05").click()
    assert page.get_by_label("Series to show").input_value() == "5"


def test_without_scripts_the_verdict_the_fan_and_the_tables_are_there(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator("#verdict").is_visible()
    assert page.locator("#forecast .still svg").is_visible()
    assert page.locator("#point table").first.is_visible()
    assert page.locator("#theme").is_hidden()


def test_paper_gets_the_still_pictures_on_white(visit: Open) -> None:
    page = visit(scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("#forecast .still svg").is_visible()
    assert page.locator(".live-box").first.is_hidden()
    assert page.locator("nav").is_hidden()
    assert page.evaluate(CONTRAST) == []
