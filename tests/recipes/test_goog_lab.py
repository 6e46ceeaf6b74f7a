import polars as pl
import pytest

from longshort.recipes.running import run


def test_persistence_is_the_checked_one_and_the_must_is_met(shared_data):
    found = run("goog-lab", data=[shared_data / "goog_lab/data-02-stock_daily.csv"])
    overall = found.scores.filter(pl.col("step").is_null() & pl.col("unique_id").is_null())
    score = {(row["model"], row["metric"]): row["value"] for row in overall.iter_rows(named=True)}
    assert round(score["naive", "rmse"], 2) == 7.97
    assert round(score["naive", "mae"], 2) == 5.72
    assert score["naive", "mape"] == pytest.approx(0.758, abs=5e-4)
    assert len(found.forecasts["naive"].cutoffs) == 220
    for metric in ("rmse", "mae"):
        assert score[found.network, metric] <= 1.02 * score["naive", metric]


def test_rows_that_are_made_up_stand_newest_first_too():
    found = run("goog-lab", synthetic=True, quick=True, changes={"test_days": 40})
    assert len(found.forecasts["naive"].cutoffs) == 40
    assert found.history["y"][0] == pytest.approx(100.0, rel=0.1)  # a walk from 100, oldest first
