import numpy as np

from longshort.recipes.running import run


def test_the_must_is_met_and_the_gain_is_called_mechanical(shared_data):
    found = run("amzn-honest", data=[shared_data / "djia30/AMZN_2006-01-01_to_2018-01-01.csv"])
    forecast = found.forecasts[found.network]
    assert np.sqrt(np.mean((forecast.mean - forecast.y) ** 2)) <= 11.8
    assert "The gain is mechanical, not foresight: the session's close is fresher than its high" in found.verdict
    assert "95 % interval" in found.verdict
    assert str(forecast.cutoffs[0].astype("datetime64[us]")).startswith("2016-12-30")


def test_it_runs_on_prices_that_are_made_up():
    found = run("amzn-honest", synthetic=True, quick=True)
    assert found.synthetic
    assert found.training_shape[1:] == (60, 8)
