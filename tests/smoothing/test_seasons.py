import numpy as np
import pytest

from longshort.smoothing import ADDITIVE, MULTIPLICATIVE, PanelRows, seasons
from longshort.smoothing.seasons import grids, moving_average, profiles, seasonal

FOUR = np.array([-1.0, 2.0, 0.5, -1.5])


def line_with(season, count, first=0, kind=ADDITIVE, slope=0.1):
    sessions = first + np.arange(count)
    line, there = 10 + slope * sessions, season[sessions % len(season)]
    return sessions, line + there if kind == ADDITIVE else line * there


def rows(*series):
    sessions, values = zip(*series, strict=True)
    counts = [len(part) for part in values]
    return PanelRows(np.concatenate(values), np.concatenate(sessions), np.concatenate([[0], np.cumsum(counts)]))


@pytest.mark.parametrize("first", [0, 3, -7])
@pytest.mark.parametrize("length", [4, 3])
@pytest.mark.parametrize("seasons_long", [2, 3.5])
def test_the_season_around_a_line_is_found_exactly(length, first, seasons_long):
    season = FOUR[:length] - FOUR[:length].mean()
    has, found = profiles(rows(line_with(season, int(seasons_long * length), first)), np.array([length]), ADDITIVE)
    assert has.tolist() == [True]
    np.testing.assert_allclose(found[0], season, atol=1e-12)


def test_a_season_that_multiplies_a_level_is_found_exactly():
    season = np.array([0.5, 1.0, 1.8, 0.7])
    has, found = profiles(rows(line_with(season, 20, 5, MULTIPLICATIVE, 0.0)), np.array([4]), MULTIPLICATIVE)
    assert has.tolist() == [True]
    np.testing.assert_allclose(found[0], season, atol=1e-12)


def test_a_gap_and_blanks_leave_the_season_of_what_was_observed():
    sessions, values = line_with(FOUR, 60)
    kept = np.ones(60, bool)
    kept[[7, 30, 31, 32, 33, 34, 35, 36, 37]] = False
    has, found = profiles(rows((sessions[kept], values[kept])), np.array([4]), ADDITIVE)
    assert has.tolist() == [True]
    np.testing.assert_allclose(found[0], FOUR, atol=0.05)  # windows with a blank lean to their other side


def test_less_than_two_seasons_or_a_place_never_seen_has_no_season():
    sessions, values = line_with(FOUR, 40)
    short, never = (sessions[:7], values[:7]), (sessions[sessions % 4 != 2], values[sessions % 4 != 2])
    has, found = profiles(rows(short, never, (sessions, values)), np.array([4, 4, 4]), ADDITIVE)
    assert (has.tolist(), len(found)) == ([False, False, True], 1)


def test_where_most_sessions_are_blank_there_is_no_season():
    sessions, values = line_with(FOUR, 80)
    half = (sessions // 4 % 2 == 0) == (sessions % 4 < 2)  # every place, in every other season
    assert profiles(rows((sessions[half], values[half])), np.array([4]), ADDITIVE)[0].tolist() == [False]


def test_a_season_that_is_no_factor_is_left_out():
    tiny = line_with(np.array([0.001, 1.0, 2.0, 1.0]), 40, kind=MULTIPLICATIVE)
    below = line_with(np.array([-1.0, 2.0, 2.0, 1.0]), 40, kind=MULTIPLICATIVE)
    zeros = (np.arange(40), np.zeros(40))
    assert profiles(rows(tiny, below, zeros), np.full(3, 4), MULTIPLICATIVE)[0].tolist() == [False] * 3
    assert profiles(rows(tiny, below, zeros), np.full(3, 4), ADDITIVE)[0].tolist() == [True] * 3


def test_a_moving_average_is_numpys_and_leaves_the_ends_out():
    random = np.random.default_rng(0)
    for length, weights in ((3, np.ones(3) / 3), (4, np.array([0.5, 1, 1, 1, 0.5]) / 4)):
        values = random.normal(size=20)
        (grid,) = grids(rows((np.arange(20), values)), np.array([length]))
        average, reach = moving_average(grid)[0], length // 2
        np.testing.assert_allclose(average[reach : 20 - reach], np.convolve(values, weights, "valid"), atol=1e-12)
        assert np.isnan(np.delete(average, np.arange(reach, 20 - reach))).all()


def test_only_the_newest_sessions_of_a_series_with_large_gaps_are_laid_out():
    sessions, values = line_with(FOUR, 40)
    (grid,) = grids(rows((np.append(sessions, 10**12), np.append(values, 1.0))), np.array([4]))
    assert grid.values.shape[1] == 256
    assert np.isfinite(grid.values).sum() == 1


def test_the_test_finds_a_season_and_seldom_one_that_is_not_there():
    random = np.random.default_rng(1)
    noise = [(np.arange(48), random.normal(size=48)) for _ in range(400)]
    said = seasonal(rows(*noise), np.full(400, 12))
    assert 0.005 < said.mean() < 0.1  # a tenth, if the mean cost nothing
    real = [(sessions, values + 5 * (sessions % 12 == 3)) for sessions, values in noise]
    assert seasonal(rows(*real), np.full(400, 12)).mean() > 0.97


def test_the_test_is_the_one_of_its_paper(monkeypatch):
    random = np.random.default_rng(2)
    for length in (4, 7):
        values = random.normal(size=60) + np.sin(np.arange(60) * 2 * np.pi / length) * random.uniform(0, 0.8)
        apart = values - values.mean()
        correlations = [(apart[k:] * apart[:-k]).sum() / (apart @ apart) for k in range(1, length + 1)]
        bartlett = np.sqrt((1 + 2 * sum(r * r for r in correlations[:-1])) / 60)
        limit = abs(correlations[-1]) / bartlett
        for shifted, expected in ((limit * 0.999, True), (limit * 1.001, False)):
            monkeypatch.setattr(seasons, "NORMAL_90", shifted)
            assert seasonal(rows((np.arange(60), values)), np.array([length])).tolist() == [expected]


def test_constant_and_short_series_have_no_season_to_find():
    flat, short = (np.arange(40), np.full(40, 0.7)), (np.arange(7), FOUR[np.arange(7) % 4])
    assert seasonal(rows(flat, short), np.array([4, 4])).tolist() == [False, False]


def test_a_series_has_the_same_season_in_any_company():
    random = np.random.default_rng(3)
    series = [(np.arange(count), random.normal(size=count) + 9) for count in (30, 31, 70, 24, 100)]
    _, together = profiles(rows(*series), np.full(5, 6), MULTIPLICATIVE)
    for one, season in zip(series, together, strict=True):
        assert profiles(rows(one), np.array([6]), MULTIPLICATIVE)[1][0].tolist() == season.tolist()
