"""How a matrix of weights can begin."""

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from longshort.errors import SettingsError, nearest

Parameters = dict[str, NDArray[np.float32]]


def glorot(rng: np.random.Generator, shape: tuple[int, ...], rows: int) -> NDArray[np.float64]:
    """Draw uniform weights whose variance is 2 / (inputs + rows), `rows` being those of one gate."""
    limit = np.sqrt(6.0 / (shape[1] + rows))
    return rng.uniform(-limit, limit, shape)


def orthogonal_gates(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw one random orthogonal matrix per gate and stack them."""
    hidden = shape[1]
    return np.concatenate([orthogonal(rng, hidden, hidden) for _ in range(shape[0] // hidden)])


def orthogonal(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float64]:
    """Draw a matrix whose rows, or columns where there are fewer, are orthonormal (Saxe et al. 2014)."""
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    made: NDArray[np.float64] = q * np.sign(np.diag(r))  # signs of their own: then all rotations are equally likely
    return made if rows >= columns else made.T


Draw = Callable[[np.random.Generator, tuple[int, ...], int, int], NDArray[np.float64]]
CUT_DEVIATION = 0.87962566103423978  # of a standard normal that is cut at +-2


def draw(
    name: str, scale: float, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    """Draw a weight by the initialiser's name, and multiply it by `scale`.

    normal and truncated_normal (cut at +-2 deviations) have the deviation `scale`; constant is `scale` everywhere, so
    that the units of a layer stay identical. xavier is uniform with the variance 2 / (fan_in + fan_out) (Glorot &
    Bengio 2010), variance_scaling the cut normal of that variance; orthogonal draws each block of `fan_out` rows (the
    gates of a recurrent layer), the axes behind the first taken as one. `fan_in` counts the numbers that make one
    output, `fan_out` the outputs that one input reaches. Raises SettingsError for any other name.

    >>> from longshort.seeding import generator
    >>> draw("constant", 0.5, generator(0, "weights"), (2, 3), 3, 2).tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    """
    if name not in INITIALISERS:
        raise SettingsError(f"there is no initialiser {name!r}.", nearest(name, INITIALISERS))
    return scale * INITIALISERS[name](rng, shape, fan_in, fan_out)


def _cut_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Draw standard normal numbers, and those beyond +-2 again."""
    values = rng.standard_normal(shape)
    while (beyond := np.abs(values) > 2.0).any():
        values[beyond] = rng.standard_normal(int(beyond.sum()))
    return values


def _xavier(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> NDArray[np.float64]:
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape)


def _variance_scaling(
    rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    deviation = float(np.sqrt(2.0 / (fan_in + fan_out))) / CUT_DEVIATION
    return deviation * _cut_normal(rng, shape)


def _orthogonal(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int) -> NDArray[np.float64]:
    blocks = max(1, shape[0] // fan_out)
    rows, columns = shape[0] // blocks, prod(shape[1:])
    return np.concatenate([orthogonal(rng, rows, columns) for _ in range(blocks)]).reshape(shape)


INITIALISERS: dict[str, Draw] = {
    "normal": lambda rng, shape, fan_in, fan_out: rng.standard_normal(shape),
    "truncated_normal": lambda rng, shape, fan_in, fan_out: _cut_normal(rng, shape),
    "constant": lambda rng, shape, fan_in, fan_out: np.ones(shape),
    "xavier": _xavier,
    "variance_scaling": _variance_scaling,
    "orthogonal": _orthogonal,
}
