"""What a fitted volatility says: its variance through the past, and how far changes may add up in the future."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.garch_fit import Volatility
from longshort.baselines.garch_likelihood import recursion
from longshort.seeding import generator

Floats = NDArray[np.float64]
PATHS = 32_768
GRID = 13  # variances at which paths are simulated; between them quantiles are interpolated
LOWEST, HIGHEST = 0.02, 200.0  # of the long-run variance: the ends of that grid


def next_variances(volatility: Volatility, changes: Floats) -> Floats:
    """Filter: the variance of the change after each of these, and of the first one in front; one more than changes."""
    shocks = changes * volatility.scale - volatility.mean
    with np.errstate(over="ignore"):
        news = volatility.omega + (volatility.alpha + volatility.gamma * (shocks < 0)) * shocks**2
        found: Floats = recursion(np.concatenate([[volatility.start], news])[None], volatility.beta)[0]
    return found


def innovations(degrees: float, horizon: int, seed: int) -> Floats:
    """Draw standardised t innovations, `[step, path]`, that depend on the seed and the step alone.

    At each step they are the mid-quantiles of the distribution, one for each path, in random order (Latin hypercube
    sampling: McKay, Beckman and Conover 1979): a single step is exact, and a few thousand paths do for the others.
    """
    middles = t_quantiles(degrees, (np.arange(PATHS) + 0.5) / PATHS)
    orders = [generator(seed, "garch", step).permutation(PATHS) for step in range(1, horizon + 1)]
    return np.asarray(middles[np.array(orders)])


def simulate(volatility: Volatility, variances: Floats, drawn: Floats) -> Floats:
    """Simulate the sum of the coming changes, `[step, start, path]`, from the variance of the next one at each start.

    All starts share the innovations `drawn`. The sum is without the mean and without `scale`.
    """
    out = np.empty((len(drawn), len(variances), drawn.shape[1]))
    variance = np.repeat(variances[:, None], drawn.shape[1], axis=1)
    total = np.zeros_like(variance)
    for step, innovation in enumerate(drawn):
        shocks = np.sqrt(variance) * innovation
        total += shocks
        out[step] = total
        arch = volatility.alpha + volatility.gamma * (innovation < 0)
        variance = volatility.omega + arch * shocks**2 + volatility.beta * variance
    return out


def summed_variances(volatility: Volatility, variances: Floats, horizon: int) -> Floats:
    """Give the variance of the sum of 1, 2, ... coming changes from the variance of the next one, `[start, step]`."""
    memory = volatility.alpha + volatility.gamma / 2 + volatility.beta
    each = [variances]
    for _ in range(1, horizon):
        each.append(volatility.omega + memory * each[-1])
    return np.cumsum(np.stack(each, axis=1), axis=1)


@dataclass(frozen=True, eq=False)
class Surface:
    """Hold quantiles of the summed changes over their standard deviation, `[variance, step, level]`.

    So scaled they hardly depend on the variance of the next change (one step ahead not at all), so a few variances
    stand for all of them.
    """

    volatility: Volatility
    variances: Floats
    quantiles: Floats

    def at(self, variances: Floats) -> Floats:
        """Give the quantiles from variances of the next change, `[start, step, level]`."""
        last = len(self.variances) - 1
        place = np.interp(np.log(np.maximum(variances, 1e-300)), np.log(self.variances), np.arange(last + 1))
        left = np.minimum(place.astype(np.int64), max(last - 1, 0))
        share = (place - left)[:, None, None]
        low, high = self.quantiles[left], self.quantiles[np.minimum(left + 1, last)]
        deviation = np.sqrt(summed_variances(self.volatility, variances, self.quantiles.shape[1]))
        return np.asarray((low + share * (high - low)) * deviation[:, :, None])


def surface(volatility: Volatility, horizon: int, levels: tuple[float, ...], seed: int) -> Surface:
    """Simulate from a grid of variances around the long-run one; from a single one where nothing returns to any.

    One step ahead nothing is simulated: the quantiles are the t distribution's.
    """
    first = t_quantiles(volatility.degrees, np.array(levels))
    rest = 1 - volatility.alpha - volatility.gamma / 2 - volatility.beta
    returns = horizon > 1 and volatility.omega > 0 and rest > 0
    grid = volatility.omega / rest * np.geomspace(LOWEST, HIGHEST, GRID) if returns else np.ones(1)
    deviations = np.sqrt(summed_variances(volatility, grid, horizon))
    quantiles = np.empty((len(grid), horizon, len(levels)))
    if horizon > 1:
        drawn = innovations(volatility.degrees, horizon, seed)
        for number, variance in enumerate(grid):
            sums = simulate(volatility, np.array([variance]), drawn)[:, 0]
            quantiles[number] = np.quantile(sums, levels, axis=-1).T / deviations[number][:, None]
    quantiles[:, 0] = first
    return Surface(volatility, grid, quantiles)


def t_quantiles(degrees: float, levels: Floats) -> Floats:
    """Give quantiles of Student's t with a variance of one."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(degrees, levels) * np.sqrt((degrees - 2) / degrees))
