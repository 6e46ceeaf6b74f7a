"""The forecast to act on."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.evaluation.advice import has_skill, without_skill
from longshort.evaluation.skill import SCHEMA


@pytest.mark.parametrize(
    ("baseline", "metric", "value", "p_value", "expected"),
    [
        ("naive", "rmse", 0.05, 0.01, True),
        ("volatility_cone", "crps", 0.05, 0.01, True),
        ("naive", "rmse", 0.05, 0.2, False),
        ("naive", "rmse", -0.05, 0.01, False),
        ("naive", "rmse", 0.05, None, False),
        ("drift", "rmse", 0.05, 0.01, False),
    ],
)
def test_skill_is_that_of_the_centre_or_of_the_spread_against_its_own_baseline(
    baseline, metric, value, p_value, expected
):
    row = ("lstm", baseline, None, None, metric, value, None, None, p_value)
    assert has_skill(pl.DataFrame([row], schema=SCHEMA, orient="row"), "lstm") is expected


def test_no_comparison_is_no_skill():
    assert not has_skill(pl.DataFrame(schema=SCHEMA), "lstm")


@pytest.mark.parametrize("low", [10.0, -10.0])
def test_without_skill_the_centre_is_the_newest_value_and_the_spread_the_historys(low):
    walk = low + np.cumsum(np.random.default_rng(1).normal(0, 0.1, 400))
    panel = ls.read(pl.DataFrame({"y": walk}), target="y", no_dates=True)
    forecast = without_skill(panel, SimpleNamespace(horizon=3, quantile_levels=(0.1, 0.5, 0.9)))
    assert forecast.model == "volatility_cone"
    assert forecast.mean.tolist() == [[walk[-1]] * 3]
    step = np.diff(np.log(walk)) if low > 0 else np.diff(walk)
    expected = np.quantile(step, 0.9)
    end = walk[-1] * np.exp(expected) if low > 0 else walk[-1] + expected
    assert forecast.quantile(0.9)[0, 0] == pytest.approx(end)
