import re
from copy import deepcopy
from itertools import pairwise
from random import Random
from typing import Any
from xml.etree import ElementTree

import audit_sample
import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st
from test_render import HOSTILE, holes, visible

from longshort.report import figures, markdown, render
from longshort.report.words import Words

FULL = audit_sample.audit()
SMALL = audit_sample.audit(horizon=2)
PAGES = {
    "full": FULL,
    "models": audit_sample.audit(models=3),
    "series": audit_sample.audit(series=3),
    "leak": audit_sample.leak_only(),
    "no leak": audit_sample.leak_only(found=False),
    "matrix": audit_sample.matrix_only(),
}
TABLES = ("confidence", "effective", "calibration", "pit", "copy", "direction", "money", "power", "leak", "confusion")
TABLES = (*TABLES, "not_judged", "models")


def text_of(summary: dict[str, Any], lang: str = "en") -> str:
    return visible(render(summary, lang)).replace("\u00a0", " ")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_audit_is_shown_without_nonsense(name: str, lang: str) -> None:
    page = render(PAGES[name], lang)
    assert not re.search(r"\b(None|nan|inf|NaN|undefined|built-in|Markup)\b", visible(page))
    assert not re.search(r"\{\w*\}", visible(page).replace("{data} {out}", ""))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)}
    assert (links | set(re.findall(r'aria-labelledby="([^"]+)"', page))) <= set(ids)


@pytest.mark.parametrize("nothing", [None, "empty", "absent"])
@pytest.mark.parametrize("part", [*TABLES, "series", "scores", "skill", "coverage", "lag", "network"])
def test_any_part_may_be_missing(part: str, nothing: Any) -> None:
    summary = {key: value for key, value in SMALL.items() if key != part}
    if nothing != "absent":
        summary[part] = type(SMALL[part])() if nothing == "empty" else None
    assert "</html>" in render(summary)
    assert markdown(summary)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_numbers_missing_anywhere_never_break_the_page(seed: int) -> None:
    summary = holes(SMALL, Random(seed).random)
    assert "</html>" in render(summary, "ko")
    assert markdown(summary)


def test_names_from_outside_stay_text() -> None:
    summary = deepcopy(SMALL)
    summary["not_judged"] = [{"part": HOSTILE, "why": HOSTILE}]
    summary["leak"]["columns"] = [HOSTILE]
    summary["leak"]["runs"][1]["column"] = HOSTILE
    summary["confusion"]["labels"] = [HOSTILE] * 3
    summary["findings"][0] = {"code": HOSTILE, "severity": "defect", "text": HOSTILE, "value": None}
    for lang in ("en", "ko"):
        page = render(summary, lang)
        assert "<script>alert" not in page
        assert "<b>&amp;" not in page


def test_the_matrix_shows_counts_sums_and_shares_of_what_came() -> None:
    page = render(PAGES["matrix"])
    cells = re.findall(r'class="shade( hit)?" style="--depth:([\d.]+)"><b>([\d,]+)</b>', page)
    assert [cell[2] for cell in cells] == ["17", "10", "17", "883", "2,908", "882", "49", "25", "36"]
    assert [at for at, cell in enumerate(cells) if cell[0]] == [0, 4, 8]
    assert float(cells[4][1]) == pytest.approx(0.4 * 2908 / 2943, abs=1e-3)
    assert "<td>4,827</td></tr></tfoot>" in page


def test_models_of_the_confidence_set_are_marked() -> None:
    page = render(FULL)
    best = re.findall(r'scope="row">(\w+)[^\n]*?may be the best', page)
    assert best == ["lstm", "naive", "lstm", "naive"]


def test_several_models_stand_beside_each_other() -> None:
    page = render(PAGES["models"])
    assert page.count("audited too") == 4  # two others, in the contests of centre and spread
    heads = re.findall(r'<th role="columnheader" scope="col">Measure</th>(.*?)</tr>', page)
    assert heads
    assert all(re.findall(r">(\w+)</th>", head) == ["lstm", "drift", "garch"] for head in heads)


def test_an_honest_histogram_has_all_bars_at_one_whatever_their_width() -> None:
    edges = (0.0, 0.025, 0.1, 0.5, 0.9, 0.975, 1.0)
    rows = [{"model": "m", "low": low, "high": high, "share": high - low, "n": 500} for low, high in pairwise(edges)]
    root = ElementTree.fromstring(figures.pit(rows, "m", Words()))
    svg = "{http://www.w3.org/2000/svg}"
    line = next(line.get("y1") for line in root.iter(f"{svg}line") if line.get("class") == "promise")
    assert {float(bar.get("y", "")) for bar in root.iter(f"{svg}rect")} == {float(line or 0)}


def test_markdown_has_the_new_parts() -> None:
    text = markdown(FULL).replace("\u00a0", " ")
    for part in (
        "Does it know the future? Yes. The findings say how.",
        "| Share of the last known value | 94.0 % |",
        "| flat | 883 | 2,908 | 882 |",
        "not advice",
    ):
        assert part in text
    for part in ("| replaced by noise | Volume |", "| Gain in error | 3.1 % | 3.5 % |", "- **Hindsight**: No training"):
        assert part in text
    for block in text.split("\n\n"):
        if block.startswith("| "):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1, block


def test_a_leak_leads_the_page() -> None:
    text = text_of(FULL)
    order = ["No skill shown, and worse", "Does it know the future? Yes.", "Is the point forecast better", "Findings"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    with_forecast = audit_sample.audit() | {"series": sample.summary()["series"]}
    assert re.findall(r'<section id="(\w+)"', render(with_forecast))[:2] == ["leak", "forecast"]


def test_the_leak_test_names_column_and_rows() -> None:
    text = text_of(PAGES["leak"])
    assert "The future comes in through: Volume." in text
    assert "rows 1 to 3 after the forecast date" in text
    assert re.search(r"put in another order all 1 Jun 2018 40 not judged", text)
    clean = text_of(PAGES["no leak"])
    assert "Does it know the future? No." in clean
    assert "The future comes in through" not in clean


def test_every_part_is_there_with_a_sentence_on_how_to_read_it() -> None:
    text, known = text_of(FULL), Words("en", "session", audit=True)
    for key in ("pit_read", "decomposition_read", "direction_read", "confusion_read", "money_read", "leak_read"):
        assert known(key) in text, key
    for key in ("power_read_effects", "money_warning", "set_read", "unjudged_heading"):
        assert known(key) in text, key
    assert "In 1.25 % of its forecasts quantiles cross" in text
    assert "No training period was given" in text


def test_overlap_is_mentioned_only_where_forecasts_overlap() -> None:
    assert "they count as about 80 independent ones" in text_of(FULL)
    alone = deepcopy(FULL)
    for row in alone["effective"]:
        row["independent"] = 400.0
    text = text_of(alone)
    assert "overlap" not in text
    assert "There are 2,000 outcomes from 400 forecast dates." in text


def test_planned_and_realised_power_stand_in_one_table() -> None:
    assert "Question Planned Realised Gain in error 3.1 % 3.5 %" in text_of(FULL)


def test_an_audit_speaks_of_the_audited_model_and_not_of_training() -> None:
    text = text_of(FULL)
    assert "Skill of the audited model over it" in text
    assert "Skill of the network over it" in text_of(sample.summary())
    assert not re.search(r"validation|learnt|the network", text)


def test_an_audit_has_no_colours_of_training() -> None:
    whole = {"unique_id": "a", "ds": list(range(6)), "y": [1.0] * 6, "part": ["before"] * 3 + ["test"] * 3}
    whole |= {"predicted": [None] * 3 + [1.0, 1.5, 2.0], "persistence": [None] * 3 + [1.0] * 3}
    page = render(FULL | {"whole": [whole]})
    assert '<path class="split' not in page
    assert '<section id="real"' in page


def test_what_was_not_judged_is_listed_and_has_no_tile() -> None:
    page = render(sample.summary())
    assert "<dt>Is anything gained by trading on it?</dt><dd>Details of money.</dd>" in page
    assert text_of(sample.summary()).count("Is anything gained by trading on it?") == 1


def test_the_new_pictures_are_well_formed_and_say_what_they_show() -> None:
    known, run = Words(), sample.summary()
    drawn = [
        figures.pit(FULL["pit"], "lstm", known),
        figures.right_by_step(FULL["direction"], "lstm", known),
        figures.results(FULL["money"], "lstm", known),
        figures.by_fold(run["by_fold"], "lstm", dict.fromkeys(sample.MODELS, "circle"), known),
        figures.cumulative(run["cumulative"], known),
        figures.equity(run["equity"], known),
        figures.residuals(run["residuals"], known),
        figures.errors(run["series"][0], known),
        figures.spark([1.0, None, 2.0], "small"),
    ]
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "nan" not in picture
