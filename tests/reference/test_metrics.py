"""Our scores and tests against independent implementations, written here from the formulas, one number at a time."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from longshort.evaluation.calibration import wilson
from longshort.evaluation.comparison import compare, holm, long_run_variances, mean_test, small_sample_factor
from longshort.evaluation.probabilistic import crps, pinball_loss, quadrature_weights
from longshort.results.forecast import QUANTILE_LEVELS, Forecast


def autocovariance(d: list[float], lag: int) -> float:
    centre = sum(d) / len(d)
    return sum((d[t] - centre) * (d[t - lag] - centre) for t in range(lag, len(d))) / len(d)


def rectangular(d: list[float], h: int) -> float:
    """Diebold and Mariano (1995), Comparing predictive accuracy: equation for 2 pi f_d(0) with h - 1 lags."""
    return autocovariance(d, 0) + 2 * sum(autocovariance(d, lag) for lag in range(1, h))


def bartlett(d: list[float], h: int) -> float:
    """Newey and West (1987), with ceil(n^(1/3)) lags, or h - 1 where that is more."""
    reach = max(h - 1, math.ceil(len(d) ** (1 / 3)))
    terms = ((1 - lag / (reach + 1)) * autocovariance(d, lag) for lag in range(1, reach + 1))
    return autocovariance(d, 0) + 2 * sum(terms)


def diebold_mariano(d: list[float], h: int) -> tuple[float, float]:
    """Harvey, Leybourne and Newbold (1997), equations 8 and 9: the corrected statistic and its p-value."""
    n = len(d)
    variance = max(rectangular(d, h), bartlett(d, h)) / n
    statistic = (sum(d) / n) / math.sqrt(variance)
    corrected = statistic * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return corrected, 2 * float(stats.t.sf(abs(corrected), n - 1))


@pytest.mark.parametrize("h", [1, 2, 5, 12])
@pytest.mark.parametrize("n", [30, 100, 251])
@pytest.mark.parametrize("memory", [0.0, 0.6, -0.6])
def test_diebold_mariano_equals_the_formulas(h: int, n: int, memory: float) -> None:
    rng = np.random.default_rng(n + h)
    noise = rng.standard_normal(n + h + 50)
    d = np.convolve(noise, np.ones(h), "valid")[:n] + 0.3
    for t in range(1, n):
        d[t] += memory * d[t - 1]
    mean, error, p_value = mean_test(d[:, None], np.array([h - 1]))
    statistic, expected = diebold_mariano(d.tolist(), h)
    assert mean[0] / error[0] == pytest.approx(statistic, rel=1e-10)
    assert p_value[0] == pytest.approx(expected, rel=1e-8)


PUBLISHED = {  # dieboldmariano 1.1.0, which follows R's forecast::dm.test: dm_test(..., variance_estimator="acf")
    ("squares", 1): (0.977597638400333, 0.33844467773502274),
    ("squares", 4): (1.4343101081830896, 0.16494136553204808),
    ("distances", 1): (0.8743814592545323, 0.3909496313557794),
    ("distances", 4): (1.138550085106619, 0.26661158848621136),
}


@pytest.mark.parametrize(("loss", "h"), PUBLISHED)
def test_diebold_mariano_with_the_rectangular_window_equals_a_published_package(loss: str, h: int) -> None:
    y = np.array([0.1 * ((7 * i) % 11) - 0.3 + 0.05 * i for i in range(24)])
    first = np.array([0.02 * ((5 * i) % 13) - 0.1 for i in range(24)])
    second = np.array([0.03 * ((3 * i) % 7) - 0.12 for i in range(24)])
    first, second = (y + each - y for each in (first, second))
    d = np.square(first) - np.square(second) if loss == "squares" else np.abs(first) - np.abs(second)
    n, overlap = np.array([24]), np.array([h - 1])
    rectangular_window, _ = long_run_variances(d - d.mean(), n, overlap)
    statistic = d.mean() / np.sqrt(rectangular_window[0] / 24 / small_sample_factor(n, overlap)[0])
    expected, p_value = PUBLISHED[loss, h]
    assert statistic == pytest.approx(expected, abs=1e-8)
    assert 2 * stats.t.sf(abs(statistic), 23) == pytest.approx(p_value, abs=1e-8)


def test_crps_over_midpoint_levels_equals_a_published_package() -> None:
    """Compare with scoringrules 0.10.0: crps_quantile, and crps_ensemble of the same ten numbers (estimator "nrg")."""
    y = np.array([-2.0, -0.3, 0.0, 1.7])
    levels = tuple(((np.arange(10) + 0.5) / 10).tolist())
    numbers = np.array([-1.8, -1.1, -0.7, -0.4, -0.1, 0.15, 0.5, 0.9, 1.2, 2.1])
    forecast = replace(normal_forecast(y, levels), quantiles=np.broadcast_to(numbers, (4, 1, 10)))
    assert crps(forecast, levels)[:, 0] == pytest.approx([1.4535, 0.3135, 0.2735, 1.0835], abs=1e-8)


def test_both_kernels_are_met_in_the_cases_above() -> None:
    """Overlap asks for the rectangular window, memory beyond it for Bartlett's: neither is dead."""
    rng = np.random.default_rng(0)
    overlapping = np.convolve(rng.standard_normal(400), np.ones(5), "valid").tolist()
    remembering = [0.0]
    for shock in rng.standard_normal(400):
        remembering.append(0.6 * remembering[-1] + shock)
    assert rectangular(overlapping, 5) > bartlett(overlapping, 5)
    assert rectangular(remembering, 1) < bartlett(remembering, 1)


def test_the_interval_is_that_of_the_mean_difference_in_units_of_the_baselines_loss() -> None:
    rng = np.random.default_rng(3)
    theirs = rng.chisquare(1, 300)
    ours = 0.9 * theirs + 0.2 * rng.chisquare(1, 300)
    found = compare(ours[:, None], theirs[:, None], np.array([0]))
    for end in (found.low[0], found.high[0]):
        shifted = (theirs - ours) - (1 - end) * theirs.mean()
        d = shifted.tolist()
        variance = max(rectangular(d, 1), bartlett(d, 1))
        statistic = (sum(d) / 300) / math.sqrt(variance / 300) * math.sqrt(299 / 300)
        assert 2 * float(stats.t.sf(abs(statistic), 299)) == pytest.approx(0.05, abs=1e-8)
    assert (found.low[0] + found.high[0]) / 2 == pytest.approx(found.ratio[0], rel=1e-12)


def test_holm_equals_the_step_down_procedure() -> None:
    p_values = np.random.default_rng(1).uniform(0, 0.1, 20)
    corrected = holm(p_values)
    for alpha in (0.01, 0.05, 0.2, 0.5):
        rejected: set[int] = set()
        for rank, index in enumerate(np.argsort(p_values)):
            if p_values[index] > alpha / (len(p_values) - rank):
                break
            rejected.add(int(index))
        assert set(np.flatnonzero(corrected <= alpha).tolist()) == rejected


def test_wilson_is_where_the_score_test_turns() -> None:
    share, n = 0.83, 120
    low, high = wilson(np.array([share]), np.array([float(n)]))
    z = stats.t.ppf(0.975, n - 1)
    for end in (low[0], high[0]):
        assert abs(share - end) / math.sqrt(end * (1 - end) / n) == pytest.approx(z, rel=1e-9)


def normal_forecast(y: np.ndarray, levels: tuple[float, ...]) -> Forecast:
    n = len(y)
    quantiles = np.broadcast_to(stats.norm.ppf(levels), (n, 1, len(levels)))
    zeros = np.zeros((n, 1))
    whole = np.arange(n)
    return Forecast(
        model="normal",
        ids=("a",),
        series=np.zeros(n, dtype=np.int64),
        cutoffs=whole,
        ds=whole[:, None] + 1,
        last=zeros[:, 0],
        mean=zeros,
        quantile_levels=levels,
        quantiles=quantiles,
        p_up=zeros + 0.5,
        y=y[:, None],
        fold=np.zeros(n, dtype=np.int64),
        seed_mean=np.empty((0, n, 1)),
        seed_quantiles=np.empty((0, n, 1, len(levels))),
    )


def test_crps_over_many_levels_approaches_the_integral() -> None:
    y = np.array([-2.0, -0.3, 0.0, 1.7])
    levels = tuple(((np.arange(999) + 1) / 1000).tolist())
    found = crps(normal_forecast(y, levels), levels)[:, 0]
    for value, outcome in zip(found, y, strict=True):
        below = integrate.quad(lambda x: stats.norm.cdf(x) ** 2, -12, outcome)[0]
        above = integrate.quad(lambda x: stats.norm.sf(x) ** 2, outcome, 12)[0]
        assert value == pytest.approx(below + above, rel=2e-3)


def test_crps_over_nine_levels_is_the_weighted_sum_of_pinball_losses() -> None:
    y = np.array([-2.0, -0.3, 0.0, 1.7])
    found = crps(normal_forecast(y, QUANTILE_LEVELS), QUANTILE_LEVELS)[:, 0]
    edges = [0.0, 0.0375, 0.075, 0.175, 0.375, 0.625, 0.825, 0.925, 0.9625, 1.0]
    for value, outcome in zip(found, y, strict=True):
        total = 0.0
        for level, low, high in zip(QUANTILE_LEVELS, edges, edges[1:], strict=False):
            q = stats.norm.ppf(level)
            total += 2 * (high - low) * (level * (outcome - q) if outcome > q else (1 - level) * (q - outcome))
        assert value == pytest.approx(total, rel=1e-12)
    assert quadrature_weights(QUANTILE_LEVELS).sum() == pytest.approx(1)


def test_the_true_quantile_has_the_lowest_pinball_loss() -> None:
    y = np.random.default_rng(0).exponential(size=20_000)
    truth = stats.expon.ppf(0.9)
    losses = [pinball_loss(y, np.full_like(y, q), 0.9).mean() for q in (0.8 * truth, truth, 1.2 * truth)]
    assert losses[1] == min(losses)
