"""One claim on all intervals: seldom raised against right ones, nearly always against wrong ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.coverage_claim import binomial_test, coverage_claim, coverage_tests

Build = Callable[..., Any]


def raised(past: Build, sigma: float, seeds: range, **more: Any) -> list[Any]:
    forecasts = [past(seed=seed, **more).forecast("a", 5, sigma=sigma) for seed in seeds]
    return [next(coverage_claim([each], grid_of([each])), None) for each in forecasts]


def test_right_intervals_are_accused_in_at_most_one_of_twenty_audits(past: Build) -> None:
    assert np.mean([finding is not None for finding in raised(past, 1.0, range(120))]) <= 0.065


def test_intervals_that_hold_sixty_percent_where_they_say_eighty_are_found_out(past: Build) -> None:
    found = raised(past, 0.6567, range(20))
    assert all(found)
    assert all(finding.code == "coverage" and finding.severity == "warning" for finding in found)
    assert all("too narrow" in finding.text for finding in found)


def test_intervals_that_are_too_wide_are_called_so(past: Build) -> None:
    (finding,) = raised(past, 3.0, range(1))
    assert finding is not None
    assert "too wide" in finding.text
    assert finding.value > 0.5


def test_one_finding_names_the_worst_of_several_models(past: Build) -> None:
    here = past()
    forecasts = [here.forecast("right", 2, sigma=1.0), here.forecast("wrong", 2, sigma=0.3)]
    (finding,) = coverage_claim(forecasts, grid_of(forecasts))
    assert "'wrong'" in finding.text
    assert "after Holm's correction over 16 steps and levels" in finding.text


def test_points_and_what_has_not_come_to_pass_are_accused_of_nothing(past: Build) -> None:
    for forecast in (past().forecast("a"), past().forecast("a", 2, sigma=0.1, blind=True)):
        assert list(coverage_claim([forecast], grid_of([forecast]))) == []


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
    assert binomial_test(np.array([held / 100]), np.array([100.0]), 0.8)[0] == pytest.approx(
        expected, rel=1e-6, abs=1e-12
    )
