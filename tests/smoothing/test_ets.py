from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.smoothing import fit_ets, fit_theta, history

FITS = pytest.mark.parametrize("fit", [fit_ets, fit_theta])
FEW = settings(max_examples=30, deadline=None)


def seasonal_series(seed=0, count=96, length=12, kind="multiplicative", noise=0.02):
    random, sessions = np.random.default_rng(seed), np.arange(count)
    level, wave = 50 + 0.3 * sessions, np.sin(2 * np.pi * sessions / length)
    clean = level * (1 + 0.4 * wave) if kind == "multiplicative" else level + 15 * wave
    return clean * (1 + noise * random.normal(size=count))


@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
def test_the_kind_of_season_that_made_the_data_is_chosen_and_foretells_them(rows_of, kind):
    values = seasonal_series(kind=kind)
    found = fit_ets(rows_of(values[:72]), 12)
    assert found.forms() == [f"drift, {kind} season"]
    ahead = found.forecasts(rows_of(values[:72]), 24)[-1]
    assert np.abs(ahead / values[72:] - 1).mean() < 0.05


def test_a_level_a_drift_and_a_damped_trend_are_chosen_where_they_made_the_data(rows_of):
    random = np.random.default_rng(5)
    noise = random.normal(size=(3, 120))
    level = 10 + noise[0]
    drift = 10 + 0.5 * np.arange(120) + noise[1]
    trend, damped, change = 10.0, [], 0.0
    for shock in noise[2]:
        damped.append(trend + 0.95 * change + shock)
        trend, change = trend + 0.95 * change + 0.9 * shock, 0.95 * change + 0.18 * shock
    assert fit_ets(rows_of(level, drift, damped)).forms() == ["level", "drift", "damped trend"]


def test_noise_seldom_looks_like_a_season_or_a_trend(rows_of):
    noise = np.random.default_rng(6).normal(size=(60, 40))
    forms = fit_ets(rows_of(*noise), 6).forms()
    assert forms.count("level") > 50


def test_a_drift_is_that_of_the_newest_values(rows_of):
    values = np.cumsum(1 + np.random.default_rng(10).normal(size=80))
    found = fit_ets(rows_of(values))
    assert found.forms() == ["drift"]
    assert found.states.trend[0] == pytest.approx(np.polyfit(np.arange(10), values[-10:], 1)[0])


@FITS
def test_what_is_asked_of_little_data_is_answered(rows_of, fit):
    rows = rows_of([3.0], [3.0, 5.0], [3.0, 5.0, 4.0], [7.0] * 30, [0.0] * 30, [], [np.nan, 4.0, np.nan], [np.inf])
    found = fit(rows, 12)
    ahead = found.forecasts(rows, 3)
    ends = ahead[rows.offsets[1:][np.diff(rows.offsets) > 0] - 1]
    assert np.array_equal(ends[[0, 3, 4, 5]], np.repeat([[3.0], [7.0], [0.0], [4.0]], 3, axis=1))
    assert ((ends[1:3] >= 3.0) & (ends[1:3] <= 7.0)).all()
    assert np.isnan(ends[6]).all()
    assert found.count.tolist() == [1, 2, 3, 30, 30, 0, 1, 0]
    assert [form.partition(",")[0] == "no observations" for form in found.forms()] == [False] * 5 + [True, False, True]
    assert found.deviation[[0, 3, 4]].tolist() == [0, 0, 0]


@FITS
@FEW
@given(data=st.data(), length=st.integers(1, 5))
def test_no_data_are_refused_and_nothing_infinite_comes_out(panels, fit, data, length):
    extreme = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-10, 10), st.just(1.0))
    rows, _ = data.draw(panels(extreme, most=3, rows=25))
    found = fit(rows, length)
    assert not np.isinf(found.forecasts(rows, 4)).any()
    assert len(found.forms()) == len(rows)


@FITS
def test_a_season_needs_two_seasons_and_one_that_multiplies_positive_values(rows_of, fit):
    wave = seasonal_series(count=48)
    rows = rows_of(wave[:23], wave, wave - wave.min(), wave[:24])
    seasons = fit(rows, 12).states.seasonal
    assert seasons[0] == 0
    assert seasons[1] == 2
    assert seasons[2] != 2
    assert fit(rows, np.array([1, 1, 1, 1])).states.seasonal.tolist() == [0, 0, 0, 0]


@FITS
def test_what_comes_after_the_end_is_not_looked_at(rows_of, fit):
    values = seasonal_series()
    rows, ends = rows_of(values, values), np.array([60, 96 + 70])
    changed = replace(rows, values=np.where(np.arange(192) % 96 >= 60, 1e6, rows.values))
    found, others = fit(rows, 12, ends), fit(changed, 12, np.array([60, 96 + 60]))
    assert found.forecasts(rows, 5)[:60].tolist() == others.forecasts(changed, 5)[:60].tolist()
    alone = fit(rows_of(values[:70]), 12)
    assert found.forecasts(rows, 5)[96 : 96 + 70].tolist() == alone.forecasts(rows_of(values[:70]), 5).tolist()


@FITS
def test_a_series_is_fitted_alike_in_any_company_on_any_threads_and_by_numpy(rows_of, fit, monkeypatch):
    series = [seasonal_series(seed, count, noise=0.1) for seed, count in ((0, 96), (1, 30), (2, 50), (3, 8), (4, 64))]
    series[3][2] = np.nan
    together = fit(rows_of(*series), 12, threads=2)
    turned = fit(rows_of(*series[::-1]), 12)
    monkeypatch.setenv("LONGSHORT_KERNEL", "reference")
    plain = fit(rows_of(*series), 12)
    for number, values in enumerate(series):
        ahead = [
            found.forecasts(rows_of(*others), 6)[np.cumsum([len(part) for part in others])[place] - 1].tolist()
            for found, others, place in (
                (together, series, number),
                (turned, series[::-1], -1 - number),
                (plain, series, number),
                (fit(rows_of(values), 12), [values], 0),
            )
        ]
        assert all(one == ahead[0] for one in ahead)


@FITS
@pytest.mark.parametrize("exponent", [-900, -3, 1, 900])
def test_another_unit_changes_nothing_but_the_unit(rows_of, fit, exponent):
    values = seasonal_series(noise=0.05)
    found, scaled = fit(rows_of(values), 12), fit(rows_of(np.ldexp(values, exponent)), 12)
    assert scaled.forms() == found.forms()
    ahead, in_unit = found.forecasts(rows_of(values), 9), scaled.forecasts(rows_of(np.ldexp(values, exponent)), 9)
    assert in_unit.tolist() == np.ldexp(ahead, exponent).tolist()
    assert scaled.deviation.tolist() == np.ldexp(found.deviation, exponent).tolist()


@FITS
def test_a_constant_more_is_a_constant_more_in_every_forecast(rows_of, fit):
    random = np.random.default_rng(7)
    values = np.cumsum(random.normal(size=60)) + 20
    found, higher = fit(rows_of(values)), fit(rows_of(values + 12.0))
    np.testing.assert_allclose(
        higher.forecasts(rows_of(values + 12.0), 4), found.forecasts(rows_of(values), 4) + 12.0, rtol=1e-6
    )


@FITS
def test_sessions_that_are_missing_do_not_shift_a_season(rows_of, fit):
    values = seasonal_series(count=120)
    kept = np.setdiff1d(np.arange(108), [17, 18, 40, 41, 42, 43, 44, 45, 46, 70])
    rows = rows_of(values[kept], sessions=[kept])
    found = fit(rows, 12)
    assert np.abs(found.forecasts(rows, 12)[-1] / values[108:] - 1).mean() < 0.06


@FITS
def test_a_long_series_begins_with_its_first_row_and_ends_as_if_only_the_newest_were_there(rows_of, fit, monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 60)
    values = seasonal_series(count=400, kind="additive", noise=0.05) - 0.3 * np.arange(400)
    whole, newest = rows_of(values), rows_of(values[-60:], sessions=[np.arange(340, 400)])
    found, cut = fit(whole, 12), fit(newest, 12)
    assert found.count.tolist() == [60]
    assert np.isfinite(found.forecasts(whole, 3)).all()
    np.testing.assert_allclose(found.forecasts(whole, 12)[-1], cut.forecasts(newest, 12)[-1], rtol=0.02)
    errors = found.forecasts(whole, 1)[:100, 0] / values[1:101] - 1
    assert np.abs(errors).mean() < 0.15


def test_the_deviation_is_that_of_the_one_step_forecasts(rows_of):
    values = np.cumsum(np.random.default_rng(3).normal(size=80))
    found = fit_ets(rows_of(values))
    first = found.states.level + found.parameters.phi * found.states.trend
    errors = values - np.append(first, found.forecasts(rows_of(values), 1)[:-1])
    assert found.deviation[0] == pytest.approx(np.sqrt((errors**2).mean()))


@FITS
def test_a_fit_of_nothing_is_a_smoother_of_nothing(rows_of, fit):
    found = fit(rows_of(), 4)
    assert (found.forms(), found.forecasts(rows_of(), 2).shape) == ([], (0, 2))
