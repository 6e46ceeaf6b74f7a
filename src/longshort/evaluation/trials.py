"""What a p-value is worth when many models were tried and the best one is shown."""

import math


def deflated(p_value: float, trials: int) -> float:
    """Give the probability that the best of `trials` models without skill would look as good: 1 - (1 - p)^trials.

    Sidak (1967). It is exact for trials that are independent and too strict for trials that resemble each other, so
    it never grants more than is due. It needs the honest number: every model, feature set and setting that was looked
    at on these outcomes. `trials` is 1 or more.

    >>> round(deflated(0.03, 1), 3), round(deflated(0.03, 20), 3)
    (0.03, 0.456)
    """
    if p_value >= 1:
        return 1.0
    return -math.expm1(trials * math.log1p(-p_value))


def undeflated(p_value: float, trials: int) -> float:
    """Give the p-value of one model alone, of which `deflated` makes this one.

    >>> round(undeflated(deflated(0.03, 20), 20), 6)
    0.03
    """
    return 1.0 if p_value >= 1 else -math.expm1(math.log1p(-p_value) / trials)


def trials_allowed(p_value: float, significant: float) -> int:
    """Give the largest number of trials at which a p-value would still be below `significant`; 0 where not even one.

    Said where nobody knows how many models were tried.

    >>> trials_allowed(0.01, 0.05), trials_allowed(0.2, 0.05)
    (5, 0)
    """
    if p_value >= significant:
        return 0
    if p_value <= 0:
        return 2**31
    return math.ceil(math.log1p(-significant) / math.log1p(-p_value)) - 1
