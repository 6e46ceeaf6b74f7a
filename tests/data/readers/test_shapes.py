"""Shapes: long, wide and row-wise tables of the same numbers give the same panel."""

import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.data.readers.long import encode
from longshort.errors import DataError, SettingsError


@pytest.fixture
def long_table(days) -> pl.DataFrame:
    values = np.random.default_rng(0).normal(size=(3, 12)).round(6)
    return pl.DataFrame({"unique_id": np.repeat(["c", "a", "b"], 12), "ds": list(days) * 3, "y": values.ravel()})


def same(one, other) -> bool:
    return (
        one.ids == other.ids
        and np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.times, other.times)
        and np.array_equal(one.sessions, other.sessions)
    )


def test_long_wide_and_row_wise_tables_of_one_content_are_one_panel(long_table, days):
    expected = read(long_table)
    wide = long_table.pivot(on="unique_id", index="ds", values="y")
    rows = long_table.pivot(on="ds", index="unique_id", values="y").rename({"unique_id": "Page"})
    assert same(read(wide, wide=True), expected)
    assert same(read(rows), expected)


def test_the_order_of_rows_does_not_matter(long_table):
    expected = read(long_table)
    for shuffled in (
        long_table.sort("ds", maintain_order=True),
        long_table.reverse().sort("unique_id", descending=True),
    ):
        panel = read(shuffled)
        for index, name in enumerate(panel.ids):
            assert np.array_equal(
                panel.target[panel.rows(index)], expected.target[expected.rows(expected.ids.index(name))]
            )


def test_foreign_dialects_of_long_tables_are_mapped(long_table):
    renamed = long_table.rename({"unique_id": "item_id", "ds": "timestamp", "y": "target"})
    assert same(read(renamed), read(long_table))


def test_numbers_with_leading_zeros_stay_the_names_of_series(write, days):
    lines = [f"{code},{day},{i}" for code in ("005930", "000660") for i, day in enumerate(days)]
    assert read(write("\n".join(["종목코드,날짜,종가", *lines]))).ids == ("000660", "005930")


def test_blanks_before_a_series_begins_and_after_it_ends_are_no_rows(write, days):
    lines = [f"{day},{i if i > 2 else ''},{i if i < 5 and i != 3 else ''}" for i, day in enumerate(days)]
    panel = read(write("\n".join(["date,a,b", *lines])), wide=True)
    assert np.diff(panel.offsets).tolist() == [9, 5]
    assert np.isnan(panel.target[panel.rows(1)]).tolist() == [False, False, False, True, False]


def test_wide_tables_share_what_is_known_in_advance_beyond_their_end(write, days):
    lines = [f"{day},{i if i < 9 else ''},{i % 2}" for i, day in enumerate(days)]
    panel = read(write("\n".join(["date,a,holiday", *lines])), wide=True, known_future="holiday")
    assert panel.ids == ("a",)
    assert len(panel.times) == 12
    assert panel.columns[1].known == "known_future"
    with pytest.raises(SettingsError, match=r"no meaning beside"):
        read(write("\n".join(["date,a,holiday", *lines])), wide=True, target="a")


def test_ragged_rows_of_numbered_columns_are_series_of_their_own_length(write):
    text = '"V1","V2","V3","V4","V5"\n"H1","1","2","3"\n"H2","4","5","6","7"\n'
    path = write(text)
    with pytest.raises(DataError, match=r"a row per series and no dates"):
        read(path)
    panel = read(path, no_dates=True)
    assert panel.ids == ("H1", "H2")
    assert np.diff(panel.offsets).tolist() == [3, 4]
    assert panel.target.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_a_table_of_numbers_alone_has_its_columns_numbered(write):
    path = write("\n".join(f"{i},{i * i},{-i}" for i in range(12)))
    panel = read(path, no_dates=True, wide=True)
    assert panel.ids == ("1", "2", "3")
    assert panel.target[panel.rows(1)].tolist() == [float(i * i) for i in range(12)]


def test_a_blank_series_name_is_refused_with_its_row(write, days):
    with pytest.raises(DataError, match=r"row 3: the series in column 'symbol' is blank"):
        read(write("\n".join(["symbol,date,close", f"X,{days[0]},1", f",{days[1]},2"])))


def test_keys_are_numbered_in_the_order_of_their_first_appearance():
    codes, keys = encode(pl.Series(["b", "b", "a", " b", "c"]))
    assert codes.tolist() == [0, 0, 1, 0, 2]
    assert keys == ("b", "a", "c")


def test_many_series_in_one_table_are_read(tmp_path):
    count, rows = 2_000, 300
    dates = pl.date_range(pl.date(2017, 1, 1), pl.date(2017, 10, 27), eager=True).cast(pl.String)
    table = pl.DataFrame(
        {
            "unique_id": pl.Series(np.repeat(np.arange(count), rows)).cast(pl.String),
            "ds": pl.concat([dates] * count),
            "y": np.random.default_rng(0).normal(size=count * rows),
        }
    )
    table.write_csv(tmp_path / "long.csv")
    assert len(read(tmp_path / "long.csv")) == count
