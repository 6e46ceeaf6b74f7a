"""Convolution by hand: what a kernel sees at each place, stride and padding, true convolution, and max-pooling."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def padded(image: Floats, padding: int) -> Floats:
    """Put `padding` rows and columns of zeros around an image `[row, column]`."""
    return np.pad(image, padding)


def map_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Count the places of a kernel along one axis: (size − kernel + 2 · padding) / stride + 1, rounded down.

    With padding (kernel − 1) / 2 and stride 1 the map keeps the size of the image.

    >>> map_size(5, 3), map_size(5, 3, stride=2, padding=1), map_size(28, 5, padding=2)
    (3, 3, 28)
    """
    return (size - kernel + 2 * padding) // stride + 1


def cross_correlate(image: Floats, kernel: Floats, stride: int = 1, padding: int = 0) -> Floats:
    """Lay the kernel on every place of the image, multiply and add: what networks call a convolution."""
    ground = padded(image, padding)
    rows, columns = (map_size(n, k, stride, padding) for n, k in zip(image.shape, kernel.shape, strict=True))
    result = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            seen = ground[top : top + kernel.shape[0], left : left + kernel.shape[1]]
            result[row, column] = (seen * kernel).sum()
    return result


def convolve(image: Floats, kernel: Floats, stride: int = 1, padding: int = 0) -> Floats:
    """Convolve as mathematics means it: the kernel is turned by half a turn first."""
    return cross_correlate(image, kernel[::-1, ::-1], stride, padding)


def convolve_functions(f: Floats, g: Floats, step: float) -> Floats:
    """Slide one function over another: ∫ f(s) g(t − s) ds for each shift t, by sums over points `step` apart."""
    return np.convolve(f, g) * step


def max_pool(image: Floats, size: int = 2) -> Floats:
    """Keep the largest of every `size` × `size` block; a rest at the right or at the bottom is left out.

    >>> max_pool(np.array([[1, 2], [3, 4]])).tolist()
    [[4]]
    """
    rows, columns = image.shape[0] // size, image.shape[1] // size
    blocks = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    pooled: Floats = blocks.max(axis=(1, 3))
    return pooled
