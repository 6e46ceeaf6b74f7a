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
from longshort.report.words import words

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
TABLES = (*TABLES, "not_judged", "evidence_lines", "models")


def text_of(summary: dict[str, Any], lang: str = "en") -> str:
    return visible(render(summary, lang)).replace("\u00a0", " ")


def with_rows(table: str, metric: str, **values: Any) -> dict[str, Any]:
    summary = deepcopy(SMALL)
    for row in summary[table]:
        if row["metric"] == metric and row.get("step") is None:
            row |= values
    return summary


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


def test_the_verdict_comes_first_then_its_evidence() -> None:
    text = text_of(FULL)
    order = ["94 % of its movement", "Spread: its 80 % intervals covered", "Does it peek at the future?", "Findings"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_every_part_is_there_with_a_sentence_on_how_to_read_it() -> None:
    text, known = text_of(FULL), words()
    for key in ("pit_read", "decomposition_read", "direction_read", "confusion_read", "money_read", "leak_read"):
        assert known[key] in text, key
    for key in ("power_read", "money_warning", "set_read", "unjudged_heading"):
        assert known[key] in text, key
    assert "In 1.25 % of its forecasts quantiles cross" in text
    assert "94 % of the movement of its forecast" in text
    assert "as much as about 80 independent ones" in text
    assert "No training period was given" in text


def test_a_backtest_without_these_tables_has_none_of_these_parts() -> None:
    page = render(sample.summary())
    ids = set(re.findall(r'<section id="([^"]+)"', page))
    assert ids == {"forecast", "centre", "spread", "coverage", "direction", "copy", "learning", "findings", "folds"} | {
        "repeat"
    }
    assert "may be the best" not in page
    assert '<ul class="evidence"' not in page


def test_an_audit_speaks_of_the_audited_model_and_a_backtest_of_the_network() -> None:
    assert "The network against it" not in text_of(FULL)
    assert "The audited model against it" in text_of(FULL)
    assert "The network against it" in text_of(sample.summary())
    assert "점검 대상 모형과 비교하면" in text_of(FULL, "ko")


def test_an_audit_does_not_ask_what_it_did_not_measure() -> None:
    for name in ("leak", "matrix"):
        text = text_of(PAGES[name])
        assert "Not measured." not in text
        assert "Does it beat" not in text


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
    summary["evidence_lines"] = [HOSTILE]
    summary["not_judged"] = [{"part": HOSTILE, "why": HOSTILE}]
    summary["leak"]["columns"] = [HOSTILE]
    summary["leak"]["runs"][1]["column"] = HOSTILE
    summary["confusion"]["labels"] = [HOSTILE] * 3
    summary["findings"][0] = {"code": HOSTILE, "severity": "defect", "text": HOSTILE, "value": None}
    for lang in ("en", "ko"):
        page = render(summary, lang)
        assert "<script>alert" not in page
        assert "<b>&amp;" not in page


@pytest.mark.parametrize(
    ("low", "value", "said"), [(0.545, 0.56, "Yes."), (0.51, 0.56, "No."), (0.45, 0.5, "No."), (None, 0.56, "No.")]
)
def test_direction_is_known_where_the_interval_lies_above_the_more_frequent_answer(
    low: Any, value: float, said: str
) -> None:
    text = text_of(with_rows("direction", "accuracy", value=value, low=low, p_value=0.03))
    assert f"Does it know up from down? {said}" in text


@pytest.mark.parametrize(("p_value", "said"), [(0.31, "No."), (0.02, "Yes.")])
def test_a_matrix_alone_is_judged_by_its_one_sided_p_value(p_value: float, said: str) -> None:
    summary = audit_sample.matrix_only()
    summary["confusion"]["p_value"] = p_value
    assert f"Does it know up from down? {said}" in text_of(summary)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.01, 0.2, "Yes."), (-0.1, 0.2, "Not beyond luck."), (-0.2, -0.01, "No, it loses.")]
)
def test_money_is_judged_by_whether_its_interval_crosses_zero(low: float, high: float, said: str) -> None:
    text = text_of(with_rows("money", "net_return", value=(low + high) / 2, low=low, high=high))
    assert f"Is anything left after costs? {said}" in text


def test_a_leak_leads_the_page_and_names_column_and_rows() -> None:
    text = text_of(PAGES["leak"])
    assert text.index("Does it peek at the future? Yes.") < text.index("The peek goes through: Volume.")
    assert "it sees number 1 to number 3" in text
    assert "12 of 40 forecasts moved when only values after" in text
    assert re.search(r"put in another order all 1 Jun 2018 40 not judged", text)
    full = text_of(FULL)
    assert full.index("Does it peek") < full.index("Does it beat")
    with_forecast = audit_sample.audit() | {"series": sample.summary()["series"]}
    assert re.findall(r'<section id="(\w+)"', render(with_forecast))[:2] == ["leak", "forecast"]


def test_a_pipeline_that_does_not_peek_is_told_so() -> None:
    text = text_of(PAGES["no leak"])
    assert "Does it peek at the future? No." in text
    assert "Not one of 40 forecasts moved" in text
    assert "The peek goes through" not in text


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


def test_korean_findings_are_told_in_korean_with_the_english_behind() -> None:
    page = render(FULL, "ko")
    assert '<span title="coverage found.">' in page
    assert "실제 61.0\u00a0%" in page
    assert "<span>coverage found.</span>" in render(FULL)


def test_a_finding_without_its_number_keeps_its_own_sentence() -> None:
    summary = deepcopy(SMALL)
    summary["findings"] = [{"code": "coverage", "severity": "warning", "text": "It is off.", "value": None}]
    assert "<span>It is off.</span>" in render(summary, "ko")


def test_the_severity_chooses_the_sentence_where_they_differ() -> None:
    summary = deepcopy(SMALL)
    summary["findings"] = [{"code": "few_folds", "severity": s, "text": "", "value": 2.0} for s in ("warning", "info")]
    text = text_of(summary, "ko")
    assert "겹치지 않는 예측이 2개뿐" in text
    assert "학습 2회에만" in text


def test_a_smallest_effect_that_stands_in_several_rows_is_said_once() -> None:
    summary = deepcopy(SMALL)
    common = {"question": "skill", "step": None, "sessions": 250, "independent": 50.0, "smallest": 0.04}
    summary["power"] = [common | {"edge": edge, "sessions_needed": n} for edge, n in ((0.01, 4000), (0.02, None))]
    page = render(summary)
    assert page.count("A skill below 4.0\u00a0% would most likely go unnoticed.") == 1
    assert len(re.findall(r"<tr><td>Skill</td>", page)) == 2  # one in each table


def test_the_new_pictures_are_well_formed_and_say_what_they_show() -> None:
    known = words()
    drawn = [
        figures.pit(FULL["pit"], "lstm", known),
        figures.right_by_step(FULL["direction"], "lstm", known),
        figures.results(FULL["money"], "lstm", known),
        *(figures.power([r for r in FULL["power"] if r["question"] == q], q, known) for q in known["questions"]),
    ]
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "nan" not in picture


def test_an_honest_histogram_has_all_bars_at_one_whatever_their_width() -> None:
    edges = (0.0, 0.025, 0.1, 0.5, 0.9, 0.975, 1.0)
    rows = [{"model": "m", "low": low, "high": high, "share": high - low, "n": 500} for low, high in pairwise(edges)]
    root = ElementTree.fromstring(figures.pit(rows, "m", words()))
    svg = "{http://www.w3.org/2000/svg}"
    line = next(line.get("y1") for line in root.iter(f"{svg}line") if line.get("class") == "promise")
    assert {float(bar.get("y", "")) for bar in root.iter(f"{svg}rect")} == {float(line or 0)}


def test_markdown_has_the_new_parts() -> None:
    text = markdown(FULL).replace("\u00a0", " ")
    for part in (
        "- Spread: its 80 %",
        "| Share of yesterday | 94.0 % |",
        "| flat | 883 | 2,908 | 882 |",
        "never advice",
    ):
        assert part in text
    for part in ("| replaced by noise | Volume |", "A skill below 3.1 %", "- **Hindsight**: No training"):
        assert part in text
    for block in text.split("\n\n"):
        if block.startswith("| "):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1, block
