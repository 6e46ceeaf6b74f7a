import numpy as np
import pytest

from longshort.smoothing import history
from longshort.smoothing.history import history_of


def test_what_is_known_are_observations_before_the_end(rows_of):
    rows = rows_of([1, np.nan, 2, 3], [np.inf, 4, -np.inf], [], sessions=[[0, 1, 5, 6], [0, 1, 2], []])
    found = history_of(rows, 1, np.array([3, 7, 7]))
    assert (found.count.tolist(), found.rows.sessions.tolist()) == ([2, 1, 0], [0, 5, 1])
    assert np.ldexp(found.rows.values, found.exponent[[0, 0, 1]]).tolist() == [1, 2, 4]


@pytest.mark.parametrize("scale", [1e-300, 1e-3, 1.0, 1e300])
def test_values_are_scaled_to_below_one_without_losing_a_digit(rows_of, scale):
    values = np.array([-3.3, 2.1, 0.7]) * scale
    found = history_of(rows_of(values, [0.0, 0.0]), 1, None)
    assert 0.5 <= np.abs(found.rows.values).max() < 1
    assert np.ldexp(found.rows.values[:3], found.exponent[0]).tolist() == values.tolist()
    assert found.rows.values[3:].tolist() == [0, 0]


def test_the_newest_observations_are_looked_at_and_those_before_kept_apart(rows_of, monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 4)
    rows = rows_of([8, 1, 1, np.nan, 1, 1], [1, 1, 1, 1, 1, 1, 1])
    found = history_of(rows, np.array([1, 2]), None)
    assert (found.rows.offsets.tolist(), found.earlier.offsets.tolist()) == ([0, 4, 10], [0, 1, 2])
    assert found.rows.sessions.tolist() == [1, 2, 4, 5, 1, 2, 3, 4, 5, 6]  # three seasons where these are more
    assert found.earlier.values.tolist() == [4.0, 0.5]  # in the unit of the newest


def test_all_that_is_known_tells_whether_a_series_is_positive(rows_of, monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 1)
    assert history_of(rows_of([0, 5], [1, 5], [5, -1]), 1, np.array([2, 4, 5])).positive.tolist() == [False, True, True]


@pytest.mark.parametrize("ends", [[0, 2], [1], [3, 3], [1, 1]])
def test_ends_outside_of_their_series_are_refused(rows_of, ends):
    with pytest.raises(ValueError, match="one row number for each series"):
        history_of(rows_of([1, 2], [3]), 1, np.array(ends) if ends != [0, 2] else np.array([-1, 2]))


def test_a_season_of_no_length_is_refused(rows_of):
    with pytest.raises(ValueError, match="season lengths are 1"):
        history_of(rows_of([1]), 0, None)
