import numpy as np
import pytest

from longshort.learn.neuron import accuracy, brier, cross_entropy, neuron, softmax
from longshort.learn.pages import p01_neuron as page


def test_the_lectures_three_rows_score_as_checked() -> None:
    costs = cross_entropy(page.PROBABILITIES, page.TRUTH)
    assert round(float(costs.mean()), 4) == 0.6210
    assert round(float(costs.sum()), 4) == 1.8630
    assert round(100 * accuracy(page.PROBABILITIES, page.TRUTH), 2) == 66.67
    assert round(brier(page.PROBABILITIES, page.TRUTH), 4) == 0.3671


def test_the_starting_position_of_the_slider_is_the_lectures_own_row() -> None:
    np.testing.assert_allclose(page.with_truth_at(0.2), page.PROBABILITIES, atol=1e-15)


def test_a_neuron_gives_the_share_of_its_weighted_sum() -> None:
    given = neuron(np.array([[1.0, 2.0]]), np.array([0.5, -0.5]), 0.1)
    assert given == pytest.approx(1 / (1 + np.exp(0.4)))


def test_softmax_sums_to_one_and_does_not_care_for_what_is_added() -> None:
    scores = np.array([[2.0, 1.0, -3.0]])
    np.testing.assert_allclose(softmax(scores + 1e4), softmax(scores), rtol=1e-12)
    assert softmax(scores).sum() == pytest.approx(1.0)


def test_no_line_does_xor() -> None:
    best = max(page.one_line(angle, offset / 20)[1] for angle in range(0, 360, 3) for offset in range(-20, 21))
    assert best == 0.75


def test_one_unit_is_unable_and_two_two_one_reaches_all_four() -> None:
    assert page.right(page.learned((2, 1))[-1]) <= 0.75
    assert page.right(page.learned((2, 2, 1))[-1]) == 1.0
