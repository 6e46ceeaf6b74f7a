"""Which baselines stand in a table: by the data known at the first fit, or by name."""

import numpy as np
import pytest

from longshort.baselines import NAMES, Garch, SeasonalNaive, Seasons, VolatilityCone, baselines_for
from longshort.errors import SettingsError

LEVELS = (0.1, 0.5, 0.9)
ALWAYS = ["naive", "drift", "mean", "moving_average", "theta", "ets", "volatility_cone", "garch"]
WEEKLY = [*ALWAYS[:4], "seasonal_naive", "seasonal_mean", *ALWAYS[4:]]


def chosen(panel, **options):
    return baselines_for(panel, 2, LEVELS, **{"until": int(panel.times.max())} | options)


def names(panel, **options):
    return [model.name for model in chosen(panel, **options).baselines]


def weekly(rows=140, seed=0):
    return 10 + 5 * (np.arange(rows) % 7 == 3) + np.random.default_rng(seed).normal(size=rows) / 4


def noise(rows=140, seed=0):
    return np.random.default_rng(seed).normal(size=rows)


def sold(rows=140, seed=0):
    return np.random.default_rng(seed).poisson(0.3, rows).astype(float)


def test_what_has_a_season_is_held_against_it(panel_of):
    panel = panel_of(weekly())
    assert names(panel) == WEEKLY
    assert chosen(panel).left_out == ()


def test_what_has_none_is_not_and_that_is_said(panel_of):
    panel = panel_of(noise())
    assert names(panel) == ALWAYS
    assert chosen(panel).left_out == (("seasonal_naive", "no_season"), ("seasonal_mean", "no_season"))


def test_a_season_overrides_what_the_data_show(panel_of):
    assert names(panel_of(noise()), season=5) == WEEKLY
    assert names(panel_of(weekly()), season=1) == ALWAYS
    (model,) = chosen(panel_of(noise()), season=5, names=["seasonal_naive"]).baselines
    assert model == SeasonalNaive(2, LEVELS, Seasons((("a", 5),), 5))


def test_counts_that_are_mostly_zero_are_held_against_zero(panel_of):
    assert "zero" in names(panel_of(sold()))
    assert "zero" not in names(panel_of(np.abs(noise())))
    assert "zero" not in names(panel_of(-sold()))


def test_that_zero_is_no_forecast_for_prices_goes_without_saying(panel_of):
    assert "zero" not in dict(chosen(panel_of(noise())).left_out)


def test_only_what_was_known_at_the_first_fit_decides(panel_of):
    calm, busy = np.zeros(140), 5 + weekly()
    panel = panel_of(np.concatenate([noise(), busy]))
    assert names(panel, until=int(panel.times[139])) == ALWAYS
    panel = panel_of(np.concatenate([calm, busy, busy]))
    assert "zero" in names(panel, until=int(panel.times[139]))
    assert "zero" not in names(panel)


@pytest.mark.parametrize("series", [20, 21])
def test_garch_stands_however_many_series_there_are(panel_of, series):
    panel = panel_of(*(100 + noise(30, seed) for seed in range(series)))
    assert "garch" in names(panel)
    assert names(panel, names=["naive", "garch"]) == ["naive", "garch"]


def test_names_choose_in_their_order_and_are_kept(panel_of):
    found = chosen(panel_of(noise()), names=["theta", "naive", "zero"])
    assert [model.name for model in found.baselines] == ["theta", "naive", "zero"]
    assert found.named == ("theta", "naive", "zero")
    assert found.left_out == ()
    assert chosen(panel_of(noise())).named == ()


def test_every_name_makes_a_baseline_of_that_name_with_the_tables_settings(panel_of):
    models = chosen(panel_of(weekly()), names=NAMES, seed=7).baselines
    assert tuple(model.name for model in models) == NAMES
    assert {model.horizon for model in models} == {2}
    assert {model.quantile_levels for model in models if hasattr(model, "quantile_levels")} == {LEVELS}
    made = {model.name: model for model in models}
    assert made["garch"] == Garch(2, LEVELS, seed=7)
    assert made["volatility_cone"] == VolatilityCone(2, LEVELS)


def test_a_name_that_is_none_is_refused_with_the_nearest(panel_of):
    with pytest.raises(SettingsError, match="no baseline 'niave'") as caught:
        chosen(panel_of(noise()), names=["niave"])
    assert "naive" in caught.value.hint


def test_a_season_of_no_length_is_refused(panel_of):
    with pytest.raises(SettingsError, match="season") as caught:
        chosen(panel_of(noise()), season=0)
    assert "1" in caught.value.hint
