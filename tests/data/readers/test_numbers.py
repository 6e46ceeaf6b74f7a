"""Numbers: the same value however it is written, and nothing is guessed by a factor of a thousand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.readers.numbers import refuse, to_numbers
from longshort.data.tables.raw import Part, Raw, single
from longshort.errors import DataError


def raw_of(separator: str = ",", **columns: list[str | None]) -> Raw:
    return single(pl.DataFrame(columns), Part("'x.csv'", "x"), 2, separator=separator)


def numbers(cells: list[str | None], separator: str = ",", decimal: str | None = None) -> list[float]:
    found = to_numbers(raw_of(separator, v=cells), ["v"], decimal)
    refuse(found, ["v"])
    return found.cells["v"].tolist()


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
    found = to_numbers(raw, ["a", "b", "c"], None)
    assert found.cells["a"].tolist() == [1.234, 2.345]
    assert found.cells["c"].tolist() == [1500, 2500]
    assert found.notes == ["The comma is the decimal mark."]


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


def test_text_is_told_from_numbers_in_which_something_else_stands():
    raw = raw_of(note=["up", "down", "1"], v=["1", "2 apples", "3"])
    found = to_numbers(raw, ["note", "v"], None)
    assert not found.cells
    assert list(found.texts) == ["note"]
    with pytest.raises(DataError, match=r"'x.csv', row 3, column 'v': '2 apples' is not a number"):
        refuse(found, ["v"])
    with pytest.raises(DataError, match=r"row 2, column 'note': 'up' is not a number"):
        refuse(found, ["note"])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["3,78 Mio.", "1,5 Mrd."], [3.78e6, 1.5e9]),
        (["1.2万", "3億", "2亿", "5만", "0.5억"], [12_000, 3e8, 2e8, 50_000, 5e7]),
        (["R$ 1.234,50", "R$0,5"], [1234.5, 0.5]),
        (["USD 12.5", "12 USD", "¥300", "1,200원", "5 kr"], [12.5, 12, 300, 1200, 5]),
        (["2.5 million", "3 mln", "7 lakh"], [2.5e6, 3e6, 7e5]),
        (["TRUE", "false", "", "True"], [1, 0, np.nan, 1]),
        (["?", "1.5", "n.a.", "missing"], [np.nan, 1.5, np.nan, np.nan]),
        (["1.234.567", "985"], [1234567, 985]),
        (["0", "5%", "1.5 %"], [0, 5, 1.5]),
    ],
)
def test_units_currencies_blanks_and_truth_values(cells, expected):
    np.testing.assert_allclose(numbers(cells, "," if "1,200원" in cells else ";"), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("cells", "blamed"),
    [
        (["1.5", "++5", "2.5"], r"'\+\+5'"),
        (["1.5", "5%", "2.5"], "'5%'"),
        (["5%", "6%", "7.5"], "'7.5'"),
        (["1234.5", "1235.5", "1,5", "1236.5"], "'1,5'"),
    ],
)
def test_the_odd_cell_is_blamed_and_not_the_good_ones(cells, blamed):
    with pytest.raises(DataError, match=rf"{blamed} is not a number\.\n"):
        numbers(cells, ";")


def test_dots_are_asked_where_985_stands_beside_1_005():
    with pytest.raises(DataError, match=r"'1\.005' could be 1\.005 or 1005"):
        numbers(["985", "1.005", "990"], ";")
    assert numbers(["985", "1.005"], ";", ",") == [985, 1005]
    assert numbers(["985", "1.005"], ";", ".") == [985, 1.005]
    assert numbers(["20.125", "21.375", "22"], ";") == [20.125, 21.375, 22]
    assert numbers(["985", "1.005", "1.05"], ";") == [985, 1.005, 1.05]


def test_integers_that_lose_digits_are_told():
    found = to_numbers(raw_of(v=["9007199254740993", "1"]), ["v"], None)
    assert found.notes == ["Whole numbers above 2^53 in 'v' lose their last digits (1 cells)."]
    assert not to_numbers(raw_of(v=["1e300", "1"]), ["v"], None).notes


@pytest.mark.parametrize("endless", ["inf", "-Infinity", "1e999"])
def test_infinity_is_refused(endless):
    with pytest.raises(DataError, match=r"row 3, column 'v'.*infinite"):
        numbers(["1", endless])


def test_blanks_become_not_observed():
    assert np.isnan(numbers([None, "", " . ", "n/a", "#N/A", "-", "—", "NULL"])).all()
