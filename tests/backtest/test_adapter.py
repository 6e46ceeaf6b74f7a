import numpy as np
import pytest

from longshort.backtest.adapter import adapt
from longshort.data.windows import pairs_between
from longshort.errors import DataError, SettingsError


class Twice:
    """Forecast twice the newest close; remember what was shown."""

    def __init__(self):
        self.shown = []

    def fit(self, panel):
        self.fitted_until = panel.times.max()

    def predict(self, panel):
        self.shown.append(panel.times.max())
        last = np.array([panel.target[panel.rows(i)][-1] for i in range(len(panel))])
        return np.repeat(2 * last[:, None], 3, axis=1)


def test_a_users_model_sees_nothing_after_a_cutoff(prices):
    panel = prices(series=2)
    pairs = pairs_between(panel, int(panel.times[100]), int(panel.times[105]))
    (fitted,) = adapt(Twice(), 3).fit(panel, [int(panel.times[90])])
    forecast = fitted.predict(panel, pairs)
    np.testing.assert_array_equal(forecast.mean[:, 0], 2 * panel.target[pairs.rows])
    np.testing.assert_array_equal(forecast.cutoffs, panel.times[pairs.rows])
    assert fitted.model.fitted_until == panel.times[90]
    assert fitted.model.shown == sorted(set(panel.times[pairs.rows]))
    assert forecast.model == "Twice"


def test_each_cutoff_has_a_model_of_its_own(prices):
    panel = prices()
    first, second = adapt(Twice(), 3).fit(panel, [int(panel.times[50]), int(panel.times[90])])
    assert first.model.fitted_until < second.model.fitted_until


def test_a_wrong_shape_is_refused_by_name(prices):
    class Short:
        def predict(self, panel):
            return np.zeros(2)

    panel = prices()
    (fitted,) = adapt(Short(), 3).fit(panel, [int(panel.times[50])])
    with pytest.raises(DataError, match=r"Short.predict gave the shape \(2,\), but \(1, 3\)"):
        fitted.predict(panel, pairs_between(panel, int(panel.times[60]), int(panel.times[60])))


def test_a_model_that_cannot_forecast_is_refused():
    with pytest.raises(SettingsError, match="no method predict"):
        adapt(object(), 3)
