import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.recipes.running import run
from longshort.recipes.shared.forecasting import made_up
from longshort.recipes.stock_fx import WITHOUT, shortened, two_way


def test_a_rate_that_tells_nothing_is_no_gain():
    found = run("stock-fx", synthetic=True, quick=True)
    assert found.verdict.startswith("No gain shown from fx.usd_krw: over 2 folds and 2 seeds")
    assert next(finding.code for finding in found.findings) == "rate_no_gain"
    assert {"naive", WITHOUT} <= found.forecasts.keys()


def test_a_rate_that_tells_tomorrows_price_is_a_gain(tmp_path):
    stock = made_up(0, "2017-01-02", 700, 100)
    moves = np.diff(np.log(stock["Close"].to_numpy()), append=np.log(stock["Close"][-1]))
    rate = pl.DataFrame({"date": stock["Date"], "usd_krw": 1000.0 + 1e4 * np.cumsum(moves)})
    for name, table in (("stock", stock), ("fx", rate)):
        table.write_csv(tmp_path / f"{name}.csv")
    found = run(
        "stock-fx",
        data=[tmp_path / "stock.csv", tmp_path / "fx.csv"],
        changes={"folds": 3, "training.members": 3, "training.epochs": 15, "test_from": "2017-01-02"},
    )
    assert found.verdict.startswith("A gain from fx.usd_krw")
    assert found.findings[0].code == "rate_gain"


def test_the_network_without_sees_the_same_days_and_one_column_less():
    panel = read(made_up(0, "2017-01-02"), target="Close")
    assert [column.name for column in shortened(panel).columns] == ["Close", "Open", "High", "Low"]
    assert np.array_equal(shortened(panel).times, panel.times)


def test_the_interval_knows_of_folds_and_of_seeds():
    folds = np.array([[1.0], [2.0], [3.0]])
    same = two_way(np.repeat(folds, 5, axis=1))
    alone = two_way(folds)
    assert same[0] == alone[0] == pytest.approx(2.0)
    assert same[2] - same[1] == pytest.approx(alone[2] - alone[1])  # five equal seeds say no more than one
    seeds = np.repeat(folds, 5, axis=1) + np.arange(5) - 2
    assert two_way(seeds)[2] > same[2]
