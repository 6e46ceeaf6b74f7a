"""The heads of `nn.heads` on PyTorch's tensors, with gradients: what the losses are made of."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from longshort.nn.heads import SMALLEST_SCALE, limits
from longshort.nn.network import Network, middle_level


def monotone(network: Network, raw: Tensor) -> Tensor:
    """Turn raw numbers into ordered quantiles; see `heads.monotone`."""
    values: Tensor = OutwardSums.apply(raw, middle_level(network.quantile_levels))  # type: ignore[no-untyped-call]
    return values


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
    """Read location, scale and degrees of freedom; see `heads.student_t`."""
    return raw[..., 0], softplus(raw[..., 1]) + SMALLEST_SCALE, softplus(raw[..., 2]) + 2.0


def bounded(network: Network, raw: Tensor) -> Tensor:
    """Squash the one raw number between the model's limits; see `heads.bounded`."""
    low, high = limits(network)
    return low + (high - low) * torch.sigmoid(raw[..., 0])
