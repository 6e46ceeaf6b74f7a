"""Pairs, coming rows and what happened: against a plain definition that looks at one row at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import (
    Pairs,
    future_rows,
    future_times,
    last_known,
    last_pairs,
    outcomes,
    pairs_between,
)

DAY = 86_400_000_000


@st.composite
def panels(draw: st.DrawFn, max_series: int = 4) -> Panel:
    """Draw a panel of daily series with gaps, blanks, empty series and days before 1970."""
    series = draw(st.lists(st.sets(st.integers(-8, 25), max_size=12), min_size=1, max_size=max_series))
    days = [np.array(sorted(one), dtype=np.int64) for one in series]
    flat = np.concatenate(days)
    values = draw(
        st.lists(st.one_of(st.just(np.nan), st.floats(-9, 9)), min_size=len(flat), max_size=len(flat)).map(np.array)
    )
    return Panel(
        values=np.asarray(values, dtype=np.float64).reshape(-1, 1),
        times=flat * DAY,
        sessions=flat,
        offsets=np.cumsum([0, *map(len, days)]),
        ids=tuple(f"s{i}" for i in range(len(days))),
        columns=(Column("y"),),
        calendars=(named("daily"),) * len(days),
    )


def all_pairs(panel: Panel) -> Pairs:
    return Pairs(panel.series, np.arange(len(panel.times)))


def row_of(panel: Panel, series: int, session: int) -> int:
    """Search one series row by row: the slow definition."""
    rows = panel.rows(series)
    return next((row for row in range(rows.start, rows.stop) if panel.sessions[row] == session), -1)


@settings(max_examples=50, deadline=None)
@given(panels(), st.integers(1, 6))
def test_coming_rows_are_those_of_the_same_series_so_many_sessions_later(panel: Panel, horizon: int) -> None:
    pairs = all_pairs(panel)
    found = future_rows(panel, pairs, horizon)
    assert found.shape == (len(pairs), horizon)
    for i in range(len(pairs)):
        now = int(panel.sessions[pairs.rows[i]])
        expected = [row_of(panel, int(pairs.series[i]), now + step) for step in range(1, horizon + 1)]
        assert found[i].tolist() == expected


@settings(max_examples=50, deadline=None)
@given(panels(), st.integers(1, 6))
def test_outcomes_are_the_targets_of_the_coming_sessions_and_nan_elsewhere(panel: Panel, horizon: int) -> None:
    pairs = all_pairs(panel)
    happened = outcomes(panel, pairs, horizon)
    for i in range(len(pairs)):
        now = int(panel.sessions[pairs.rows[i]])
        for step in range(1, horizon + 1):
            row = row_of(panel, int(pairs.series[i]), now + step)
            expected = panel.values[row, 0] if row >= 0 else np.nan
            np.testing.assert_equal(happened[i, step - 1], expected)


@settings(max_examples=50, deadline=None)
@given(panels(), st.integers(1, 6))
def test_coming_times_are_dated_by_the_calendar_where_the_file_has_no_row(panel: Panel, horizon: int) -> None:
    pairs = all_pairs(panel)
    expected = (panel.sessions[pairs.rows][:, None] + np.arange(1, horizon + 1)) * DAY
    np.testing.assert_array_equal(future_times(panel, pairs, horizon), expected)


@settings(max_examples=50, deadline=None)
@given(panels())
def test_last_known_never_looks_ahead_or_into_another_series(panel: Panel) -> None:
    found = last_known(panel)
    for series in range(len(panel)):
        newest = np.nan
        for row in range(panel.offsets[series], panel.offsets[series + 1]):
            newest = newest if np.isnan(panel.target[row]) else panel.target[row]
            np.testing.assert_equal(found[row], newest)


@settings(max_examples=50, deadline=None)
@given(panels())
def test_the_last_pairs_are_the_newest_rows_with_a_target(panel: Panel) -> None:
    expected = []
    for series in range(len(panel)):
        rows = panel.rows(series)
        known = [row for row in range(rows.start, rows.stop) if not np.isnan(panel.target[row])]
        expected += [(series, known[-1])] if known else []
    pairs = last_pairs(panel)
    assert list(zip(pairs.series.tolist(), pairs.rows.tolist(), strict=True)) == expected


@settings(max_examples=50, deadline=None)
@given(panels(), st.integers(-10, 27), st.integers(-10, 27))
def test_pairs_between_two_times_include_both_ends(panel: Panel, first: int, last: int) -> None:
    pairs = pairs_between(panel, first * DAY, last * DAY)
    expected = [row for row in range(len(panel.times)) if first * DAY <= panel.times[row] <= last * DAY]
    assert pairs.rows.tolist() == expected
    assert (panel.series[pairs.rows] == pairs.series).all()


@settings(max_examples=50, deadline=None)
@given(panels(), st.integers(-10, 27), st.integers(1, 4))
def test_what_is_known_at_a_cutoff_is_the_same_when_later_rows_are_cut_away(
    panel: Panel, cutoff: int, horizon: int
) -> None:
    earlier = panel.until(cutoff * DAY)
    kept = np.flatnonzero(panel.times <= cutoff * DAY)
    np.testing.assert_array_equal(last_known(earlier), last_known(panel)[kept])
    before = outcomes(earlier, all_pairs(earlier), horizon)
    after = outcomes(panel, all_pairs(panel)[kept], horizon)
    assert (np.isnan(before) | (before == after)).all()


def test_pairs_are_chosen_by_mask_index_and_slice() -> None:
    pairs = Pairs(np.array([0, 0, 1]), np.array([3, 4, 7]))
    assert pairs[np.array([True, False, True])].rows.tolist() == [3, 7]
    assert pairs[np.array([2, 0])].series.tolist() == [1, 0]
    assert len(pairs[1:]) == 2


def test_calendars_that_are_equal_date_the_future_even_where_they_are_not_one_object() -> None:
    calendars = (named("2 days"), named("2 days"))
    assert calendars[0] is not calendars[1]
    zeros = np.zeros(2, dtype=np.int64)
    panel = Panel(np.ones((2, 1)), zeros, zeros, np.array([0, 1, 2]), ("a", "b"), (Column("y"),), calendars)
    assert future_times(panel, last_pairs(panel), 1).tolist() == [[2 * DAY], [2 * DAY]]


@pytest.mark.parametrize("names", [("business days", "daily")])
def test_each_series_is_dated_by_its_own_calendar(names: tuple[str, str]) -> None:
    friday = 1 * DAY  # 1970-01-02
    calendars = tuple(named(name) for name in names)
    times = np.array([friday, friday])
    numbers = np.concatenate([c.numbers(times[:1]) for c in calendars])
    panel = Panel(np.ones((2, 1)), times, numbers, np.array([0, 1, 2]), ("a", "b"), (Column("y"),), calendars)
    coming = future_times(panel, last_pairs(panel), 2) // DAY
    assert coming.tolist() == [[4, 5], [2, 3]]
