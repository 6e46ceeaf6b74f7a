from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longshort.training.batch import TRAINING, VALIDATION, Windows, gather, gather_inputs

ROWS = 12


def two_series():
    """Make a first series of 7 rows and a second of 5; inputs count the rows, targets ten times that."""
    number = np.arange(ROWS, dtype=np.float32)
    return Windows(
        inputs=np.stack([number, -number], axis=1),
        input_loc=None,
        input_scale=None,
        targets=np.stack([10 * number, 10 * number + 1], axis=1),
        split=np.array([1] * 4 + [0] + [2] * 2 + [1] * 3 + [2] * 2, np.int8),
        first=np.repeat([0, 7], [7, 5]),
        train=np.array([3]),
        validation=np.array([6]),
        length=4,
        burn_in=2,
    )


def test_a_chunk_holds_the_rows_that_end_at_its_end():
    assert gather(two_series(), np.array([5, 11]), TRAINING).inputs[:, :, 0].T.tolist() == [
        [2, 3, 4, 5],
        [8, 9, 10, 11],
    ]


def test_nothing_before_the_series_is_seen():
    assert gather_inputs(two_series(), np.array([8]))[:, 0].tolist() == [[0, 0], [0, 0], [7, -7], [8, -8]]


def test_relative_inputs_are_measured_from_the_chunks_own_end_and_padding_stays_zero():
    loc, scale = np.arange(ROWS, dtype=np.float32)[:, None] + [0, 1], np.full((ROWS, 2), 0.5, np.float32)
    windows = replace(two_series(), input_loc=loc.astype(np.float32), input_scale=scale)
    assert gather_inputs(windows, np.array([8]))[:, 0].tolist() == [[0, 0], [0, 0], [-0.5, -8.0], [0.0, -8.5]]


def test_a_loss_counts_only_its_own_split_inside_the_series_after_the_burn_in():
    windows = two_series()
    ends = np.array([3, 5, 7])
    # positions 2 and 3 of the chunks: rows (2, 3), (4, 5), (6, 7); row 6 belongs to another series
    assert gather(windows, ends, TRAINING).weights[:, :, 0].T.tolist() == [[1, 1], [0, 0], [0, 1]]
    assert gather(windows, ends, VALIDATION).weights[:, :, 0].T.tolist() == [[0, 0], [0, 1], [0, 0]]


def test_an_unobserved_target_weighs_nothing_and_is_no_nan():
    windows = two_series()
    windows.targets[3, 1] = np.nan
    batch = gather(windows, np.array([3]), TRAINING)
    assert batch.weights[:, 0].tolist() == [[1, 1], [1, 0]]
    assert batch.targets[:, 0].tolist() == [[20, 21], [30, 0]]


def test_gathering_leaves_the_windows_as_they_were():
    loc = np.ones((ROWS, 2), np.float32)
    windows = replace(two_series(), input_loc=loc, input_scale=loc * 2)
    gather_inputs(windows, np.array([8]))
    np.testing.assert_array_equal(windows.inputs, two_series().inputs)


@given(st.integers(0, ROWS - 1), st.integers(0, ROWS - 1))
def test_a_chunk_sees_nothing_after_its_end(end, changed):
    windows = two_series()
    before = gather_inputs(windows, np.array([end]))
    windows.inputs[changed] = 1e6
    after = gather_inputs(windows, np.array([end]))
    inside = max(end - 3, int(windows.first[end])) <= changed <= end
    assert np.array_equal(before, after) != inside
