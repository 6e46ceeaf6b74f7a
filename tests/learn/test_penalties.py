import numpy as np
import pytest

from longshort.learn.pages import p04_overfitting as page
from longshort.learn.penalties import lasso, ridge, rmse, samples


def test_few_samples_with_many_features_over_fit() -> None:
    (seen_few, unseen_few), (seen_many, unseen_many) = page.errors(3), page.errors(18)
    assert seen_many < seen_few
    assert unseen_many > 1.5 * unseen_few


def test_without_penalty_both_are_least_squares() -> None:
    data = samples(40, 6)
    best = np.linalg.lstsq(data.x, data.y, rcond=None)[0]
    np.testing.assert_allclose(ridge(data.x, data.y, 0.0), best, atol=1e-9)
    np.testing.assert_allclose(lasso(data.x, data.y, 0.0), best, atol=1e-9)


def test_ridge_stands_where_the_penalised_slope_is_zero() -> None:
    data = samples(20, 18)
    weights = ridge(data.x, data.y, 0.3)
    slope = data.x.T @ (data.x @ weights - data.y) / 20 + 0.3 * weights
    np.testing.assert_allclose(slope, 0.0, atol=1e-9)


def test_lasso_stands_where_no_weight_gains_by_moving() -> None:
    data = samples(20, 18)
    weights = lasso(data.x, data.y, 0.2, sweeps=2000)
    slope = data.x.T @ (data.x @ weights - data.y) / 20
    assert (weights == 0).any()
    np.testing.assert_allclose(slope[weights != 0], -0.2 * np.sign(weights[weights != 0]), atol=1e-6)
    assert np.abs(slope[weights == 0]).max() <= 0.2


@pytest.mark.parametrize("fit", [ridge, lasso])
def test_some_penalty_is_better_on_new_samples_than_none(fit) -> None:
    data = samples(20, 18)
    errors = [rmse(fit(data.x, data.y, penalty), data.test_x, data.test_y) for penalty in (0.0, 0.2)]
    assert errors[1] < errors[0]


def test_dropout_silences_whole_units_and_enlarges_the_others() -> None:
    drawn = np.array([page.masks(0.5, step) for step in range(200)])
    assert set(np.unique(drawn)) == {0.0, 2.0}
    assert abs(drawn.mean() - 1.0) < 0.05


def test_neurons_that_begin_alike_stay_alike_and_others_do_not() -> None:
    for weights in page.hidden_weights("constant"):
        assert np.ptp(weights, axis=0).max() == 0.0
    assert not np.array_equal(page.hidden_weights("constant")[0], page.hidden_weights("constant")[-1])
    assert np.ptp(page.hidden_weights("normal")[-1], axis=0).min() > 0.1


def test_batch_norm_keeps_the_activations_alive() -> None:
    assert page.deviations(0.05, normed=False)[-1] < 1e-3
    assert all(0.5 < deviation < 0.8 for deviation in page.deviations(0.05, normed=True))


def test_a_shallow_copy_of_the_best_model_becomes_the_last_model_and_a_deep_one_stays() -> None:
    shallow, last = page.kept(121, "shallow")
    deep, _ = page.kept(121, "deep")
    assert shallow == last
    assert deep == min(page.kept(epochs, "deep")[1] for epochs in range(1, 122))
    assert deep < last
