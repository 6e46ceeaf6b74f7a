"""What users say of cells and rows: blanks, columns to drop, ids of several columns, coming rows, time zones."""

import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.errors import DataError, SettingsError

DAYS = [f"2023-03-{day:02d}" for day in range(1, 25)]
SALES = [100.0 + n % 7 for n in range(len(DAYS))]


def table(**columns):
    return pl.DataFrame({"date": DAYS, **columns})


def test_signs_of_blanks_are_named_in_text_and_in_numbers():
    text = [*map(str, SALES[:-2]), "gone", "-999"]
    panel = read(table(y=text), blank=["gone", "-999"])
    assert np.isnan(panel.target[-2:]).all()
    assert panel.target[:-2].tolist() == SALES[:-2]
    assert np.isnan(read(table(y=[*SALES[:-1], -999.0]), blank="-999").target[-1])
    with pytest.raises(DataError, match="'gone' is not a number") as caught:
        read(table(y=text), target="y")
    assert "--blank SIGN" in caught.value.hint


def test_columns_are_dropped_by_name():
    panel = read(table(y=SALES, a=SALES, b=SALES), target="y", drop=["A"])
    assert [column.name for column in panel.columns] == ["y", "b"]
    with pytest.raises(DataError, match="there is no column 'c'"):
        read(table(y=SALES), drop="c")


def test_several_columns_name_a_series_together():
    halves = [day for day in DAYS[:12] for _ in range(2)]
    frame = pl.DataFrame({"Date": halves, "Store": [1, 2] * 12, "Dept": [3, 3] * 12, "Sales": SALES})
    panel = read(frame, id=["store", "Dept"], target="Sales")
    assert panel.ids == ("1/3", "2/3")
    assert [column.name for column in panel.columns] == ["Sales"]
    assert panel.named
    with pytest.raises(SettingsError, match="names 'Store' twice"):
        read(frame, id=["Store", "store"], target="Sales")


def test_files_that_follow_one_another_become_one_series_and_are_told(write):
    lines = [f"{day},{value}" for day, value in zip(DAYS, SALES, strict=True)]
    paths = [write("\n".join(["date,y", *lines[a:b], ""]), f"part{a}.csv") for a, b in ((0, 12), (12, 24))]
    apart = read(*paths)
    assert len(apart) == 2
    assert "The 2 files follow one another in time; if they are one series, type --one-series." in apart.notes
    panel = read(*paths, one_series=True)
    assert panel.ids == ("part0",)
    assert panel.target.tolist() == SALES


def test_each_file_may_write_dates_in_a_way_of_its_own(write):
    first = write("date,y\n" + "".join(f"{day:02d}/03/2023,{day}\n" for day in range(13, 25)), "a.csv")
    second = write("date,y\n" + "".join(f"03/{day:02d}/2023,{day}\n" for day in range(13, 25)), "b.csv")
    panel = read(first, second)
    assert panel.labels(panel.times[:12]).tolist() == panel.labels(panel.times[12:]).tolist()
    assert "Dates in 'date' are read file by file: each has a format of its own." in panel.notes


def test_coming_rows_have_no_target_and_no_columns_of_their_own():
    coming = pl.DataFrame({"date": ["2023-03-25", "2023-03-26"], "promo": [1, 0], "y": [5.0, 6.0], "other": [1, 1]})
    panel = read(table(y=SALES, promo=[0, 1] * 12), target="y", known_future=["promo"], future=coming)
    assert len(panel.times) == len(DAYS) + 2
    assert np.isnan(panel.target[-2:]).all()
    assert panel.values[-2:, 1].tolist() == [1, 0]
    assert [column.name for column in panel.columns] == ["y", "promo"]


def test_what_is_declared_stays_and_is_no_price():
    columns = {"Open": [0, 1] * 12, "Promo": [1, 0] * 12, "Customers": SALES}
    panel = read(table(Sales=SALES, **columns), target="Sales", known_future=["Promo"], alone=True)
    assert [(column.name, column.known) for column in panel.columns] == [
        ("Sales", "past_only"),
        ("Promo", "known_future"),
    ]
    whole = read(table(Sales=SALES, **columns), target="Sales", known_future=["Promo"])
    assert {column.kind for column in whole.columns} == {"other"}  # Open says yes or no


def test_a_volume_of_zeros_gives_way_to_one_that_is_not():
    panel = read(table(Close=SALES, VOL=[0] * 24, TICKVOL=list(range(1, 25))), target="Close")
    assert {column.name: column.kind for column in panel.columns}["TICKVOL"] == "volume"
    assert {column.name: column.kind for column in panel.columns}["VOL"] == "other"


def test_a_column_with_an_odd_cell_is_left_out_unless_it_is_needed():
    frame = table(y=SALES, flag=["0"] * 23 + ["a"])
    panel = read(frame, target="y")
    assert [column.name for column in panel.columns] == ["y"]
    assert any("column 'flag': 'a' is not a number" in note for note in panel.notes)
    with pytest.raises(DataError, match="column 'flag': 'a' is not a number"):
        read(frame, target="y", known_future=["flag"])
    with pytest.raises(DataError, match="'a' is not a number"):
        read(table(Open=SALES, Close=[*map(str, SALES[:-1]), "a"]))


def test_local_hours_are_kept_apart_where_clocks_are_put_back():
    hours = [f"2019-10-27 {hour:02d}:00" for hour in (0, 1, 2, 2, 3, 4)]
    frame = pl.DataFrame({"time": hours, "load": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    with pytest.raises(DataError, match="a second row for the same series and date"):
        read(frame)
    panel = read(frame, timezone="Europe/Berlin")
    assert panel.labels(panel.times).astype("datetime64[h]").astype(str).tolist() == [
        *("2019-10-26T22", "2019-10-26T23", "2019-10-27T00", "2019-10-27T01", "2019-10-27T02", "2019-10-27T03")
    ]
    assert panel.target.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_time_that_clocks_leave_out_and_an_unknown_zone_are_refused():
    hours = [f"2019-03-31 {hour:02d}:00" for hour in (0, 1, 2, 3)]
    frame = pl.DataFrame({"time": hours, "load": [1.0, 2.0, 3.0, 4.0]})
    with pytest.raises(DataError, match="there was no 2019-03-31 02:00:00 in Europe/Berlin"):
        read(frame, timezone="Europe/Berlin")
    with pytest.raises(SettingsError, match="there is no time zone 'Europe/Berlinn'"):
        read(frame, timezone="Europe/Berlinn")


def test_a_hole_larger_than_the_rest_is_refused_with_its_place():
    days = [*(f"1970-01-{day:02d}" for day in range(1, 12)), *(f"2024-01-{day:02d}" for day in range(1, 12))]
    with pytest.raises(DataError, match=r"jumps from 1970-01-11 to 2024-01-01 at the table, row 11.*: 54 years"):
        read(pl.DataFrame({"date": days, "y": SALES[:22]}))
    years = [f"{year}-12-31" for year in range(1990, 2012)]
    assert len(read(pl.DataFrame({"date": years, "y": SALES[:22]})).times) == 22
