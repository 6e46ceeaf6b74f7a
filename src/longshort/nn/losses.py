"""Losses: what training minimises, as an average over the targets that are observed."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, huber_loss

from longshort.nn import tensors
from longshort.nn.heads import limits
from longshort.nn.network import Network
from longshort.nn.pairings import resolve_loss

Loss = Callable[[Tensor, Tensor], Tensor]


def loss_function(network: Network, name: str) -> Loss:
    """Give the loss of each target: a function of raw `[..., horizon, outputs]` and targets `[..., horizon]`.

    "auto" is the head's own. SettingsError where head and loss do not fit each other.
    """
    resolved = resolve_loss(network.model.head, name)
    if resolved == "pinball":
        return pinball(network)
    if resolved == "likelihood":
        return likelihood
    if resolved == "cross_entropy":
        return cross_entropy(network)
    error = {"squared": squared, "absolute": absolute, "huber": huber}[resolved]
    if network.model.head == "bounded":
        return lambda raw, target: error(tensors.bounded(network, raw), target)
    return lambda raw, target: error(raw[..., 0], target)


def squared(forecast: Tensor, target: Tensor) -> Tensor:
    """Square the error: its best forecast is the mean."""
    return (forecast - target).square()


def absolute(forecast: Tensor, target: Tensor) -> Tensor:
    """Take the error's size: its best forecast is the median."""
    return (forecast - target).abs()


def huber(forecast: Tensor, target: Tensor) -> Tensor:
    """Square half the small errors, take the size of those above 1 (Huber 1964)."""
    return huber_loss(forecast, target, reduction="none")


def pinball(network: Network) -> Loss:
    """Average the pinball loss over the levels (Koenker & Bassett 1978): its best forecasts are the quantiles."""
    levels = network.quantile_levels

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        error = target[..., None] - tensors.monotone(network, raw)
        level = torch.tensor(levels, dtype=raw.dtype, device=raw.device)
        slope = level - (error < 0).to(raw.dtype)  # a constant for the gradient, and much faster than a maximum
        return (error * slope).mean(dim=-1)

    return loss


def likelihood(raw: Tensor, target: Tensor) -> Tensor:
    """Give the negative log likelihood of each target under its Student-t."""
    location, scale, df = tensors.student_t(raw)
    z = (target - location) / scale
    normaliser = torch.lgamma(0.5 * (df + 1.0)) - torch.lgamma(0.5 * df) - 0.5 * torch.log(torch.pi * df)
    return 0.5 * (df + 1.0) * torch.log1p(z.square() / df) - normaliser + torch.log(scale)


def cross_entropy(network: Network) -> Loss:
    """Compare the share between the limits with the target's own share; a target beyond a limit counts as on it."""
    low, high = limits(network)

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        share = ((target - low) / (high - low)).clamp(0.0, 1.0)
        return binary_cross_entropy_with_logits(raw[..., 0], share, reduction="none")

    return loss
