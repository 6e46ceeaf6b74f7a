"""The data of the jobs: a smooth random walk between 0 and 1, as the lecture's scaled prices are."""

import numpy as np
from numpy.typing import NDArray

from longshort.bench.shape import Shape

Floats = NDArray[np.float32]


def walk(shape: Shape) -> Floats:
    """Draw a walk of as many rows as give the shape's windows, each with a value that follows."""
    values = np.random.default_rng(0).standard_normal(shape.windows + shape.length).cumsum()
    scaled: Floats = ((values - values.min()) / (values.max() - values.min())).astype(np.float32)
    return scaled


def windows(shape: Shape) -> tuple[Floats, Floats]:
    """Cut one walk into inputs `[window, time, 1]` and targets `[window, 1]`, the value that follows each window."""
    values = walk(shape)
    inputs = np.lib.stride_tricks.sliding_window_view(values, shape.length)[: shape.windows, :, None]
    return np.ascontiguousarray(inputs), values[shape.length :, None].copy()
