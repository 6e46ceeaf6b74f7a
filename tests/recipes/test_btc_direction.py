import numpy as np
import polars as pl
import pytest

from longshort.errors import DataError, SettingsError
from longshort.language import say
from longshort.recipes.btc_direction import FILES
from longshort.recipes.running import run

LITTLE = {"training.members": 1, "training.epochs": 1, "training.steps_per_epoch": 2}


@pytest.fixture(scope="module")
def found():
    return run("btc-direction", synthetic=True, quick=True)


def test_coins_that_nobody_can_foresee_show_no_skill(found):
    assert found.verdict.startswith("No skill shown in the direction of BTC 3 minutes ahead: right in ")
    assert "always naming the most frequent one in" in found.verdict
    assert "Brier" in found.verdict
    assert found.claims.direction.answer == "not_shown"
    assert any(str(note).startswith("As a forecast of the price: ") for note in found.info["notes"])
    assert "방향에 예측력이 확인되지 않음" in say(found.verdict, "ko")


def test_ties_are_named_and_left_out(found):
    table = found.details["direction"].filter((pl.col("model") == found.network) & (pl.col("step") == 3))
    rows = {row["metric"]: row for row in table.iter_rows(named=True)}
    assert rows["ties"]["value"] > 0
    assert rows["accuracy"]["n"] + rows["ties"]["value"] <= rows["ties"]["n"] + 1e-9
    assert f"{rows['ties']['value']:.0f} cases without a change are left out" in found.verdict


def test_nothing_that_trains_reaches_into_the_test(found):
    (fold,) = found.folds
    train, test = (np.datetime64(fold[part][side]) for part, side in (("train", "to"), ("test", "from")))
    assert test - train >= np.timedelta64(3, "m")


def test_what_a_trade_costs_reaches_the_table_of_money():
    said = run("btc-direction", synthetic=True, quick=True, changes={**LITTLE, "fee_bps": 1.0})
    costs = said.details["money"].filter(pl.col("metric") == "fee_bps")["value"].to_list()
    assert costs == [1.0]


def test_another_coin_is_forecast_from_real_minutes(shared_data):
    said = run("btc-direction", data=[shared_data / "crypto_minute"], quick=True, changes={**LITTLE, "coin": "LTC"})
    assert " of LTC 3 minutes ahead" in said.verdict
    assert len(said.history) == 10_000
    assert said.training_shape[1] == 60


def test_a_missing_coin_and_an_unknown_one_are_refused_by_name(tmp_path):
    (tmp_path / FILES["BTC"]).write_bytes(b"")
    with pytest.raises(DataError, match=r"BTC-USD\.csv\.gz"):
        run("btc-direction", data=[tmp_path])
    with pytest.raises(SettingsError, match="coin"):
        run("btc-direction", synthetic=True, changes={"coin": "DOGE"})
