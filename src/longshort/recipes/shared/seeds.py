"""What several seeds gave: written with its spread, and compared only as far as it goes."""

from collections.abc import Sequence

import numpy as np

from longshort.language import Message, message


def ranged(values: Sequence[float]) -> Message:
    """Write the mean of what several seeds gave, and between which it lies.

    >>> print(ranged([0.25, 0.5, 0.75]))
    0.5 (0.25 to 0.75)
    """
    return message("recipes.ranged", mean=float(np.mean(values)), low=min(values), high=max(values))


def told(claimed: Sequence[float], others: Sequence[float]) -> Message:
    """Say whether what is claimed to be higher is: only where the ranges over seeds do not overlap.

    >>> print(told([0.9, 0.95], [0.8, 0.85]), told([0.9, 0.95], [0.8, 0.92]), told([0.1], [0.2]), sep=", ")
    yes, not told apart, no
    """
    key = "yes" if min(claimed) > max(others) else "no" if max(claimed) < min(others) else "not_apart"
    return message(f"recipes.told.{key}")
