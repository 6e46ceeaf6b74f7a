import json
import re
from copy import deepcopy
from random import Random
from typing import Any

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.errors import SettingsError
from longshort.report import markdown, render

FULL = sample.summary()
SMALL = sample.summary(series=2, horizon=2, seeds=2, folds=2)
SMALLEST = sample.summary(horizon=2, seeds=1, folds=1)
HOSTILE = "</script><script>alert('1')</script> \"<b>&amp; 🙂 {{ 7 * 7 }} \u2028"


def embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def visible(page: str) -> str:
    """Strip scripts, styles and tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


def test_the_page_stands_alone_and_is_small() -> None:
    page = render(FULL)
    assert len(page.encode()) <= 500_000
    addresses = set(re.findall(r"https?://[^\s\"')]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "https://github.com/leeoniya/uPlot"}  # a name and a credit
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page)


def test_the_verdict_comes_before_everything_else_that_was_measured() -> None:
    text = visible(render(FULL)).replace("\u00a0", " ")
    assert "No skill:" in text
    assert text.index("over 400 forecasts") < text.index("Does it beat repeating today?")


def test_where_the_gain_is_mechanical_no_yes_of_foresight_stands_unqualified() -> None:
    won = {**SMALL, "skill": [{**row, "value": 0.1, "p_value": 0.001} for row in SMALL["skill"]]}
    won["money"] = [
        {"model": SMALL["network"], "metric": "net_return", "value": 1.0, "low": 0.6, "high": 1.4, "p_value": 0.001}
    ]
    earned = "Is anything left after costs? "
    assert f"{earned}Yes." in visible(render(won))
    found = {"code": "mechanical_gain", "severity": "warning", "text": "It is mechanical.", "value": 0.1}
    text = visible(render({**won, "findings": [found]}))
    assert "Does it beat repeating today? Only mechanically." in text
    assert text.count(f"{earned}Only mechanically.") == 2
    assert f"{earned}Yes." not in text
    assert "Is its range sharper than history’s? Yes." in text


def test_the_same_summary_gives_the_same_page() -> None:
    assert render(FULL) == render(deepcopy(FULL))


def test_the_summary_is_left_as_it_was() -> None:
    before = deepcopy(SMALL)
    render(SMALL)
    markdown(SMALL)
    assert before == SMALL


@pytest.mark.parametrize("nothing", [None, [], "absent"])
@pytest.mark.parametrize("part", sorted(FULL))
def test_any_part_may_be_missing(part: str, nothing: Any) -> None:
    summary = {key: value for key, value in SMALLEST.items() if key != part}
    if nothing != "absent":
        summary[part] = type(SMALLEST[part])() if nothing == [] else None
    assert "</html>" in render(summary)
    assert markdown(summary)


@pytest.mark.parametrize(
    "shape",
    [
        {"seeds": 0},
        {"folds": 0},
        {"folds": 14},
        {"horizon": 1},
        {"horizon": 30},
        {"dated": False},
        {"series": 16},
        {"series": 16, "horizon": 1, "dated": False, "seeds": 1, "folds": 1},
    ],
)
def test_every_shape_of_run_is_drawn_without_nonsense(shape: dict[str, Any]) -> None:
    text = visible(render(sample.summary(**shape)))
    assert not re.search(r"\b(None|nan|inf|NaN|undefined|built-in|Markup)\b", text)


def test_nothing_at_all_still_gives_a_page_that_says_so() -> None:
    text = visible(render({}))
    assert "No verdict: nothing was compared yet." in text
    assert text.count("Not measured.") == 4


def holes(value: Any, draw: Any) -> Any:
    """Replace some leaves and some rows by null, as a run does that could not measure them."""
    if isinstance(value, dict):
        return {key: item if key == "quantile_levels" else holes(item, draw) for key, item in value.items()}
    if isinstance(value, list):
        return [holes(item, draw) for item in value]
    return None if isinstance(value, float) and draw() < 0.3 else value


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_numbers_missing_anywhere_never_break_the_page(seed: int) -> None:
    summary = holes(SMALLEST, Random(seed).random)
    assert "</html>" in render(summary)
    assert markdown(summary)


def test_names_that_users_chose_stay_text() -> None:
    summary = deepcopy(SMALL)
    for key in ("title", "verdict", "target"):
        summary[key] = HOSTILE
    summary["series"][0]["unique_id"] = HOSTILE
    summary["findings"][0]["text"] = HOSTILE
    summary["run"]["command"] = summary["run"]["recipe"] = HOSTILE
    summary["run"]["data"]["notes"] = [HOSTILE]
    for row in summary["skill"] + summary["scores"]:
        row["model"] = HOSTILE if row["model"] == "drift" else row["model"]
        row["unique_id"] = HOSTILE if row["unique_id"] == "TICK00" else row["unique_id"]
    page = render(summary)
    assert "<script>alert" not in page
    assert "<b>&amp;" not in page
    assert embedded(page)["series"][0]["id"] == HOSTILE
    assert page.count("<script") == render(SMALL).count("<script")
    assert "49" not in visible(page)[:200]


def test_half_a_character_does_not_make_the_page_unwritable() -> None:
    assert render(SMALL | {"title": "broken \ud83d name"}).encode()


def test_the_charts_get_the_numbers_of_the_summary() -> None:
    series = embedded(render(FULL))["series"][0]
    told = FULL["series"][0]
    assert series["history"]["y"] == pytest.approx(told["history"]["y"], rel=1e-8)
    assert series["history"]["ds"] == told["history"]["ds"]
    assert series["forecast"]["quantiles"][4] == pytest.approx(told["forecast"]["quantiles"][4], rel=1e-8)


def test_a_stray_infinity_becomes_a_gap_in_the_chart() -> None:
    summary = deepcopy(SMALL)
    summary["series"][0]["history"]["y"][3] = float("inf")
    assert embedded(render(summary))["series"][0]["history"]["y"][3] is None


def with_skill(baseline: str, metric: str, value: float, p_value: float) -> dict[str, Any]:
    summary = deepcopy(FULL)
    for row in summary["skill"]:
        if (row["model"], row["baseline"], row["metric"], row["step"]) == ("lstm", baseline, metric, None):
            row |= {"value": value, "p_value": p_value}
    return summary


@pytest.mark.parametrize(
    ("value", "p_value", "said"),
    [(0.08, 0.001, "Yes."), (0.08, 0.06, "No."), (-0.08, 0.5, "No."), (-0.08, 0.01, "No, it is worse.")],
)
def test_the_headings_tell_the_finding(value: float, p_value: float, said: str) -> None:
    centre = visible(render(with_skill("naive", "rmse", value, p_value)))
    assert centre.count(f"Does it beat repeating today? {said}") == 2
    spread = visible(render(with_skill("volatility_cone", "crps", value, p_value)))
    assert spread.count(f"Is its range sharper than history’s? {said}") == 2


@pytest.mark.parametrize(
    ("lag", "severity", "said"), [(0, None, "No."), (1, "info", "It looks so."), (1, "warning", "Yes.")]
)
def test_nearest_to_the_last_value_is_only_called_a_copy_when_the_findings_say_so(
    lag: int, severity: Any, said: str
) -> None:
    summary = deepcopy(FULL)
    summary["lag"] = [{"model": "lstm", "lag": at, "rmse": abs(at - lag) + 1.0} for at in range(5)]
    summary["findings"] = [{"code": "lagged_copy", "severity": severity, "text": "", "value": 1.0}] if severity else []
    assert f"Does it only follow the past? {said}" in visible(render(summary))


def test_today_is_said_of_daily_data_only() -> None:
    summary = deepcopy(SMALLEST) | {"verdict": ""}
    daily = visible(render(summary))
    assert "repeating today" in daily
    assert "repeating the last value" not in daily
    history = summary["series"][0]["history"]
    minutes = [f"2019-01-08T{n // 60:02d}:{n % 60:02d}:00" for n in range(len(history["ds"]))]
    for ds in (list(range(len(minutes))), minutes):
        history["ds"] = ds
        text = visible(render(summary))
        assert "repeating the last value" in text
        assert "repeating today" not in text


def test_series_beyond_the_drawn_ones_are_counted() -> None:
    page = render(sample.summary(series=16))
    assert page.count("<option") == 12
    assert "4 more series are not drawn" in visible(page)


def test_korean_pages_use_the_same_numbers_and_korean_words() -> None:
    page = render(FULL, lang="ko")
    assert '<html lang="ko">' in page
    assert "오를 확률" in page
    assert embedded(page)["series"] == embedded(render(FULL))["series"]


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="'xx'") as refused:
        render(FULL, lang="xx")
    assert "'ko'" in refused.value.hint


def test_ids_in_the_page_are_unique_and_links_lead_somewhere() -> None:
    page = render(sample.summary(series=3))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)}
    named = set(re.findall(r'aria-labelledby="([^"]+)"', page))
    assert (links | named) <= set(ids)
