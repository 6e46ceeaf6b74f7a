import numpy as np
import pytest

from longshort.backtest.conformal import calibrate, fit_calibration
from longshort.results.forecast import Forecast, p_up_from_quantiles

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
NORMAL = np.array([-1.2816, -0.6745, 0.0, 0.6745, 1.2816])


def forecasts(n: int, believed: float, seed: int = 0, steps: int = 2, start: int = 0) -> Forecast:
    """Forecast standard normal outcomes with a spread that is `believed` times the true one."""
    y = np.random.default_rng(seed).standard_normal((n, steps))
    cutoffs = start + np.arange(n)
    quantiles = np.broadcast_to(believed * NORMAL, (n, steps, 5)).copy()
    last = np.zeros(n)
    return Forecast(
        model="m",
        ids=("a",),
        series=np.zeros(n, dtype=np.int64),
        cutoffs=cutoffs,
        ds=cutoffs[:, None] + np.arange(1, steps + 1),
        last=last,
        mean=np.zeros((n, steps)),
        quantile_levels=LEVELS,
        quantiles=quantiles,
        p_up=p_up_from_quantiles(LEVELS, quantiles, last),
        y=y,
        fold=np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, n, steps)),
        seed_quantiles=np.empty((0, n, steps, 5)),
        dated=False,
    )


def covered(forecast: Forecast) -> np.ndarray:
    return ((forecast.y >= forecast.quantiles[..., 0]) & (forecast.y <= forecast.quantiles[..., -1])).mean(axis=0)


@pytest.mark.parametrize("believed", [0.4, 1.0, 2.5])
def test_intervals_cover_whatever_the_model_believed(believed):
    history = forecasts(800, believed, seed=1)
    test = forecasts(2000, believed, seed=2, start=900)
    np.testing.assert_allclose(covered(calibrate(test, history)), 0.8, atol=0.025)


def test_the_centre_stays_and_quantiles_stay_in_order():
    calibrated = calibrate(forecasts(300, 0.2, seed=3, start=500), forecasts(300, 0.2, seed=4))
    np.testing.assert_array_equal(calibrated.quantiles[..., 2], 0.0)
    assert (np.diff(calibrated.quantiles, axis=-1) >= 0).all()


def test_outcomes_that_are_not_known_yet_change_nothing():
    test, history = forecasts(60, 0.5, seed=5, start=100), forecasts(100, 0.5, seed=6)
    ours = calibrate(test, history)
    for cutoff in (110, 130, 159):
        y = test.y.copy()
        y[test.ds > cutoff] = 1e6
        theirs = calibrate(Forecast(**{**vars(test), "y": y}), history)
        known = test.cutoffs <= cutoff
        np.testing.assert_array_equal(ours.quantiles[known], theirs.quantiles[known])
    assert not np.array_equal(
        ours.quantiles[-1], calibrate(Forecast(**{**vars(test), "y": -test.y - 5}), history).quantiles[-1]
    )


def test_few_outcomes_move_nothing():
    test = forecasts(5, 0.5, start=50)
    np.testing.assert_array_equal(calibrate(test, forecasts(10, 0.5)).quantiles, test.quantiles)


def test_the_calibration_to_come_is_that_of_the_last_cutoff():
    history, test = forecasts(400, 0.5, seed=7), forecasts(1, 0.5, seed=8, start=1000)
    np.testing.assert_array_equal(fit_calibration(history).apply(test).quantiles, calibrate(test, history).quantiles)


def test_p_up_follows_the_calibrated_distribution():
    test = forecasts(50, 0.5, seed=9, start=900)
    test = Forecast(**{**vars(test), "last": np.full(50, -0.5)})
    calibrated = calibrate(test, forecasts(800, 0.5, seed=10))
    expected = p_up_from_quantiles(LEVELS, calibrated.quantiles, test.last)
    np.testing.assert_array_equal(calibrated.p_up, expected)
    assert (calibrated.p_up < 0.85).all()


def test_calibration_stays_within_the_limits():
    test = Forecast(**{**vars(forecasts(50, 0.2, seed=11, start=900)), "limits": (-0.3, 0.3)})
    wide = calibrate(test, forecasts(800, 0.2, seed=12))
    assert wide.quantiles.min() == -0.3
    assert wide.quantiles.max() == 0.3
