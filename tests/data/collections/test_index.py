import numpy as np
import pytest

from longshort.data.collections.index import read_index
from longshort.errors import DataError

TABLE = "DATE,SP500,NASDAQ.AAPL, GE\n1491226200,2363.61,143.68,29.8\n1491226260,2364.1, 143.7,29.9\n"


def written(folder, text):
    (folder / "data_stocks.csv").write_text(text)
    return folder


def test_the_index_is_taken_apart_from_its_constituents_and_the_time_is_left_out(tmp_path):
    index = read_index(written(tmp_path, TABLE))
    assert index.level.tolist() == [2363.61, 2364.1]
    assert index.names == ("NASDAQ.AAPL", " GE")
    np.testing.assert_array_equal(index.constituents, [[143.68, 29.8], [143.7, 29.9]])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("SP500", "S&P", "no column 'SP500'"),
        ("143.68", "", "row 2, column 'NASDAQ.AAPL': None is no finite number; 1 such cells"),
        ("143.68", "x", "column 'NASDAQ.AAPL': 'x' is no finite number"),
        ("29.9", "nan", "row 3, column ' GE': 'nan'"),
        ("29.9", "29.9,1", "cannot be read as a table"),
        (TABLE[27:], "", "0 rows and 2 constituents"),
    ],
)
def test_a_cell_that_is_no_number_is_named(tmp_path, old, new, said):
    assert old in TABLE
    with pytest.raises(DataError, match=said):
        read_index(written(tmp_path, TABLE.replace(old, new)))


def test_an_index_alone_has_no_constituents(tmp_path):
    with pytest.raises(DataError, match="2 rows and 0 constituents"):
        read_index(written(tmp_path, "DATE,SP500\n1,2\n2,3\n"))


def test_the_five_columns_that_exist_are_read(shared_data):
    index = read_index(shared_data / "sp500_minute")
    assert index.constituents.shape == (41_266, 5)
    assert (index.level[:33_012].min(), index.level[:33_012].max()) == (2329.1399, 2482.8701)
