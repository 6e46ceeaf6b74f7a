"""The distribution that a rule has from its own past errors: which count, when they are pooled, and their floor."""

from dataclasses import dataclass

import numpy as np
import pytest

from longshort.baselines import past_errors
from longshort.baselines.past_errors import FEW, with_past_errors
from longshort.data.windows import Pairs, last_pairs

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Constant:
    """Forecast one number whatever happened, so that an error is the value less that number."""

    horizon: int = 1
    growth: float = 0.0
    value: float = 0.0
    name: str = "constant"

    def points(self, panel, rows):
        return np.full((len(rows), self.horizon), self.value)


def at(*rows):
    return Pairs(np.zeros(len(rows), dtype=np.int64), np.array(rows))


def noise(rows, seed=0):
    return np.random.default_rng(seed).normal(size=rows)


def test_the_quantiles_are_those_of_the_errors_of_the_same_step(panel_of):
    values = noise(60)
    forecast = with_past_errors(Constant(3, value=5.0), panel_of(values), at(50, 59), LEVELS)
    assert forecast.mean.tolist() == [[5, 5, 5]] * 2
    for pair, row in enumerate((50, 59)):
        for step in (1, 2, 3):
            expected = np.quantile(values[step : row + 1], LEVELS)
            np.testing.assert_allclose(forecast.quantiles[pair, step - 1], expected, atol=1e-12)


def test_only_the_newest_500_count(panel_of):
    values = noise(900)
    forecast = with_past_errors(Constant(2), panel_of(values), at(700, 899), LEVELS)
    for pair, row in enumerate((700, 899)):
        expected = np.quantile(values[row + 1 - 500 : row + 1], LEVELS)
        np.testing.assert_allclose(forecast.quantiles[pair], [expected] * 2, atol=1e-12)


@pytest.mark.parametrize("growth", [0.0, 0.5])
def test_fewer_than_twenty_are_pooled_over_the_steps_and_scaled(panel_of, growth):
    values = noise(12)
    forecast = with_past_errors(Constant(4, growth), panel_of(values), at(11), LEVELS)
    scale = np.arange(1, 5) ** growth
    pooled = np.concatenate([values[step:] / scale[step - 1] for step in (1, 2, 3, 4)])
    np.testing.assert_allclose(forecast.quantiles[0], np.outer(scale, np.quantile(pooled, LEVELS)), atol=1e-12)


def test_a_step_with_twenty_keeps_its_own_while_a_longer_one_is_pooled(panel_of):
    values = noise(FEW + 1)
    forecast = with_past_errors(Constant(2, 0.5), panel_of(values), at(FEW), LEVELS)
    pooled = np.concatenate([values[1:], values[2:] / np.sqrt(2)])
    np.testing.assert_allclose(forecast.quantiles[0, 0], np.quantile(values[1:], LEVELS), atol=1e-12)
    np.testing.assert_allclose(forecast.quantiles[0, 1], np.sqrt(2) * np.quantile(pooled, LEVELS), atol=1e-12)


def test_a_single_error_makes_no_distribution(panel_of):
    forecast = with_past_errors(Constant(1), panel_of([1.0, 2.0, 4.0]), at(0, 1, 2), LEVELS)
    assert np.isnan(forecast.quantiles[:2]).all()
    np.testing.assert_allclose(forecast.quantiles[2, 0], [2.2, 3.0, 3.8])


def test_errors_are_the_own_ones_of_each_series(panel_of):
    low, high = noise(40, 1), 100 + noise(40, 2)
    panel = panel_of(low, high)
    forecast = with_past_errors(Constant(1), panel, last_pairs(panel), LEVELS)
    expected = [np.quantile(values[1:], LEVELS) for values in (low, high)]
    np.testing.assert_allclose(forecast.quantiles[:, 0], expected, atol=1e-12)


def test_blanks_and_missing_sessions_make_no_error(panel_of):
    values = noise(60)
    blank = values.copy()
    blank[[20, 40]] = np.nan
    sessions = np.where(np.arange(60) < 30, 0, 1) + np.arange(60)  # one session is missing before row 30
    forecast = with_past_errors(Constant(1), panel_of(blank, sessions=sessions), at(59), LEVELS)
    unknown = [0, 20, 21, 30, 40, 41]  # what is blank, and what follows a blank or the gap: no forecast was made there
    np.testing.assert_allclose(forecast.quantiles[0, 0], np.quantile(np.delete(values, unknown), LEVELS), atol=1e-12)


@dataclass(frozen=True)
class Last:
    """Repeat the newest value, so that a fall in the past is expected again."""

    horizon: int = 1
    growth: float = 0.5
    name: str = "last"

    def points(self, panel, rows):
        return panel.target[rows][:, None]


def test_what_was_never_negative_has_no_negative_quantile(panel_of):
    falling = 61.0 - np.arange(31) * 2  # to 1
    panel = panel_of(falling, falling - 2)  # the second falls to -1
    forecast = with_past_errors(Last(), panel, last_pairs(panel), (0.1, 0.9))
    assert forecast.quantiles[:, 0].tolist() == [[0, 0], [-3, -3]]


def test_a_series_may_fall_below_zero_from_the_cutoff_on_at_which_it_did(panel_of):
    panel = panel_of(61.0 - np.arange(32) * 2)
    forecast = with_past_errors(Last(), panel, at(29, 30, 31), (0.1, 0.9))
    assert forecast.quantiles[:, 0, 0].tolist() == [1, 0, -3]


def test_blocks_that_bound_the_memory_change_no_bit(panel_of, monkeypatch):
    panel = panel_of(*(noise(80, seed) for seed in range(5)))
    rows = np.arange(60, 80)
    pairs = Pairs(np.repeat(np.arange(5), 20), np.concatenate([rows + 80 * series for series in range(5)]))
    whole = with_past_errors(Constant(2), panel, pairs, LEVELS)
    monkeypatch.setattr(past_errors, "BLOCK", 1)
    parts = with_past_errors(Constant(2), panel, pairs, LEVELS)
    np.testing.assert_array_equal(whole.quantiles, parts.quantiles)


def test_an_outcome_after_the_cutoff_changes_no_bit(panel_of):
    values = noise(80)
    changed = values.copy()
    changed[51:] = 1e6
    ours, theirs = (with_past_errors(Constant(3), panel_of(v), at(30, 50), LEVELS) for v in (values, changed))
    np.testing.assert_array_equal(ours.quantiles, theirs.quantiles)
