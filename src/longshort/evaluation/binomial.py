"""Exact statistics of a share of right answers among independent cases."""

from scipy.special import betainc, betaincinv


def tail(right: float, n: float, rate: float) -> float:
    """Give the probability of at least `right` successes in `n` independent cases of success rate `rate`.

    >>> round(tail(8, 10, 0.5), 4)
    0.0547
    """
    return 1.0 if right == 0 else float(betainc(right, n - right + 1, rate))


def lower_tail(right: float, n: float, rate: float) -> float:
    """Give the probability of at most `right` successes in `n` independent cases of success rate `rate`.

    >>> round(lower_tail(2, 10, 0.5), 4)
    0.0547
    """
    return 1.0 if right + 1 > n else 1.0 - tail(right + 1, n, rate)


def clopper_pearson(right: float, n: float) -> tuple[float, float]:
    """Give the exact 95 % interval of a share of independent cases (Clopper and Pearson 1934)."""
    low = 0.0 if right == 0 else float(betaincinv(right, n - right + 1, 0.025))
    high = 1.0 if right == n else float(betaincinv(right + 1, n - right, 0.975))
    return low, high
