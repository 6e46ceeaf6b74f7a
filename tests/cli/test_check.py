"""`longshort check` in both languages."""

import json
import re

import pytest

from longshort.cli.options import languages

HANGUL = re.compile("[가-힣]")
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")  # three English words in a row
ROWS = """Day,Sales,Region
2024-01-01,3,north
2024-01-02,5,north
2024-01-05,,north
2024-01-04,4,north
2024-01-04,6,north
"""


@pytest.fixture
def sales(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(ROWS)
    return path


def checked(longshort, sales, *arguments):
    return longshort("check", sales, "--target", "Sales", "--duplicates", "last", *arguments).out


def test_a_korean_check_holds_no_english_sentence_and_an_english_one_no_korean(longshort, sales):
    english, korean = checked(longshort, sales), checked(longshort, sales, "--lang", "ko")
    assert not HANGUL.search(english)
    assert not SENTENCE.search(korean)
    assert len(korean.splitlines()) == len(english.splitlines()) > 10
    assert all(HANGUL.search(line) for line in korean.splitlines())


@pytest.mark.parametrize(("variable", "value"), [("LANG", "ko_KR.UTF-8"), ("LC_ALL", "ko_KR.UTF-8")])
def test_the_text_speaks_the_terminals_language(longshort, sales, monkeypatch, variable, value):
    monkeypatch.delenv("LC_ALL")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv(variable, value)
    assert checked(longshort, sales) == checked(longshort, sales, "--lang", "ko")
    assert not HANGUL.search(checked(longshort, sales, "--lang", "en"))


def test_json_is_english_unless_a_language_is_typed(longshort, sales, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    english, korean = (json.loads(checked(longshort, sales, "--json", *rest)) for rest in ([], ["--lang", "ko"]))
    assert not any(HANGUL.search(finding["text"]) for finding in english["findings"])
    assert all(HANGUL.search(finding["text"]) for finding in korean["findings"])
    for one, other in zip(english["findings"], korean["findings"], strict=True):
        assert {**one, "text": ""} == {**other, "text": ""}
    assert {**english, "findings": []} == {**korean, "findings": []}


def test_a_language_that_is_not_there_is_refused(longshort, sales):
    outcome = longshort("check", sales, "--lang", "de")
    assert outcome.code == 2
    assert "'de' is not one of 'en', 'ko'" in outcome.err


def test_languages_are_resolved_for_text_and_json(monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert languages(None) == ("ko", "en")
    assert languages("en") == ("en", "en")
