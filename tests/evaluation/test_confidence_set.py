"""The model confidence set: the same as another implementation's, and it loses the best model as seldom as it says."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.confidence_set import (
    bootstrap_starts,
    confidence_set,
    confidence_table,
    resampled_means,
)
from longshort.evaluation.outcomes import Outcomes

CHANGE = Outcomes("change")
Build = Callable[..., Any]


def losses(seed: int, n: int, means: list[float]) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.chisquare(2, (n, 1))
    return common + rng.standard_normal((n, len(means))) + np.array(means)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("means", [[0.0] * 6, [0.0, 0.1, 0.3, 0.9], [0.5, 0.0]])
def test_p_values_equal_those_of_another_implementation_on_the_same_resamples(means: list[float], seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas' own, on import
        from arch.bootstrap import MCS
    table = losses(seed, 200, means)
    theirs = MCS(table, 0.1, reps=300, block_size=6, method="max", bootstrap="circular", seed=1)
    theirs.compute()
    resampled = np.array([table[rows].mean(axis=0) for rows in theirs._bootstrap_indices])
    expected = theirs.pvalues["Pvalue"].sort_index().to_numpy()
    assert confidence_set(table.mean(axis=0), resampled) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("n", "block"), [(60, 7), (10, 10), (21, 4)])
def test_resamples_are_the_averages_over_blocks_that_go_on_at_the_beginning(n: int, block: int) -> None:
    table = losses(1, n, [0.0, 1.0, 2.0])
    starts = bootstrap_starts(n, block, 20, 0)
    rows = ((starts[:, :, None] + np.arange(block)) % n).reshape(20, -1)[:, :n]
    assert resampled_means(table, starts, block) == pytest.approx(table[rows].mean(axis=1), rel=1e-12)


def test_the_best_model_is_lost_in_about_a_tenth_of_cases_and_a_bad_one_nearly_always() -> None:
    lost = bad = 0
    for seed in range(150):
        table = losses(seed, 150, [0.0, 0.0, 0.0, 0.8])
        p_value = confidence_set(table.mean(axis=0), resampled_means(table, bootstrap_starts(150, 6, 300, seed), 6))
        lost += p_value[0] <= 0.1
        bad += p_value[3] <= 0.1
    assert lost / 150 < 0.12
    assert bad / 150 > 0.95


def test_models_with_the_same_losses_share_their_fate() -> None:
    table = losses(2, 100, [0.0, 0.0, 2.0])
    table[:, 1] = table[:, 0]
    p_value = confidence_set(table.mean(axis=0), resampled_means(table, bootstrap_starts(100, 5, 200, 0), 5))
    assert p_value[:2].tolist() == [1.0, 1.0]
    assert p_value[2] < 0.01


def test_the_table_keeps_the_good_and_leaves_out_the_bad_on_shared_pairs(past: Build) -> None:
    here = past(series=3)
    forecasts = [here.forecast("naive", 2), here.forecast("lstm", 2, sigma=1.0), here.forecast("bad", 2, shift=2.0)]
    forecasts[1] = forecasts[1].select(np.arange(10, len(forecasts[1])))
    table = confidence_table(forecasts, grid_of(forecasts), CHANGE)
    inside = {(row["model"], row["metric"]): row["inside"] for row in table.iter_rows(named=True)}
    assert inside["naive", "rmse"]
    assert inside["lstm", "rmse"]
    assert inside["lstm", "crps"]
    assert not inside["bad", "rmse"]
    assert not inside["naive", "crps"]  # a point is no distribution


def test_what_is_not_known_to_all_enters_nobodys_loss(past: Build) -> None:
    here = past()
    naive, bad = here.forecast("naive"), here.forecast("mine", shift=0.1)
    spoilt = replace(naive, mean=np.where(np.arange(250)[:, None] < 30, 1e9, naive.mean))
    hidden = replace(bad, y=np.where(np.arange(250)[:, None] < 30, np.nan, bad.y))
    kept = np.arange(30, 250)
    tables = [
        confidence_table(pair, grid_of(pair), CHANGE)
        for pair in ([spoilt, hidden], [naive.select(kept), bad.select(kept)])
    ]
    assert tables[0].equals(tables[1])


def test_too_few_moments_give_no_answer_and_one_model_no_table(past: Build) -> None:
    here = past()
    few = [here.forecast(name, 3).select(np.arange(8)) for name in ("naive", "mine")]
    table = confidence_table(few, grid_of(few), CHANGE)
    assert table["p_value"].null_count() == table["inside"].null_count() == len(table) == 4
    assert confidence_table(few[:1], grid_of(few[:1]), CHANGE).is_empty()
    assert table.schema["inside"] == pl.Boolean
