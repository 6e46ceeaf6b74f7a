import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.forecasting.shrinkage import FEWEST, LIMIT, PRIOR, Shrinkage, fit_shrinkage, long_run_sum

MEDIAN = np.array([0.1, -0.2])
SEEDS = st.integers(0, 10_000)


def trust(forecast, happened, times=None):
    """Fit on forecasts and outcomes given as distances from the training median."""
    median = MEDIAN[: forecast.shape[1]]
    times = np.arange(len(forecast)) if times is None else times
    return fit_shrinkage(median, median + forecast, median + happened, times).trust


def drawn(seed, n, steps=2):
    random = np.random.default_rng(seed)
    return 0.5 * random.standard_normal((n, steps)), random.standard_normal((n, steps))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_movement_that_is_noise_is_taken_away(seed):
    forecast, noise = drawn(seed, 5_000)
    assert trust(forecast, noise) < 0.12


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([0.3, 0.6, 0.9]))
def test_movement_that_is_true_in_part_is_kept_in_that_part(seed, share):
    forecast, noise = drawn(seed, 5_000)
    assert trust(forecast, share * forecast + noise) == pytest.approx(share, abs=0.12)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(-3, 3), st.integers(2, 300))
def test_trust_is_a_share(seed, slope, n):
    forecast, noise = drawn(seed, n)
    assert 0.0 <= trust(forecast, slope * forecast + noise) <= 1.0


def test_movement_in_the_wrong_direction_is_taken_away_and_never_turned_round():
    forecast, noise = drawn(1, 2_000)
    assert trust(forecast, -forecast + noise) == 0.0


def test_movement_that_is_too_small_is_not_enlarged():
    forecast, noise = drawn(1, 2_000)
    assert trust(forecast, 3 * forecast + noise) == 1.0


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_movement_without_any_noise_is_kept_exactly(share):
    forecast, _ = drawn(1, 40)
    assert trust(forecast, share * forecast) == pytest.approx(share, abs=1e-9)


def test_few_rows_leave_the_prior_nearly_as_it_is_and_more_rows_leave_it_behind():
    far = []
    for n in (40, 400, 4_000):
        found = [trust(0.05 * f, e) for f, e in (drawn(seed, n) for seed in range(30))]
        far.append(abs(np.mean(found) - PRIOR))
    assert far[0] < 0.1
    assert far[0] < far[1] < far[2]


def test_too_few_cutoffs_change_nothing():
    forecast, noise = drawn(1, FEWEST - 1)
    assert trust(forecast, noise) == 1.0
    many = np.repeat(forecast, 9, axis=0), np.repeat(noise, 9, axis=0), np.repeat(np.arange(FEWEST - 1), 9)
    assert trust(*many) == 1.0  # the same days of nine series are no more days


def test_the_same_series_nine_times_says_no_more_than_once():
    forecast, noise = drawn(2, 200)
    nine = np.repeat(forecast, 9, axis=0), np.repeat(noise, 9, axis=0), np.repeat(np.arange(200), 9)
    assert trust(*nine) == pytest.approx(trust(forecast, noise), abs=1e-12)


def test_steps_that_overlap_say_less_than_steps_that_do_not():
    random = np.random.default_rng(3)
    walk = np.cumsum(np.concatenate([[0.0], random.standard_normal(2_000)]))
    start, steps = np.arange(1_900), np.arange(1, 21)
    overlapping = walk[start[:, None] + steps] - walk[start[:, None]]
    forecast = 0.05 * np.cumsum(random.standard_normal(1_900))[:, None] * steps / 20
    shuffled = random.permuted(overlapping, axis=0)
    believed, apart = (
        fit_shrinkage(np.zeros(20), forecast, outcomes, start).trust for outcomes in (overlapping, shuffled)
    )
    assert abs(believed - PRIOR) < abs(apart - PRIOR)
    scores = (forecast * np.clip(overlapping, -LIMIT, LIMIT)).sum(axis=1)
    assert long_run_sum(scores, 19) > 3 * long_run_sum(scores, 0)


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(0, 5))
def test_the_long_run_sum_is_that_of_its_definition(seed, lags):
    noise = np.random.default_rng(seed).standard_normal(12)
    weights = np.maximum(1 - np.abs(np.subtract.outer(np.arange(12), np.arange(12))) / (lags + 1), 0)
    assert long_run_sum(noise, lags) == pytest.approx(max(noise @ weights @ noise, 0.0))


def test_one_crash_does_not_decide():
    forecast, noise = drawn(4, 1_000)
    crash = noise.copy()
    crash[500] = -80.0 * np.sign(forecast[500])
    assert trust(forecast, forecast + crash) == pytest.approx(trust(forecast, forecast + noise), abs=0.05)


def test_outcomes_that_are_not_known_count_for_nothing():
    forecast, noise = drawn(5, 300)
    some = noise.copy()
    some[200:] = np.nan
    assert trust(forecast, some) == pytest.approx(trust(forecast[:200], noise[:200]), abs=1e-12)


def test_quantiles_move_with_their_centre():
    shrinkage = Shrinkage(MEDIAN, 0.25)
    centre = np.array([[0.5, 0.2]])
    quantiles = centre[..., None] + np.array([-1.0, 0.0, 1.0])
    moved, spread = shrinkage.apply(centre, quantiles)
    np.testing.assert_allclose(moved, [[0.2, -0.1]])
    np.testing.assert_allclose(spread - moved[..., None], quantiles - centre[..., None], atol=1e-12)
