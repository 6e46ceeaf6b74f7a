import numpy as np
import pytest

from longshort.baselines import Garch, VolatilityCone
from longshort.data.windows import Pairs, last_pairs, pairs_between
from longshort.errors import NotEnoughHistory

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def at(*rows):
    return Pairs(np.zeros(len(rows), dtype=np.int64), np.array(rows))


def test_quantiles_are_those_of_the_last_thousand_returns_over_each_step(panel_of, walk):
    y = walk(1500)
    forecast = VolatilityCone(3, LEVELS).predict(panel_of(y), at(1400))
    for step in (1, 2, 3):
        returns = np.log(y[step:1401] / y[: 1401 - step])[-1000:]
        np.testing.assert_allclose(forecast.quantiles[0, step - 1], y[1400] * np.exp(np.quantile(returns, LEVELS)))


def test_the_centre_is_the_newest_value_and_not_the_median(panel_of):
    y = 1.01 ** np.arange(100.0)
    forecast = VolatilityCone(1, LEVELS).predict(panel_of(y), at(99))
    assert forecast.mean[0, 0] == y[99]
    assert forecast.quantile(0.5)[0, 0] == pytest.approx(y[99] * 1.01)


@pytest.mark.parametrize("shift", [0.0, -200.0])
def test_differences_stand_for_log_returns_where_a_value_seen_is_at_or_below_zero(panel_of, shift):
    y = np.concatenate([[0.0], np.cumsum(np.random.default_rng(1).normal(size=200))]) + shift
    forecast = VolatilityCone(1, LEVELS).predict(panel_of(y), at(200))
    np.testing.assert_allclose(forecast.quantiles[0, 0], y[-1] + np.quantile(np.diff(y), LEVELS))


def test_a_value_below_zero_changes_no_forecast_made_before_it(panel_of, walk):
    y = walk(60)
    before = VolatilityCone(2, LEVELS).predict(panel_of(y), at(50))
    y[55] = -1.0
    after = VolatilityCone(2, LEVELS).predict(panel_of(y), at(50, 58))
    np.testing.assert_array_equal(after.quantiles[:1], before.quantiles)
    assert np.isfinite(after.quantiles).all()


def test_no_return_is_made_over_a_missing_session_or_a_blank(panel_of):
    y = np.tile([1.0, 2.0], 40)
    y[10] = np.nan
    sessions = np.arange(80) + (np.arange(80) >= 30) * 1  # one session is missing after row 29
    forecast = VolatilityCone(1, (0.0001, 0.9999)).predict(panel_of(y, sessions=sessions), at(79))
    known = {(t, v) for t, v in zip(sessions, y, strict=True) if v == v}
    by_session = dict(known)
    returns = [np.log(v / by_session[t - 1]) for t, v in known if t - 1 in by_session]
    np.testing.assert_allclose(forecast.quantiles[0, 0], 2.0 * np.exp(np.quantile(returns, (0.0001, 0.9999))))


def test_short_history_is_stretched_by_the_root_of_time(panel_of):
    y = np.array([1.0, 1.1, 1.0])
    forecast = VolatilityCone(4, (0.25, 0.75)).predict(panel_of(y), at(2))
    expected = np.quantile(np.diff(np.log(y)), (0.25, 0.75)) * np.sqrt(np.arange(1, 5))[:, None]
    np.testing.assert_allclose(np.log(forecast.quantiles[0]), expected)


def test_a_single_value_is_not_enough(panel_of):
    with pytest.raises(NotEnoughHistory, match=r"1 known values up to 2020-01-01.*needs 2"):
        VolatilityCone(1).predict(panel_of([1.0, 2.0]), at(0))


def test_the_answer_does_not_depend_on_who_computes_it(panel_of, walk, monkeypatch):
    panel = panel_of(walk(300), walk(300, 1))
    pairs = pairs_between(panel, int(panel.times[200]), int(panel.times[299]))
    whole = VolatilityCone(5).predict(panel, pairs).quantiles
    monkeypatch.setenv("LONGSHORT_KERNEL", "reference")
    np.testing.assert_array_equal(VolatilityCone(5).predict(panel, pairs).quantiles, whole)


def test_many_short_series_at_once_are_forecast(panel_of):
    panel = panel_of(*(np.arange(1.0, 9.0) for _ in range(20)))
    assert np.isfinite(VolatilityCone(3).predict(panel, last_pairs(panel)).quantiles).all()


@pytest.mark.parametrize("baseline", [VolatilityCone(3), Garch(3)])
def test_a_quantity_that_was_never_negative_gets_no_negative_quantile(panel_of, baseline):
    counts = np.random.default_rng(0).poisson(1.5, 200).astype(float)
    panel = panel_of(counts)
    found = baseline.fit(panel, [int(panel.times[150])])[0].predict(panel, last_pairs(panel)).quantiles
    assert found.min() == 0
    below = panel_of(counts - 1)
    assert baseline.fit(below, [int(below.times[150])])[0].predict(below, last_pairs(below)).quantiles.min() < -1
