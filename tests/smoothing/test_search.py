import numpy as np
import pytest

from longshort.smoothing import losses, search
from longshort.smoothing.search import Space, corrected_criterion, parameters_of


def as_they_are(_rows, states, parameters, _threads):
    shape = parameters.alpha.shape
    level, trend = (np.broadcast_to(array[:, None], shape) for array in (states.level, states.trend))
    return type(states)(**vars(states) | {"level": level, "trend": trend})


def test_shares_become_parameters():
    found = parameters_of(np.array([0.5, 0.2, 0.4, 0.9]))
    assert [found.alpha, found.beta, found.gamma, found.phi] == [0.5, 0.1, 0.2, 0.9]


def test_neighbours_stay_within_bounds_and_what_has_one_value_stays():
    space = Space((0.1, 0.9), (0.0, 0.2), phi=(0.8, 0.98))
    near = space.around(np.array([[0.999, 0.0, 0.0, 0.98]]), 0.1)[0]
    assert len(near) == 27
    assert set(near[:, 2]) == {0.0}
    assert near.min(axis=0).tolist() == pytest.approx([0.899, 0, 0, 0.93])
    assert near.max(axis=0).tolist() == pytest.approx([0.999, 0.1, 0, 0.98])
    assert Space((0.5,)).around(np.array([[0.5, 0.0, 0.0, 1.0]]), 0.1).tolist() == [[[0.5, 0.0, 0.0, 1.0]]]


def test_the_best_of_a_fine_grid_is_found_from_a_coarse_one(rows_of, states_of):
    random = np.random.default_rng(0)
    walks = [np.cumsum(random.normal(size=150)) + random.normal(size=150) * spread for spread in (0.1, 1, 3)]
    rows, states = rows_of(*walks), states_of(3)
    best = search.search(rows, states, Space((0.95, 0.6, 0.3, 0.05)), as_they_are, 1)
    every = np.zeros((4, 999))
    every[0], every[3] = np.arange(1, 1000) / 1000, 1.0
    squares = losses(rows, states, parameters_of(every.T)).squares
    assert (best.squares <= squares.min(axis=1) * 1.002).all()
    assert np.abs(best.shares[:, 0] - every[0, squares.argmin(axis=1)]).max() < 0.03


def test_blocks_of_series_change_nothing(rows_of, states_of, monkeypatch):
    random = np.random.default_rng(1)
    rows, states = rows_of(*random.normal(size=(5, 20))), states_of(5)
    whole = search.search(rows, states, Space((0.1, 0.5), gamma=(0.0, 0.5)), as_they_are, 1)
    monkeypatch.setattr(search, "BLOCK", 8)
    blocks = search.search(rows, states, Space((0.1, 0.5), gamma=(0.0, 0.5)), as_they_are, 1)
    for one, other in zip(vars(whole).values(), vars(blocks).values(), strict=True):
        assert np.array_equal(one, other)


def test_of_equals_the_first_is_taken(rows_of, states_of):
    best = search.search(rows_of([2.0]), states_of(level=2.0), Space((0.7, 0.2)), as_they_are, 1)
    assert best.shares[0, 0] == 0.7


def test_a_candidate_that_leaves_the_finite_numbers_is_never_best(rows_of, states_of):
    rows = rows_of([1.0, 2.0, 1.0, 2.0, 1.0, 2.0])
    states = states_of(seasonal=2, season=(0.0, 1.0), level=1.0)  # nothing can be divided by that season
    best = search.search(rows, states, Space((0.5,)), as_they_are, 1)
    assert np.isinf(best.squares).all()


def test_aicc_is_its_formula_and_infinite_where_observations_are_too_few():
    squares, count, fitted = np.array([8.0, 8.0]), np.array([20, 5]), np.array([4, 4])
    found = corrected_criterion(squares, count, fitted)
    assert found.tolist() == pytest.approx([20 * np.log(8 / 20) + 2 * 4 + 2 * 4 * 5 / 15, np.inf])
    exact = corrected_criterion(np.array([0.0, np.inf]), np.array([20, 20]), np.array([4, 4]))
    assert exact[0] == pytest.approx(20 * np.log(search.FLOOR) + 8 + 40 / 15)
    assert exact[1] == np.inf
