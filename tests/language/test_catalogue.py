"""The catalogue is whole: every sentence in every language, with the same places, and every id is used."""

import ast
import re
import string
from pathlib import Path

import pytest

from longshort.errors import SettingsError
from longshort.language import LANGUAGES, entries, refuse_unknown
from longshort.language.numbers import formatted

SOURCE = Path(__file__).parents[2] / "src" / "longshort"
KNOWN = r"sentences|cases|percent[012]?|size|points|p|number|count|plural [^|{}]+\|[^|{}]+|"
HANGUL = re.compile("[가-힣]")


def places(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def specifications(template):
    return [spec for _, name, spec, _ in string.Formatter().parse(template) if name is not None]


@pytest.mark.parametrize("msgid", sorted(entries()))
def test_an_entry_stands_in_every_language_with_the_same_places(msgid):
    entry = entries()[msgid]
    assert tuple(entry) == LANGUAGES
    assert places(entry["en"]) >= places(entry["ko"])
    assert not HANGUL.search(entry["en"])
    for text in entry.values():
        assert text.strip() == text
        assert all(re.fullmatch(KNOWN, spec) for spec in specifications(text))


def test_korean_leaves_out_no_number():
    """Only what English needs for its plural may be missing."""
    for msgid, entry in entries().items():
        missing = places(entry["en"]) - places(entry["ko"])
        plural = {
            name for _, name, spec, _ in string.Formatter().parse(entry["en"]) if spec and spec.startswith("plural")
        }
        assert missing <= plural, msgid


def test_korean_is_written_as_the_house_writes_it():
    for msgid, entry in entries().items():
        assert not re.search(r"\(을\)|\(를\)|을\(를\)|은\(는\)|이\(가\)", entry["ko"]), msgid
        assert not re.search(r"\d %", entry["ko"]), msgid


def used():
    """Collect every string in the source that reads like an id, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, tuple(text for text in begun if re.fullmatch(r"[a-z_]+\.[a-z_.]*", text))


def test_every_entry_is_used():
    whole, begun = used()
    unused = [msgid for msgid in entries() if msgid not in whole and not msgid.startswith(begun)]
    assert unused == []


def test_every_id_in_the_source_is_there():
    whole, _ = used()
    sections = {msgid.partition(".")[0] for msgid in entries()}
    ids = {text for text in whole if re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", text) and not text.endswith(".json")}
    wrong = {text for text in ids if text.partition(".")[0] in sections and text not in entries()}
    assert wrong == set()


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(SettingsError, match="there is no language 'de'"):
        refuse_unknown("de")


@pytest.mark.parametrize("spec", ["percent", "size", "points", "number", "count"])
def test_what_is_not_known_is_a_dash(spec):
    assert formatted(None, spec, "en") == "–"
