"""What several seeds gave: written with its spread, and compared only as far as it goes."""

from collections.abc import Sequence

import numpy as np


def ranged(values: Sequence[float]) -> str:
    """Write the mean of what several seeds gave, and between which it lies.

    >>> ranged([0.25, 0.5, 0.75])
    '0.5 (0.25 to 0.75)'
    """
    return f"{np.mean(values):.4g} ({min(values):.4g} to {max(values):.4g})"


def told(claimed: Sequence[float], others: Sequence[float]) -> str:
    """Say whether what is claimed to be higher is: only where the ranges over seeds do not overlap.

    >>> told([0.9, 0.95], [0.8, 0.85]), told([0.9, 0.95], [0.8, 0.92]), told([0.1], [0.2])
    ('yes', 'not told apart', 'no')
    """
    if min(claimed) > max(others):
        return "yes"
    return "no" if max(claimed) < min(others) else "not told apart"
