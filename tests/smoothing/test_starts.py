from dataclasses import replace

import numpy as np

from longshort.smoothing import SmoothingParameters, forecasts, starts


def test_a_line_is_laid_through_the_newest_values(rows_of):
    rows = rows_of([9, 9, 1, 3, 5, 7], [4], [1, 2], [], sessions=[[0, 1, 2, 3, 4, 5], [8], [0, 9], []])
    mean, end, slope = starts.line(rows, rows.values, np.full(4, 4))
    np.testing.assert_allclose(mean, [4, 4, 2, np.nan])
    np.testing.assert_allclose(end, [9, 4, 2, np.nan])
    np.testing.assert_allclose(slope, [2, 0, 0, 0])


def test_a_line_counts_sessions_not_rows(rows_of):
    rows = rows_of([1, 2, 6], sessions=[[-3, -2, 2]])
    _, end, slope = starts.line(rows, rows.values, np.full(1, 9))
    np.testing.assert_allclose([end[0], slope[0]], [7, 1])


def test_a_season_is_taken_out(rows_of, states_of):
    rows = rows_of([11, 22], [4, 6], [7], sessions=[[5, 6], [0, 1], [0]])
    together = replace(
        states_of(3),
        seasonal=np.array([1, 2, 0], np.int8),
        season=np.array([2.0, 1.0, 2.0, 3.0]),
        season_offsets=np.array([0, 2, 4, 4]),
    )
    assert starts.adjusted(rows, together).tolist() == [10, 20, 2, 2, 7]


def test_what_a_smoother_would_make_exactly_begins_where_it_began(rows_of, states_of):
    season = np.array([1.0, -2.0, 1.0])
    sessions = np.array([4, 5, 6, 8, 9, 11, 12])
    rows = rows_of(30 + 2.5 * sessions + season[sessions % 3], sessions=[sessions])
    known = states_of(1, 4, 30 + 2.5 * 13, 2.5, 1, season)
    still = SmoothingParameters(*np.array([0.3, 0.1, 0.2, 1.0])[:, None, None])
    begun = starts.backcast(rows, known, still, 1)
    np.testing.assert_allclose([begun.level.item(), begun.trend.item()], [30 + 2.5 * 3, 2.5])
    assert begun.season.tolist() == season.tolist()
    whole = replace(begun, level=begun.level[:, 0], trend=begun.trend[:, 0])
    found = forecasts(rows, whole, SmoothingParameters(*np.array([0.3, 0.1, 0.2, 1.0])[:, None]), 3)
    ahead = sessions[:, None] + [1, 2, 3]
    np.testing.assert_allclose(found, 30 + 2.5 * ahead + season[ahead % 3])


def test_sessions_at_the_ends_are_zero_where_there_are_none(rows_of):
    rows = rows_of([1, 2], [], sessions=[[-4, 9], []])
    assert (starts.first_sessions(rows).tolist(), starts.last_sessions(rows).tolist()) == ([-4, 0], [9, 0])
