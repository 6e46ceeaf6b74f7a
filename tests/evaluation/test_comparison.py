"""Tests of luck: they reject the truth as seldom as they say, and the interval agrees with the test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.evaluation.arrays import mean_known
from longshort.evaluation.comparison import compare, compare_groups, holm, mean_test
from longshort.evaluation.probabilistic import pinball_loss
from longshort.evaluation.skill import over_time, relative_losses

RUNS = 2000


def by_series(cube: np.ndarray) -> np.ndarray:
    """Lay `[time, series, step]` out as pairs, series by series."""
    return cube.transpose(1, 0, 2).reshape(-1, cube.shape[2])


def overlapping_sums(rng: np.random.Generator, n: int, horizon: int) -> np.ndarray:
    """Give moving sums of `horizon` shocks, `[time, run]`: differentials of a `horizon`-step forecast."""
    shocks = rng.standard_normal((n + horizon, RUNS))
    return sum(shocks[k : n + k] for k in range(horizon))  # type: ignore[return-value]


@pytest.mark.parametrize("n", [200, 400, 1000])
@pytest.mark.parametrize("horizon", [1, 5])
def test_equal_models_are_told_apart_in_about_five_percent(n: int, horizon: int) -> None:
    differences = overlapping_sums(np.random.default_rng(n + horizon), n, horizon)
    _, _, p_value = mean_test(differences, np.full(RUNS, horizon - 1))
    assert 0.03 < (p_value < 0.05).mean() < 0.08


@pytest.mark.parametrize("shocks", ["normal", "student", "garch"])
@pytest.mark.parametrize("n", [100, 250])
def test_forecasts_without_skill_are_told_apart_in_about_five_percent_and_claimed_in_half_of_these(
    n: int, shocks: str
) -> None:
    """A small version of benchmarks/audit_size.py: the last value plus noise of their own, one to five steps ahead."""
    rng = np.random.default_rng(n)
    runs, horizon = 800, 5
    drawn = rng.standard_t(4, (n + horizon, runs)) if shocks == "student" else rng.standard_normal((n + horizon, runs))
    variance = np.ones(runs)
    for row in drawn if shocks == "garch" else ():
        row *= np.sqrt(variance)
        variance = 0.05 + 0.1 * row**2 + 0.85 * variance
    walk = np.cumsum(drawn, axis=0)
    y = np.stack([walk[k : n + k] - walk[:n] for k in range(1, horizon + 1)], axis=2)
    ours, theirs = (np.square(y - 0.5 * rng.standard_normal((n, runs, 1))) for _ in range(2))
    for step in range(horizon):
        found = compare(ours[:, :, step], theirs[:, :, step], np.full(runs, step))
        assert 0.02 < (found.p_value < 0.05).mean() < (0.09 if n == 100 else 0.07)
        assert ((found.p_value < 0.05) & (found.ratio < 1)).mean() < 0.045


def test_groups_of_any_length_are_tested_as_if_each_were_alone() -> None:
    rng = np.random.default_rng(8)
    sizes = [40, 0, 3, 700, 1, 12]
    group = np.repeat(np.arange(6), sizes)
    ours, theirs = rng.chisquare(2, (2, len(group)))
    ours[rng.random(len(group)) < 0.1] = np.nan
    overlap = np.array([4, 2, 0, 4, 1, 8])
    together = compare_groups(ours, theirs, group, overlap)
    for i in range(6):
        alone = compare(ours[group == i][:, None], theirs[group == i][:, None], overlap[[i]])
        for name in ("ratio", "low", "high", "p_value", "n"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name)[0], rel=1e-12, nan_ok=True)


def test_ignoring_the_overlap_would_find_differences_that_are_not_there() -> None:
    differences = overlapping_sums(np.random.default_rng(1), 300, 5)
    _, _, p_value = mean_test(differences, np.zeros(RUNS, dtype=np.int64))
    assert (p_value < 0.05).mean() > 0.08


def test_memory_beyond_the_overlap_is_seen() -> None:
    rng = np.random.default_rng(2)
    differences = rng.standard_normal((400, RUNS))
    for t in range(1, 400):
        differences[t] += 0.5 * differences[t - 1]
    _, _, p_value = mean_test(differences, np.zeros(RUNS, dtype=np.int64))
    assert (p_value < 0.05).mean() < 0.12  # a window without lags would reject in 26 %


@pytest.mark.parametrize(("n", "horizon"), [(200, 1), (200, 5), (400, 5)])
def test_random_walks_are_granted_skill_in_at_most_five_percent_by_either_claim(n: int, horizon: int) -> None:
    """A network whose centre and spread are as noisy as estimates from a thousand sessions is granted no skill."""
    runs = 400
    rng = np.random.default_rng(n + horizon)
    walk = np.cumsum(rng.standard_normal((n + horizon, runs)), axis=0)
    y = np.stack([walk[k : n + k] - walk[:n] for k in range(1, horizon + 1)], axis=2)
    root = np.sqrt(np.arange(1, horizon + 1))
    drifting = np.cumsum(rng.standard_normal((n, runs)), axis=0)[:, :, None] / 20 / np.sqrt(n)
    centre = (rng.standard_normal(runs)[:, None] / 30) * np.arange(1, horizon + 1) + drifting
    ours, cone = (1 + rng.standard_normal((1, runs, 1)) / 45 for _ in range(2))
    series = np.repeat(np.arange(runs), n)

    def claims(own: np.ndarray, other: np.ndarray) -> np.ndarray:
        each = [by_series(np.broadcast_to(losses, y.shape)) for losses in (own, other)]
        a, b = (mean_known(losses, axis=1) for losses in relative_losses(each, series, runs))
        found = compare_groups(a, b, series, np.full(runs, horizon - 1))
        return (found.p_value < 0.05) & (found.ratio < 1)

    z = np.array([-1.96, -1.645, -1.28, -0.674, 0, 0.674, 1.28, 1.645, 1.96])
    levels = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])

    def spread_loss(scale: np.ndarray, middle: np.ndarray | float) -> np.ndarray:
        losses = [pinball_loss(y, middle + q * scale * root, level) for q, level in zip(z, levels, strict=True)]
        return np.mean(losses, axis=0)

    centre_claims = claims(np.square(y - centre), np.square(y))
    spread_claims = claims(spread_loss(ours, centre), spread_loss(cone, 0.0))
    assert (centre_claims | spread_claims).mean() <= 0.05


@given(st.integers(0, 10_000), st.integers(2, 80), st.integers(1, 6), st.floats(0.3, 3))
def test_the_interval_leaves_out_one_exactly_where_p_is_below_five_percent(
    seed: int, n: int, horizon: int, ratio: float
) -> None:
    rng = np.random.default_rng(seed)
    theirs = rng.chisquare(3, (n, 20))
    ours = ratio * theirs + rng.chisquare(1, (n, 20)) * (1 - min(ratio, 1))
    found = compare(ours, theirs, np.full(20, horizon - 1))
    bounded = ~np.isnan(found.low) & ~np.isnan(found.p_value)
    outside = (found.low > 1) | (found.high < 1)
    clear = np.abs(found.p_value - 0.05) > 1e-9
    assert (outside == (found.p_value < 0.05))[bounded & clear].all()


def test_gaps_change_nothing_but_the_count() -> None:
    rng = np.random.default_rng(5)
    whole = rng.standard_normal((50, 1))
    gappy = np.full((80, 1), np.nan)
    gappy[np.sort(rng.choice(80, 50, replace=False))] = whole
    for ours, theirs in zip(mean_test(gappy, np.array([2])), mean_test(whole, np.array([2])), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12)


def test_identical_losses_differ_by_nothing_and_for_sure() -> None:
    losses = np.random.default_rng(0).chisquare(1, (40, 1))
    rounded = losses * (1 + 1e-14)
    found = compare(rounded, losses, np.array([4]))
    assert (found.ratio[0], found.low[0], found.high[0], found.p_value[0]) == (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_losses_give_no_p_value_and_no_interval(n: int) -> None:
    losses = np.full((4, 1), np.nan)
    losses[:n] = np.arange(n)[:, None] + 1
    found = compare(2 * losses, losses, np.array([4]))
    assert np.isnan([found.p_value[0], found.low[0], found.high[0]]).all()
    assert found.n[0] == n


def test_what_moves_all_series_on_one_day_counts_once() -> None:
    """Twenty copies of one series are no more evidence than the series itself."""
    rng = np.random.default_rng(9)
    theirs = rng.chisquare(1, (100, 1, 1))
    ours = theirs * rng.uniform(0.7, 1.2, theirs.shape)
    p_values = []
    for copies in (1, 20):
        each = [by_series(np.repeat(losses, copies, axis=1)) for losses in (ours, theirs)]
        relative = relative_losses(each, np.repeat(np.arange(copies), 100), copies)
        a, b = (over_time(losses, np.tile(np.arange(100), copies))[:, -1:] for losses in relative)
        p_values.append(compare(a, b, np.array([0])).p_value[0])
    assert p_values[0] == pytest.approx(p_values[1], rel=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    raw = np.array(p_values)
    corrected = holm(raw)
    assert (corrected >= raw).all()
    assert (corrected <= 1).all()
    order = np.argsort(raw, kind="stable")
    assert (np.diff(corrected[order]) >= 0).all()


def test_averages_leave_out_what_is_not_known() -> None:
    assert mean_known(np.array([1.0, np.nan, 3.0])) == 2
