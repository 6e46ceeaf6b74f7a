"""What positions earn is their arithmetic; shuffled, shifted and charged they earn what they must."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.baselines import Drift
from longshort.data.windows import Pairs
from longshort.errors import SettingsError
from longshort.evaluation.money import SCHEMA, money_table, sharpe
from longshort.results.forecast import Forecast

Build = Callable[..., Any]


def prices(n: int, seed: int = 0, drift: float = 0.0) -> np.ndarray:
    return 100 * np.exp(np.cumsum(drift + 0.01 * np.random.default_rng(seed).standard_normal(n)))


def called(here: Any, call: np.ndarray) -> Forecast:
    forecast = here.forecast("m")
    return replace(forecast, mean=(forecast.last + call)[:, None])


def money(forecast: Forecast, metric: str, column: str = "value", fee_bps: float = 5.0) -> float:
    table = money_table([forecast], fee_bps)
    return float(table.filter(pl.col("metric") == metric)[column].item())


def test_the_numbers_are_the_arithmetic_of_the_positions(past: Build) -> None:
    here = past(prices(61), history=20)
    call = np.where(np.random.default_rng(1).random(40) < 0.5, 1.0, -1.0)
    forecast = called(here, call)
    earned = forecast.y[:, 0] / forecast.last - 1
    traded = np.abs(np.diff(np.r_[0.0, call]))
    traded[-1] += 1
    net, year = call * earned - 0.0005 * traded, 365.25
    assert money(forecast, "gross_return") == pytest.approx(year * (call * earned).mean())
    assert money(forecast, "net_return") == pytest.approx(year * net.mean())
    assert money(forecast, "turnover") == pytest.approx(year * traded.mean())
    assert money(forecast, "sharpe") == pytest.approx(np.sqrt(year) * net.mean() / net.std())
    assert money(forecast, "shifted") == pytest.approx(year * np.r_[0, call[:-1] * earned[1:]].mean())
    wealth = np.cumprod(1 + net)
    falls = [1 - wealth[j] / max(1.0, wealth[: j + 1].max()) for j in range(40)]
    assert money(forecast, "drawdown") == pytest.approx(max(falls))
    cost = np.zeros(40)
    cost[[0, -1]] = 0.0005
    assert money(forecast, "buy_and_hold") == pytest.approx(year * (earned - cost).mean())


def test_a_drawdown_is_measured_from_the_peak(past: Build) -> None:
    values = np.r_[np.full(21, 100.0), np.linspace(100, 200, 20), np.linspace(199, 150, 20), np.linspace(151, 180, 20)]
    forecast = called(past(values, history=20), np.ones(60))
    assert money(forecast, "drawdown", fee_bps=0.0) == pytest.approx(0.25)


def test_at_the_cost_of_break_even_nothing_remains(past: Build) -> None:
    here = past(prices(300), history=20)
    seen = here.forecast("m")
    right = np.where(np.random.default_rng(0).random(len(seen)) < 0.6, 1, -1) * np.sign(seen.y[:, 0] - seen.last)
    forecast = called(here, right)
    cost = money(forecast, "breakeven_bps")
    assert cost > 0
    assert money(forecast, "net_return", fee_bps=cost) == pytest.approx(0, abs=1e-9)
    assert money(forecast, "net_return") < money(forecast, "gross_return")
    assert np.isnan(
        money_table([called(here, -right)]).filter(metric="breakeven_bps")["value"].cast(float).fill_null(np.nan)[0]
    )


def test_foresight_survives_neither_shuffling_nor_a_late_entry(past: Build) -> None:
    here = past(prices(800), history=20)
    seen = here.forecast("m")
    forecast = called(here, np.sign(seen.y[:, 0] - seen.last))
    gross = money(forecast, "gross_return")
    assert gross > 1
    assert money(forecast, "shuffled", "p_value") == pytest.approx(1 / 1000)
    assert abs(money(forecast, "shuffled")) < gross / 20
    assert abs(money(forecast, "shifted")) < gross / 5


def test_what_is_shuffled_without_foresight_is_as_good_as_any_order(past: Build) -> None:
    p_values = []
    for seed in range(40):
        here = past(prices(150, seed), history=20)
        p_values.append(
            money(called(here, np.random.default_rng([seed, 1]).standard_normal(129)), "shuffled", "p_value")
        )
    assert np.mean(np.array(p_values) < 0.05) < 0.15
    assert 0.35 < np.mean(p_values) < 0.65


def test_always_long_is_buying_and_holding(past: Build) -> None:
    forecast = called(past(prices(300, drift=0.001), history=20), np.ones(279))
    assert money(forecast, "net_return") == pytest.approx(money(forecast, "buy_and_hold"))
    assert money(forecast, "over_holding") == 0
    assert money(forecast, "over_holding", "p_value") == 0.5  # one-sided, of what is no more and no less
    assert money(forecast, "shuffled", "p_value") == 1


def test_the_sharpe_ratios_interval_holds_the_truth_in_95_of_100_samples() -> None:
    held = []
    for seed in range(300):
        _, low, high, _ = sharpe(0.05 + np.random.default_rng(seed).standard_t(6, 500) * np.sqrt(4 / 6), 252.0)
        held.append(low < np.sqrt(252) * 0.05 < high)
    assert 0.91 <= np.mean(held) <= 0.985


def test_series_weigh_the_same_and_twins_are_one(past: Build) -> None:
    one = prices(200)
    call = np.random.default_rng(0).standard_normal(179)
    single = called(past(one, history=20), call)
    twins = called(past(np.stack([one, 7 * one]), history=20), np.tile(call, 2))
    a, b = money_table([single]), money_table([twins])
    assert a["value"].to_list() == pytest.approx(b["value"].to_list(), rel=1e-9)
    assert a["low"].drop_nulls().to_list() == pytest.approx(b["low"].drop_nulls().to_list(), rel=1e-9)


def test_a_gap_between_cutoffs_costs_leaving_and_entering(past: Build) -> None:
    forecast = called(past(prices(300), history=20), np.ones(279))
    spaced = forecast.select(np.arange(0, 279, 2))
    year = money(spaced, "turnover") / 2
    assert year == pytest.approx(140 * 365.25 / 279)


def test_only_prices_and_only_calls_are_measured(past: Build) -> None:
    walk = past(prices(200) - 100, history=20)
    below = money_table([called(walk, np.ones(179))])
    known = (walk.forecast("m").last > 0) & (walk.forecast("m").y[:, 0] > 0)
    assert below.is_empty() or set(below["n"]) == {int(known.sum())}
    assert money_table([past(prices(200), history=20).forecast("naive")]).is_empty()
    assert dict(money_table([]).schema) == SCHEMA
    short = called(past(prices(200), history=20), np.ones(179)).select(np.arange(10))
    assert money_table([short]).is_empty()


@pytest.mark.parametrize("fee", [-1.0, 20_000.0, float("nan")])
def test_a_cost_that_cannot_be_is_refused(fee: float) -> None:
    with pytest.raises(SettingsError, match="basis points"):
        money_table([], fee)


def test_real_prices_give_a_plausible_year(shared_data: Path) -> None:
    panel = ls.read(next((shared_data / "djia30").glob("*AMZN*.csv")), target="Close")
    rows = np.arange(len(panel.times) - 501, len(panel.times) - 1)
    forecast = Drift(1).predict(panel, Pairs(np.zeros(500, dtype=np.int64), rows))
    table = money_table([forecast])
    assert 200 < table.filter(metric="turnover")["n"].item() <= 500
    assert 0.0 < table.filter(metric="drawdown")["value"].item() < 0.6
    low, value, high = (table.filter(metric="sharpe")[name].item() for name in ("low", "value", "high"))
    assert low < value < high
