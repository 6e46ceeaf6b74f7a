import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longshort.data.calendars import named
from longshort.data.features import features
from longshort.data.panel import Column, Panel
from longshort.data.transforms import (
    Transform,
    fit_coordinates,
    forward,
    from_dict,
    inverse,
    target_affine,
    to_dict,
)
from longshort.data.volatility import ewm_mean, volatility
from longshort.data.windows import Pairs, outcomes
from longshort.errors import DataError, SettingsError

NAMES = ("log_return", "difference", "window_log_ratio", "standardise", "minmax", "none")


def everything(panel):
    return np.ones(len(panel.target), dtype=bool)


@pytest.mark.parametrize("name", NAMES)
def test_inverse_undoes_forward(prices, name):
    panel = prices(series=2)
    coordinates = fit_coordinates(panel, Transform(name=name), everything(panel))
    loc, scale = target_affine(panel, coordinates, 3)
    pairs = Pairs(panel.series, np.arange(len(panel.target)))
    y = outcomes(panel, pairs, 3)
    z = forward(y, loc, scale, coordinates.log)
    known = np.isfinite(y) & np.isfinite(z)
    assert known.mean() > 0.9
    np.testing.assert_allclose(inverse(z[..., None], loc, scale, coordinates.log)[..., 0][known], y[known], rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_inverse_keeps_the_order_of_quantiles(prices, name):
    panel = prices()
    coordinates = fit_coordinates(panel, Transform(name=name), everything(panel))
    loc, scale = target_affine(panel, coordinates, 2)
    z = np.sort(np.random.default_rng(1).standard_normal((len(loc), 2, 5)), axis=-1)
    assert (np.diff(inverse(z, loc, scale, coordinates.log)[2:], axis=-1) > 0).all()


@pytest.mark.parametrize("name", ["auto", *NAMES])
def test_nothing_of_a_row_depends_on_later_rows(prices, name):
    panel = prices(series=2)
    cut = int(panel.times[80])
    coordinates = fit_coordinates(panel.until(cut), Transform(name=name), everything(panel.until(cut)))
    for replacement in (np.nan, 1e6):
        values = panel.values.copy()
        values[panel.times > cut] = replacement
        other = panel.with_values(values)
        visible = panel.times <= cut
        for ours, theirs in (
            (features(panel, coordinates, 3)[1], features(other, coordinates, 3)[1]),
            (target_affine(panel, coordinates, 3)[0], target_affine(other, coordinates, 3)[0]),
            (target_affine(panel, coordinates, 3)[1], target_affine(other, coordinates, 3)[1]),
        ):
            np.testing.assert_array_equal(ours[visible], theirs[visible])


def test_returns_do_not_know_the_unit_of_prices(prices):
    panel = prices()
    coordinates = fit_coordinates(panel, Transform(), everything(panel))
    assert coordinates.settings.name == "log_return"
    scaled = panel.with_values(panel.values * np.array([1000.0, 1000.0, 1000.0, 7.0]))
    _, ours = features(panel, coordinates, 3)
    _, theirs = features(scaled, coordinates, 3)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_auto_takes_differences_where_a_value_is_not_positive(prices):
    panel = prices(alone=True)
    values = panel.values.copy()
    values[3] = 0.0
    coordinates = fit_coordinates(panel.with_values(values), Transform(), everything(panel))
    assert coordinates.settings.name == "difference"


def test_logs_of_zero_are_refused(prices):
    panel = prices(alone=True)
    values = panel.values.copy()
    values[3] = 0.0
    with pytest.raises(DataError, match=r"in 1 row \(first: 0 at 2020-.* in series 'S0'\), but"):
        fit_coordinates(panel.with_values(values), Transform(name="log_return"), everything(panel))


def test_a_level_transform_is_fitted_on_the_rows_marked_and_no_others(prices):
    panel = prices()
    train = np.arange(len(panel.target)) < 50
    coordinates = fit_coordinates(panel, Transform(name="minmax", low=-1.0, high=1.0), train)
    loc, scale = target_affine(panel, coordinates, 1)
    z = (panel.target - loc) / scale[:, 0]
    assert z[:50].min() == pytest.approx(-1.0)
    assert z[:50].max() == pytest.approx(1.0)
    assert np.abs(z).max() > 1.0


def test_a_level_transform_refuses_a_series_that_it_never_saw(prices):
    panel = prices(series=2)
    coordinates = fit_coordinates(panel.only(np.array([0])), Transform(name="standardise"), np.ones(120, dtype=bool))
    with pytest.raises(DataError, match="'S1'"):
        target_affine(panel, coordinates, 1)


def test_bounds_out_of_order_are_refused():
    with pytest.raises(SettingsError, match="not below"):
        fit_coordinates(None, Transform(name="minmax", low=1.0, high=1.0), None)


def test_a_fitted_transform_survives_plain_data(prices):
    panel = prices(series=2)
    for name in NAMES:
        coordinates = fit_coordinates(panel, Transform(name=name), everything(panel))
        again = from_dict(to_dict(coordinates))
        for ours, theirs in zip(target_affine(panel, coordinates, 3), target_affine(panel, again, 3), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=30, deadline=None)
@given(
    values=arrays(np.float64, 12, elements=st.floats(-5, 5) | st.just(np.nan)),
    halflife=st.floats(0.5, 50),
    cut=st.integers(1, 11),
)
def test_ewm_mean_is_the_weighted_mean_of_its_definition(values, halflife, cut):
    panel = Panel(
        values=np.zeros((12, 1)),
        times=np.arange(12),
        sessions=np.arange(12),
        offsets=np.array([0, cut, 12]),
        ids=("a", "b"),
        columns=(Column("y"),),
        calendars=(named("numbered"),) * 2,
        dated=False,
    )
    fast = ewm_mean(panel, values, halflife)
    for row in range(12):
        start = 0 if row < cut else cut
        seen = values[start : row + 1]
        weights = 0.5 ** (np.arange(len(seen))[::-1] / halflife) * ~np.isnan(seen)
        expected = np.nansum(weights * seen) / weights.sum() if weights.sum() else np.nan
        np.testing.assert_allclose(fast[row], expected, rtol=1e-9, atol=1e-12)


def test_volatility_of_a_frozen_series_stays_above_zero(prices):
    panel = prices(alone=True)
    values = panel.values.copy()
    values[40:] = values[40]
    spread = volatility(panel.with_values(values), log=True, halflife=11.0)
    assert (spread[1:] > 0).all()
    assert np.isfinite(spread[1:]).all()
