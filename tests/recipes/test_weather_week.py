import numpy as np

from longshort.data.readers import read
from longshort.recipes.running import run
from longshort.recipes.weather_week import with_wave

LITTLE = {"training.members": 1, "training.epochs": 1, "training.steps_per_epoch": 2}


def test_the_last_two_years_are_tested(shared_data):
    found = run("weather-week", data=[shared_data / "classic/temps.csv"], changes=LITTLE)
    last = found.forecasts["naive"]
    first_step = ~np.isnan(last.y[:, 0])
    assert first_step.sum() == 729  # the file lacks the last day of leap years, and so an outcome
    assert str(last.cutoffs[0].astype("datetime64[us]")).startswith("1988-12-30")
    assert str(last.cutoffs[-1].astype("datetime64[us]")).startswith("1990-12-30")
    assert found.coming[found.network].ds.shape == (1, 7)


def test_the_wave_is_that_of_the_day_and_reaches_a_week_ahead(shared_data):
    panel = with_wave(read(shared_data / "classic/temps.csv"), 7)
    assert [column.known for column in panel.columns] == ["past_only", "known_future", "known_future"]
    assert np.isnan(panel.target[-7:]).all()
    assert not np.isnan(panel.values[:, 1:]).any()
    labels = panel.labels(panel.times).astype("datetime64[D]")
    summer = panel.values[labels == np.datetime64("1990-07-02")]
    np.testing.assert_allclose(summer[0, 1:], [0.0, -1.0], atol=0.02)


def test_weather_that_is_made_up_comes_back_to_its_season():
    found = run("weather-week", synthetic=True, quick=True)
    forecast, last = found.forecasts[found.network], found.forecasts["naive"]
    errors = [np.sqrt(np.nanmean((each.mean - each.y) ** 2, axis=0)) for each in (forecast, last)]
    assert (errors[0][2:] < 0.9 * errors[1][2:]).all()
