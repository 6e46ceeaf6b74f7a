"""Every baseline through the list that all models go through: no peeking, determinism, crowds, dates, short history."""

import numpy as np
import pytest

from longshort.baselines import (
    NAMES,
    Drift,
    Ets,
    Garch,
    Mean,
    MovingAverage,
    Naive,
    SeasonalMean,
    SeasonalNaive,
    Seasons,
    Theta,
    VolatilityCone,
    Zero,
)
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.data.windows import Pairs, last_pairs, pairs_between
from longshort.errors import NotEnoughHistory

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
HORIZON = 3
WEEK = Seasons(other=7)
MODELS = [
    Naive(HORIZON),
    Drift(HORIZON),
    Mean(HORIZON, LEVELS),
    MovingAverage(HORIZON),
    SeasonalNaive(HORIZON, LEVELS, WEEK),
    SeasonalNaive(HORIZON, LEVELS, Seasons(other=2)),
    SeasonalMean(HORIZON, LEVELS, WEEK),
    Theta(HORIZON, LEVELS, WEEK),
    Theta(HORIZON, LEVELS),
    Ets(HORIZON, LEVELS, WEEK),
    Ets(HORIZON, LEVELS),
    Zero(HORIZON, LEVELS),
    VolatilityCone(HORIZON, LEVELS),
    VolatilityCone(HORIZON, LEVELS, length=30),
    Garch(HORIZON, LEVELS),
]
ARRAYS = ("series", "cutoffs", "ds", "last", "mean", "quantiles", "p_up", "seed_mean", "seed_quantiles")
every = pytest.mark.parametrize("model", MODELS, ids=repr)


def panel_of(*histories, ids=None):
    """Put price histories on days that all end on the same one; the third day from the end of each is blank."""
    days = named("daily")
    newest = int(days.numbers(np.array(["2020-12-31"], dtype="datetime64[us]").astype(np.int64))[0])
    sessions = [np.arange(newest - len(values) + 1, newest + 1) for values in histories]
    values = np.concatenate(histories)
    ends = np.cumsum([len(values) for values in histories])
    values[ends - 3] = np.nan
    return Panel(
        values=values[:, None],
        times=days.times(np.concatenate(sessions)),
        sessions=np.concatenate(sessions),
        offsets=np.concatenate([[0], ends]),
        ids=ids or tuple(f"S{i}" for i in range(len(histories))),
        columns=(Column("Close", "close"),),
        calendars=(days,) * len(histories),
    )


def prices(rows, seed, low=50.0):
    return low + 50 * np.exp(np.cumsum(0.01 * np.random.default_rng(seed).standard_t(5, rows)))


@pytest.fixture
def panel():
    return panel_of(prices(260, 0), prices(150, 1), prices(260, 2, low=-80.0))


def forecast_of(model, panel, back=20):
    """Fit 20 sessions before the end and forecast from every session since."""
    (fitted,) = model.fit(panel, [int(panel.times[-1 - back])])
    return fitted.predict(panel, pairs_between(panel, int(panel.times[-1 - back]), int(panel.times[-1])))


def same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@every
@pytest.mark.parametrize("replacement", [np.nan, 1e6, -1e6])
def test_what_comes_after_a_cutoff_changes_no_bit_of_its_forecast(model, panel, replacement):
    cutoff = panel.times[-11]
    values = panel.values.copy()
    values[panel.times > cutoff] = replacement
    ours, theirs = forecast_of(model, panel), forecast_of(model, panel.with_values(values))
    visible = ours.cutoffs <= cutoff
    assert visible.sum() == 3 * 11 - 3 + 3
    same(ours.select(visible), theirs.select(visible))


@every
def test_a_series_that_began_after_the_fit_is_not_peeked_into(model):
    panel = panel_of(prices(260, 0), prices(15, 1))
    cutoff = panel.times[-9]
    values = panel.values.copy()
    values[panel.times > cutoff] = 1e6
    forecasts = []
    for one in (panel, panel.with_values(values)):
        (fitted,) = model.fit(one, [int(panel.times[260 - 20])])
        forecasts.append(fitted.predict(one, pairs_between(panel, int(panel.times[-13]), int(panel.times[-1]))))
    ours, theirs = forecasts
    same(ours.select(ours.cutoffs <= cutoff), theirs.select(theirs.cutoffs <= cutoff))


@every
def test_a_fit_sees_nothing_after_its_cutoff(model, panel):
    cutoffs = [int(panel.times[-40]), int(panel.times[-20])]
    values = panel.values.copy()
    values[panel.times > cutoffs[0]] = 1e6
    early, _ = model.fit(panel.with_values(values), cutoffs)
    pairs = pairs_between(panel, cutoffs[0], int(panel.times[-1]))
    same(early.predict(panel, pairs), model.fit(panel, cutoffs)[0].predict(panel, pairs))


@every
def test_the_same_call_gives_the_same_bits(model, panel):
    same(forecast_of(model, panel), forecast_of(model, panel))


@every
def test_one_series_forecasts_alone_as_in_a_crowd(model, panel):
    crowd = forecast_of(model, panel)
    for series, unique_id in enumerate(panel.ids):
        alone = forecast_of(model, panel_of(panel.target[panel.rows(series)], ids=(unique_id,)))
        mine = crowd.select(crowd.series == series)
        for name in ARRAYS[1:]:
            np.testing.assert_array_equal(getattr(mine, name), getattr(alone, name), err_msg=name)


@every
def test_a_forecast_does_not_depend_on_which_others_are_asked_for(model, panel):
    (fitted,) = model.fit(panel, [int(panel.times[-21])])
    pairs = pairs_between(panel, int(panel.times[-21]), int(panel.times[-1]))
    chosen = np.array([30, 2, 17, 2])
    same(fitted.predict(panel, pairs).select(chosen), fitted.predict(panel, pairs[chosen]))


@every
def test_shapes_are_pair_by_step_by_level_and_quantiles_never_cross(model, panel):
    forecast = forecast_of(model, panel)
    levels = getattr(model, "quantile_levels", ())
    assert forecast.model == model.name
    assert forecast.quantile_levels == levels
    assert forecast.mean.shape == forecast.y.shape == forecast.p_up.shape == forecast.ds.shape == (63, HORIZON)
    assert forecast.quantiles.shape == (63, HORIZON, len(levels))
    assert (np.diff(forecast.quantiles, axis=-1) >= 0).all()
    assert np.isfinite(forecast.mean).all()
    assert np.isfinite(forecast.quantiles).all()
    assert np.isfinite(forecast.p_up).all() == bool(levels)


@every
def test_the_dates_are_those_of_the_coming_sessions(model, panel):
    (fitted,) = model.fit(panel, [int(panel.times[-1])])
    forecast = fitted.predict(panel, last_pairs(panel))
    day = 86_400_000_000
    np.testing.assert_array_equal(forecast.ds, forecast.cutoffs[:, None] + day * np.arange(1, HORIZON + 1))
    assert np.isnan(forecast.y).all()


@every
def test_a_blank_at_the_cutoff_leaves_the_newest_known_value(model, panel):
    row = int(panel.offsets[1]) - 3
    (fitted,) = model.fit(panel, [int(panel.times[-20])])
    forecast = fitted.predict(panel, Pairs(np.array([0]), np.array([row])))
    assert forecast.last[0] == panel.target[row - 1]
    assert np.isfinite(forecast.mean).all()


@every
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_hardly_any_history_gives_numbers_or_says_what_is_missing(model, rows):
    panel = panel_of(np.array([np.nan] * 5 + [10.0, 11.0, 12.0, 13.0][:rows] + [np.nan] * 2 + [10.5]))
    panel = panel.until(int(panel.times[4 + rows]))
    (fitted,) = model.fit(panel, [int(panel.times[-1])])
    try:
        forecast = fitted.predict(panel, last_pairs(panel))
    except NotEnoughHistory as error:
        assert "needs 2" in error.message
        assert rows == 1
    else:
        assert np.isfinite(forecast.mean).all()
        missing = np.isnan(forecast.quantiles)
        assert missing.all() or not missing.any()  # fewer than two past errors are no distribution, and no half of one
        assert not missing.any() or rows < 3


@every
def test_no_pairs_give_an_empty_forecast(model, panel):
    (fitted,) = model.fit(panel, [int(panel.times[-1])])
    forecast = fitted.predict(panel, Pairs(np.array([], dtype=np.int64), np.array([], dtype=np.int64)))
    assert len(forecast) == 0
    assert forecast.horizon == HORIZON


@every
def test_a_blank_panel_has_no_forecasts_and_no_fault(model, panel):
    blank = panel.with_values(np.full_like(panel.values, np.nan))
    (fitted,) = model.fit(blank, [int(panel.times[-1])])
    assert len(fitted.predict(blank, last_pairs(blank))) == 0


@every
def test_one_fit_for_each_cutoff(model, panel):
    assert len(model.fit(panel, [int(time) for time in panel.times[100:103]])) == 3


def test_no_baseline_is_left_out_here():
    assert {model.name for model in MODELS} == set(NAMES)
