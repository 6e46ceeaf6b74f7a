"""Search the best parameters of each series: a grid of candidates, then finer grids around the best."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from longshort.smoothing.passes import losses
from longshort.smoothing.rows import Floats, Integers, PanelRows, SmoothingParameters, States

STEPS = (0.08, 0.04, 0.015)  # of the finer grids
BLOCK = 2**20  # candidates of all series together that are tried at a time, to bound memory
SMALLEST_ALPHA, LARGEST_ALPHA = 0.001, 0.999
LARGEST_BETA = 0.2  # as a share of alpha
PHI = (0.8, 0.98)
FLOOR = 1e-30  # of a mean squared error, of values near one: below, a fit is exact

Begin = Callable[[PanelRows, States, SmoothingParameters, int], States]
"""Gives where candidates begin, level and trend as [series, candidate]; the number is of threads."""


@dataclass
class Best:
    """Hold each series' best candidate so far: its squared errors' sum, shares [series, 4] (see `Space`), its begin."""

    squares: Floats
    shares: Floats
    level: Floats
    trend: Floats


@dataclass(frozen=True)
class Space:
    """Hold the values that a grid tries of each parameter.

    `alpha`, and the others as what moves freely: `beta` as a share of alpha, `gamma` as a share of 1 - alpha, `phi`. A
    parameter with a single value stays as it is.
    """

    alpha: tuple[float, ...]
    beta: tuple[float, ...] = (0.0,)
    gamma: tuple[float, ...] = (0.0,)
    phi: tuple[float, ...] = (1.0,)

    def grid(self) -> Floats:
        """Give every combination, `[1, candidate, 4]`."""
        return np.array(list(product(self.alpha, self.beta, self.gamma, self.phi)))[None]

    def around(self, best: Floats, step: float) -> Floats:
        """Give the neighbours of each series' best, `[series, candidate, 4]`; phi moves half as far."""
        free = [len(values) > 1 for values in (self.alpha, self.beta, self.gamma, self.phi)]
        moves = np.array(list(product(*((-1.0, 0.0, 1.0) if moving else (0.0,) for moving in free))))
        shares = best[:, None] + moves * (step * np.array([1.0, 1.0, 1.0, 0.5]))
        low, high = (SMALLEST_ALPHA, 0.0, 0.0, PHI[0]), (LARGEST_ALPHA, LARGEST_BETA, 1.0, PHI[1])
        return np.where(free, np.clip(shares, low, high), best[:, None])


def parameters_of(shares: Floats) -> SmoothingParameters:
    """Turn shares [..., 4] into parameters."""
    alpha, beta, gamma, phi = np.moveaxis(shares, -1, 0)
    return SmoothingParameters(alpha, beta * alpha, gamma * (1.0 - alpha), phi)


def search(rows: PanelRows, states: States, space: Space, begin: Begin, threads: int) -> Best:
    """Find the candidate of each series whose one-step errors have the least squares; of equal ones the first.

    `begin` is asked where candidates begin, some series at a time, and given the states of these.
    """
    size = max(BLOCK // space.grid().shape[1], 1)
    numbers = np.arange(len(rows))
    blocks = [numbers[first : first + size] for first in range(0, len(rows), size)]
    parts = [vars(_search(rows.of(part), states.of(part), space, begin, threads)) for part in blocks]
    return Best(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _search(rows: PanelRows, states: States, space: Space, begin: Begin, threads: int) -> Best:
    best = _best_of(rows, states, space.grid(), begin, threads)
    for step in STEPS:
        finer = _best_of(rows, states, space.around(best.shares, step), begin, threads)
        better = finer.squares < best.squares
        for name, array in vars(best).items():
            array[better] = getattr(finer, name)[better]
    return best


def _best_of(rows: PanelRows, states: States, shares: Floats, begin: Begin, threads: int) -> Best:
    shares = np.broadcast_to(shares, (len(rows), *shares.shape[1:]))
    parameters = parameters_of(shares)
    started = begin(rows, states, parameters, threads)
    squares = losses(rows, started, parameters, threads).squares
    squares = np.where(np.isfinite(squares), squares, np.inf)
    at = np.arange(len(rows)), np.argmin(squares, axis=1)
    return Best(squares[at], shares[at], started.level[at], started.trend[at])


def log_likelihood(squares: Floats, count: Integers) -> Floats:
    """Give the Gaussian log likelihood of one-step errors, but for a constant."""
    return np.asarray(-0.5 * count * np.log(np.maximum(squares / count, FLOOR)))


def corrected_criterion(squares: Floats, count: Integers, fitted: Integers) -> Floats:
    """Give AICc (Hurvich & Tsai 1989), `fitted` numbers counted; infinite where observations are too few for it."""
    rest = count - fitted - 1
    penalty = 2.0 * fitted * (1.0 + (fitted + 1) / np.maximum(rest, 1))
    return np.where(rest > 0, penalty - 2.0 * log_likelihood(squares, count), np.inf)
