import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import longshort
from longshort.report.render import SPOKEN
from longshort.report.words import words

DICTIONARY = json.loads((files("longshort.report") / "templates" / "words.json").read_text("utf-8"))
SOURCES = [
    file.read_text("utf-8")
    for folder in ("", "templates", "figures")
    for file in (files("longshort.report") / folder).iterdir()
    if file.name.endswith((".py", ".html", ".js"))
]
CODE = [file.read_text("utf-8") for file in Path(longshort.__file__).parent.rglob("*.py")]
CONTRACT = {"lagged_copy", "coverage", "direction_no_edge", "leak", "leak_suspected", "overlap", "misaligned"}
CONTRACT |= {"dated_before_cutoff", "crossed_quantiles", "nan_forecasts", "unmatched_cutoffs", "few_forecasts"}
CONTRACT |= {"trials_unknown"}
OTHERS = [lang for lang in DICTIONARY if lang != "en"]


def places(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text)) if isinstance(text, str) else set()


def flat(known: dict[str, Any]) -> dict[str, Any]:
    """Name nested words by their path; `told` stands for English sentences that evaluation writes."""
    found = {}
    for key, text in known.items():
        nested = text if isinstance(text, dict) and key != "told" else {}
        found |= {f"{key}.{name}": word for name, word in nested.items()} if nested else {key: text}
    return found


def finding_codes() -> set[str]:
    """List every code that a finding of ours may have, as far as it stands in the code as it is."""
    built = {f"{kind}_{side}" for kind in ("open", "close") for side in ("above_high", "below_low")}
    found = {code for text in CODE for code in re.findall(r"""\b(?:Finding|Found)\(\s*"(\w+)",""", text)}
    return found - {"duplicates_of"} | built | CONTRACT


@pytest.mark.parametrize("lang", OTHERS)
def test_languages_have_the_same_words(lang: str) -> None:
    english, other = flat(DICTIONARY["en"]), flat(DICTIONARY[lang])
    assert sorted(english) == sorted(other)
    assert [key for key, text in other.items() if not text] == []
    assert len(DICTIONARY[lang]["months"]) == 12


@pytest.mark.parametrize("lang", OTHERS)
def test_languages_have_the_same_places_for_values(lang: str) -> None:
    english, other = flat(DICTIONARY["en"]), flat(DICTIONARY[lang])
    assert {key: places(text) for key, text in other.items()} == {key: places(text) for key, text in english.items()}


def test_every_word_is_used() -> None:
    """A word that nobody shows is a sentence that drifts."""
    code = "\n".join([*SOURCES, *CODE])
    built = {f"{code}_{end}" for code in ("centre", "spread") for end in ("question", "better", "behind", "same")}
    unused = [key for key in DICTIONARY["en"] if key not in built and not re.search(rf"\b{key}\b", code)]
    assert unused == []


def test_scripts_get_the_words_that_they_speak() -> None:
    spoken = set(re.findall(r"\bWORDS\.(\w+)", "\n".join(SOURCES)))
    assert spoken == set(SPOKEN.split())


def test_every_finding_is_explained() -> None:
    assert finding_codes() - set(DICTIONARY["en"]["explain"]) == set()


@pytest.mark.parametrize("lang", OTHERS)
def test_every_finding_has_its_sentence_in_every_other_language(lang: str) -> None:
    told = DICTIONARY[lang]["told"]
    assert {code.partition(".")[0] for code in told} == set(DICTIONARY["en"]["explain"])
    assert {place for text in told.values() for place in places(text)} <= {"value", "share"}


def test_a_language_has_its_own_words() -> None:
    assert words("ko")["yes"] == "예."
