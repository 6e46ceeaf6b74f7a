"""Where values lie as far as is known: never negative, mostly zero."""

from dataclasses import replace

import numpy as np
import pytest

from longshort.data.support import mostly_zero, never_negative

NAN = float("nan")


@pytest.fixture
def panel_of(prices):
    def make(*series):
        panel = prices(series=len(series), rows=len(series[0]), alone=True)
        return replace(panel, values=np.concatenate(series).astype(float)[:, None])

    return make


def test_a_series_was_never_negative_until_it_was(panel_of):
    panel = panel_of([0, 2, -1, 3], [1, NAN, 0, 5], [-1, 2, 3, 4])
    found = never_negative(panel).reshape(3, 4).tolist()
    assert found == [[True, True, False, False], [True] * 4, [False] * 4]


def test_it_looks_at_no_row_after(panel_of):
    values = np.arange(10.0)
    changed = np.where(np.arange(10) > 6, -values, values)
    one, two = (never_negative(panel_of(each)) for each in (values, changed))
    assert one[:7].tolist() == two[:7].tolist() == [True] * 7
    assert not two[7:].any()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0, 0, 5], True),
        ([0, 5, 0, 5], True),
        ([0, 5, 5, 5], False),
        ([0, 0, 0, -1], False),
        ([0, 0, NAN, NAN], True),
        ([0, 5, 5, NAN], False),
        ([NAN, NAN, NAN, NAN], False),
    ],
)
def test_at_least_half_of_what_is_known_is_zero(panel_of, values, expected):
    panel = panel_of(values)
    assert mostly_zero(panel, int(panel.times.max())) == expected


def test_only_what_was_known_at_the_time_counts(panel_of):
    panel = panel_of([0, 0, 0, 5, 5, 5, 5, -1])
    assert mostly_zero(panel, int(panel.times[2]))
    assert mostly_zero(panel, int(panel.times[5]))
    assert not mostly_zero(panel, int(panel.times[6]))


def test_another_share_may_be_asked_for(panel_of):
    panel = panel_of([0, 0, 5, 5])
    assert not mostly_zero(panel, int(panel.times.max()), share=0.6)
