import json

import numpy as np
import pytest

from longshort.data.collections.notes import parse_tune, read_chorales
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


def test_chorales_become_keys_that_are_down(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"train": [[[21, 108], []], [[60]]]}))
    chorales = read_chorales(tmp_path)["train"]
    assert chorales.lengths.tolist() == [2, 1]
    assert [np.flatnonzero(step).tolist() for step in chorales.values] == [[0, 87], [], [39]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1", "no JSON"),
        ("[]", "no parts"),
        ('{"train": []}', "no parts"),
        ('{"train": [[]]}', "train, chorale 1: it is no list of steps"),
        ('{"train": [[60]]}', "chorale 1: it is no list of steps"),
        ('{"train": [[[60], [20]]]}', "chorale 1, step 2: 20 is no key"),
        ('{"train": [[["c"]]]}', "step 1: 'c' is no key"),
    ],
)
def test_what_are_no_chorales_is_refused(tmp_path, content, said):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(DataError, match=said):
        read_chorales(tmp_path)


def test_bachs_chorales_have_their_published_numbers(shared_data):
    parts = read_chorales(shared_data / "music")
    assert {name: len(part) for name, part in parts.items()} == {"train": 229, "valid": 76, "test": 77}
