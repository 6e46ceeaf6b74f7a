"""The direction's numbers equal their definitions, and no edge is found where there is none."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import erfc, sqrt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.claims import Direction
from longshort.evaluation.arrays import grid_of
from longshort.evaluation.claims.direction import GAINS, direction_claim
from longshort.evaluation.classification import brier_parts, matthews, pesaran_timmermann
from longshort.evaluation.clustered import clustered_means
from longshort.evaluation.direction import SCHEMA, mean_of
from longshort.evaluation.direction import direction_table as table_of
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast

CHANGE = Outcomes("change")
Build = Callable[..., Any]


def direction_table(forecasts: list[Forecast]) -> pl.DataFrame:
    return table_of(forecasts, CHANGE, grid_of(forecasts))


def alone(table: pl.DataFrame, model: str = "coin") -> Direction:
    """Judge calls beside the most frequent direction alone."""
    return direction_claim(table, pl.DataFrame(schema=GAINS), model, CHANGE)


def coins(
    past: Build, right: float = 0.5, *, base: float = 0.56, n: int = 2000, horizon: int = 1, seed: int = 0
) -> Any:
    """Forecast a series that rises in `base` of sessions, the direction right in a share of cases."""
    random = np.random.default_rng(seed)
    values = 100 + np.cumsum(np.where(random.random(n + 11) < base, 1.0, -1.0) * random.uniform(0.5, 1, n + 11))
    forecast = past(values, history=10).forecast("coin", horizon)
    call = np.sign(forecast.y - forecast.last[:, None]) * np.where(random.random(forecast.y.shape) < right, 1, -1)
    if right == 0.5:
        call = np.where(random.random(forecast.y.shape) < 0.5, 1.0, -1.0)
    return replace(forecast, mean=forecast.last[:, None] + call)


def value(table: pl.DataFrame, metric: str, step: int | None = None, column: str = "value") -> float:
    rows = table.filter((pl.col("metric") == metric) & pl.col("step").eq_missing(step))
    return float(rows[column].item())


def pt_by_the_paper(up: list[int], call: list[int]) -> tuple[float, float]:
    """Compute Pesaran and Timmermann (1992) in fractions, from the counts of the 2 x 2 table."""
    n = len(up)
    p_y, p_x = Fraction(sum(up), n), Fraction(sum(call), n)
    p = Fraction(sum(a == b for a, b in zip(up, call, strict=True)), n)
    star = p_y * p_x + (1 - p_y) * (1 - p_x)
    v = star * (1 - star) / n
    w = (2 * p_y - 1) ** 2 * p_x * (1 - p_x) / n + (2 * p_x - 1) ** 2 * p_y * (1 - p_y) / n
    w += 4 * p_y * p_x * (1 - p_y) * (1 - p_x) / n**2
    statistic = float(p - star) / sqrt(v - w)
    return statistic, erfc(statistic / sqrt(2)) / 2


@pytest.mark.parametrize("seed", range(5))
def test_pesaran_timmermann_is_that_of_the_paper(past: Build, seed: int) -> None:
    forecast = coins(past, 0.55, n=150, seed=seed)
    up = (forecast.y > forecast.last[:, None])[:, 0].astype(int)
    call = (forecast.mean > forecast.last[:, None])[:, 0].astype(int)
    expected = pt_by_the_paper(up.tolist(), call.tolist())
    assert pesaran_timmermann(up.astype(float), call.astype(float)) == pytest.approx(expected, rel=1e-10)
    table = direction_table([forecast])
    found = [value(table, "pesaran_timmermann", 1, column) for column in ("value", "p_value")]
    assert found == pytest.approx(expected, rel=1e-10)


def test_one_sided_calls_or_outcomes_have_no_dependence_to_test() -> None:
    ones, mixed = np.ones(6), np.array([1.0, 0, 1, 0, 1, 1])
    for up, call in ((ones, mixed), (mixed, ones)):
        assert np.isnan(pesaran_timmermann(up, call)).all()
        assert np.isnan(matthews(up, call))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60))
def test_the_brier_score_is_the_sum_of_its_parts(cases: list[tuple[float, bool]]) -> None:
    p, happened = (np.array(each, dtype=float) for each in zip(*cases, strict=True))
    reliability, resolution, uncertainty = brier_parts(p, happened)
    assert reliability - resolution + uncertainty == pytest.approx(np.square(p - happened).mean(), abs=1e-12)


def test_brier_parts_of_two_groups_are_murphys() -> None:
    p = np.repeat([0.2, 0.7], 10)
    happened = np.r_[np.ones(3), np.zeros(7), np.ones(6), np.zeros(4)]
    expected = ((0.1**2 + 0.1**2) / 2, (0.15**2 + 0.15**2) / 2, 0.45 * 0.55)
    assert brier_parts(p, happened) == pytest.approx(expected)


def test_matthews_is_the_formula_of_the_four_counts(past: Build) -> None:
    forecast = coins(past, 0.6, n=300)
    up, call = (forecast.y > forecast.last[:, None])[:, 0], (forecast.mean > forecast.last[:, None])[:, 0]
    tp, tn, fp, fn = (int((a & b).sum()) for a, b in ((up, call), (~up, ~call), (~up, call), (up, ~call)))
    table = direction_table([forecast])
    expected = (tp * tn - fp * fn) / sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    assert value(table, "matthews") == pytest.approx(expected)
    assert value(table, "balanced_accuracy") == pytest.approx((tp / (tp + fn) + tn / (tn + fp)) / 2)
    rates = ((tp / (tp + fn), tp + fn), (tn / (tn + fp), tn + fp))
    error = sqrt(sum(rate * (1 - rate) / n for rate, n in rates)) / 2
    half = (value(table, "balanced_accuracy", None, "high") - value(table, "balanced_accuracy", None, "low")) / 2
    assert half == pytest.approx(1.97 * error, rel=0.25)
    assert value(table, "accuracy") == pytest.approx((tp + tn) / 300)
    assert value(table, "majority") == pytest.approx(max(up.mean(), 1 - up.mean()))


@pytest.mark.parametrize("horizon", [1, 5])
def test_coin_flips_are_no_skill_and_eight_points_are_found(past: Build, horizon: int) -> None:
    flips = [alone(direction_table([coins(past, horizon=horizon, seed=seed)])) for seed in range(20)]
    assert all(claim.answer in ("not_shown", "no") for claim in flips)
    found = [alone(direction_table([coins(past, 0.64, base=0.56, horizon=horizon, seed=seed)])) for seed in range(20)]
    assert sum(claim.answer == "yes" for claim in found) >= 19


def test_the_gain_is_that_of_each_outcome_on_the_majority(past: Build) -> None:
    forecast = coins(past, 0.6, n=400)
    up, call = (forecast.y > forecast.last[:, None])[:, 0], (forecast.mean > forecast.last[:, None])[:, 0]
    gain = (up == call).astype(float) - (up if up.mean() >= 0.5 else ~up)
    table = direction_table([forecast])
    assert value(table, "gain") == pytest.approx(gain.mean())
    assert value(table, "gain") == pytest.approx(value(table, "accuracy") - value(table, "majority"))
    half = (value(table, "gain", None, "high") - value(table, "gain", None, "low")) / 2
    assert half == pytest.approx(1.97 * gain.std() / 20, rel=0.25)


def test_what_knows_something_but_gains_nothing_on_the_majority_is_seldom_claimed(past: Build) -> None:
    claimed = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        forecast = coins(past, base=0.56, seed=seed)
        up = forecast.y > forecast.last[:, None]
        called_up = random.random(up.shape) < np.where(up, (0.56 - 0.25) / 0.56, (0.75 - 0.56) / 0.44)
        mean = forecast.last[:, None] + np.where(called_up, 1.0, -1.0)  # right in 56 %, half of its calls are falls
        claimed += alone(direction_table([replace(forecast, mean=mean)])).answer == "yes"
    assert claimed <= 4


def test_always_up_is_no_skill_however_often_it_rises_and_no_worse_either(past: Build) -> None:
    forecast = coins(past, base=0.8)
    always = replace(forecast, mean=forecast.last[:, None] + 1)
    table = direction_table([always])
    assert value(table, "accuracy") == value(table, "majority")
    claim = alone(table)
    assert (claim.answer, claim.gain, claim.baseline) == ("not_shown", 0, "majority")


def test_a_mean_of_what_never_differs_is_tested_by_its_sign() -> None:
    moments, one = np.arange(10), np.ones((10, 1))
    assert mean_of(0 * one, moments, 0)[3] == 0.5
    assert mean_of(one, moments, 0)[3] == pytest.approx(0.5**10)
    assert mean_of(-one, moments, 0)[3] == pytest.approx(1 - 0.5**10)
    assert mean_of(-one, moments, 4)[3] == pytest.approx(1 - 0.5**2)


def test_overlapping_steps_count_for_less(past: Build) -> None:
    """A call kept for long is right or wrong for long: its interval is wider than that of as many separate cases."""
    forecast = coins(past, n=1000, horizon=5, seed=3)
    kept = np.repeat(np.where(np.random.default_rng(1).random(50) < 0.5, 1.0, -1.0), 20)[:, None]
    table = direction_table([replace(forecast, mean=forecast.last[:, None] + kept * np.ones((1, 5)))])
    width = [value(table, "accuracy", step, "high") - value(table, "accuracy", step, "low") for step in (1, 5)]
    assert width[1] > 1.5 * width[0]


def test_series_that_move_together_count_once(past: Build) -> None:
    one = coins(past, n=200, seed=5)
    many = replace(
        one,
        ids=tuple(f"s{i}" for i in range(20)),
        series=np.repeat(np.arange(20), 200),
        **{name: np.tile(getattr(one, name), 20) for name in ("cutoffs", "last", "fold")},
        **{name: np.tile(getattr(one, name), (20, 1)) for name in ("ds", "mean", "p_up", "y")},
        quantiles=np.empty((4000, 1, 0)),
    )
    a, b = direction_table([one]), direction_table([many])
    for column in ("value", "low", "high"):
        assert value(a, "accuracy", None, column) == pytest.approx(value(b, "accuracy", None, column), abs=1e-9)
    statistics = [value(table, "pesaran_timmermann") for table in (a, b)]
    assert statistics[1] == pytest.approx(statistics[0], rel=0.25, abs=0.2)
    assert value(b, "accuracy", None, "n") == 20 * value(a, "accuracy", None, "n")


def test_a_clustered_mean_is_the_mean_and_its_error_that_of_iid_values() -> None:
    values = np.random.default_rng(0).standard_normal((4000, 1))
    found = clustered_means(values, np.arange(4000), np.zeros(2, dtype=np.int64))
    assert found.value == pytest.approx(values.mean())
    assert found.error == pytest.approx(1 / np.sqrt(4000), rel=0.15)


def test_who_makes_no_call_has_no_row_and_ties_are_counted(past: Build) -> None:
    forecast = past().forecast("naive", 2, sigma=1.0)
    silent = replace(forecast, p_up=np.full(forecast.mean.shape, np.nan))
    assert direction_table([silent]).is_empty()
    assert alone(direction_table([silent]), "naive").reason == "no_calls"
    tied = replace(forecast, model="tied", p_up=np.full(forecast.mean.shape, 0.6))
    tied.y[:7, 0] = tied.last[:7]
    table = direction_table([silent, tied])
    assert dict(table.schema) == SCHEMA
    assert table["model"].unique().to_list() == ["tied"]
    assert value(table, "ties") == 7
    assert value(table, "brier") == pytest.approx(
        np.nanmean(np.where(tied.y > tied.last[:, None], 0.16, 0.36)), abs=0.01
    )


def test_nothing_known_yet_is_no_row(past: Build) -> None:
    blind: Forecast = past().forecast("m", blind=True, shift=1.0)
    assert direction_table([blind]).is_empty()
