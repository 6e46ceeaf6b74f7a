"""Mean, zero and seasonal mean, against arithmetic done by hand."""

import numpy as np
import pytest

from longshort.baselines import Mean, SeasonalMean, Seasons, Zero
from longshort.data.windows import Pairs, last_pairs
from longshort.errors import NotEnoughHistory

NAN = float("nan")
THREE = Seasons(other=3)
MODELS = [Mean(1), Zero(1), SeasonalMean(1, seasons=THREE)]
every = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def at(*rows):
    return Pairs(np.zeros(len(rows), dtype=np.int64), np.array(rows))


def test_the_mean_is_of_all_that_was_known_at_the_cutoff_and_the_same_at_every_step(panel_of):
    panel = panel_of([2.0, 4.0, NAN, 9.0])
    assert Mean(2).predict(panel, at(0, 1, 2, 3)).mean.tolist() == [[2, 2], [3, 3], [3, 3], [5, 5]]


def test_a_small_series_behind_a_large_one_keeps_all_its_digits(panel_of):
    panel = panel_of([1e18, 3e18], [0.1, 0.3])
    assert Mean(1).predict(panel, last_pairs(panel)).mean.tolist() == [[2e18], [0.2]]


def test_zero_is_zero_and_its_distribution_is_what_was_observed(panel_of):
    values = np.arange(41.0)
    forecast = Zero(2, (0.0, 0.5, 1.0)).predict(panel_of(values), at(40))
    assert forecast.mean.tolist() == [[0, 0]]
    assert forecast.quantiles.tolist() == [[[1, 20.5, 40], [2, 21, 40]]]  # from the first that the rule could forecast


def test_the_seasonal_mean_averages_each_place_by_itself(panel_of):
    panel = panel_of([1.0, 10.0, 100.0, 3.0, 30.0])
    assert SeasonalMean(4, seasons=THREE).predict(panel, at(4)).mean.tolist() == [[100, 2, 20, 100]]


def test_the_seasonal_mean_is_of_what_was_known_at_each_cutoff(panel_of):
    panel = panel_of([1.0, 10.0, 100.0, 3.0, 30.0, 200.0])
    forecast = SeasonalMean(1, seasons=THREE).predict(panel, at(2, 3, 4, 5))
    assert forecast.mean[:, 0].tolist() == [1, 10, 100, 2]


def test_the_seasonal_mean_counts_sessions_not_rows(panel_of):
    panel = panel_of([1.0, 10.0, 100.0, 30.0, 200.0], sessions=[0, 1, 2, 4, 5])  # session 3 is missing
    assert SeasonalMean(3, seasons=THREE).predict(panel, at(4)).mean.tolist() == [[1, 20, 150]]


def test_a_place_that_was_never_seen_has_the_mean_of_all(panel_of):
    panel = panel_of([1.0, NAN, 5.0, 3.0])
    assert SeasonalMean(2, seasons=THREE).predict(panel, at(3)).mean.tolist() == [[3, 5]]


def test_without_a_season_the_seasonal_mean_is_the_mean(panel_of):
    panel = panel_of([1.0, 2.0, 6.0], [4.0, 8.0])
    model = SeasonalMean(2, seasons=Seasons((("b", 2),), other=1))
    assert model.predict(panel, last_pairs(panel)).mean.tolist() == [[3, 3], [4, 8]]


def test_a_long_season_is_averaged_like_a_short_one(panel_of):
    pattern = np.arange(168.0)
    panel = panel_of(np.concatenate([pattern - 1, pattern + 1, pattern]))
    forecast = SeasonalMean(168, seasons=Seasons(other=168)).predict(panel, at(3 * 168 - 1))
    np.testing.assert_allclose(forecast.mean[0], pattern, atol=1e-12)


@every
def test_nothing_known_yet_is_said_with_series_date_and_model(panel_of, model):
    with pytest.raises(NotEnoughHistory, match=rf"'a' has 0 known values up to 2020-01-01.*'{model.name}' needs 1"):
        model.predict(panel_of([NAN, 2.0]), at(0))
