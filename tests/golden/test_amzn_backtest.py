"""The lectures' AMZN file through the public backtest with the default recipe: the numbers that the issue asks for."""

import polars as pl
import pytest

import longshort as ls


@pytest.fixture(scope="module")
def backtest(shared_data):
    file = shared_data / "djia30" / "AMZN_2006-01-01_to_2018-01-01.csv"

    def run(target, horizon):
        panel = ls.read(file, target=target)
        return ls.backtest(ls.Recipe(horizon=horizon), panel, test_from="2017-01-01", baselines=["naive"])

    return run


def score(run, model, metric, step=None):
    at_step = pl.col("step").is_null() if step is None else pl.col("step") == step
    chosen = (pl.col("model") == model) & (pl.col("metric") == metric) & pl.col("unique_id").is_null() & at_step
    ((value, n),) = run.scores.filter(chosen).select("value", "n").rows()
    return value, n


def test_the_high_a_day_ahead_is_counted_and_scored_as_published_and_its_gain_called_mechanical(backtest):
    run = backtest("High", 1)
    assert run.info["data"]["rows"] == 3_019
    (fold,) = run.folds
    assert fold["known"]["sessions"] == 2_768
    assert fold["test"] == {"from": "2017-01-03", "to": "2017-12-29", "sessions": 251}
    assert score(run, "naive", "rmse") == (pytest.approx(12.612, abs=5e-4), 251)
    assert score(run, "naive", "mae")[0] == pytest.approx(7.626, abs=5e-4)
    assert score(run, "naive", "mape")[0] == pytest.approx(0.776, abs=5e-4)
    value, n = score(run, "lstm", "rmse")
    assert n == 251
    assert value <= 11.8
    assert "mechanical_gain" in {finding.code for finding in run.findings}
    assert "mechanical" in run.verdict


def test_the_close_up_to_a_week_ahead_is_nowhere_far_behind_persistence(backtest):
    run = backtest("Close", 5)
    for step in range(1, 6):
        (network, n), (naive, same) = (score(run, model, "rmse", step) for model in ("lstm", "naive"))
        assert n == same == 252 - step
        assert network <= 1.015 * naive
    assert "mechanical_gain" not in {finding.code for finding in run.findings}
