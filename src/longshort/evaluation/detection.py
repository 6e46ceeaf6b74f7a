"""How likely an effect is found: the power of the tests by which this package claims skill, direction and coverage.

Each is a mean over overlapping forecasts, so each needs the number of independent forecasts behind it. That follows
from how much of their outcomes two forecasts share, under one model: returns are independent and normal, and the model
knows a part of each coming one.
"""

from collections.abc import Callable
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, ndtri, roots_hermitenorm, stdtrit

Floats = NDArray[np.float64]
Question = Literal["skill", "direction", "coverage"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
NOMINAL = 0.8  # coverage of the interval that is asked about
POWER = 0.8
MOST = 10_000_000  # sessions, beyond which no number is given


def sign_correlation(r: Floats) -> Floats:
    """Give the correlation of the signs of two normal variables whose own is r: the arcsine law."""
    return np.asarray(2 / np.pi * np.arcsin(np.clip(r, -1, 1)))


def inside_correlation(r: Floats) -> Floats:
    """Give the correlation of two normal variables lying inside their central 80 %, from Mehler's expansion."""
    edge = float(ndtri((1 + NOMINAL) / 2))
    density = np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi)
    weights, before, hermite = np.zeros(40), 1.0, edge  # of r^0, r^2, r^4 ...
    for k in range(2, 80):  # hermite is He_{k - 1}(edge); odd terms of a symmetric interval vanish
        if k % 2 == 0:
            weights[k // 2] = 4 * density**2 * np.exp(2 * np.log(abs(hermite)) - gammaln(k + 1))
        before, hermite = hermite, edge * hermite - (k - 1) * before
    return np.asarray(np.where(r >= 1, 1.0, polyval(np.square(r), weights) / (NOMINAL * (1 - NOMINAL))))


def gain_correlation(r: Floats) -> Floats:
    """Give the correlation of what two calls gain on always naming rises: nothing by a rise, 1 or -1 by a fall.

    Both must be falls, which happens the oftener the more alike they are; then it is that of the outcomes' signs.
    """
    same = sign_correlation(r)
    return same * (1 + same) / 2


CORRELATIONS: dict[str, Callable[[Floats], Floats]] = {
    "skill": np.square,
    "direction": lambda r: np.square(sign_correlation(r)),
    "rises": sign_correlation,
    "gain": gain_correlation,
    "coverage": inside_correlation,
}


@cache
def overlap_factor(what: str, first: int, last: int) -> float:
    """Say how many forecasts from neighbouring cutoffs are worth one, for the mean over the steps first to last.

    Two forecasts, over k and l sessions from cutoffs j sessions apart, share so many sessions' returns; that over the
    root of k l is their outcomes' correlation, from which that of losses follows.

    >>> overlap_factor("skill", 1, 1), round(overlap_factor("skill", 5, 5), 6)
    (1.0, 3.4)
    """
    m, j = np.arange(first, last + 1)[:, None], np.arange(1 - last, last)
    total = 0.0
    for k in range(first, last + 1):  # one after the other: together they fill the memory where there are many
        shared = np.maximum(np.minimum(k, j + m) - np.maximum(0, j), 0)
        total += float(CORRELATIONS[what](shared / np.sqrt(k * m)).sum())
    return total / (last - first + 1) ** 2


def caution(n: float, last: int) -> float:
    """Say what the tests' standard error is on average, in units of the true one; measured, not derived.

    They take the larger of two estimates of the long-run variance (`comparison.long_run_variance`), which without
    overlap exceeds the one that would do, and with overlap falls a little short.
    """
    return 0.97 if last > 1 else float(1 + 0.2 * np.sqrt(4 / 3 * np.cbrt(n) / n))


def detection(
    question: Question, effect: float, n: float, steps: tuple[int, int], base: float, clusters: float
) -> float:
    """Give the probability that a true effect is found with n cutoffs, two-sided at 5 %, over steps first to last.

    `effect` is the skill in RMSE against naive, the share of right calls above `base` (the share of the more frequent
    direction; the forecast is to call rises and falls equally often), or what the 80 % interval's coverage falls
    short. `clusters` is the mean of squared variances over
    the square of their mean, 1 where volatility is constant: the skill of forecasts that move with volatility is the
    harder to see.
    """
    own = n / overlap_factor(question, *steps)
    cases = own / caution(n, steps[1]) ** 2
    if cases <= 2:
        return 0.0
    if question == "skill":
        gain = 1 - (1 - effect) ** 2
        spread = np.sqrt((4 * gain * (1 - gain) + 2 * gain**2) * clusters)
        critical = stdtrit(max(n - 1, 1), 0.975)
        # Gains are skewed, so samples with a small mean have a small error, too (skewness is 3 sqrt(gain) or less).
        skew = min(1.5 * np.sqrt(gain / own) * critical, 0.5)
        return float(ndtr((gain / spread * np.sqrt(own) - critical * np.sqrt(own / cases)) / (1 - skew)))
    critical = stdtrit(max(cases - 1, 1), 0.975)
    if question == "coverage":
        share = NOMINAL - effect
        reach = critical * np.sqrt(NOMINAL * (1 - NOMINAL) / cases)
        return float(ndtr((effect - reach) / np.sqrt(max(share * (1 - share), 1e-9) / own)))
    right, nodes = min(base + effect, 1 - 1e-9), roots_hermitenorm(61)
    rises = base + nodes[0] * np.sqrt(base * (1 - base) * overlap_factor("rises", *steps) / n)
    majority = np.clip(np.maximum(rises, 1 - rises), 0.5, 1.0)
    cases = n / overlap_factor("gain", *steps) / caution(n, steps[1]) ** 2
    reach = stdtrit(max(cases - 1, 1), 0.975) * np.sqrt(max(0.5 - effect**2, 1e-9) / max(cases, 1))
    found = ndtr((right - majority - reach) / np.sqrt(right * (1 - right) / own))
    return float(found @ nodes[1] / nodes[1].sum())


def smallest_effect(question: Question, n: float, steps: tuple[int, int], base: float, clusters: float) -> float | None:
    """Find the smallest effect that is found with 80 % probability; None where not even the largest is."""
    most = {"skill": 1.0, "direction": 1 - base, "coverage": NOMINAL}[question]
    low, high = 0.0, most * (1 - 1e-6)
    if detection(question, high, n, steps, base, clusters) < POWER:
        return None
    for _ in range(50):
        middle = (low + high) / 2
        enough = detection(question, middle, n, steps, base, clusters) >= POWER
        low, high = (low, middle) if enough else (middle, high)
    return high


def sessions_needed(
    question: Question, effect: float, steps: tuple[int, int], base: float, clusters: float
) -> int | None:
    """Find how many cutoffs an effect needs to be found with 80 % probability; None beyond ten million."""
    if detection(question, effect, MOST, steps, base, clusters) < POWER:
        return None
    low, high = 1, MOST
    while low < high:
        middle = (low + high) // 2
        enough = detection(question, effect, middle, steps, base, clusters) >= POWER
        low, high = (low, middle) if enough else (middle + 1, high)
    return low
