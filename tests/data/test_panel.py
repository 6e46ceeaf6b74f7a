"""The interior form: immutable, cut by time without a trace, told apart by its fingerprint."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel

DAY = 86_400_000_000


def panel(days: tuple[list[int], ...] = ([0, 1, 4], [1, 2])) -> Panel:
    flat = np.array([day for one in days for day in one], dtype=np.int64)
    return Panel(
        values=np.arange(2.0 * len(flat)).reshape(-1, 2),
        times=flat * DAY,
        sessions=flat,
        offsets=np.cumsum([0, *map(len, days)]),
        ids=tuple("abcdef"[: len(days)]),
        columns=(Column("y"), Column("x")),
        calendars=(named("daily"),) * len(days),
    )


@given(st.lists(st.sets(st.integers(-5, 20), max_size=9).map(sorted), min_size=1, max_size=5), st.integers(-6, 21))
def test_until_keeps_exactly_the_rows_up_to_a_time_in_every_series(days: list[list[int]], last: int) -> None:
    whole = panel(tuple(days))
    cut = whole.until(last * DAY)
    assert cut.ids == whole.ids
    for series, own in enumerate(days):
        kept = [day for day in own if day <= last]
        assert cut.sessions[cut.rows(series)].tolist() == kept
        rows = [whole.offsets[series] + own.index(day) for day in kept]
        np.testing.assert_array_equal(cut.values[cut.rows(series)], whole.values[rows])


def test_the_arrays_of_a_panel_cannot_be_written() -> None:
    for array in (panel().values, panel().times, panel().sessions, panel().offsets):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_every_row_knows_its_series_and_every_series_its_rows() -> None:
    assert panel().series.tolist() == [0, 0, 0, 1, 1]
    assert panel().rows(1) == slice(3, 5)
    assert len(panel()) == 2
    assert panel().target.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_other_values_fit_only_in_the_same_shape() -> None:
    assert panel().with_values(np.zeros((5, 2))).values.sum() == 0
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        panel().with_values(np.zeros((2, 2)))


@pytest.mark.parametrize(
    "changed",
    [
        {"values": np.ones((5, 2))},
        {"times": np.arange(5) * DAY},
        {"sessions": np.arange(5)},
        {"offsets": np.array([0, 2, 5])},
        {"ids": ("a", "c")},
        {"columns": (Column("y"), Column("x", lag=1))},
    ],
)
def test_the_fingerprint_changes_with_everything_that_is_data(changed: dict[str, object]) -> None:
    assert replace(panel(), **changed).fingerprint() != panel().fingerprint()


def test_the_fingerprint_does_not_depend_on_notes() -> None:
    assert replace(panel(), notes=("read from b.csv",)).fingerprint() == panel().fingerprint()


def test_labels_are_dates_only_where_the_panel_has_dates() -> None:
    assert str(panel().labels(np.array([DAY]))[0]).startswith("1970-01-02")
    assert replace(panel(), dated=False).labels(np.array([3])).tolist() == [3]
