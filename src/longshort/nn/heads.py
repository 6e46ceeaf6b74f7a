"""Heads: what the last layer's numbers mean, in the unit of the transformed target.

Each head reads `raw [..., horizon, outputs]` in double precision. Training reads the same numbers through
`nn.tensors`, or in compiled code; tests hold them together.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from longshort.errors import SettingsError
from longshort.nn.network import Network, middle_level

Raw = NDArray[np.float32]
SMALLEST_SCALE = 1e-3  # a Student-t of scale zero has no likelihood
FIRST_DF = 6.0  # tails of daily returns


def centre(network: Network, raw: Raw) -> NDArray[np.float64]:
    """Give the forecast's centre, `[..., horizon]`: the median of a quantile head, else the location or the point."""
    head = network.model.head
    if head == "quantiles":
        return quantiles(network, raw, (0.5,))[..., 0]
    return bounded(network, raw) if head == "bounded" else raw[..., 0].astype(np.float64)


def quantiles(network: Network, raw: Raw, levels: tuple[float, ...]) -> NDArray[np.float64]:
    """Give the forecast's quantiles, `[..., horizon, level]`, which never cross.

    Between the levels of a quantile head lies a straight line; SettingsError for a level beyond its outermost ones,
    and for a head that forecasts a point only (see `gives_quantiles`).
    """
    if not gives_quantiles(network):
        raise SettingsError(
            f"a {network.model.head!r} head forecasts a point and has no quantiles.",
            "Choose --set model.head=quantiles",
        )
    if network.model.head == "student_t":
        return student_t_quantiles(raw, levels)
    return between_levels(monotone(network, raw.astype(np.float64)), network.quantile_levels, levels)


def gives_quantiles(network: Network) -> bool:
    """Say whether the head forecasts a distribution rather than a point."""
    return network.model.head in ("quantiles", "student_t")


def monotone(network: Network, raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn raw numbers into ordered quantiles: the middle one as it is, the others by positive gaps outward from it."""
    middle = middle_level(network.quantile_levels)
    gaps = softplus(raw)
    gaps[..., middle] = raw[..., middle]
    values = np.empty_like(gaps)
    np.add.accumulate(gaps[..., middle:], axis=-1, out=values[..., middle:])
    np.subtract.accumulate(gaps[..., middle::-1], axis=-1, out=values[..., middle::-1])
    return values


def softplus(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give log(1 + exp(x)), a positive number, without overflow."""
    return np.logaddexp(0.0, x)


def student_t(raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Read location, scale (positive) and degrees of freedom (above 2, so that the variance exists)."""
    return raw[..., 0], softplus(raw[..., 1]) + SMALLEST_SCALE, softplus(raw[..., 2]) + 2.0


def student_t_quantiles(raw: Raw, levels: tuple[float, ...]) -> NDArray[np.float64]:
    """Give the quantiles of each step's Student-t."""
    from scipy.special import stdtrit

    location, scale, df = (part[..., None] for part in student_t(raw.astype(np.float64)))
    values: NDArray[np.float64] = location + scale * stdtrit(df, np.asarray(levels))
    return values


def bounded(network: Network, raw: Raw) -> NDArray[np.float64]:
    """Squash the one raw number between the model's limits."""
    low, high = limits(network)
    share: NDArray[np.float64] = 0.5 * (1.0 + np.tanh(0.5 * raw[..., 0].astype(np.float64)))
    return low + (high - low) * share


def limits(network: Network) -> tuple[float, float]:
    """Give a bounded head's limits; SettingsError where they are missing."""
    model = network.model
    if model.low is None or model.high is None:
        raise SettingsError(
            "a bounded head needs model.low and model.high.", "Choose --set model.low=0.0 --set model.high=1.0"
        )
    return model.low, model.high


def between_levels(
    values: NDArray[np.float64], known: tuple[float, ...], wanted: tuple[float, ...]
) -> NDArray[np.float64]:
    """Read quantiles at the wanted levels off those at known ones, along straight lines."""
    if known == wanted:
        return values
    beyond = [level for level in wanted if not known[0] <= level <= known[-1]]
    if beyond:
        raise SettingsError(
            f"quantile level {beyond[0]} lies beyond the network's own, {known[0]} to {known[-1]}.",
            "Train with it: add it to quantile_levels.",
        )
    right = np.clip(np.searchsorted(known, wanted), 1, len(known) - 1) if len(known) > 1 else np.zeros(len(wanted), int)
    left = np.maximum(right - 1, 0)
    span = np.asarray(known)[right] - np.asarray(known)[left]
    share = np.where(span > 0, (np.asarray(wanted) - np.asarray(known)[left]) / np.where(span > 0, span, 1.0), 0.0)
    return values[..., left] * (1.0 - share) + values[..., right] * share


def initial_bias(network: Network) -> NDArray[np.float64]:
    """Give the raw numbers of one step that forecast the standard normal (a point: zero; a bounded: the middle)."""
    if network.model.head == "student_t":
        return np.array([0.0, softplus_inverse(1.0 - SMALLEST_SCALE), softplus_inverse(FIRST_DF - 2.0)])
    if network.model.head != "quantiles":
        return np.zeros(1)
    normal = np.array([NormalDist().inv_cdf(level) for level in network.quantile_levels])
    middle = middle_level(network.quantile_levels)
    raw = normal.copy()
    raw[middle + 1 :] = softplus_inverse(np.diff(normal)[middle:])
    raw[:middle] = softplus_inverse(np.diff(normal)[:middle])
    return raw


def softplus_inverse(value: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Give x with log(1 + exp(x)) = value."""
    result: NDArray[np.float64] = value + np.log(-np.expm1(-np.asarray(value, dtype=np.float64)))
    return result
