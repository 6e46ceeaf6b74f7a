"""Numbers: the same value however it is written, and nothing is guessed by a factor of a thousand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.readers.numbers import to_numbers
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError


def raw_of(separator: str = ",", **columns: list[str | None]) -> Raw:
    return single(pl.DataFrame(columns), Part("'x.csv'", "x"), 2, separator=separator)


def numbers(cells: list[str | None], separator: str = ",", decimal: str | None = None) -> list[float]:
    return to_numbers(raw_of(separator, v=cells), ["v"], decimal, ["v"])[0]["v"].tolist()


@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["1", "-2.5", "+3", "1e5", ".5"], ",", [1, -2.5, 3, 1e5, 0.5]),
        (["1,234,567", "1,234.5"], ",", [1234567, 1234.5]),
        (["1,234", "5"], ",", [1234, 5]),
        (["12,34,567.5", "1"], ",", [1234567.5, 1]),
        (["1.234,5", "0,25", "1.000"], ";", [1234.5, 0.25, 1000]),
        (["1 234,5", "1\u00a0234,75"], ";", [1234.5, 1234.75]),
        (["1'234.5", "2"], ",", [1234.5, 2]),
        (["$1.50", "€2", "₩3"], ",", [1.5, 2, 3]),
        (["-0.35%", "1.2 %"], ",", [-0.35, 1.2]),
        (["1.5K", "2M", "3.25B"], ",", [1500, 2e6, 3.25e9]),
        (["(12.5)", "−3"], ",", [-12.5, -3]),
        ([" 1 ", "2 "], ",", [1, 2]),
    ],
)
def test_numbers_are_read_however_they_are_written(cells, separator, expected):
    assert numbers(cells, separator) == expected


def test_a_lone_comma_group_is_refused_where_it_could_be_either():
    with pytest.raises(DataError, match=r"'1,234' could be 1\.234 or 1234") as caught:
        numbers(["1,234", "5,678"], ";")
    assert "--decimal" in caught.value.hint
    assert numbers(["1,234"], ";", ",") == [1.234]
    assert numbers(["1,234"], ";", ".") == [1234]


def test_one_column_settles_the_decimal_sign_for_the_others():
    raw = raw_of(";", a=["1,234", "2,345"], b=["0,5", "1,25"], c=["1.500", "2.500"])
    cells, _, notes = to_numbers(raw, ["a", "b", "c"], None, [])
    assert cells["a"].tolist() == [1.234, 2.345]
    assert cells["c"].tolist() == [1500, 2500]
    assert notes == ["The comma is the decimal mark."]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2)), min_size=1, max_size=20),
    st.booleans(),
)
def test_grouped_digits_mean_the_same_with_either_decimal_sign(values, comma):
    cells = [f"{value:,.2f}" for value in values]
    if comma:
        cells = [cell.translate(str.maketrans(",.", ".,")) for cell in cells]
    assert numbers(cells, ";", "," if comma else ".") == values


def test_text_is_left_out_as_a_column_but_refused_among_numbers():
    raw = raw_of(note=["up", "down", "1"], v=["1", "2 apples", "3"])
    cells, texts, _ = to_numbers(raw, ["note"], None, [])
    assert texts == ["note"]
    assert not cells
    with pytest.raises(DataError, match=r"'x.csv', row 3, column 'v': '2 apples' is not a number"):
        to_numbers(raw, ["v"], None, [])
    with pytest.raises(DataError, match=r"row 2, column 'note': 'up' is not a number"):
        to_numbers(raw, ["note"], None, ["note"])


@pytest.mark.parametrize("endless", ["inf", "-Infinity", "1e999"])
def test_infinity_is_refused(endless):
    with pytest.raises(DataError, match=r"row 3, column 'v'.*infinite"):
        numbers(["1", endless])


def test_blanks_become_not_observed():
    assert np.isnan(numbers([None, "", " . ", "n/a", "#N/A", "-", "—", "NULL"])).all()
