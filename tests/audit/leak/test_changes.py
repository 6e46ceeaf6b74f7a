import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.audit.leak.changes import CHANGES, later_rows, narrowed
from longshort.audit.leak.table import Table

ROWS = 60


def table(seed: int = 0) -> Table:
    """Give two series of thirty rows with all kinds of columns, the rows in no order."""
    random = np.random.default_rng(seed)
    order = random.permutation(ROWS)
    price = random.lognormal(3, 0.2, ROWS)
    columns = {
        "price": np.where(np.arange(ROWS) % 7 == 0, np.nan, price),
        "change": random.standard_normal(ROWS),
        "volume": np.round(random.lognormal(9, 1, ROWS)),
        "holiday": (np.arange(ROWS) % 5 == 0).astype(float),
        "mood": np.array(["up", "down", None], dtype=object)[random.integers(0, 3, ROWS)],
        "series": np.repeat([10.25, 20.25], 30),
    }
    columns = {name: cells[order] for name, cells in columns.items()}
    times, series = np.tile(np.arange(30), 2)[order], np.repeat([0, 1], 30)[order]
    return Table(times, series, ("a", "b"), columns, "price", False)


@pytest.mark.parametrize("change", CHANGES)
@given(cutoff=st.integers(0, 28), seed=st.integers(0, 5))
def test_exactly_the_rows_after_the_cutoff_are_changed_and_the_same_way_each_time(
    change: str, cutoff: int, seed: int
) -> None:
    data = table(seed)
    edit, again = later_rows(data, cutoff, change), later_rows(data, cutoff, change)
    assert np.array_equal(edit.rows, data.times > cutoff)
    assert edit.removed == (change == "removed")
    for name, cells in edit.values.items():
        np.testing.assert_array_equal(cells, again.values[name])


def test_numbers_stay_of_their_kind() -> None:
    data = table()
    for change in ("noise", "scaled"):
        edit = later_rows(data, 5, change)
        old, new = data.columns, edit.values
        assert np.array_equal(np.isnan(old["price"]), np.isnan(new["price"]))
        assert (new["price"][~np.isnan(new["price"])] > 0).all()
        assert (new["change"] < 0).any()
        assert (new["volume"] == np.round(new["volume"])).all()
        assert np.array_equal(new["holiday"], 1 - old["holiday"])
        assert [a is None for a in new["mood"]] == [a is None for a in old["mood"]]
        assert set(new["mood"]) == {"up", "down", None}
        assert all(a != b for a, b in zip(new["mood"], old["mood"], strict=True) if a is not None)
        for name in ("price", "change", "volume"):
            assert ((old[name] != new[name]) | np.isnan(old[name])).all()


def test_scaled_rows_are_doubled() -> None:
    data = table()
    np.testing.assert_array_equal(later_rows(data, 5, "scaled").values["price"], 2 * data.columns["price"])


def test_shuffled_rows_stay_whole_and_within_their_series() -> None:
    data = table()
    edit = later_rows(data, 9, "shuffled")
    np.testing.assert_array_equal(edit.values["series"], data.columns["series"])
    before = [tuple(map(str, row)) for row in zip(*(data.columns[name] for name in data.columns), strict=True)]
    after = [tuple(map(str, row)) for row in zip(*(edit.values[name] for name in data.columns), strict=True)]
    assert sorted(before) == sorted(after)
    assert [a for a, late in zip(after, edit.rows, strict=True) if not late] == [
        b for b, late in zip(before, edit.rows, strict=True) if not late
    ]
    assert sum(a != b for a, b in zip(after, before, strict=True)) > 30


def test_an_edit_can_be_narrowed_to_columns_and_rows() -> None:
    data = table()
    edit = narrowed(later_rows(data, 9, "noise"), ["change"], data.times < 12)
    assert list(edit.values) == ["change"]
    assert sorted(data.times[edit.rows]) == [10, 10, 11, 11]
