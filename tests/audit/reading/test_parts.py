"""Single parts: paths, calls, dates far apart."""

import numpy as np
import polars as pl
import pytest

from longshort.audit.reading.calls import as_chances, as_number, is_call
from longshort.audit.reading.moments import by_appearance
from longshort.audit.reading.places import Finder, distinct_keys
from longshort.audit.reading.samples import mean_of, quantiles_of, share_above


def test_paths_that_are_missing_or_end_where_they_began():
    paths = np.array([[1.0, 3.0, 2.0], [np.nan, 4.0, np.nan], [np.nan] * 3])
    np.testing.assert_array_equal(mean_of(paths), [2.0, 4.0, np.nan])
    np.testing.assert_array_equal(share_above(paths, np.array([2.0, 4.0, 1.0])), [0.5, 0.5, np.nan])
    np.testing.assert_array_equal(quantiles_of(paths.copy(), (0.25, 0.5)), [[1.0, 2.0], [4.0, 4.0], [np.nan, np.nan]])


def test_a_new_path_lies_below_the_quantile_as_often_as_it_says():
    random = np.random.default_rng(0)
    paths, new = random.normal(size=(20_000, 19)), random.normal(size=20_000)
    share = (new < quantiles_of(paths, (0.1,))[:, 0]).mean()
    assert share == pytest.approx(0.1, abs=0.01)


def test_words_without_a_fall_still_know_a_neither():
    told = pl.DataFrame({"call": ["up", " HOLD", None]}).select(as_number("call")).to_series()
    chances, _ = as_chances(told.fill_null(np.nan).to_numpy(), True, "call")
    np.testing.assert_array_equal(chances, [1.0, 0.5, np.nan])


@pytest.mark.parametrize(
    ("cells", "column", "answer"),
    [
        (["up", "down"], "anything", True),
        (["up", "sideways?"], "direction", False),
        ([0, 1], "prediction", True),
        ([0, 0], "prediction", False),
        ([0, 1], "LSTM", False),
        ([0.2, 1.0], "signal", False),
        ([True, False], "signal", True),
        ([None, None], "signal", False),
    ],
)
def test_what_a_call_is(cells, column, answer):
    assert is_call(pl.Series(cells), column) is answer


def test_keys_near_and_far_apart_are_found_alike():
    keys = np.array([7, 3, 7, 5, 3])
    for far in (1, 10**8):
        known, place = distinct_keys(keys * far)
        np.testing.assert_array_equal(known, np.array([3, 5, 7]) * far)
        np.testing.assert_array_equal(known[place], keys * far)
    codes, first = by_appearance(keys)
    np.testing.assert_array_equal(codes, [0, 1, 0, 2, 1])
    np.testing.assert_array_equal(first, [0, 1, 3])


def test_rows_are_found_in_their_own_series_only(many):
    finder = Finder.of(many.panel)
    series = np.array([0, 1, 2, 1, -1])
    sessions = many.panel.sessions[[0, 95, 185, 95, 95]] + np.array([0, 0, 0, 500, 0])
    np.testing.assert_array_equal(finder.rows(series, sessions), [0, 95, 185, -1, -1])
