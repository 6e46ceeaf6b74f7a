from dataclasses import replace

import numpy as np
import pytest

import longshort as ls
from longshort.errors import SettingsError


@pytest.fixture
def uneven(prices):
    """Give two series of which the second ends half way, before any test begins."""
    panel = prices(series=2)
    cut = {name: getattr(panel, name)[:180] for name in ("values", "times", "sessions")}
    return replace(panel, offsets=np.array([0, 120, 180]), **cut)


def test_a_series_that_ends_before_the_test_is_named_forecast_and_not_scored(small, uneven, tmp_path):
    run = ls.backtest(small, uneven, folds=2, baselines=["naive", "volatility_cone"])
    assert {forecast.ids for forecast in run.forecasts.values()} == {("S0",)}
    assert run.coming["lstm"].ids == ("S0", "S1")
    (finding,) = [finding for finding in run.findings if finding.code == "untested_series"]
    assert finding.text == "1 of 2 series end before the test and are not scored: 'S1'."
    run.save(tmp_path / "run")
    assert ls.load_run(tmp_path / "run").verdict == run.verdict


def test_where_every_series_is_tested_nothing_is_said_of_it(small, prices):
    run = ls.backtest(small, prices(), folds=2, baselines=["naive"])
    assert "untested_series" not in {finding.code for finding in run.findings}


def test_a_season_of_no_session_is_refused(small, prices):
    with pytest.raises(SettingsError, match="--season 0") as caught:
        ls.backtest(small, prices(), folds=2, season=0)
    assert "--season 1" in caught.value.hint
