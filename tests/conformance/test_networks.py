"""Every network through the list that all models go through: no peeking, determinism, crowds, saving."""

import numpy as np
import pytest

import longshort as ls
from longshort.data.windows import pairs_between

VARIANTS = {
    "lstm": {},
    "gru": {"model.cell": "gru"},
    "rnn": {"model.cell": "rnn", "model.nonlinearity": "relu"},
    "point": {"model.head": "point"},
    "student": {"model.head": "student_t"},
    "bounded": {"model.head": "bounded", "model.low": 0.0, "model.high": 1000.0, "transform.name": "none"},
    "windows": {"window.method": "single", "transform.name": "window_log_ratio"},
    "minmax": {"window.method": "single", "transform.name": "minmax"},
    "standardise": {"transform.name": "standardise"},
    "difference": {"transform.name": "difference"},
    "no validation": {"training.validation": 0.0},
    "rolling": {"window.history": 60},
    "free run": {"window.steps": "recursive", "training.members": 1},
}
ARRAYS = ("mean", "quantiles", "p_up", "ds", "last", "seed_mean", "seed_quantiles")


@pytest.fixture(params=VARIANTS)
def recipe(request, small):
    return small.replace(VARIANTS[request.param])


def panel_for(recipe, prices, **shape):
    return prices(alone=recipe.window.steps == "recursive", **shape)


def fitted_and_forecast(recipe, panel, row=90):
    (fitted,) = recipe.fit(panel, [int(panel.times[row])])
    return fitted, fitted.predict(panel, pairs_between(panel, int(panel.times[row]), int(panel.times[row + 6])))


def same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("replacement", [np.nan, 1e6])
def test_what_comes_after_a_cutoff_changes_no_bit_of_its_forecast(recipe, prices, replacement):
    panel = panel_for(recipe, prices, series=2)
    fitted, ours = fitted_and_forecast(recipe, panel)
    values = panel.values.copy()
    values[panel.times > panel.times[92]] = replacement
    changed = panel.with_values(values)
    again, _ = fitted_and_forecast(recipe, changed.until(int(panel.times[96])))
    for weights, others in zip(fitted.parameters, again.parameters, strict=True):
        for name in weights:
            np.testing.assert_array_equal(weights[name], others[name])
    theirs = again.predict(changed, pairs_between(panel, int(panel.times[90]), int(panel.times[96])))
    visible = ours.cutoffs <= panel.times[92]
    same(ours.select(visible), theirs.select(visible))


def test_the_same_seed_gives_the_same_bits(recipe, prices):
    panel = panel_for(recipe, prices)
    same(fitted_and_forecast(recipe, panel)[1], fitted_and_forecast(recipe, panel)[1])


def test_quantiles_never_cross(recipe, prices):
    _, forecast = fitted_and_forecast(recipe, panel_for(recipe, prices))
    assert (np.diff(forecast.quantiles, axis=-1) >= 0).all()
    assert np.isfinite(forecast.mean).all()


def test_one_series_forecasts_alone_as_in_a_crowd(recipe, prices):
    panel = panel_for(recipe, prices, series=3)
    (fitted,) = recipe.fit(panel, [int(panel.times[90])])
    crowd = fitted.predict(panel, pairs_between(panel, int(panel.times[90]), int(panel.times[96])))
    single = panel.only(np.array([1]))
    alone = fitted.predict(single, pairs_between(single, int(panel.times[90]), int(panel.times[96])))
    for name in ARRAYS:  # a matrix product may round a row's last bit by its place among the others
        mine = getattr(crowd.select(crowd.series == 1), name)
        np.testing.assert_allclose(mine, getattr(alone, name), rtol=1e-6, err_msg=name)


def test_saved_and_loaded_forecasts_the_same(recipe, prices, tmp_path):
    panel = panel_for(recipe, prices)
    forecaster = recipe.fit(panel)
    forecaster.save(tmp_path / "model")
    same(forecaster.predict(), ls.load(tmp_path / "model").predict())


def test_a_bounded_head_never_leaves_its_limits_calibrated_or_not(prices, small):
    recipe = small.replace(VARIANTS["bounded"] | {"model.low": 98.0, "model.high": 99.0})
    forecast = recipe.fit(prices()).predict()
    assert forecast.limits == (98.0, 99.0)
    assert (forecast.quantiles >= 98.0).all()
    assert (forecast.quantiles <= 99.0).all()
