import json
import re
import tomllib
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import unquote

import pytest
import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.errors import SettingsError
from longshort.language import entries
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
    assert "Not judged" not in text


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


def test_series_beyond_the_drawn_ones_are_counted() -> None:
    page = render(sample.summary(series=16))
    assert page.count("<option") == 12
    assert "4 more series are not drawn" in visible(page)


def test_korean_pages_use_the_same_numbers_and_korean_words() -> None:
    page = render(FULL, lang="ko")
    assert '<html lang="ko">' in page
    assert "상승 확률" in page
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


def sections(page: str) -> list[str]:
    return re.findall(r'<section id="([\w-]+)"', page)


def test_the_page_shows_the_forecast_first_then_the_scores() -> None:
    page = render(FULL)
    assert sections(page)[:4] == ["forecast", "point", "distribution", "coverage"]
    assert sections(page).index("time") < sections(page).index("copy")
    text = visible(page).replace("\u00a0", " ")
    assert text.index("over 400 forecasts") < text.index("Is the point forecast better than every simple one?")


def test_a_panel_shows_the_table_of_all_series_before_any_of_them_is_drawn() -> None:
    page = render(sample.summary(series=3))
    assert sections(page)[:3] == ["all-series", "forecast", "point"]
    table = page.split('<section id="all-series"')[1].split("</section>")[0]
    assert table.count('aria-label="Recent values of TICK0') == 3
    assert table.count("data-sort=") == 7
    assert '<section id="all-series"' not in render(FULL)


def test_the_headings_are_the_answers_as_they_were_given() -> None:
    summary = deepcopy(FULL)
    summary["answers"][0] |= {"answer": "no", "word": "No, worse.", "tone": "bad"}
    page = render(summary)
    assert visible(page).count("Is the point forecast better than every simple one? No, worse.") == 2
    assert '<em class="bad">No, worse.</em>' in page


def test_the_toughest_baseline_is_the_claims() -> None:
    page = render(FULL)
    assert re.findall(r'scope="row">(\w+) <span class="tag quiet">the toughest', page) == ["naive", "volatility_cone"]


def test_where_a_baseline_is_given_the_network_stands_beside_it() -> None:
    summary = deepcopy(FULL)
    series = summary["series"][0]
    series["network"] = series["forecast"] | {"mean": [2600.0] * 5}
    series["forecast"] = series["forecast"] | {"model": "naive"}
    page = render(summary)
    assert '<path class="aside"' in page
    assert "the forecast of naive. The thin dashed line is the network" in visible(page)
    assert '<path class="aside"' not in render(FULL)


def addresses(page: str, name: str) -> list[str]:
    return re.findall(rf'href="(data:[^"]+)" download="{re.escape(name)}"', page)


def test_every_table_can_be_taken_as_csv() -> None:
    page = render(sample.summary(series=3))
    for name in ("series", "forecast", "scores", "skill", "coverage", "by_fold", "cumulative", "residuals", "curves"):
        assert addresses(page, f"{name}.csv"), name
    scores = unquote(addresses(render(FULL), "scores.csv")[0].partition(",")[2])
    assert scores.splitlines()[0] == "model,unique_id,step,n,metric,value"
    assert len(scores.splitlines()) > 100


def test_a_csv_holds_no_formula() -> None:
    summary = sample.summary(series=2)
    summary["series_table"][0]["unique_id"] = "=HYPERLINK(1)"
    content = unquote(addresses(render(summary), "series.csv")[0].partition(",")[2])
    assert content.splitlines()[1].startswith("'=HYPERLINK(1),")


def test_the_recipe_can_be_taken_as_toml() -> None:
    summary = FULL | {"run": FULL["run"] | {"recipe": {"horizon": 5, "model": {"cell": "lstm", "extra": None}}}}
    address = addresses(render(summary), "recipe.toml")[0]
    assert tomllib.loads(unquote(address.partition(",")[2])) == {"horizon": 5, "model": {"cell": "lstm"}}


@pytest.mark.parametrize(
    ("unit", "ds", "said"),
    [
        ("month", "1961-12-01", "Dec 1961"),
        ("hour", "2018-06-27T00:00:00", "27 Jun 2018 00:00"),
        ("year", "1961-01-01", "1961"),
    ],
)
def test_dates_are_as_exact_as_the_calendar(unit: str, ds: str, said: str) -> None:
    summary = deepcopy(SMALL) | {"unit": unit}
    summary["series"][0]["cutoff"] = ds
    assert f"({said})." in visible(render(summary))
    assert embedded(render(summary))["words"]["unit"] == unit


def test_a_korean_page_has_no_english_sentence_of_its_own() -> None:
    text = re.sub(
        r"<(script|style)\b.*?</\1>",
        " ",
        render({**FULL, "verdict": "", "answers": [], "findings": []}, "ko"),
        flags=re.DOTALL,
    )
    ours = {entry["en"] for key, entry in entries().items() if key.startswith("pages.") and entry["en"] != entry["ko"]}
    plain = " ".join(re.sub(r"<[^>]+>", "|", text).split())
    assert [entry for entry in ours if len(entry) > 12 and "{" not in entry and entry in plain] == []
    assert not re.search(r"\d[ \u00a0]%", plain)
