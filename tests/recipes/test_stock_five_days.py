import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.data.windows import Pairs
from longshort.forecasting.dataset import build
from longshort.recipes.running import run
from longshort.recipes.shared.forecasting import forecaster, made_up
from longshort.recipes.stock_five_days import SETTINGS
from longshort.recipes.sweep import sweep
from longshort.training.batch import gather_inputs

LITTLE = {"training.members": 1, "training.epochs": 1, "training.steps_per_epoch": 2}
PRICES = ("Open", "High", "Low", "Close")


def test_persistence_is_the_checked_one_at_every_step(shared_data):
    found = run("stock-five-days", data=[shared_data / "djia30/AMZN_2006-01-01_to_2018-01-01.csv"], changes=LITTLE)
    last = found.forecasts["naive"]
    errors = np.abs(last.y - last.mean) / last.last[:, None]
    assert (100 * np.nanmean(errors, axis=0)).round(3).tolist() == [1.037, 1.553, 1.973, 2.303, 2.593]
    assert (~np.isnan(errors)).sum(axis=0).tolist() == [502, 501, 500, 499, 498]
    assert [row["layer"].rstrip("_0123456789") for row in found.layers] == [
        "lstm", "batchnorm", "dropout", "dense", "readout"
    ]  # fmt: skip


@pytest.mark.parametrize("factor", [10.0, 0.001])
def test_windows_and_forecasts_know_no_unit(factor):
    recipe = forecaster(SETTINGS).replace(LITTLE)
    table = made_up(0, SETTINGS.test_from)
    other = table.with_columns(pl.col(name) * factor for name in PRICES)
    said, windows = [], []
    for prices in (table, other):
        panel = read(prices, target="Close")
        dataset = build(recipe, panel).windows
        windows.append(gather_inputs(dataset, dataset.train))
        cutoff = int(panel.times[-40])
        (fitted,) = recipe.fit(panel, [cutoff], device="cpu")
        said.append(fitted.predict(panel, Pairs(np.zeros(30, np.int64), np.arange(330, 360))).mean)
    assert np.array_equal(*windows)
    np.testing.assert_allclose(said[1], factor * said[0], rtol=1e-12)


def test_the_windows_of_the_lecture_are_alike():
    recipe = forecaster(SETTINGS).replace({"window.context_length": 4, "horizon": 1, "training.validation": 0.0})
    seen = []
    for scale in (1.0, 10.0):
        close = scale * np.array([1.0, 1.0, 2.0, 2.0, 2.0])
        windows = build(recipe, read(pl.DataFrame({"Close": close}), no_dates=True)).windows
        seen.append(gather_inputs(windows, np.array([3]))[:, 0, 0])
    assert np.array_equal(*seen)
    assert seen[0].tolist() == pytest.approx([-np.log(2), -np.log(2), 0.0, 0.0])


def test_a_sweep_chooses_by_validation_and_repeats_to_the_bit():
    grid = {"model.num_layers": [1, 2]}
    first, second = (
        sweep("stock-five-days", grid, synthetic=True, changes={**LITTLE, "training.epochs": 2}) for _ in range(2)
    )
    assert first.table.equals(second.table)
    assert first.table["validation"].n_unique() == 2
    assert first.table.sort("validation")["chosen"].to_list() == [True, False]
