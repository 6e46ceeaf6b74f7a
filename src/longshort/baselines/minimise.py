"""Minimise a smooth function of a few numbers within bounds: what a fit by maximum likelihood needs."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Downhill = Callable[[Floats], tuple[float, Floats]]

STEPS, HALVINGS = 200, 30
ENOUGH = 1e-4  # of the fall that the slope promises: Armijo's rule
FLAT = 1e-6  # slope at which nothing more is to be gained
STILL = 1e-11  # of the value: a step that gains less is the last but one


def minimise(downhill: Downhill, start: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """Go downhill from a start by BFGS, and give where that ends, and the value there.

    `downhill` gives value and gradient at a point. Steps are halved until they gain enough (Armijo 1966); a number at
    its bound stays there while the slope leads beyond. Sums are numpy's, without BLAS, so the bits do not depend on
    threads. Source: Nocedal and Wright (2006), Numerical Optimization, algorithm 6.1. It stands here in place of
    `scipy.optimize`, whose import takes longer than the fits of a short audit.

    >>> place, value = minimise(lambda x: (((x - 1) ** 2).sum(), 2 * (x - 1)), np.zeros(2), -np.ones(2), np.ones(2) / 2)
    >>> place.tolist(), value
    ([0.5, 0.5], 0.5)
    """
    place, (value, slope) = np.clip(start, low, high), downhill(start)
    inverse, small = _scaled(slope), 0
    for _ in range(STEPS):
        free = ~((place <= low) & (slope > 0) | (place >= high) & (slope < 0))
        if np.abs(slope[free]).max(initial=0.0) < FLAT or small > 1:
            break
        direction = -_times(inverse, slope * free) * free
        if (direction * slope).sum() >= 0:
            inverse = _scaled(slope)
            direction = -_times(inverse, slope * free) * free
        found = _shorter(downhill, place, value, slope, direction, low, high)
        if found is None:
            break
        new, lower, steeper = found
        small = small + 1 if value - lower <= STILL * abs(value) else 0
        inverse = _updated(inverse, new - place, steeper - slope)
        place, value, slope = new, lower, steeper
    return place, float(value)


def _shorter(
    downhill: Downhill, place: Floats, value: float, slope: Floats, direction: Floats, low: Floats, high: Floats
) -> tuple[Floats, float, Floats] | None:
    """Halve a step until it gains enough; None where none does."""
    for halving in range(HALVINGS):
        new = np.clip(place + direction * 0.5**halving, low, high)
        lower, steeper = downhill(new)
        if lower <= value + ENOUGH * float((slope * (new - place)).sum()) and (new != place).any():
            return new, lower, steeper
    return None


def _updated(inverse: Floats, moved: Floats, turned: Floats) -> Floats:
    """Learn the curvature from a step (the BFGS formula); keep the old one where the step says nothing of it."""
    along = float((moved * turned).sum())
    if along <= 1e-10 * float(np.sqrt((moved**2).sum() * (turned**2).sum())):
        return inverse
    bent = _times(inverse, turned)
    stretch = 1 + float((turned * bent).sum()) / along
    change = stretch * moved[:, None] * moved - moved[:, None] * bent - bent[:, None] * moved
    return np.asarray(inverse + change / along)


def _scaled(slope: Floats) -> Floats:
    """Begin with a step no longer than one."""
    return np.eye(len(slope)) / max(float(np.sqrt((slope**2).sum())), 1.0)


def _times(matrix: Floats, vector: Floats) -> Floats:
    return np.asarray((matrix * vector).sum(axis=1))
