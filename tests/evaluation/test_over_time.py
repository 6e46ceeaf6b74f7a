"""The tables over time: right on small examples, small on large ones."""

import numpy as np
import polars as pl
import pytest

from longshort.evaluation.arrays import grid_of
from longshort.evaluation.money import equity_table, money_table
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.over_time import MOST, POINTS, by_fold, cumulative, residuals, thinned
from longshort.results.forecast import Forecast

DAY = 86_400_000_000


def forecast(name, error, *, series=1, folds=1, y=100.0):
    """Make one-step forecasts that miss by `error`, `[series * dates]`."""
    n = len(error)
    dates = n // series
    at = np.tile(np.arange(dates), series)
    truth = np.full(n, y) + np.asarray(0.01 * np.sin(np.arange(n)))
    return Forecast(
        model=name,
        ids=tuple(f"s{k}" for k in range(series)),
        series=np.repeat(np.arange(series), dates),
        cutoffs=at * DAY,
        ds=(at[:, None] + 1) * DAY,
        last=np.full(n, y),
        mean=(truth - error)[:, None],
        quantile_levels=(),
        quantiles=np.empty((n, 1, 0)),
        p_up=np.full((n, 1), np.nan),
        y=truth[:, None],
        fold=at * folds // dates,
        seed_mean=np.empty((0, n, 1)),
        seed_quantiles=np.empty((0, n, 1, 0)),
    )


def test_scores_by_fold_are_those_of_each_fold():
    error = np.repeat([1.0, 3.0], 20)
    model = forecast("m", error, folds=2)
    table = by_fold([model], Outcomes("change"), {"m": np.ones(40)}, (), several=False)
    assert table.rows() == [(0, "m", "rmse", 1.0, 20), (1, "m", "rmse", pytest.approx(3.0), 20)]


def test_several_series_are_scored_free_of_scale():
    model = forecast("m", np.ones(40), series=2, folds=2)
    table = by_fold([model], Outcomes("change"), {"m": np.full(40, 2.0)}, (), several=True)
    assert table["metric"].unique().to_list() == ["mase"]
    assert table["value"].to_list() == pytest.approx([0.5, 0.5])


def test_one_fold_is_no_table():
    model = forecast("m", np.ones(40))
    assert by_fold([model], Outcomes("change"), {"m": np.ones(40)}, (), several=False).is_empty()


def test_gains_add_up_in_units_of_the_baselines_mean_loss():
    model, naive = forecast("m", np.ones(40)), forecast("naive", np.full(40, 2.0))
    table = cumulative(model, [naive], {"rmse": "naive"}, grid_of([model, naive]), Outcomes("change"))
    assert table["value"].to_list() == pytest.approx([0.75 * n for n in range(1, 41)])
    assert table["ds"].dtype == pl.Datetime("us")


def test_what_was_left_out_is_not_compared():
    model = forecast("m", np.ones(40))
    assert cumulative(model, [], {"rmse": "naive", "crps": ""}, grid_of([model]), Outcomes("change")).is_empty()


def test_of_millions_only_some_are_read():
    dates = MOST // 10
    error = np.ones(11 * dates)
    model, naive = forecast("m", error, series=11), forecast("naive", 2 * error, series=11)
    grid = grid_of([model, naive])
    table = cumulative(model, [naive], {"rmse": "naive"}, grid, Outcomes("change"))
    assert len(table) <= POINTS
    assert table["value"][-1] == pytest.approx(0.75 * dates / 2)


def test_autocorrelation_is_that_of_the_errors():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=4001)
    error = noise[1:] + 0.5 * noise[:-1]
    table = residuals(forecast("m", error), grid_of([forecast("m", error)]))
    assert table["lag"].to_list() == list(range(1, 21))
    assert table["value"][0] == pytest.approx(0.4, abs=0.05)
    assert abs(table["value"][5]) < 2 * table["bound"][5]
    assert table["bound"][0] == pytest.approx(1.96 / 3999**0.5)


def test_series_do_not_run_into_each_other_and_count_as_dates():
    error = np.concatenate([np.tile([1.0, -1.0], 30), np.tile([5.0, -5.0], 30)])
    model = forecast("m", error, series=2)
    table = residuals(model, grid_of([model]))
    assert table["value"].to_list()[:2] == pytest.approx([-1.0, 1.0])
    assert table["bound"][0] == pytest.approx(1.96 / 59**0.5)


def test_few_errors_have_no_autocorrelation():
    model = forecast("m", np.ones(10))
    assert residuals(model, grid_of([model])).is_empty()


def test_wealth_ends_where_the_yearly_results_say():
    rng = np.random.default_rng(1)
    model = forecast("m", rng.normal(size=300) * 0.02)
    grid = grid_of([model])
    table = equity_table(model, 5.0, grid, POINTS)
    drawdown = money_table([model], 5.0, grid).filter(pl.col("metric") == "drawdown")["value"][0]
    assert table.columns == ["ds", "net", "holding", "drawdown"]
    assert table["drawdown"].max() == pytest.approx(drawdown, rel=1e-12)
    assert table["ds"].is_sorted()
    assert len(equity_table(model, 5.0, grid, 50)) <= 50


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 12_345])
def test_a_line_is_thinned_to_its_last_point(count):
    shown = thinned(count)
    assert len(shown) <= POINTS
    assert not count or shown[-1] == count - 1
