from dataclasses import replace

import numpy as np
import pytest

from longshort.data.append import append
from longshort.errors import DataError


@pytest.fixture
def panel(prices):
    return prices(series=3, rows=30)


def equal(one, other):
    assert one.ids == other.ids
    for name in ("values", "times", "sessions", "offsets"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("overlap", [0, 1, 7])
def test_what_was_cut_in_two_is_whole_again(panel, overlap):
    old, new = panel.until(int(panel.times[19])), panel.since(int(panel.times[20 - overlap]))
    equal(append(old, new), panel)


def test_blanks_that_repeat_agree_with_each_other(panel):
    values = panel.values.copy()
    values[18] = np.nan
    panel = panel.with_values(values)
    equal(append(panel.until(int(panel.times[19])), panel.since(int(panel.times[15]))), panel)


def test_series_may_come_in_another_order_and_some_not_at_all(panel):
    old, new = panel.until(int(panel.times[19])), panel.since(int(panel.times[20]))
    both = append(old, new.only(np.array([2, 0])))
    assert np.diff(both.offsets).tolist() == [30, 20, 30]
    for series in (0, 2):
        np.testing.assert_array_equal(both.values[both.rows(series)], panel.values[panel.rows(series)])
    np.testing.assert_array_equal(both.values[both.rows(1)], panel.values[panel.rows(1)][:20])


def test_a_missing_session_between_old_and_new_shows_as_a_jump(panel):
    both = append(panel.until(int(panel.times[19])), panel.since(int(panel.times[22])))
    assert np.diff(both.sessions[both.rows(0)]).tolist() == [1] * 19 + [3] + [1] * 7


def test_nothing_new_changes_nothing(panel):
    equal(append(panel, panel.since(int(panel.times[25]))), panel)


def test_an_unknown_series_is_refused(panel):
    with pytest.raises(DataError, match="'NEW'"):
        append(panel, replace(panel, ids=("S0", "NEW", "S2")))


def test_rewritten_history_is_refused_with_its_days(panel):
    old, new = panel.until(int(panel.times[19])), panel.since(int(panel.times[18]))
    values = new.values.copy()
    values[1, 2] += 0.01
    with pytest.raises(DataError, match=r"1 of the new rows of 'S0' .*'2020-01-20'"):
        append(old, new.with_values(values))


def test_a_row_that_was_not_there_is_refused_too(panel):
    old = panel.until(int(panel.times[19]))._keep(np.arange(60) != 17)
    with pytest.raises(DataError, match="'2020-01-18'"):
        append(old, panel.since(int(panel.times[15])))


def test_a_series_without_a_row_yet_takes_its_first(panel):
    late = panel._keep((panel.series != 1) | (panel.times >= panel.times[20]))
    equal(append(late.until(int(panel.times[19])), late.since(int(panel.times[20]))), late)
