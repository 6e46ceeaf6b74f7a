import pytest

from longshort.data.collections.notes import parse_tune
from longshort.errors import DataError


def test_a_tune_is_cut_into_notes():
    assert parse_tune(" g8 f#4\n bb16 ") == ["g8", "f#4", "bb16"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("g8 h4", "'h4', note 2 of 2"), ("g8 e3", "'e3'"), ("G8", "'G8'"), ("g8e8", "'g8e8'")],
)
def test_what_is_no_note_is_named_with_its_place(text, said):
    with pytest.raises(DataError, match=said):
        parse_tune(text)
