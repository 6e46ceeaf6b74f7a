"""Published numbers of the AMZN lectures (LECTURES.md, L0 and L1), recomputed from the file itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.evaluation import Context, Judgement
from longshort.evaluation import judge as judged
from longshort.evaluation.point import percentage_error
from longshort.language import Message, message
from longshort.results.forecast import Forecast

HORIZON = 5


@pytest.fixture(scope="module")
def prices(shared_data: Path) -> pl.DataFrame:
    return pl.read_csv(shared_data / "djia30" / "AMZN_2006-01-01_to_2018-01-01.csv", try_parse_dates=True)


def panel_of(prices: pl.DataFrame, column: str) -> Panel:
    times = prices["Date"].cast(pl.Datetime("us")).to_physical().to_numpy().copy()
    values = prices[column].to_numpy().astype(float)[:, None].copy()
    sessions = np.arange(len(times))
    return Panel(values, times, sessions, np.array([0, len(times)]), ("AMZN",), (Column(column),), (named("numbered"),))


def forecast_of(model: str, panel: Panel, rows: NDArray[np.int64], mean: NDArray[np.float64]) -> Forecast:
    """Put point forecasts from some rows into a Forecast, with what happened."""
    coming = rows[:, None] + np.arange(1, mean.shape[1] + 1)
    inside = coming < len(panel.times)
    known = np.minimum(coming, len(panel.times) - 1)
    return Forecast(
        model=model,
        ids=panel.ids,
        series=np.zeros(len(rows), dtype=np.int64),
        cutoffs=panel.times[rows],
        ds=panel.times[known],
        last=panel.target[rows],
        mean=mean,
        quantile_levels=(),
        quantiles=np.empty((*mean.shape, 0)),
        p_up=np.full(mean.shape, np.nan),
        y=np.where(inside, panel.target[known], np.nan),
        fold=np.zeros(len(rows), dtype=np.int64),
        seed_mean=np.empty((0, *mean.shape)),
        seed_quantiles=np.empty((0, *mean.shape, 0)),
    )


def rows_from(prices: pl.DataFrame, year: int) -> NDArray[np.int64]:
    """Give the cutoffs whose next session lies in or after a year."""
    first = int((prices["Date"].dt.year() < year).sum())
    return np.arange(first - 1, len(prices) - 1)


def least_squares(prices: pl.DataFrame, column: str, extra: bool, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Forecast by a linear fit on five lagged log returns (and today's ratios within the row), fitted before `rows`."""
    y = np.log(prices[column].to_numpy())
    returns = np.diff(y, prepend=np.nan)
    inputs = [np.ones(len(y)), *(np.roll(returns, lag) for lag in range(5))]
    if extra:
        inputs += [np.log(prices[other].to_numpy()) - y for other in ("Close", "Open", "Low")]
    x = np.column_stack(inputs)
    fitted = np.arange(6, rows[0])  # the first target is row 7
    weights = np.linalg.lstsq(x[fitted], returns[fitted + 1], rcond=None)[0]
    return np.exp(y[rows] + x[rows] @ weights)[:, None]


def judge(prices: pl.DataFrame, column: str, extra: bool, mechanical: Message | None = None) -> Judgement:
    panel, rows = panel_of(prices, column), rows_from(prices, 2017)
    naive = forecast_of("naive", panel, rows, panel.target[rows][:, None])
    linear = replace(naive, model="linear", mean=least_squares(prices, column, extra, rows))
    return judged([linear], [naive], panel, Context(model="linear", why_mechanical=mechanical))


def score(evaluation: Judgement, model: str, metric: str, step: int | None = None) -> tuple[float, int]:
    at_step = pl.col("step").is_null() if step is None else pl.col("step") == step
    rows = evaluation.tables.scores.filter(
        (pl.col("model") == model) & (pl.col("metric") == metric) & pl.col("unique_id").is_null() & at_step
    )
    return rows["value"][0], rows["n"][0]


def test_persistence_on_the_high_of_2017_scores_what_the_lecture_should_have_printed(prices: pl.DataFrame) -> None:
    evaluation = judge(prices, "High", extra=True)
    assert score(evaluation, "naive", "rmse") == (pytest.approx(12.612, abs=5e-4), 251)
    assert score(evaluation, "naive", "mae")[0] == pytest.approx(7.626, abs=5e-4)
    assert score(evaluation, "naive", "mape")[0] == pytest.approx(0.776, abs=5e-4)


def test_a_fresher_close_makes_a_mechanical_gain_on_the_high_and_the_verdict_names_it(prices: pl.DataFrame) -> None:
    evaluation = judge(prices, "High", extra=True, mechanical=message("verdict.fresher_column", column="High"))
    assert score(evaluation, "linear", "rmse")[0] == pytest.approx(11.296, abs=5e-4)
    assert score(evaluation, "linear", "accuracy")[0] == pytest.approx(0.649, abs=5e-4)
    assert score(evaluation, "linear", "base_rate")[0] == pytest.approx(0.558, abs=5e-4)
    assert evaluation.claims.point.value == pytest.approx(0.104, abs=5e-4)
    assert evaluation.verdict.startswith("Skill: over 251 forecasts")
    assert "mechanical, not foresight: the session's close is fresher than its High" in evaluation.verdict


def test_five_lagged_returns_have_no_edge_on_the_close(prices: pl.DataFrame) -> None:
    evaluation = judge(prices, "Close", extra=False)
    assert score(evaluation, "linear", "rmse")[0] == pytest.approx(12.867, abs=5e-4)
    assert score(evaluation, "naive", "rmse")[0] == pytest.approx(12.973, abs=5e-4)
    assert score(evaluation, "linear", "accuracy")[0] == pytest.approx(0.558, abs=5e-4)
    assert score(evaluation, "linear", "base_rate")[0] == pytest.approx(0.562, abs=5e-4)
    assert evaluation.verdict.startswith("No skill shown")
    assert evaluation.claims.direction.answer == "not_shown"


def test_persistence_one_to_five_days_ahead_is_as_far_off_as_the_second_lecture_should_have_said(
    prices: pl.DataFrame,
) -> None:
    panel = panel_of(prices, "Close")
    rows = np.arange(int((prices["Date"].dt.year() < 2016).sum()), len(prices) - 1)
    naive = forecast_of("naive", panel, rows, np.repeat(panel.target[rows][:, None], HORIZON, axis=1))
    evaluation = judged([naive], [], panel, Context())
    found = [score(evaluation, "naive", "mape", step) for step in range(1, HORIZON + 1)]
    assert [value for value, _ in found] == pytest.approx([1.033, 1.544, 1.960, 2.285, 2.570], abs=5e-4)
    assert [n for _, n in found] == [502, 501, 500, 499, 498]
    relative_to_last = np.nanmean(percentage_error(naive.mean, naive.y), axis=0)
    assert relative_to_last == pytest.approx([1.037, 1.553, 1.973, 2.303, 2.593], abs=5e-4)
