import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.backtest.folds import cutoffs_between, plan_folds, single, walk_forward
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.errors import DataError, SettingsError


def numbered(rows: int, blanks: tuple[int, ...] = ()) -> Panel:
    values = np.arange(rows, dtype=float)[:, None]
    values[list(blanks)] = np.nan
    calendar = named("numbered")
    numbers = np.arange(rows)
    return Panel(values, numbers, numbers, np.array([0, rows]), ("y",), (Column("y"),), (calendar,), dated=False)


@settings(max_examples=50, deadline=None)
@given(rows=st.integers(40, 300), folds=st.integers(1, 4))
def test_folds_cover_the_last_fifth_once_and_fits_see_only_what_lies_before(rows, folds):
    panel = numbered(rows)
    plan = walk_forward(panel, folds)
    cutoffs = np.concatenate([panel.times[fold.pairs.rows] for fold in plan])
    assert cutoffs.tolist() == list(range(round(0.8 * rows), rows - 1))
    for fold in plan:
        assert fold.fit_at == panel.times[fold.pairs.rows].min() - 1


def test_a_single_fit_sees_what_was_known_before_the_day_and_forecasts_from_its_last_session():
    (fold,) = single(numbered(100), 60)
    assert fold.fit_at == 59
    assert fold.pairs.rows.tolist() == list(range(59, 99))


def test_a_session_without_a_value_is_no_cutoff():
    assert cutoffs_between(numbered(10, blanks=(4, 9)), 3, 9).rows.tolist() == [3, 5, 6, 7]


def test_too_many_folds_are_refused_with_the_number_that_fits():
    with pytest.raises(SettingsError) as caught:
        walk_forward(numbered(50), 8)
    assert "--folds from 1 to 5" in caught.value.hint


def test_too_few_sessions_for_any_fold_ask_for_more_of_them_and_not_for_fewer_folds():
    with pytest.raises(DataError, match="2 known sessions are too few") as caught:
        walk_forward(numbered(2), 1)
    assert "--folds" not in caught.value.hint


def test_without_dates_a_test_starts_at_a_row_number_and_at_nothing_else():
    assert plan_folds(numbered(100), 8, "60")[0].fit_at == 59
    with pytest.raises(SettingsError, match="'soon' is no row number"):
        plan_folds(numbered(100), 8, "soon")


@pytest.mark.parametrize(("day", "words"), [(200, "after the last"), (0, "leaves no history")])
def test_a_test_that_lies_outside_the_data_is_refused(day, words):
    with pytest.raises(DataError, match=words):
        single(numbered(100), day)
