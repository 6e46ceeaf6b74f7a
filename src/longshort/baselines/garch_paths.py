"""What a fitted volatility says: its variance through the past, and simulated paths into the future."""

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.garch_fit import Volatility
from longshort.seeding import generator


def next_variances(volatility: Volatility, changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Filter: the variance of the change after each of these, and of the first one in front; one more than changes."""
    from scipy.signal import lfilter

    shocks = changes * volatility.scale - volatility.mean
    news = volatility.omega + (volatility.alpha + volatility.gamma * (shocks < 0)) * shocks**2
    after, _ = lfilter([1.0], [1.0, -volatility.beta], news, zi=[volatility.beta * volatility.start])
    return np.concatenate([[volatility.start], after])


def innovations(volatility: Volatility, horizon: int, paths: int, seed: int, unique_id: str) -> NDArray[np.float64]:
    """Draw standardised t innovations, `[step, path]`, that depend on the seed, the series' id and the step alone.

    At each step they are the mid-quantiles of the distribution, one for each path (a power of two), in the order of a
    Sobol sequence whose digits are shifted at random: so few
    paths give quantiles as near as many independent draws. Source: Owen (2003), Quasi-Monte Carlo sampling.
    """
    from scipy.special import stdtrit
    from scipy.stats.qmc import Sobol

    middles = stdtrit(volatility.degrees, (np.arange(paths) + 0.5) / paths)
    middles *= np.sqrt((volatility.degrees - 2) / volatility.degrees)
    cells = (Sobol(horizon, scramble=False).random_base2(paths.bit_length() - 1) * paths).astype(np.int64).T
    shifts = [int(generator(seed, "garch", unique_id, step).integers(paths)) for step in range(1, horizon + 1)]
    return np.asarray(middles[cells ^ np.array(shifts)[:, None]])


def simulate(volatility: Volatility, variances: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Simulate the sum of the coming changes, `[step, cutoff, path]`, from the variance of the next one at each cutoff.

    All cutoffs share the innovations `drawn`; the sum is in the series' own unit, without `scale`.
    """
    out = np.empty((len(drawn), len(variances), drawn.shape[1]))
    variance = np.repeat(variances[:, None], drawn.shape[1], axis=1)
    total = np.zeros_like(variance)
    for step, innovation in enumerate(drawn):
        shocks = np.sqrt(variance) * innovation
        total += volatility.mean + shocks
        out[step] = total
        arch = volatility.alpha + volatility.gamma * (innovation < 0)
        variance = volatility.omega + arch * shocks**2 + volatility.beta * variance
    return out / volatility.scale
