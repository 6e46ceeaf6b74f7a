from dataclasses import replace

import numpy as np
import polars as pl

import longshort as ls
from longshort.evaluation.bare import bare_run
from longshort.results.summary.whole import POINTS, thinned, whole


def test_the_whole_test_stands_beside_all_that_was_known_before(prices, small):
    run = ls.backtest(small, prices(rows=120), test_from="2020-04-01", baselines=["naive"], device="cpu")
    (drawn,) = whole(run, ["S0"])
    own = run.forecasts[run.network]
    tested = [at for at, part in enumerate(drawn["part"]) if part == "test"]
    assert drawn["ds"][tested[0]] == "2020-04-01"
    assert [drawn["predicted"][at] for at in tested] == own.mean[: len(tested), 0].tolist()
    assert [drawn["persistence"][at] for at in tested] == own.last[: len(tested)].tolist()
    assert drawn["predicted"][: tested[0]] == [None] * tested[0]
    held = run.folds[0]["validation"]
    first, last = drawn["part"].index("validation"), len(drawn["part"]) - 1 - drawn["part"][::-1].index("validation")
    assert (drawn["ds"][first], drawn["ds"][last]) == (held["from"], held["to"])
    assert len(drawn["y"]) == 120


def test_of_strangers_models_nothing_is_said_of_their_training(make_run):
    (drawn, _) = whole(make_run(folds=()), ["S0", "S1"])
    assert set(drawn["part"]) == {"before", "test"}
    assert "train" in whole(make_run(), ["S0"])[0]["part"]


def test_a_free_run_is_drawn_along_its_steps(prices, small):
    run = ls.backtest(small, prices(rows=120), test_from="2020-04-01", baselines=["naive"], device="cpu")
    own = run.forecasts[run.network].select(np.array([0]))
    (drawn,) = whole(replace(run, forecasts={run.network: own}), ["S0"])
    assert [value for value in drawn["predicted"] if value is not None] == own.mean[0].tolist()
    assert {value for value in drawn["persistence"] if value is not None} == {own.last[0]}


def test_runs_that_begin_anew_are_drawn_each_until_the_next_begins(prices, small):
    run = ls.backtest(small, prices(rows=120), test_from="2020-04-01", baselines=["naive"], device="cpu")
    own = run.forecasts[run.network]
    apart = own.select(np.array([2 * own.horizon, 0, own.horizon]))  # in any order
    (drawn,) = whole(replace(run, forecasts={run.network: apart}), ["S0"])
    rows = (0, own.horizon, 2 * own.horizon)
    assert [v for v in drawn["predicted"] if v is not None] == np.concatenate([own.mean[row] for row in rows]).tolist()
    last = [value for value in drawn["persistence"] if value is not None]
    assert last == np.repeat([own.last[row] for row in rows], own.horizon).tolist()


def test_predicted_numbers_are_drawn_by_their_first_step():
    table = pl.DataFrame(
        {"row": [0, 0, 1, 1], "step": [1, 2, 1, 2], "truth": [1.0, 9.0, 2.0, 9.0], "predicted": [1.5, 9.0, 2.5, 9.0],
         "persistence": [0.0, 9.0, 1.0, 9.0]}
    )  # fmt: skip
    (drawn,) = whole(bare_run("dense", "So so.", predictions=table), [])
    assert (drawn["y"], drawn["predicted"], drawn["persistence"]) == ([1.0, 2.0], [1.5, 2.5], [0.0, 1.0])


def test_labels_are_not_drawn_as_numbers():
    assert whole(bare_run("m", "So so.", predictions=pl.DataFrame({"truth": ["a"], "predicted": ["b"]})), []) == []
    assert whole(bare_run("m", "So so."), []) == []


def test_history_and_test_are_thinned_alike_the_newest_value_kept():
    kept = thinned(np.arange(50_000) >= 40_000)
    assert POINTS / 2 < len(kept) <= POINTS
    assert kept[-1] == 49_999
    assert len(set(np.diff(kept))) == 1
