"""Tables in memory: dates in the index, columns in two levels, time zones, missing values of every kind."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.errors import DataError

DATES = pd.date_range("2017-01-03", periods=12)


def frame(index: object = DATES) -> pd.DataFrame:
    return pd.DataFrame({"Open": np.arange(12.0) + 1, "Close": np.arange(12.0) + 2}, index=index)


def first_day(source: object, **options: object) -> str:
    panel = read(source, **options)
    return str(panel.labels(panel.times)[0])


@pytest.mark.parametrize(
    "index",
    [
        DATES,
        DATES.tz_localize("America/New_York"),
        DATES.tz_localize("UTC"),
        pd.date_range("2017-01-03", periods=12, tz="UTC+09:00"),
        DATES.to_period("D"),
        [str(day.date()) for day in DATES],
        DATES.as_unit("s"),
    ],
)
def test_dates_in_the_index_keep_their_local_day(index):
    assert first_day(frame(index)) == "2017-01-03T00:00:00.000000"
    assert read(frame(index)).columns[0].name == "Close"


def test_an_index_that_only_counts_is_no_column():
    panel = read(frame().reset_index().iloc[::-1])
    assert [column.name for column in panel.columns] == ["Close", "Open"]
    with pytest.raises(DataError, match=r"the table has no dates"):
        read(frame().reset_index(drop=True))


def test_columns_in_two_levels_become_series_whichever_level_is_the_price():
    two = pd.concat({"AMZN": frame(), "MSFT": frame() * 2}, axis=1)
    for source in (two, two.swaplevel(axis=1)):
        panel = read(source)
        assert panel.ids == ("AMZN", "MSFT")
        assert panel.target[panel.rows(1)].tolist() == [2 * value for value in panel.target[panel.rows(0)]]
        assert [column.kind for column in panel.columns] == ["close", "open"]


def test_a_series_and_two_level_rows_are_read():
    assert read(frame()["Close"]).columns[0].kind == "close"
    rows = pd.concat({"a": frame(), "b": frame()}, names=["symbol", "date"])
    assert read(rows).ids == ("a", "b")


@pytest.mark.parametrize(
    "values",
    [
        pd.array([1, None, *range(10)], dtype="Int64"),
        pd.array([1.0, None, *range(10)], dtype="Float64"),
        [1.0, np.nan, *range(10)],
        [Decimal(1), None, *(Decimal(i) for i in range(10))],
        ["1", "NA", *(str(i) for i in range(10))],
    ],
)
def test_missing_values_of_every_type_are_not_observed(values):
    panel = read(pd.DataFrame({"ds": DATES, "y": values}))
    assert np.isnan(panel.target).tolist() == [False, True, *[False] * 10]


def test_infinity_and_missing_dates_are_refused_with_their_row():
    with pytest.raises(DataError, match=r"the table, row 3 \(counted from 0\), column 'Open'"):
        read(frame().replace(4.0, np.inf))
    with pytest.raises(DataError, match=r"row 3 \(counted from 0\), column 'ds': the date is blank"):
        read(pd.DataFrame({"ds": DATES.where(np.arange(12) != 3), "y": range(12)}))


def test_polars_types_are_understood(days):
    table = pl.DataFrame(
        {
            "ds": pl.Series(days).str.to_date(),
            "sym": pl.Series(["a"] * 12, dtype=pl.Categorical),
            "y": range(12),
            "flag": [True, False] * 6,
            "text": ["x"] * 12,
        }
    )
    panel = read(table, target="y")
    assert panel.ids == ("a",)
    assert [column.name for column in panel.columns] == ["y", "flag"]
    assert (
        read(table.with_columns(pl.col("ds").cast(pl.Datetime("ms"))), target="y").times.tolist()
        == panel.times.tolist()
    )
    assert read(table.lazy(), target="y").times.tolist() == panel.times.tolist()


def test_hours_of_a_zone_whose_clocks_change_turn_to_utc():
    hours = pd.date_range("2017-11-05", periods=12, freq="h", tz="America/New_York")
    panel = read(pd.DataFrame({"ds": hours, "y": range(12)}))
    assert str(panel.labels(panel.times)[0]) == "2017-11-05T04:00:00.000000"
    assert set(np.diff(panel.times)) == {3_600_000_000}


def test_two_columns_of_one_name_are_refused():
    twice = pd.concat([frame()["Close"], frame()["Close"]], axis=1)
    with pytest.raises(DataError, match=r"two columns named 'Close'"):
        read(twice)
