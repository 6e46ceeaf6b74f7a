"""The optimiser of GARCH's likelihood: it finds the minimum, stops at bounds, and says when there is no way down."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from longshort.baselines.minimise import minimise

FREE = np.full(4, np.inf)


def rosenbrock(place):
    return float(rosen(place)), rosen_der(place)


@pytest.mark.parametrize("seed", range(5))
def test_a_bent_valley_is_followed_to_its_end(seed):
    start = np.random.default_rng(seed).uniform(-1, 2, 4)
    place, value = minimise(rosenbrock, start, -FREE, FREE)
    np.testing.assert_allclose(place, 1.0, atol=1e-5)
    assert value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_within_bounds_it_ends_where_scipy_does(seed):
    random = np.random.default_rng(seed)
    start, high = random.uniform(-1, 0.5, 4), np.full(4, 0.8)
    place, value = minimise(rosenbrock, start, -FREE, high)
    theirs = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B", bounds=[(None, 0.8)] * 4)
    assert (place <= high).all()
    assert value == pytest.approx(theirs.fun, rel=1e-6)


def test_a_place_without_a_way_down_is_given_back():
    start = np.array([3.0, 4.0])
    place, value = minimise(lambda _: (1e10, np.zeros(2)), start, -FREE[:2], FREE[:2])
    assert value == 1e10
    np.testing.assert_array_equal(place, start)


def test_a_value_that_is_none_is_not_taken():
    def logarithm(place):
        if place[0] <= 0:
            return 1e10, np.zeros(1)
        return float(place[0] - np.log(place[0])), 1 - 1 / place

    place, value = minimise(logarithm, np.array([0.01]), np.array([-np.inf]), np.array([np.inf]))
    assert place[0] == pytest.approx(1, abs=1e-5)
    assert value == pytest.approx(1)
