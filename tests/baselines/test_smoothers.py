"""Theta and ETS as baselines: fitted on the past alone, carried from cutoff to cutoff, each series by itself."""

import numpy as np
import pytest

from longshort.baselines import Ets, Naive, SeasonalNaive, Seasons, Theta
from longshort.data.windows import Pairs, last_pairs

YEAR = Seasons(other=12)
both = pytest.mark.parametrize("kind", [Theta, Ets], ids=["theta", "ets"])


def at(*rows):
    return Pairs(np.zeros(len(rows), dtype=np.int64), np.array(rows))


def fitted(model, panel, row):
    (one,) = model.fit(panel, [int(panel.times[row])])
    return one


def seasonal(rows, slope=0.5, seed=0):
    random = np.random.default_rng(seed)
    months = np.arange(rows)
    return 100 + slope * months + 10 * np.sin(2 * np.pi * months / 12) + random.normal(size=rows)


@both
def test_a_constant_is_forecast_by_itself(panel_of, kind):
    panel = panel_of(np.full(60, 7.0))
    forecast = fitted(kind(3), panel, 49).predict(panel, at(49, 59))
    np.testing.assert_allclose(forecast.mean, 7.0, rtol=1e-9)
    np.testing.assert_allclose(forecast.quantiles, 7.0, rtol=1e-9)


@both
def test_a_trend_with_a_season_is_forecast_better_than_by_repeating(panel_of, kind):
    panel = panel_of(seasonal(144))
    pairs = at(*range(96, 132))
    error = {
        model.name: np.abs((forecast := fitted(model, panel, 95).predict(panel, pairs)).y - forecast.mean).mean()
        for model in (kind(12, seasons=YEAR), SeasonalNaive(12, seasons=YEAR), Naive(12))
    }
    own = error.pop(kind.name)
    assert own < 0.5 * min(error.values())


@both
def test_without_a_season_none_is_made_up(panel_of, kind):
    panel = panel_of(seasonal(120))
    forecast = fitted(kind(12), panel, 119).predict(panel, at(119))
    curved = np.diff(forecast.mean[0], 2)
    np.testing.assert_allclose(curved, 0, atol=0.2)


@both
def test_parameters_come_from_the_fit_and_the_state_from_the_cutoff(panel_of, kind):
    values = seasonal(120)
    later = values.copy()
    later[100:] += 40
    one, two = (panel_of(v) for v in (values, later))
    early = fitted(kind(2, seasons=YEAR), one, 95).predict(two, at(98, 119))
    same = fitted(kind(2, seasons=YEAR), two, 95).predict(two, at(98, 119))
    np.testing.assert_array_equal(early.mean, same.mean)
    old = fitted(kind(2, seasons=YEAR), one, 95).predict(one, at(98, 119))
    np.testing.assert_array_equal(early.mean[0], old.mean[0])
    assert (early.mean[1] != old.mean[1]).all()


@both
def test_each_series_has_its_own_season(panel_of, kind):
    panel = panel_of(seasonal(120), seasonal(120))
    mixed = kind(12, seasons=Seasons((("a", 12), ("b", 1))))
    forecast = fitted(mixed, panel, 119).predict(panel, last_pairs(panel))
    alone = fitted(kind(12, seasons=YEAR), panel, 119).predict(panel, last_pairs(panel))
    np.testing.assert_array_equal(forecast.mean[0], alone.mean[0])
    assert not np.array_equal(forecast.mean[1], alone.mean[1])


@both
def test_its_distribution_holds_what_it_says(panel_of, kind):
    panel = panel_of(seasonal(600, slope=0))
    forecast = fitted(kind(3, seasons=YEAR), panel, 299).predict(panel, at(*range(300, 590)))
    inside = (forecast.quantile(0.1) <= forecast.y) & (forecast.y <= forecast.quantile(0.9))
    assert inside.mean() == pytest.approx(0.8, abs=0.06)


@both
def test_a_series_that_was_unknown_at_the_fit_has_numbers_or_none(panel_of, kind):
    values = seasonal(60)
    late = np.where(np.arange(60) < 50, np.nan, values)
    panel = panel_of(values, late)
    forecast = fitted(kind(2, seasons=YEAR), panel, 40).predict(panel, last_pairs(panel))
    assert np.isfinite(forecast.mean[0]).all()
    assert np.isnan(forecast.mean[1]).all() or np.isfinite(forecast.mean[1]).all()


@both
def test_several_cutoffs_fitted_at_once_are_as_fitted_alone(panel_of, kind, monkeypatch):
    panel = panel_of(seasonal(90), seasonal(50, seed=1))
    cutoffs = [int(panel.times[row]) for row in (0, 20, 21, 60, 89)]
    baseline = kind(3, (0.1, 0.9), Seasons(other=7))
    together = baseline.fit(panel, cutoffs)
    monkeypatch.setattr("longshort.baselines.smoothers.TOGETHER", 100)
    for fitted, cutoff in zip(together, cutoffs, strict=True):
        for one in (baseline.fit(panel, [cutoff])[0], baseline.fit(panel, cutoffs)[cutoffs.index(cutoff)]):
            rows = np.arange(len(panel.times))
            np.testing.assert_array_equal(one.points(panel, rows), fitted.points(panel, rows))
