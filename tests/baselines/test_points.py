"""The baselines that repeat or extend values, against arithmetic done by hand."""

import numpy as np
import pytest

from longshort.baselines import Drift, MovingAverage, Naive, SeasonalNaive, Seasons
from longshort.data.windows import Pairs, last_pairs
from longshort.errors import NotEnoughHistory

NAN = float("nan")
THREE = Seasons(other=3)


def at(*rows):
    return Pairs(np.zeros(len(rows), dtype=np.int64), np.array(rows))


def test_naive_repeats_the_newest_known_value(panel_of):
    panel = panel_of([1.0, 2.0, NAN])
    assert Naive(2).predict(panel, at(0, 1, 2)).mean.tolist() == [[1, 1], [2, 2], [2, 2]]


def test_drift_goes_on_along_the_line_from_first_to_newest(panel_of):
    panel = panel_of([1.0, 9.0, 5.0])
    assert Drift(2).predict(panel, at(2)).mean.tolist() == [[7, 9]]


def test_drift_is_re_estimated_at_each_cutoff(panel_of):
    panel = panel_of([1.0, 3.0, 4.0])
    assert Drift(1).predict(panel, at(0, 1, 2)).mean[:, 0].tolist() == [1, 5, 5.5]


def test_drift_counts_sessions_not_rows(panel_of):
    panel = panel_of([1.0, 2.0, 5.0], sessions=[0, 1, 4])
    assert Drift(1).predict(panel, at(2)).mean.tolist() == [[6]]


def test_drift_reaches_over_a_blank_at_the_cutoff(panel_of):
    panel = panel_of([1.0, 2.0, NAN])
    assert Drift(1).predict(panel, at(2)).mean.tolist() == [[4]]


def test_seasonal_naive_repeats_the_last_season_twice_where_the_horizon_is_longer(panel_of):
    panel = panel_of([9.0, 1.0, 2.0, 3.0])
    assert SeasonalNaive(7, seasons=THREE).predict(panel, at(3)).mean.tolist() == [[1, 2, 3, 1, 2, 3, 1]]


def test_seasonal_naive_takes_each_series_own_season(panel_of):
    panel = panel_of([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0])
    model = SeasonalNaive(2, seasons=Seasons((("a", 2), ("b", 4)), other=1))
    assert model.predict(panel, last_pairs(panel)).mean.tolist() == [[3, 4], [1, 2], [4, 4]]


def test_seasonal_naive_has_the_quantiles_of_its_errors_at_the_same_step(panel_of):
    values = np.tile([10.0, 20.0, 30.0], 30) + np.repeat(np.arange(30) % 2, 3)  # a season repeats 1 too high or too low
    forecast = SeasonalNaive(2, (0.1, 0.5, 0.9), THREE).predict(panel_of(values), at(89))
    assert forecast.mean.tolist() == [[11, 21]]
    assert forecast.quantiles.tolist() == [[[10, 12, 12], [20, 22, 22]]]


def test_seasonal_naive_counts_sessions_not_rows(panel_of):
    panel = panel_of([1.0, 2.0, 3.0, 4.0], sessions=[0, 1, 3, 4])  # session 2 is missing
    assert SeasonalNaive(3, seasons=THREE).predict(panel, at(3)).mean.tolist() == [[2, 3, 4]]


def test_seasonal_naive_falls_back_to_the_newest_value_before_a_season_has_passed(panel_of):
    panel = panel_of([5.0, 6.0], [1.0, 2.0])
    pairs = Pairs(np.array([1]), np.array([3]))
    assert SeasonalNaive(2, seasons=THREE).predict(panel, pairs).mean.tolist() == [[2, 1]]


def test_moving_average_is_the_mean_of_the_last_known_values(panel_of):
    panel = panel_of([100.0, 1.0, 2.0, NAN, 3.0, 4.0, 5.0])
    assert MovingAverage(2).predict(panel, at(6)).mean.tolist() == [[3, 3]]


def test_moving_average_takes_fewer_values_where_there_are_fewer(panel_of):
    panel = panel_of([7.0, 7.0], [1.0, 3.0])
    pairs = Pairs(np.array([1, 1]), np.array([2, 3]))
    assert MovingAverage(1).predict(panel, pairs).mean.tolist() == [[1], [2]]


@pytest.mark.parametrize("model", [Naive(1), Drift(1), MovingAverage(1)], ids=lambda m: m.name)
def test_a_point_baseline_claims_no_distribution(panel_of, model):
    forecast = model.predict(panel_of([1.0, 2.0, 3.0]), at(2))
    assert forecast.quantile_levels == ()
    assert forecast.quantiles.shape == (1, 1, 0)
    assert np.isnan(forecast.p_up).all()


@pytest.mark.parametrize("model", [Naive(1), Drift(1), SeasonalNaive(1), MovingAverage(1)], ids=lambda m: m.name)
def test_nothing_known_yet_is_said_with_series_date_and_model(panel_of, model):
    with pytest.raises(NotEnoughHistory, match=rf"'a' has 0 known values up to 2020-01-01.*'{model.name}' needs 1"):
        model.predict(panel_of([NAN, 2.0]), at(0))


def test_persistence_on_amazon_scores_what_the_issue_says(shared_data, panel_of):
    """Rows 3,019, known before 2017 2,768, test 251; RMSE 12.612, MAE 7.626, MAPE 0.776 %."""
    import polars as pl

    (file,) = shared_data.glob("djia30/AMZN*.csv")
    panel = panel_of(pl.read_csv(file)["High"].to_numpy())
    forecast = Naive(1).predict(panel, at(*range(2767, 3018)))
    error = forecast.y[:, 0] - forecast.mean[:, 0]
    assert (len(panel.target), len(error)) == (3019, 251)
    assert np.sqrt(np.mean(error**2)) == pytest.approx(12.612, abs=5e-4)
    assert np.abs(error).mean() == pytest.approx(7.626, abs=5e-4)
    assert 100 * np.abs(error / forecast.y[:, 0]).mean() == pytest.approx(0.776, abs=5e-4)


def test_last_pairs_forecast_the_sessions_that_come(panel_of):
    panel = panel_of([1.0, 2.0, 3.0])
    forecast = Naive(2).predict(panel, last_pairs(panel))
    assert panel.labels(forecast.ds).astype("datetime64[D]").astype(str).tolist() == [["2020-01-04", "2020-01-05"]]
    assert np.isnan(forecast.y).all()
