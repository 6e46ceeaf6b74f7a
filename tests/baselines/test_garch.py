import warnings

import numpy as np
import pytest
from scipy.stats import t as student

from longshort.baselines import Garch
from longshort.baselines.garch_fit import (
    CannotBeFitted,
    Volatility,
    by_free,
    changes_of,
    ewma,
    fit_volatility,
    natural,
    standardised,
    starts,
)
from longshort.baselines.garch_likelihood import Parameters, likelihood, stack
from longshort.baselines.garch_paths import PATHS, innovations, next_variances, simulate, surface
from longshort.data.windows import Pairs, last_pairs
from longshort.language import say

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
TRUE = Volatility(0.05, 0.02, 0.03, 0.12, 0.88, 8.0, 0.6, 100.0, True)


def simulated(rows, volatility=TRUE, seed=0):
    """Simulate prices by the definition, one plain step after another."""
    random = np.random.default_rng(seed)
    variance, log_price, prices = volatility.start, 4.0, []
    for _ in range(rows):
        prices.append(np.exp(log_price))
        t = random.standard_t(volatility.degrees) * np.sqrt((volatility.degrees - 2) / volatility.degrees)
        shock = np.sqrt(variance) * t
        log_price += (volatility.mean + shock) / volatility.scale
        news = volatility.alpha + volatility.gamma * (shock < 0)
        variance = volatility.omega + news * shock**2 + volatility.beta * variance
    return np.array(prices)


@pytest.fixture(scope="module")
def prices():
    return simulated(3000)


@pytest.fixture(scope="module")
def fitted(panel_of, prices):
    panel = panel_of(prices)
    return panel, Garch(4, LEVELS).fit(panel, [int(panel.times[2499])])[0]


def test_the_parameters_of_simulated_data_are_found(prices):
    found = fit_volatility(simulated(5000, seed=3))
    assert found.beta == pytest.approx(TRUE.beta, abs=0.04)
    assert found.alpha + found.gamma / 2 == pytest.approx(TRUE.alpha + TRUE.gamma / 2, abs=0.03)
    assert found.gamma > found.alpha
    assert found.degrees == pytest.approx(TRUE.degrees, rel=0.3)


def test_the_filter_is_the_recursion_of_the_definition(prices):
    changes = changes_of(prices, logs=True)
    variance, expected = TRUE.start, [TRUE.start]
    for change in changes:
        shock = change * 100 - TRUE.mean
        news = TRUE.alpha + (TRUE.gamma if shock < 0 else 0.0)
        variance = TRUE.omega + news * shock**2 + TRUE.beta * variance
        expected.append(variance)
    np.testing.assert_allclose(next_variances(TRUE, changes), expected, rtol=1e-12)


def test_the_filter_agrees_with_arch(prices):
    from arch import arch_model

    fitted = fit_volatility(prices)
    changes = changes_of(prices, logs=True)
    theirs = arch_model(fitted.scale * changes, p=1, o=1, q=1, dist="t", rescale=False).fix(
        [fitted.mean, fitted.omega, fitted.alpha, fitted.gamma, fitted.beta, fitted.degrees]
    )
    np.testing.assert_allclose(next_variances(fitted, changes)[:-1], theirs.conditional_volatility**2, rtol=1e-9)


def test_the_fit_is_as_likely_as_archs(prices):
    from arch import arch_model

    changes, _, _ = standardised(prices)
    found = fit_volatility(prices)
    own = likelihood(Parameters(*(getattr(found, name) for name in Parameters._fields)), stack([changes]))[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = arch_model(changes, p=1, o=1, q=1, dist="t", rescale=False).fit(disp="off")
    assert own * len(changes) > theirs.loglikelihood - 0.01
    assert theirs.loglikelihood == pytest.approx(own * len(changes), abs=0.1)


def test_the_gradient_is_that_of_the_likelihood(prices):
    seen = stack([standardised(prices)[0][:900], standardised(prices[1000:])[0]])
    for free in list(starts(seen))[::4]:
        free = free + 0.1
        slope = by_free(free, likelihood(natural(free), seen)[1])
        moved = 1e-6 * np.eye(len(free))
        expected = [
            (likelihood(natural(free + each), seen)[0] - likelihood(natural(free - each), seen)[0]) / 2e-6
            for each in moved
        ]
        np.testing.assert_allclose(slope, expected, atol=1e-7)


def test_padding_behind_a_series_end_changes_nothing(prices):
    short, long = standardised(prices[:400])[0], standardised(prices)[0]
    found = natural(next(starts(stack([short]))))
    together, apart = (
        likelihood(found, stack([short, long]))[0],
        [likelihood(found, stack([one]))[0] for one in (short, long)],
    )
    n = np.array([len(short), len(long)])
    assert together == pytest.approx((np.array(apart) * n).sum() / n.sum(), rel=1e-12)


def test_one_step_quantiles_are_the_t_distributions_own(fitted):
    from scipy.stats import t

    panel, model = fitted
    forecast = model.predict(panel, Pairs(np.array([0]), np.array([2600])))
    own = model.volatilities["a"]
    variance = next_variances(own, changes_of(panel.target[:2601], logs=True))[-1]
    quantiles = t.ppf(LEVELS, own.degrees) * np.sqrt((own.degrees - 2) / own.degrees * variance) + own.mean
    found = np.log(forecast.quantiles[0, 0] / forecast.last[0]) * own.scale
    np.testing.assert_allclose(found, quantiles, atol=0.005)


@pytest.mark.parametrize("variance", [0.15, 0.7, 6.0])
def test_later_steps_agree_with_many_independent_paths(variance):
    random = np.random.default_rng(5)
    drawn = random.standard_t(TRUE.degrees, (4, 400_000)) * np.sqrt((TRUE.degrees - 2) / TRUE.degrees)
    many = np.quantile(simulate(TRUE, np.array([variance]), drawn)[:, 0], LEVELS, axis=-1).T
    few = surface(TRUE, 4, LEVELS, 0).at(np.array([variance]))[0]
    deviation = np.sqrt(variance * np.arange(1, 5))[:, None]
    assert np.abs((few - many) / deviation).max() < 0.09
    assert np.abs((few - many) / deviation).mean() < 0.02


def test_a_path_follows_the_definition():
    draws, variance, total, expected = [-1.5, 0.5, -0.25], 0.7, 0.0, []
    for draw in draws:
        shock = np.sqrt(variance) * draw
        total += shock
        expected.append(total)
        variance = TRUE.omega + (TRUE.alpha + TRUE.gamma * (shock < 0)) * shock**2 + TRUE.beta * variance
    path = simulate(TRUE, np.array([0.7]), np.array(draws)[:, None])
    np.testing.assert_allclose(path[:, 0, 0], expected, rtol=1e-12)


def test_the_paths_have_the_variance_that_the_parameters_say():
    drawn = innovations(30.0, 5, 0)
    assert drawn.shape == (5, PATHS)
    np.testing.assert_allclose(drawn.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(drawn.std(axis=1), 1, atol=0.005)
    np.testing.assert_allclose(drawn.sum(axis=0).std(), np.sqrt(5), rtol=0.03)


def test_a_longer_horizon_keeps_the_shorter_ones_draws():
    np.testing.assert_array_equal(innovations(8.0, 3, 0), innovations(8.0, 7, 0)[:3])


def test_draws_differ_by_seed():
    assert (innovations(8.0, 2, 0) != innovations(8.0, 2, 1)).any()


@pytest.fixture(scope="module")
def many(panel_of):
    """Hold 30 series that share their dynamics, each of its own size, and one that is hardly ever anything but zero."""
    values = [simulated(400, seed=seed) ** (1 + seed % 3) for seed in range(30)]
    rare = (np.random.default_rng(0).random(400) < 0.1) * 3.0
    return panel_of(*values, rare, ids=(*(f"S{i:02}" for i in range(30)), "rare"))


def test_more_than_twenty_series_share_parameters_but_not_their_size(many):
    (model,) = Garch(2, LEVELS).fit(many, [int(many.times[300])])
    found = [model.volatilities[f"S{i:02}"] for i in range(30)]
    assert len({(one.omega, one.alpha, one.gamma, one.beta, one.degrees) for one in found}) == 1
    assert len({one.scale for one in found}) == 30
    assert found[0].beta == pytest.approx(TRUE.beta, abs=0.08)
    forecast = model.predict(many, last_pairs(many))
    width = np.log(forecast.quantile(0.975) / forecast.quantile(0.025))[:30, 0]
    assert width[2::3].mean() == pytest.approx(3 * width[::3].mean(), rel=0.35)


def test_what_is_mostly_zero_has_no_forecast_and_is_said(many):
    (model,) = Garch(2, LEVELS).fit(many, [int(many.times[300])])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast = model.predict(many, last_pairs(many))
    assert np.isnan(forecast.quantiles[-1]).all()
    assert np.isfinite(forecast.quantiles[:-1]).all()
    (finding,) = model.findings
    assert (finding.code, "'rare' has no forecast" in finding.text) == ("garch_left_out", True)


def test_bits_do_not_depend_on_the_threads_of_a_library():
    from threadpoolctl import threadpool_limits

    values, found = simulated(20_000, seed=4), []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(fit_volatility(values))
    assert found[0] == found[1]


def test_the_centre_is_the_median(fitted):
    panel, model = fitted
    forecast = model.predict(panel, Pairs(np.array([0, 0]), np.array([2600, 2700])))
    np.testing.assert_array_equal(forecast.mean, forecast.quantile(0.5))


def test_spread_widens_after_a_shock_without_a_new_fit(fitted):
    panel, model = fitted
    calm, shocked = panel.target.copy(), panel.target.copy()
    shocked[2600:] *= 0.9
    widths = []
    for values in (calm, shocked):
        forecast = model.predict(panel.with_values(values[:, None]), Pairs(np.array([0]), np.array([2600])))
        relative = forecast.quantiles / forecast.last[0]
        widths.append(relative[0, 0, -1] - relative[0, 0, 0])
    assert widths[1] > 2 * widths[0]


def test_differences_are_modelled_where_values_fall_to_zero_or_below(panel_of, prices):
    levels = (np.log(prices) - 4) * 1e6
    panel = panel_of(levels)
    (model,) = Garch(2, LEVELS).fit(panel, [int(panel.times[-1])])
    forecast = model.predict(panel, last_pairs(panel))
    assert not model.volatilities["a"].logs
    assert model.findings == ()
    spread = (forecast.quantile(0.975) - forecast.quantile(0.025))[0, 0]
    assert spread == pytest.approx(4 * np.std(np.diff(levels)), rel=0.6)


def test_a_series_that_falls_to_zero_after_its_fit_is_still_forecast(fitted):
    panel, model = fitted
    values = panel.target.copy()
    values[2600:] -= values[2600] + 1
    forecast = model.predict(panel.with_values(values[:, None]), Pairs(np.array([0, 0]), np.array([2599, 2650])))
    whole = model.predict(panel, Pairs(np.array([0]), np.array([2599])))
    assert np.isfinite(forecast.quantiles).all()
    np.testing.assert_array_equal(forecast.quantiles[0], whole.quantiles[0])


@pytest.mark.parametrize(
    ("values", "why"),
    [(np.arange(1.0, 51.0), "49 changes are fewer than 100"), (np.full(200, 3.0), "its values never change")],
)
def test_where_no_fit_is_to_be_had_the_ewma_variance_stands_and_is_said(panel_of, values, why):
    panel = panel_of(values)
    (model,) = Garch(2, LEVELS).fit(panel, [int(panel.times[-1])])
    (finding,) = model.findings
    assert finding.code == "garch_fallback"
    assert why in finding.text
    assert np.isfinite(model.predict(panel, last_pairs(panel)).quantiles).all()


def test_a_fit_that_does_not_converge_falls_back(prices, monkeypatch):
    monkeypatch.setattr("longshort.baselines.garch_fit.likelihood", lambda *_: (float("nan"), Parameters(*[0.0] * 6)))
    with pytest.raises(CannotBeFitted, match="the fit did not converge"):
        fit_volatility(prices)


def test_ewma_is_the_weighted_mean_of_squares():
    values = np.array([1.0, 1.1, 1.0, 1.2])
    squares = np.diff(values) ** 2
    expected = [squares[0], squares[0], 0.94 * squares[0] + 0.06 * squares[1]]
    expected.append(0.94 * expected[2] + 0.06 * squares[2])
    own = ewma(values, logs=False)
    np.testing.assert_allclose(next_variances(own, np.diff(values)) / own.scale**2, expected)


def test_a_jump_to_a_million_and_a_flat_line_after_it_give_warnings_to_nobody(panel_of, prices):
    values = prices[:800].copy()
    values[500:] = 1e6
    panel = panel_of(values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (model,) = Garch(3, LEVELS).fit(panel, [int(panel.times[-1])])
        model.predict(panel, last_pairs(panel))


def test_series_that_began_after_the_fit_are_forecast(panel_of, prices):
    panel = panel_of(prices[:200], ids=("old",))
    (model,) = Garch(2, LEVELS).fit(panel, [int(panel.times[-1])])
    new = panel_of(prices[:30], ids=("new",))
    assert np.isfinite(model.predict(new, last_pairs(new)).quantiles).all()


def test_between_the_simulated_variances_quantiles_are_those_of_paths_from_there():
    drawn, few = innovations(TRUE.degrees, 4, 0), surface(TRUE, 4, LEVELS, 0)
    for variance in (0.1, 0.33, 1.7, 9.0):
        exact = np.quantile(simulate(TRUE, np.array([variance]), drawn)[:, 0], LEVELS, axis=-1).T
        deviation = np.sqrt(variance * np.arange(1, 5))[:, None]
        np.testing.assert_allclose(few.at(np.array([variance]))[0] / deviation, exact / deviation, atol=0.02)


@pytest.mark.parametrize("horizon", [1, 4])
def test_one_step_ahead_the_quantiles_are_those_of_the_t_distribution(horizon):
    exact = student(TRUE.degrees).ppf(LEVELS) * np.sqrt((TRUE.degrees - 2) / TRUE.degrees)
    for variance in (0.1, 1.0, 9.0):
        found = surface(TRUE, horizon, LEVELS, 0).at(np.array([variance]))[0, 0]
        np.testing.assert_allclose(found, exact * np.sqrt(variance), rtol=1e-12)


def test_what_was_not_fitted_is_said_in_every_language(panel_of, walk):
    still = np.repeat(walk(60), 5)
    (rare,) = Garch(1).fit(panel_of(still), [2**62])[0].findings
    assert rare.text == "GARCH: 'a' has no forecast, as 80 % of its values equal the one before."
    assert say(rare.text, "ko") == "GARCH: 'a'는 예측이 없습니다. 값의 80%가 바로 앞의 값과 같습니다."
    panel = panel_of(walk(300), walk(50, 1), walk(50, 2))
    (short,) = Garch(1).fit(panel, [2**62])[0].findings
    assert short.text.startswith("GARCH: 2 of 3 series ('b' for one) have the exponentially weighted variance instead")
    assert short.text.endswith("49 changes are fewer than 100.")
    assert say(short.text, "ko").startswith("GARCH: 계열 3개 중 2개('b' 등)는")
