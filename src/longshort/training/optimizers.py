"""Optimizers on one flat vector of parameters: plain functions, several times faster here than a list of tensors.

Each gives the same numbers as `torch.optim` (to rounding), whose conventions it follows: the decoupled decay of
AdamW, and a decay added to the gradient elsewhere; the rate multiplies the finished step, so that momentum survives
a change of rate. The state is a dictionary of vectors, so that it can be saved.
"""

from collections.abc import Callable
from math import sqrt

import torch
from torch import Tensor

from longshort.training.settings import SLOTS, Training

Slots = dict[str, Tensor]
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
RMS_DECAY = 0.99
ADAGRAD_EPSILON = 1e-10


def slots(settings: Training, parameters: Tensor) -> Slots:
    """Make the optimizer's state before the first step: zeros, by name."""
    return {name: torch.zeros_like(parameters) for name in SLOTS[settings.optimizer]}


def update(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int, rate: float) -> None:
    """Move the parameters in place by one step, counted from 1, at this learning rate (`settings.rate_at`).

    The L1 penalty's slope at a parameter of exactly 0 is 0, as PyTorch's own of `abs`.
    """
    if settings.l1:
        gradient = gradient.add(parameters.sign(), alpha=settings.l1)
    if settings.optimizer == "adamw":
        parameters.mul_(1.0 - rate * settings.weight_decay)
    elif settings.weight_decay:
        gradient = gradient.add(parameters, alpha=settings.weight_decay)
    RULES[settings.optimizer](settings, parameters, gradient, state, step, rate)


def adam(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int, rate: float) -> None:
    """Follow the mean gradient over the root of its mean square (Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019)."""
    state["mean"].lerp_(gradient, 1.0 - BETA_1)
    state["square"].mul_(BETA_2).addcmul_(gradient, gradient, value=1.0 - BETA_2)
    root = state["square"].sqrt().div_(sqrt(1.0 - BETA_2**step)).add_(EPSILON)
    parameters.addcdiv_(state["mean"], root, value=-rate / (1.0 - BETA_1**step))


def rmsprop(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int, rate: float) -> None:
    """Follow the gradient over the root of its mean square (Tieleman & Hinton 2012), with momentum if asked."""
    state["square"].mul_(RMS_DECAY).addcmul_(gradient, gradient, value=1.0 - RMS_DECAY)
    root = state["square"].sqrt().add_(EPSILON)
    state["velocity"].mul_(settings.momentum).addcdiv_(gradient, root)
    parameters.add_(state["velocity"], alpha=-rate)


def sgd(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int, rate: float) -> None:
    """Follow the gradient, with heavy-ball momentum if asked (Polyak 1964).

    With `nesterov` the momentum is applied once more, ahead of the next gradient, in the form of Sutskever et al. 2013
    that torch.optim takes.
    """
    state["velocity"].mul_(settings.momentum).add_(gradient)
    ahead = gradient.add(state["velocity"], alpha=settings.momentum) if settings.nesterov else state["velocity"]
    parameters.add_(ahead, alpha=-rate)


def adagrad(settings: Training, parameters: Tensor, gradient: Tensor, state: Slots, step: int, rate: float) -> None:
    """Follow the gradient over the root of the sum of all its squares so far (Duchi, Hazan & Singer 2011)."""
    state["total"].addcmul_(gradient, gradient)
    parameters.addcdiv_(gradient, state["total"].sqrt().add_(ADAGRAD_EPSILON), value=-rate)


RULES: dict[str, Callable[[Training, Tensor, Tensor, Slots, int, float], None]] = {
    "adamw": adam,
    "adam": adam,
    "rmsprop": rmsprop,
    "sgd": sgd,
    "adagrad": adagrad,
}


def clip(gradient: Tensor, limit: float | None) -> float:
    """Shorten the gradient in place to the limit, and give its length before."""
    norm = float(gradient.norm())
    if limit is not None and norm > limit:
        gradient.mul_(limit / (norm + 1e-6))
    return norm
