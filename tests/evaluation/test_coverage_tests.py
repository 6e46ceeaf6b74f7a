"""Each interval is tested at each step: right ones pass, and what hangs together counts as fewer cases."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.coverage_tests import binomial_test, coverage_tests

Build = Callable[..., Any]


def test_points_and_what_has_not_come_to_pass_have_nothing_to_test(past: Build) -> None:
    for forecast in (past().forecast("a"), past().forecast("a", 2, sigma=0.1, blind=True)):
        assert coverage_tests(forecast, grid_of([forecast]))["p_value"].drop_nulls().is_empty()


def test_overlap_and_copies_of_a_series_make_fewer_cases(past: Build) -> None:
    one = past(seed=4)
    table = coverage_tests(forecast := one.forecast("a", 5, sigma=1.0), grid_of([forecast]))
    cases = table.filter(table["nominal"] == 0.8)["independent"].to_numpy()
    assert cases[4] < 0.6 * cases[0]
    copies = past(np.repeat(one.panel.target[None], 10, axis=0))
    crowd = coverage_tests(forecast := copies.forecast("a", 5, sigma=1.0), grid_of([forecast]))
    assert crowd["n"].to_list() == [10 * n for n in table["n"]]
    assert crowd["independent"].to_numpy() == pytest.approx(table["independent"].to_numpy(), rel=1e-6)


@pytest.mark.parametrize("held", [0, 3, 55, 80, 97, 100])
def test_the_p_value_is_the_binomials_with_half_of_what_happened(held: int) -> None:
    above, equal = binom.sf(held, 100, 0.8), binom.pmf(held, 100, 0.8)
    tail = above + equal / 2
    expected = min(2 * min(tail, 1 - tail), 1)
    found = binomial_test(np.array([held / 100]), np.array([100.0]), 0.8)[0]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)
