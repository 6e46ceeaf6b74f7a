import numpy as np
import pytest

from longshort.smoothing import PanelRows, States


def test_some_rows_and_some_series_are_taken_with_their_offsets(rows_of):
    rows = rows_of([1, 2, 3], [], [4, 5], sessions=[[0, 2, 3], [], [-1, 7]])
    some = rows.take(np.array([1, 4]))
    assert (some.values.tolist(), some.sessions.tolist(), some.offsets.tolist()) == ([2, 5], [2, 7], [0, 1, 1, 2])
    turned = rows.of(np.array([2, 1, 0, 2]))
    assert turned.values.tolist() == [4, 5, 1, 2, 3, 4, 5]
    assert turned.offsets.tolist() == [0, 2, 2, 5, 7]
    assert rows.series().tolist() == [0, 0, 0, 2, 2]


def test_backwards_turns_each_series_and_the_sign_of_its_sessions(rows_of):
    rows = rows_of([1, 2, 3], [], [4, 5], sessions=[[0, 2, 3], [], [-1, 7]])
    back = rows.backwards()
    assert (back.values.tolist(), back.sessions.tolist()) == ([3, 2, 1, 5, 4], [-3, -2, 0, -7, 1])
    again = back.backwards()
    assert (again.values.tolist(), again.sessions.tolist()) == (rows.values.tolist(), rows.sessions.tolist())


def test_states_of_some_series_keep_their_seasons():
    states = States(
        before=np.arange(3),
        level=np.arange(3.0),
        trend=np.zeros(3),
        seasonal=np.array([1, 0, 2], np.int8),
        season=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
        season_offsets=np.array([0, 2, 2, 5]),
    )
    some = states.of(np.array([2, 0]))
    assert (some.season.tolist(), some.season_offsets.tolist()) == ([3, 4, 5, 1, 2], [0, 3, 5])
    assert (some.level.tolist(), some.seasonal.tolist(), some.before.tolist()) == ([2, 0], [2, 1], [2, 0])


@pytest.mark.parametrize(
    ("values", "sessions", "offsets", "said"),
    [
        ([1.0], [0, 1], [0, 1], "are not one to one"),
        ([1.0, 2.0], [1, 1], [0, 2], "do not rise at row 1"),
        ([1.0, 2.0], [1, 0], [0, 2], "do not rise at row 1"),
        ([1.0], [2**62], [0, 1], "farther than"),
        ([1.0], [0], [0, 2], "must rise from 0 to 1"),
        ([1.0], [0], [1, 1], "must rise from 0 to 1"),
        ([1.0, 2.0], [0, 1], [0, 2, 1, 2], "must rise from 0 to 2"),
        ([], [], [], "must rise from 0 to 0"),
    ],
)
def test_rows_that_do_not_fit_each_other_are_refused(values, sessions, offsets, said):
    with pytest.raises(ValueError, match=said):
        PanelRows(np.array(values), np.array(sessions, np.int64), np.array(offsets, np.int64))


def test_sessions_of_the_next_series_may_begin_anywhere(rows_of):
    assert len(rows_of([1, 2], [], [3], sessions=[[5, 6], [], [-9]])) == 3


@pytest.mark.parametrize("changes", [{"seasonal": 0}, {"seasonal": 3}, {"season": ()}])
def test_a_season_without_a_kind_or_a_kind_without_a_season_is_refused(states_of, changes):
    with pytest.raises(ValueError, match="where a series has a season"):
        states_of(2, **{"seasonal": 1, "season": (1.0,)} | changes)


def test_states_of_different_numbers_of_series_are_refused(states_of):
    with pytest.raises(ValueError, match="states are of 1 or 2 series"):
        States(**vars(states_of(2)) | {"level": np.zeros(1)})
