import numpy as np
import pytest

from longshort.smoothing import fit_theta


def test_without_reason_for_more_the_level_drifts_by_half_the_slope(rows_of):
    random = np.random.default_rng(0)
    values = 50 + np.cumsum(random.normal(size=80))
    found = fit_theta(rows_of(values))
    slope = np.polyfit(np.arange(80), values, 1)[0]
    assert found.forms() == ["half the drift"]
    assert found.states.trend[0] == pytest.approx(slope / 2)
    assert (found.parameters.beta[0], found.parameters.gamma[0], found.parameters.phi[0]) == (0, 0, 1)
    assert found.states.level[0] == pytest.approx(values[0] - slope / 2)  # so the first value is foretold exactly


def test_forecasts_are_those_of_simple_smoothing_and_what_the_drift_adds(rows_of):
    """As Hyndman & Billah write Theta, but for where it begins: smoothing without a drift, and a sum of it beside."""
    values = 50 + np.cumsum(np.random.default_rng(1).normal(size=60))
    found = fit_theta(rows_of(values))
    alpha, drift = found.parameters.alpha[0], found.states.trend[0]
    smoothed = found.states.level[0]
    for value in values:
        smoothed += alpha * (value - smoothed)
    added = drift * (np.arange(1, 6) - 1 + 1 / alpha - (1 - alpha) ** 61 / alpha)
    np.testing.assert_allclose(found.forecasts(rows_of(values), 5)[-1], smoothed + added, rtol=1e-12)


def test_more_of_the_slope_is_taken_where_it_pays(rows_of):
    random = np.random.default_rng(2)
    values = 10 + 1.0 * np.arange(60) + random.normal(size=60)
    found = fit_theta(rows_of(values))
    assert found.forms() == ["more of the drift"]
    assert found.states.trend[0] == pytest.approx(1.0, abs=0.05)


def test_a_season_that_the_test_finds_is_taken_out_and_put_back(rows_of):
    wave = np.tile([0.7, 1.0, 1.4, 0.9], 12)
    falls = np.tile([-3.0, 1.0, 4.0, -2.0], 12)
    found = fit_theta(rows_of(20 * wave, falls), 4)
    assert found.forms() == ["half the drift, multiplicative season", "half the drift, additive season"]
    ahead = found.forecasts(rows_of(20 * wave, falls), 4)[[47, 95]]
    np.testing.assert_allclose(ahead, [20 * wave[:4], falls[:4]], rtol=0.05, atol=0.2)


def test_a_season_of_positive_values_multiplies_even_where_one_that_adds_would_fit_better(rows_of):
    sessions = np.arange(96)
    values = 40 + sessions + 20 * np.sin(np.pi * sessions / 6) + np.random.default_rng(5).normal(size=96)
    assert fit_theta(rows_of(values), 12).states.seasonal.tolist() == [2]


def test_without_a_season_that_the_test_finds_none_is_used(rows_of):
    walk = 100 + np.cumsum(np.random.default_rng(4).normal(size=96))
    assert fit_theta(rows_of(walk), 12).states.seasonal.tolist() == [0]
