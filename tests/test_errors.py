"""What somebody else wrote is shown, and never obeyed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.errors import brief, examples, quoted, visible, visible_json

OBEYED = [chr(code) for code in (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0))]
OBEYED += ["\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u2028", "\udc80", "\U000e0041"]


@pytest.mark.parametrize("hidden", OBEYED)
def test_what_a_terminal_obeys_is_shown_as_its_escape(hidden):
    assert visible(f"a{hidden}b") == "a" + hidden.encode("unicode_escape", "surrogatepass").decode() + "b"


def test_newlines_and_letters_of_all_languages_stay():
    text = "Zeile\n가격 é ‰ 😀 नमस्ते"
    assert visible(text) == text


@given(st.dictionaries(st.text(), st.text()))
def test_json_stays_valid_and_says_the_same(document):
    shown = visible_json(json.dumps(document, ensure_ascii=False, indent=1))
    assert json.loads(shown) == document
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\x1b[2J", r"'\x1b[2J'"),
        ("a\nb", r"'a\nb'"),
        ("\u202eabc", r"'\u202eabc'"),
        (3, "3"),
        pytest.param(1 << 20_000, "a number of thousands of digits", id="endless"),
    ],
)
def test_a_quoted_value_is_visible_and_on_one_line(value, shown):
    assert quoted(value) == shown


def test_a_long_value_is_quoted_by_its_ends():
    said = quoted("begin" + "x" * 10_000 + "end")
    assert said.startswith("'begin")
    assert said.endswith("end'")
    assert len(said) == 83
    assert len(examples(["x" * 10_000] * 2)) < 200


def test_long_quotes_in_a_message_lose_their_middle_and_short_ones_stay():
    assert brief(f"no column {'x' * 5000!r} in 'prices.csv'.") == f"no column {quoted('x' * 5000)} in 'prices.csv'."
    assert brief(f"{'x' * 200!r}") == f"{'x' * 200!r}"
