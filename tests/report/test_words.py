import json
import re
from importlib.resources import files
from typing import Any

DICTIONARY = json.loads((files("longshort.report") / "templates" / "words.json").read_text("utf-8"))
SOURCES = [
    file.read_text("utf-8")
    for folder in ("", "templates", "figures")
    for file in (files("longshort.report") / folder).iterdir()
    if file.name.endswith((".py", ".html", ".js"))
]


def places(text: Any) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text)) if isinstance(text, str) else set()


def test_a_translation_has_no_word_that_english_lacks() -> None:
    for lang, known in DICTIONARY.items():
        assert set(known) <= set(DICTIONARY["en"]), lang


def test_a_translation_asks_for_no_value_that_english_does_not_get() -> None:
    for lang, known in DICTIONARY.items():
        for key, text in known.items():
            assert places(text) <= places(DICTIONARY["en"][key]), (lang, key)


def test_every_word_is_used() -> None:
    """A word that nobody shows is a sentence that drifts."""
    code = "\n".join(SOURCES)
    built = {f"{code}_{end}" for code in ("centre", "spread") for end in ("question", "better", "behind", "same")}
    unused = [key for key in DICTIONARY["en"] if key not in built and not re.search(rf"\b{key}\b", code)]
    assert unused == []
