"""Joins and lags: nothing dated after a row, or not yet over, ever reaches it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from longshort.data.calendars import Calendar, named
from longshort.data.calendars.protocol import DAY, HOUR, MINUTE
from longshort.data.joins import join, with_lag
from longshort.data.panel import Column, Panel
from longshort.errors import DataError, SettingsError

Ints = NDArray[np.int64]


def panel(series: dict[str, Ints], calendar: Calendar, values: NDArray[np.float64] | None = None) -> Panel:
    """Lay out one-column series; unless given, a cell's value is its own row's position in time, counted in days."""
    times = np.concatenate(list(series.values()))
    numbers = [calendar.numbers(one) for one in series.values()]
    return Panel(
        values=(times / DAY if values is None else values).reshape(-1, 1),
        times=times,
        sessions=np.concatenate(numbers),
        offsets=np.cumsum([0, *map(len, series.values())]),
        ids=tuple(series),
        columns=(Column("y"),),
        calendars=(calendar,) * len(series),
    )


def micro(*dates: str) -> Ints:
    return np.array(dates, dtype="datetime64[us]").astype(np.int64)


some_days = st.sets(st.integers(0, 40), min_size=1, max_size=20).map(lambda s: np.array(sorted(s), dtype=np.int64))
lengths = st.sampled_from([15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY])


@given(some_days, some_days, lengths, lengths)
@settings(deadline=None)
def test_nothing_that_is_not_over_ever_reaches_a_row(ours: Ints, theirs: Ints, length: int, other: int) -> None:
    """A session runs from its label to the next one's: a longer one must be over, a shorter one have begun."""
    from longshort.data.calendars.regular import Step

    here = panel({"a": ours * length}, Step(length))
    there = panel({"b": theirs * other}, Step(other))
    joined = join(here, there, "fx").values[:, 1]
    known = ~np.isnan(joined)
    end_of_value = joined[known] * DAY + other
    assert (end_of_value <= here.times[known] + (other if other <= length else 0) + 1).all()


@given(some_days, some_days, st.data())
@settings(deadline=None)
def test_a_row_takes_the_newest_known_value_at_or_before_its_date(
    ours: Ints, theirs: Ints, data: st.DataObject
) -> None:
    blank = data.draw(st.lists(st.booleans(), min_size=len(theirs), max_size=len(theirs)))
    values = np.where(blank, np.nan, theirs.astype(float))
    here = panel({"a": ours * DAY}, named("daily"))
    joined = join(here, panel({"b": theirs * DAY}, named("daily"), values), "fx").values[:, 1]
    for day, found in zip(ours.tolist(), joined.tolist(), strict=True):
        before = [v for t, v in zip(theirs.tolist(), values.tolist(), strict=True) if t <= day and not np.isnan(v)]
        np.testing.assert_equal(found, before[-1] if before else np.nan)


@given(some_days, some_days, st.integers(0, 41))
@settings(deadline=None)
def test_what_comes_after_a_cutoff_changes_no_row_before_it(ours: Ints, theirs: Ints, cutoff: int) -> None:
    here, there = panel({"a": ours * DAY}, named("daily")), panel({"b": theirs * DAY}, named("daily"))
    spoilt = there.with_values(np.where(there.times[:, None] > cutoff * DAY, 1e6, there.values))
    kept = here.times <= cutoff * DAY
    np.testing.assert_array_equal(join(here, there, "f").values[kept], join(here, spoilt, "f").values[kept])


def test_a_days_value_counts_in_minutes_only_from_the_next_day_on() -> None:
    minutes = micro("2020-01-02T09:30", "2020-01-02T15:59", "2020-01-03T09:30", "2020-01-04T09:30")
    daily = panel({"b": micro("2020-01-01", "2020-01-02", "2020-01-03")}, named("daily"), np.array([1.0, 2, 3]))
    assert join(panel({"a": minutes}, named("1min")), daily, "fx").values[:, 1].tolist() == [1, 1, 2, 3]


def test_a_months_value_counts_in_days_only_once_the_month_is_over() -> None:
    days = panel({"a": micro("2020-01-31", "2020-02-01", "2020-02-29", "2020-03-01")}, named("daily"))
    months = panel({"b": micro("2020-01-01", "2020-02-01")}, named("monthly"), np.array([1.0, 2]))
    np.testing.assert_array_equal(join(days, months, "cpi").values[:, 1], [np.nan, 1, 1, 2])
    ends = named("monthly", micro("2020-01-31", "2020-02-29"))
    months = panel({"b": micro("2020-01-31", "2020-02-29")}, ends, np.array([1.0, 2]))
    assert join(days, months, "cpi").values[:, 1].tolist() == [1, 1, 2, 2]


def test_minutes_count_in_days_up_to_the_days_own_label() -> None:
    minutes = panel({"b": micro("2020-01-01T23:59", "2020-01-02T00:01")}, named("1min"), np.array([1.0, 2]))
    days = panel({"a": micro("2020-01-02", "2020-01-03")}, named("daily"))
    assert join(days, minutes, "m").values[:, 1].tolist() == [1, 2]


def test_new_yorks_close_is_not_known_in_tokyo_on_the_same_date() -> None:
    dates = micro("2020-01-07", "2020-01-08")
    tokyo, new_york = panel({"a": dates}, named("XTKS")), panel({"b": dates}, named("XNYS"), np.array([1.0, 2]))
    late = join(tokyo, new_york, "us")
    np.testing.assert_array_equal(late.values[:, 1], [np.nan, 1])
    assert "XNYS closes after XTKS" in late.notes[-1]
    assert join(new_york, tokyo, "jp").values[:, 1].tolist() == (tokyo.times / DAY).tolist()


def test_series_of_the_same_ids_are_joined_by_id_and_a_single_one_to_all() -> None:
    days = np.arange(3) * DAY
    here = panel({"a": days, "b": days}, named("daily"))
    both = panel({"b": days, "a": days}, named("daily"), np.array([1.0, 2, 3, 4, 5, 6]))
    assert join(here, both, "x").values[:, 1].tolist() == [4, 5, 6, 1, 2, 3]
    one = panel({"c": days}, named("daily"), np.array([1.0, 2, 3]))
    assert join(here, one, "x").values[:, 1].tolist() == [1, 2, 3, 1, 2, 3]


def test_a_blank_at_the_start_of_a_series_is_not_filled_from_the_series_before_it() -> None:
    days = np.arange(2) * DAY
    here = panel({"a": days, "b": days}, named("daily"))
    there = panel({"a": days, "b": days}, named("daily"), np.array([1.0, 2, np.nan, 4]))
    np.testing.assert_array_equal(join(here, there, "x").values[:, 1], [1, 2, np.nan, 4])


def test_joined_columns_are_named_after_their_file_and_past_only() -> None:
    days = np.arange(3) * DAY
    there = replace(panel({"c": days}, named("daily")), columns=(Column("eur_usd", "close", "known_future"),))
    column = join(panel({"a": days}, named("daily")), there, "fx").columns[1]
    assert (column.name, column.kind, column.known) == ("fx.eur_usd", "other", "past_only")


def test_what_cannot_be_joined_is_refused_with_the_reason() -> None:
    days = np.arange(3) * DAY
    here, there = panel({"a": days}, named("daily")), panel({"b": days, "c": days}, named("daily"))
    with pytest.raises(DataError, match="none for 'a'"):
        join(here, there, "x")
    with pytest.raises(DataError, match="both files need dates"):
        join(replace(here, dated=False), here, "x")
    with pytest.raises(DataError, match=r"'x\.y' are joined twice"):
        join(join(here, here, "x"), here, "x")


def test_a_joined_file_that_ends_early_is_reported() -> None:
    here = panel({"a": np.arange(30) * DAY}, named("daily"))
    late = join(here, panel({"b": np.arange(10) * DAY}, named("daily")), "fx")
    (finding,) = late.findings
    assert (finding.code, finding.value) == ("joined_file_ends", 15.0)
    assert "1970-01-10" in finding.text
    assert join(here, panel({"b": np.arange(28) * DAY}, named("daily")), "fx").findings == ()


def two_columns(days: list[Ints]) -> Panel:
    base = panel({f"s{i}": one * DAY for i, one in enumerate(days)}, named("daily"))
    columns = (Column("y"), Column("x"), Column("z", known="known_future"))
    return replace(base, values=np.hstack([base.values] * 3), columns=columns)


@given(st.lists(some_days, min_size=1, max_size=3), st.integers(0, 5))
@settings(deadline=None)
def test_a_lag_moves_values_so_many_sessions_later_within_their_series(days: list[Ints], lag: int) -> None:
    moved = with_lag(two_columns(days), {"x": lag})
    for series, own in enumerate(days):
        found = moved.values[moved.rows(series), 1]
        for day, value in zip(own.tolist(), found.tolist(), strict=True):
            before = own[own <= day - lag]
            np.testing.assert_equal(value, float(before[-1]) if len(before) else np.nan)
    np.testing.assert_array_equal(moved.values[:, [0, 2]], two_columns(days).values[:, [0, 2]])


def test_lags_add_up_and_are_written_in_the_column() -> None:
    once = with_lag(two_columns([np.arange(9)]), {"x": 1})
    twice = with_lag(once, {"x": 2})
    assert (once.columns[1].lag, twice.columns[1].lag) == (1, 3)
    np.testing.assert_array_equal(twice.values[:, 1], with_lag(two_columns([np.arange(9)]), {"x": 3}).values[:, 1])


def test_lags_that_make_no_sense_are_refused() -> None:
    whole = two_columns([np.arange(9)])
    with pytest.raises(DataError, match="'X2'"):
        with_lag(whole, {"X2": 1})
    for column in ("y", "z"):
        with pytest.raises(SettingsError, match="only past-only columns"):
            with_lag(whole, {column: 1})
    with pytest.raises(SettingsError, match="look ahead"):
        with_lag(whole, {"x": -1})
