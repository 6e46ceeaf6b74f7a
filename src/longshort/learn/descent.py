"""Paths of gradient descent on curves that can be drawn, walked by the optimizers that train networks here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def parabola_path(start: float, curvature: float, rate: float, steps: int) -> Floats:
    """Descend on ½ a x²: each step multiplies x by (1 − rate · a), so it converges exactly where rate < 2 / a.

    >>> parabola_path(1.0, 2.0, 0.5, 2).tolist(), parabola_path(1.0, 2.0, 1.0, 2).tolist()
    ([1.0, 0.0, 0.0], [1.0, -1.0, 1.0])
    """
    path = [start]
    for _ in range(steps):
        slope = curvature * path[-1]
        path.append(path[-1] - rate * slope)
    return np.array(path)


def bowl(point: Floats, curvatures: tuple[float, float] = (1.0, 12.0)) -> float:
    """Give the height of a valley that is `curvatures` steep along its two axes."""
    return float(0.5 * (curvatures[0] * point[0] ** 2 + curvatures[1] * point[1] ** 2))


def bowl_slope(point: Floats, curvatures: tuple[float, float] = (1.0, 12.0)) -> Floats:
    """Give the gradient of `bowl`."""
    return np.array([curvatures[0] * point[0], curvatures[1] * point[1]])


def saddle(point: Floats) -> float:
    """Give the height of a pass: a valley along x, a ridge along y that falls off into two dales at y = ±1."""
    x, y = point
    return float(0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4)


def saddle_slope(point: Floats) -> Floats:
    """Give the gradient of `saddle`; it is zero at (0, 0), which is no minimum.

    >>> saddle_slope(np.array([0.0, 0.0])).tolist(), saddle(np.array([0.0, 0.0])) > saddle(np.array([0.0, 1.0]))
    ([0.0, 0.0], True)
    """
    x, y = point
    return np.array([x, -y + y**3])


def walk(
    slope: Callable[[Floats], Floats], start: Sequence[float], steps: int, rate: float, settings: Mapping[str, Any]
) -> Floats:
    """Walk from `start` with one of the optimizers that train networks, `[step, coordinate]`, the start included.

    `settings` are those of `longshort.training.settings.Training`, such as `{"optimizer": "sgd", "momentum": 0.9}`.
    """
    import torch

    from longshort.training.optimizers import slots, update
    from longshort.training.settings import Training

    training = Training(learning_rate=rate, weight_decay=0.0, **settings)
    place = torch.tensor(start, dtype=torch.float64)
    state = slots(training, place)
    path = [place.numpy().copy()]
    for step in range(1, steps + 1):
        update(training, place, torch.from_numpy(slope(path[-1])), state, step, rate)
        path.append(place.numpy().copy())
    return np.array(path)
