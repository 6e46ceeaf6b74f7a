"""What is said to be found in 80 % of cases is; more sessions find smaller effects; one sentence says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

import longshort as ls
from longshort.errors import NotEnoughHistory, SettingsError
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.detection import (
    QUESTIONS,
    detection,
    inside_correlation,
    overlap_factor,
    sessions_needed,
    sign_correlation,
    smallest_effect,
)
from longshort.evaluation.moves import moves_of
from longshort.evaluation.power import EDGES, SCHEMA, power, power_table

Build = Callable[..., Any]


@pytest.mark.parametrize("r", [0.0, 0.3, 0.8, 1.0])
def test_correlations_of_signs_and_of_lying_inside_are_those_of_a_sample(r: float) -> None:
    a, b = np.random.default_rng(0).standard_normal((2, 400_000))
    c, edge = r * a + np.sqrt(1 - r * r) * b, ndtri(0.9)
    signs = np.corrcoef(a > 0, c > 0)[0, 1]
    inside = np.corrcoef(np.abs(a) < edge, np.abs(c) < edge)[0, 1]
    assert sign_correlation(np.array([r]))[0] == pytest.approx(signs, abs=0.006)
    assert inside_correlation(np.array([r]))[0] == pytest.approx(inside, abs=0.006)


def test_forecasts_that_overlap_are_worth_as_many_as_the_variance_of_their_mean_says() -> None:
    """The mean of products of two overlapping sums, as the gain of a forecast is, over 4,000 samples."""
    random, n, h = np.random.default_rng(0), 100, 4
    one, two = (np.cumsum(random.standard_normal((4000, n + h)), axis=1) for _ in range(2))
    product = (one[:, h:] - one[:, :-h]) * (two[:, h:] - two[:, :-h]) / h
    assert overlap_factor("skill", 4, 4) == pytest.approx(n * product.mean(axis=1).var(), rel=0.08)
    signs = np.sign(product)
    assert overlap_factor("direction", 4, 4) == pytest.approx(n * signs.mean(axis=1).var(), rel=0.08)
    assert overlap_factor("skill", 4, 4) == pytest.approx(1 + 2 * (9 + 4 + 1) / 16)
    assert all(overlap_factor(question, 1, 1) == pytest.approx(1) for question in QUESTIONS)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(QUESTIONS), st.integers(60, 3000), st.integers(1, 6), st.floats(0.5, 0.7), st.floats(1, 2))
def test_the_smallest_effect_needs_the_sessions_it_was_computed_for(
    question: Any, n: int, horizon: int, base: float, clusters: float
) -> None:
    smallest = smallest_effect(question, n, (1, horizon), base, clusters)
    if smallest is None:
        return
    assert detection(question, smallest, n, (1, horizon), base, clusters) == pytest.approx(0.8, abs=1e-3)
    needed = sessions_needed(question, smallest, (1, horizon), base, clusters)
    assert needed is not None
    assert abs(needed - n) <= 2 + 0.02 * n
    more = smallest_effect(question, 2 * n, (1, horizon), base, clusters)
    assert more is not None
    assert more < smallest


@pytest.mark.parametrize("horizon", [1, 5])
def test_skill_of_the_smallest_size_is_found_in_80_of_100_samples(horizon: int) -> None:
    """A small version of benchmarks/audit_power.py: the forecaster knows a part of each coming return."""
    effect = smallest_effect("skill", 250, (horizon, horizon), 0.5, 1.0)
    assert effect is not None
    gain, found = 1 - (1 - effect) ** 2, 0
    for seed in range(400):
        total = np.cumsum(np.random.default_rng([seed, horizon]).standard_normal((2, 250 + horizon)), axis=1)
        known, rest = (total[:, horizon:] - total[:, :-horizon]) / np.sqrt(horizon)
        mean = np.sqrt(gain) * known
        error = np.sqrt(1 - gain) * rest
        value, _, p = mean_test(((mean + error) ** 2 - error**2)[:, None], np.array([horizon - 1]))
        found += bool(value[0] > 0 and p[0] < 0.05)
    assert found / 400 == pytest.approx(0.8, abs=0.08)


def test_the_table_has_a_row_for_each_question_step_and_edge(prices: Build) -> None:
    found = power(prices(rows=500), horizon=3, sessions=250)
    assert dict(found.table.schema) == SCHEMA
    assert len(found.table) == 3 * 4 * 3
    assert found.table["step"].unique().sort().to_list() == [None, 1, 2, 3]
    assert set(found.table["sessions"]) == {250}
    assert found.table.filter(question="skill")["edge"].unique().sort().to_list() == list(EDGES["skill"])
    assert found.table["independent"].max() <= 250.5  # type: ignore[operator]
    assert found.line.startswith("A test over 250 days, for the next 3 days, shows a gain in error of ")
    assert found.line in repr(found)


def test_the_summary_is_plain_and_its_size_is_right(prices: Build) -> None:
    summary = power(prices(rows=500), horizon=2).summary()
    assert summary["sessions"] == 100
    assert summary["horizon"] == 2
    assert len(summary["power"]) == 27
    assert len(summary["naive_rmse"]) == 2
    assert power(prices(rows=500, series=3)).summary()["naive_rmse"] == [None]


def test_volatility_and_base_rate_are_the_targets(past: Build) -> None:
    rising = 9000 + np.cumsum(np.where(np.random.default_rng(0).random(900) < 0.6, 2.0, -2.0))
    moves = moves_of(past(rising).panel, 1)
    assert moves.naive_rmse == pytest.approx((2.0,))
    assert moves.base_rates[0] == pytest.approx(0.6, abs=0.04)
    assert moves.clusters == pytest.approx(1, abs=0.15)
    growing = np.exp(np.cumsum(0.005 + 0.01 * np.random.default_rng(0).standard_normal(900)))
    assert moves_of(past(growing).panel, 1).clusters == pytest.approx(1, abs=0.15)  # of relative changes


def test_clusters_of_volatility_make_skill_harder_to_see(past: Build) -> None:
    random = np.random.default_rng(0)
    calm = random.standard_normal(900)
    wild = calm * np.repeat([0.3, 2.0] * 9, 50)
    smallest = []
    for changes in (calm, wild):
        moves = moves_of(past(np.cumsum(changes)).panel, 1)
        smallest.append(power_table(moves, 250).filter(question="skill")["smallest"][0])
    assert smallest[1] > 1.3 * smallest[0]


def test_what_is_too_little_is_refused(past: Build, prices: Build) -> None:
    with pytest.raises(NotEnoughHistory, match="30 are needed"):
        power(prices(rows=20))
    with pytest.raises(NotEnoughHistory, match="10 changes over 110 sessions"):
        power(prices(rows=120), horizon=110)
    for asked in ({"horizon": 0}, {"sessions": 0}):
        with pytest.raises(SettingsError):
            power(prices(), **asked)
    still = power(past(np.full(300, 5.0)).panel, sessions=3)
    assert still.table["smallest"].null_count()
    assert still.line.startswith("3 steps are too few to show skill of any size (1 step ahead).")


def test_real_prices_say_how_little_a_year_can_show(shared_data: Path) -> None:
    panel = ls.read(next((shared_data / "djia30").glob("*AAPL*.csv")), target="Close")
    found = power(panel, horizon=5, sessions=250)
    smallest = dict(zip(*found.table.filter(pl.col("step").is_null()).select("question", "smallest"), strict=True))
    assert 0.05 < smallest["skill"] < 0.3
    assert 0.08 < smallest["direction"] < 0.16
    assert 0.05 < smallest["coverage"] < 0.12
