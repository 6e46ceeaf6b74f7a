"""Heads: what the last layer's numbers mean, in the unit of the transformed target.

Each head reads `raw [..., horizon, outputs]`. Training works on tensors, prediction on arrays; both go through the
same few lines here.
"""

from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import softplus

from longshort.errors import SettingsError
from longshort.nn.network import Network

Raw = NDArray[np.float32]
SMALLEST_SCALE = 1e-3  # a Student-t of scale zero has no likelihood
FIRST_DF = 6.0  # tails of daily returns


def centre(network: Network, raw: Raw) -> NDArray[np.float64]:
    """Give the forecast's centre, `[..., horizon]`: the median of a quantile head, else the location or the point."""
    head = network.model.head
    if head == "quantiles":
        return quantiles(network, raw, (0.5,))[..., 0]
    tensor = torch.from_numpy(raw)
    if head == "student_t":
        return as_array(student_t(tensor)[0])
    return as_array(bounded(network, tensor) if head == "bounded" else tensor[..., 0])


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
    return between_levels(as_array(monotone(network, torch.from_numpy(raw))), network.quantile_levels, levels)


def gives_quantiles(network: Network) -> bool:
    """Say whether the head forecasts a distribution rather than a point."""
    return network.model.head in ("quantiles", "student_t")


def monotone(network: Network, raw: Tensor) -> Tensor:
    """Turn raw numbers into ordered quantiles: the middle one as it is, the others by positive gaps outward from it."""
    values: Tensor = OutwardSums.apply(raw, middle_level(network.quantile_levels))  # type: ignore[no-untyped-call]
    return values


def middle_level(levels: tuple[float, ...]) -> int:
    """Find the level nearest one half."""
    return int(np.argmin(np.abs(np.asarray(levels) - 0.5)))


class OutwardSums(torch.autograd.Function):
    """Add up softplus gaps from the middle outward, with the gradient by hand.

    A running sum per level over whole vectors; `cumsum`, or a product with a small matrix, took five times as long.
    """

    @staticmethod
    def forward(ctx: Any, raw: Tensor, middle: int) -> Tensor:
        """Give the ordered values."""
        gaps = softplus(raw)
        ctx.save_for_backward(gaps)
        ctx.middle = middle
        values = torch.empty_like(raw)
        values[..., middle] = raw[..., middle]
        for level in range(middle + 1, raw.shape[-1]):
            torch.add(values[..., level - 1], gaps[..., level], out=values[..., level])
        for level in range(middle - 1, -1, -1):
            torch.sub(values[..., level + 1], gaps[..., level], out=values[..., level])
        return values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Send each level's gradient to all the gaps between it and the middle, and to the middle itself."""
        (gaps,) = ctx.saved_tensors
        middle: int = ctx.middle
        total = torch.empty_like(gaps).copy_(gradients[0])
        for level in range(gaps.shape[-1] - 1, middle, -1):
            total[..., level - 1] += total[..., level]
        for level in range(middle):
            total[..., level + 1] += total[..., level]
        centre = total[..., middle].clone()
        total *= gaps.neg().exp_().neg_().add_(1.0)  # the slope of softplus
        total[..., :middle] *= -1.0
        total[..., middle] = centre
        return total, None


def student_t(raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Read location, scale (positive) and degrees of freedom (above 2, so that the variance exists)."""
    return raw[..., 0], softplus(raw[..., 1]) + SMALLEST_SCALE, softplus(raw[..., 2]) + 2.0


def student_t_quantiles(raw: Raw, levels: tuple[float, ...]) -> NDArray[np.float64]:
    """Give the quantiles of each step's Student-t."""
    from scipy.special import stdtrit

    location, scale, df = (as_array(part)[..., None] for part in student_t(torch.from_numpy(raw)))
    values: NDArray[np.float64] = location + scale * stdtrit(df, np.asarray(levels))
    return values


def bounded(network: Network, raw: Tensor) -> Tensor:
    """Squash the one raw number between the model's limits."""
    low, high = limits(network)
    return low + (high - low) * torch.sigmoid(raw[..., 0])


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


def as_array(tensor: Tensor) -> NDArray[np.float64]:
    """Give a tensor's numbers in double precision."""
    array: NDArray[np.float64] = tensor.double().numpy()
    return array
