"""A confusion matrix alone is judged, and read from the forms in which people keep it."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.errors import DataError, SettingsError
from longshort.evaluation.binomial import lower_tail, tail
from longshort.evaluation.confusion import judge_confusion, read_confusion

BITCOIN = [[17, 10, 17], [883, 2908, 882], [49, 25, 36]]


def test_the_bitcoin_matrix_shows_no_skill() -> None:
    found, claims = judge_confusion(BITCOIN, rows="predicted")
    assert found["accuracy"] == pytest.approx(0.6134, abs=5e-5)
    assert found["majority"] == pytest.approx(0.6097, abs=5e-5)
    assert found["macro_recall"] == pytest.approx(0.348, abs=5e-4)
    assert found["p_value"] == pytest.approx(0.3034, abs=5e-3)
    claim = claims.direction
    assert (claim.answer, claim.kind, claim.baseline) == ("not_shown", "class", "majority")
    assert claim.baseline_accuracy == found["majority"]
    assert claim.p_value == found["p_value"]
    assert claim.detectable is not None
    assert 0.01 < claim.detectable < 0.03
    assert {name: each.answer for name, each in claims.each() if name != "direction"}.keys() >= {"point", "money"}
    assert all(each.answer == "not_judged" for name, each in claims.each() if name != "direction")


def test_the_other_way_round_is_the_same_matrix() -> None:
    turned = np.array(BITCOIN).T
    assert judge_confusion(turned, rows="true") == judge_confusion(BITCOIN, rows="predicted")
    assert judge_confusion(BITCOIN, rows="true")[0]["majority"] == pytest.approx(4673 / 4827)


def test_a_matrix_far_better_than_the_majority_shows_skill() -> None:
    found, claims = judge_confusion([[600, 400], [300, 700]], rows="predicted")
    assert claims.direction.answer == "yes"
    assert found["p_value"] < 0.001
    assert found["low"] < 0.65 < found["high"]


@given(st.integers(1, 12), st.data(), st.floats(0.05, 0.95))
def test_the_tail_is_the_sum_of_its_parts(n: int, data: st.DataObject, rate: float) -> None:
    right = data.draw(st.integers(0, n))
    chances = [
        np.prod([rate if success else 1 - rate for success in case])
        for case in product([True, False], repeat=n)
        if sum(case) >= right
    ]
    assert tail(right, n, rate) == pytest.approx(sum(chances), abs=1e-12)
    assert lower_tail(right, n, rate) == pytest.approx(1 - tail(right + 1, n, rate) if right < n else 1, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("17,10,17\n883,2908,882\n49,25,36\n", None),
        ("down,flat,up\n17,10,17\n883,2908,882\n49,25,36\n", ("down", "flat", "up")),
        (",down,flat,up\ndown,17,10,17\nflat,883,2908,882\nup,49,25,36\n", ("down", "flat", "up")),
        (";-1;0;1\n-1;17;10;17\n0;883;2908;882\n1;49;25;36\n", ("-1", "0", "1")),
        ("\ufeffdown\t17\t10\t17\nflat\t883\t2908\t882\nup\t49\t25\t36", ("down", "flat", "up")),
        ("0,1,2\n17,10,17\n883,2908,882\n49,25,36\n", ("0", "1", "2")),
    ],
)
def test_names_at_the_top_and_left_are_recognised(tmp_path: Path, text: str, labels: tuple[str, ...] | None) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(text, encoding="utf-8")
    matrix, found = read_confusion(path)
    assert matrix.tolist() == BITCOIN
    assert found == labels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("1,2,3\n4,5,6\n", "square, this one is 2 x 3"),
        ("1,2\n3\n", "between 1 and 2 cells"),
        ("1,2\n3,-4\n", "holds counts, this one holds -4.0"),
        ("0.5,0.1\n0.2,0.2\n", "holds counts, this one holds 0.5"),
        ("1,x\n3,4\n", "'x'"),
        ("0,0\n0,0\n", "no case"),
        ("7\n", "two classes"),
        ("1,nan\n3,4\n", "nan"),
    ],
)
def test_what_is_no_matrix_of_counts_is_refused_with_what_to_type(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as raised:
        read_confusion(path)
    assert raised.value.hint


def test_files_and_arguments_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_confusion(tmp_path / "missing.csv")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataError, match="no UTF-8"):
        read_confusion(tmp_path / "binary")
    with pytest.raises(SettingsError, match="'columns'"):
        judge_confusion(BITCOIN, rows="columns")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="no table"):
        judge_confusion([[1, 2], [3]], rows="true")
