"""The likelihood of GJR-GARCH(1,1,1) with Student-t innovations, with its exact gradient, over one series or many.

Changes stand in rows, `[series, time]`, padded with zeros behind each series' end; `known` says what is no padding.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]
FIRST = 75  # changes whose weighted squares stand for the variance before the first one, as in the package `arch`
NOTHING = 1e-20  # a weight that changes no bit of a sum
LOWEST = 2.05  # degrees of freedom: at 2 and below a t distribution has no variance


class Parameters(NamedTuple):
    """Hold what makes a change `mean + e` and the next variance `omega + (alpha + gamma [e < 0]) e^2 + beta h`."""

    mean: float
    omega: float
    alpha: float
    gamma: float
    beta: float
    degrees: float


@dataclass(frozen=True, eq=False)
class Stack:
    """Hold series to fit together: changes `[series, time]`, which of them are known, and each one's first variance."""

    changes: Floats
    known: NDArray[np.bool_]
    backcast: Floats


def stack(series: list[Floats]) -> Stack:
    """Lay series of changes in rows; each needs one change at least."""
    longest = max(map(len, series))
    changes = np.zeros((len(series), longest))
    known = np.zeros(changes.shape, dtype=bool)
    for row, each in enumerate(series):
        changes[row, : len(each)], known[row, : len(each)] = each, True
    return Stack(changes, known, np.array([backcast(each - each.mean()) for each in series]))


def backcast(shocks: Floats) -> float:
    """Give the exponentially weighted mean of the first squares, the oldest weighing most."""
    squares = np.square(shocks[:FIRST])
    weights = 0.94 ** np.arange(len(squares))
    return float((weights * squares).sum() / weights.sum())


def variances(found: Parameters, shocks: Floats, first: Floats) -> Floats:
    """Run the recursion through the rows; `first` is the variance of each row's first change."""
    news = found.omega + (found.alpha + found.gamma * (shocks < 0)) * np.square(shocks)
    return recursion(np.concatenate([first[:, None], news[:, :-1]], axis=1), found.beta)


def recursion(inputs: Floats, weight: float) -> Floats:
    """Give y[t] = inputs[t] + weight * y[t - 1] along rows, from y = 0 before them.

    By doubling (Hillis and Steele 1986): after each pass a sum reaches twice as far back, until its weight is nothing.
    """
    sums, reach, power = inputs.copy(), 1, weight
    while reach < sums.shape[1] and abs(power) > NOTHING:
        sums[:, reach:] += power * sums[:, :-reach]
        reach, power = 2 * reach, power * power
    return sums


def likelihood(found: Parameters, seen: Stack) -> tuple[float, Parameters]:
    """Give the mean log-likelihood of a change, and its derivative by each parameter.

    The derivative runs the recursion backwards once: what a variance is worth to all later ones is itself an
    exponentially weighted sum (the adjoint of the filter).
    """
    n = int(seen.known.sum())
    shocks = seen.changes - found.mean
    start = found.omega + (found.alpha + found.gamma / 2 + found.beta) * seen.backcast
    h = variances(found, shocks, start)
    square, freedom = np.square(shocks), found.degrees - 2
    z = square / (h * freedom)
    tail = (found.degrees + 1) / 2
    level = gammaln((found.degrees + 1) / 2) - gammaln(found.degrees / 2) - np.log(np.pi * freedom) / 2
    value = np.where(seen.known, level - np.log(h) / 2 - tail * np.log1p(z), 0.0).sum() / n

    bent = z / (1 + z)
    direct = np.where(seen.known, (tail * bent - 0.5) / h, 0.0) / n
    worth = recursion(direct[:, ::-1], found.beta)[:, ::-1]
    fell = shocks < 0
    by_shock = np.where(seen.known, -2 * tail * shocks / (h * freedom * (1 + z)), 0.0) / n
    later = worth[:, 1:]
    moved = 2 * (found.alpha + found.gamma * fell[:, :-1]) * shocks[:, :-1]
    first = (worth[:, 0] * seen.backcast).sum()
    by_degrees = (digamma((found.degrees + 1) / 2) - digamma(found.degrees / 2) - 1 / freedom) / 2
    by_degrees += np.where(seen.known, tail * bent / freedom - np.log1p(z) / 2, 0.0).sum() / n
    return float(value), Parameters(
        mean=float(-by_shock.sum() - (later * moved).sum()),
        omega=float(worth.sum()),
        alpha=float(first + (later * square[:, :-1]).sum()),
        gamma=float(first / 2 + (later * square[:, :-1] * fell[:, :-1]).sum()),
        beta=float(first + (later * h[:, :-1]).sum()),
        degrees=float(by_degrees),
    )
