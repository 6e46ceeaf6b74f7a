"""Assembly: order, duplicates and series that cannot be forecast."""

import numpy as np
import pytest

from longshort.data.readers import read
from longshort.errors import DataError


def test_rows_newest_first_are_turned_round_and_unsorted_rows_sorted(write, dated):
    lines = dated(range(12)).splitlines()
    expected = read(write("\n".join(lines)))
    turned = read(write("\n".join([lines[0], *lines[:0:-1]])))
    mixed = read(write("\n".join([lines[0], *lines[5:], *lines[1:5]])))
    for panel in (turned, mixed):
        assert np.array_equal(panel.values, expected.values)
        assert np.array_equal(panel.times, expected.times)
    assert any("the order is reversed" in note for note in turned.notes)
    assert not turned.findings
    assert [(finding.code, finding.value) for finding in mixed.findings] == [("unsorted", 1.0)]
    assert "row 10" in mixed.findings[0].text
    assert not expected.findings


@pytest.mark.parametrize(
    ("rule", "close", "volume"), [("first", 1.0, np.nan), ("last", 3.0, 30.0), ("mean", 2.0, 30.0)]
)
def test_duplicates_are_settled_only_by_a_rule(write, days, rule, close, volume):
    lines = [
        "Date,Close,Volume",
        f"{days[0]},1,",
        f"{days[0]},3,30",
        *(f"{day},{i},1" for i, day in enumerate(days[1:])),
    ]
    path = write("\n".join(lines))
    with pytest.raises(
        DataError, match=r"'prices' on 2017-01-03 \('prices.csv', row 2 and 'prices.csv', row 3\)"
    ) as caught:
        read(path)
    assert "--duplicates first, last or mean" in caught.value.hint
    panel = read(path, duplicates=rule)
    assert len(panel.times) == 12
    assert np.array_equal(panel.values[0], [close, volume], equal_nan=True)
    assert [finding.code for finding in panel.findings] == ["duplicates"]


def test_duplicates_are_refused_even_where_they_agree_and_first_means_first_in_the_file(write, dated):
    lines = dated(range(12)).splitlines()
    with pytest.raises(DataError, match=r"second row"):
        read(write("\n".join([*lines, lines[-1]])))
    newest_first = [lines[0], lines[12].replace(",11", ",99"), *lines[:0:-1]]
    assert read(write("\n".join(newest_first)), duplicates="first").target[-1] == 99
    assert read(write("\n".join(newest_first)), duplicates="last").target[-1] == 11


def test_a_dead_series_among_others_is_left_out_and_reported(write, days):
    moving = [f"live,{day},{i}" for i, day in enumerate(days)]
    lines = [f"flat,{day},5" for day in days] + moving + [f"none,{day}," for day in days]
    panel = read(write("\n".join(["unique_id,ds,y", *lines])))
    assert panel.ids == ("live",)
    assert panel.target.tolist() == [float(i) for i in range(12)]
    assert [(finding.code, finding.severity, finding.value) for finding in panel.findings] == [
        ("constant_target", "warning", 2.0)
    ]
    assert "'flat', 'none'" in panel.findings[0].text


def test_a_price_that_stands_still_for_a_week_may_update_a_model(write, dated):
    assert len(read(write(dated([5] * 6))).times) == 6


def test_every_series_has_its_own_calendar(write, days):
    business = [day for day in days if np.is_busday(day)]
    lines = [f"shop,{day},{i}" for i, day in enumerate(days)] + [f"stock,{day},{i}" for i, day in enumerate(business)]
    panel = read(write("\n".join(["unique_id,ds,y", *lines])))
    assert panel.calendars[0].name == "daily"
    assert panel.calendars[1].name != "daily"
    for series in range(2):
        assert (np.diff(panel.sessions[panel.rows(series)]) == 1).all()


def test_the_order_of_files_changes_nothing(write):
    days = [f"2020-01-{day:02}" for day in range(1, 31)]
    for name, base in (("S2", 5.0), ("S10", 7.0), ("S1", 3.0)):
        rows = [f"{day},{base + (place * place) % 11}" for place, day in enumerate(days)]
        write("\n".join(["date,close", *rows]), f"{name}.csv")
    folder = write("date,close", "unused.txt").parent
    one = read(*(folder / f"{name}.csv" for name in ("S2", "S10", "S1")))
    other = read(*(folder / f"{name}.csv" for name in ("S1", "S2", "S10")))
    assert one.ids == other.ids == ("S1", "S2", "S10")
    np.testing.assert_array_equal(one.values, other.values)
    assert one.fingerprint() == other.fingerprint()
