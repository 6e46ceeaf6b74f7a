"""Optimizers on one flat vector of parameters: plain functions, several times faster here than a list of tensors.

Each gives the same numbers as `torch.optim` (to rounding), whose conventions it follows: the decoupled decay of
AdamW, and a decay added to the gradient elsewhere. The state is a dictionary of vectors, so that it can be saved.
"""

from collections.abc import Callable
from math import sqrt

import torch
from torch import Tensor

from longshort.training.settings import SLOTS, Training

Slots = dict[str, Tensor]
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
RMS_DECAY = 0.99


def slots(settings: Training, parameters: Tensor) -> Slots:
    """Make the optimizer's state before the first step: zeros, by name."""
    return {name: torch.zeros_like(parameters) for name in SLOTS[settings.optimizer]}


def update(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int) -> None:
    """Move the parameters in place by one step, counted from 1."""
    if settings.optimizer == "adamw":
        parameters.mul_(1.0 - settings.learning_rate * settings.weight_decay)
    elif settings.weight_decay:
        gradient = gradient.add(parameters, alpha=settings.weight_decay)
    RULES[settings.optimizer](settings, parameters, gradient, state, step)


def adam(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int) -> None:
    """Follow the mean gradient over the root of its mean square (Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019)."""
    state["mean"].lerp_(gradient, 1.0 - BETA_1)
    state["square"].mul_(BETA_2).addcmul_(gradient, gradient, value=1.0 - BETA_2)
    root = state["square"].sqrt().div_(sqrt(1.0 - BETA_2**step)).add_(EPSILON)
    parameters.addcdiv_(state["mean"], root, value=-settings.learning_rate / (1.0 - BETA_1**step))


def rmsprop(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int) -> None:
    """Follow the gradient over the root of its mean square (Tieleman & Hinton 2012), with momentum if asked."""
    state["square"].mul_(RMS_DECAY).addcmul_(gradient, gradient, value=1.0 - RMS_DECAY)
    root = state["square"].sqrt().add_(EPSILON)
    state["velocity"].mul_(settings.momentum).addcdiv_(gradient, root)
    parameters.add_(state["velocity"], alpha=-settings.learning_rate)


def sgd(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int) -> None:
    """Follow the gradient, with heavy-ball momentum if asked (Polyak 1964)."""
    state["velocity"].mul_(settings.momentum).add_(gradient)
    parameters.add_(state["velocity"], alpha=-settings.learning_rate)


RULES: dict[str, Callable[[Training, Tensor, Tensor, Slots, int], None]] = {
    "adamw": adam,
    "adam": adam,
    "rmsprop": rmsprop,
    "sgd": sgd,
}


def clip(gradient: Tensor, limit: float | None) -> float:
    """Shorten the gradient in place to the limit, and give its length before."""
    norm = float(gradient.norm())
    if limit is not None and norm > limit:
        gradient.mul_(limit / (norm + 1e-6))
    return norm
