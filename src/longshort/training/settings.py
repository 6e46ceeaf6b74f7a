"""The recipe's [training]."""

import math
from typing import Literal

import msgspec

from longshort.errors import SettingsError
from longshort.language import Message, message

# the vectors that each optimizer remembers
SLOTS = {
    "adamw": ("mean", "square"),
    "adam": ("mean", "square"),
    "rmsprop": ("square", "velocity"),
    "sgd": ("velocity",),
    "adagrad": ("total",),
}


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how networks are trained.

    `members` networks of different seeds; `loss` "auto" is the head's own. `momentum` serves rmsprop and sgd, where
    `nesterov` looks ahead along it; `learning_rate` follows `schedule` (see `rate_at`). Two penalties, on weights and
    biases alike: `weight_decay` (L2) is decoupled in adamw and added to the gradient elsewhere; `l1` adds the sign of
    each parameter, times it, to the gradient. Gradients longer than `gradient_clip` are shortened to it, before the
    penalties come in. An epoch has `steps_per_epoch` steps of `batch_size` chunks drawn at random, or (None) takes
    every chunk once. Training stops when the loss of the last `patience` epochs was no new best on the `validation`
    share of the history (0: no early stopping, the last weights are kept), after `epochs`, or after `time_budget_s`
    seconds for all members together. `precision` "mixed" trains with bfloat16 products and float32 sums, where the
    processor has tiles for it (AMX); validation and forecasts stay in float32.
    """

    members: int = 5
    loss: Literal["auto", "squared", "absolute", "huber", "pinball", "likelihood", "cross_entropy"] = "auto"
    optimizer: Literal["adamw", "adam", "rmsprop", "sgd", "adagrad"] = "adamw"
    learning_rate: float = 1e-2
    schedule: Literal["constant", "cosine", "step"] = "constant"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.1
    l1: float = 0.0
    gradient_clip: float | None = 1.0
    batch_size: int = 32
    epochs: int = 15
    steps_per_epoch: int | None = 10
    patience: int | None = 5
    validation: float = 0.15
    time_budget_s: float | None = None
    precision: Literal["float32", "mixed"] = "float32"


def validate(training: Training) -> None:
    """Raise SettingsError where a setting is out of its range or contradicts another."""
    for name in ("members", "batch_size", "epochs", "steps_per_epoch", "patience"):
        value = getattr(training, name)
        if value is not None and value < 1:
            raise SettingsError(
                f"training.{name} is {value}, but must be 1 or more.", f"Choose --set training.{name}=1"
            )
    for name, usual in (("learning_rate", 0.01), ("gradient_clip", 1.0), ("time_budget_s", 60.0)):
        value = getattr(training, name)
        if value is not None and not 0.0 < value < math.inf:
            raise SettingsError(
                f"training.{name} is {value}, but must be above 0.", f"Choose --set training.{name}={usual}"
            )
    for name in ("weight_decay", "l1"):
        value = getattr(training, name)
        if not 0.0 <= value < math.inf:
            raise SettingsError(
                f"training.{name} is {value}, but must be 0 or more.", f"Choose --set training.{name}=0.0"
            )
    for name in ("momentum", "validation"):
        value = getattr(training, name)
        if not 0.0 <= value < 1.0:
            raise SettingsError(
                f"training.{name} is {value}, but must lie from 0 to below 1.", f"Choose --set training.{name}=0.0"
            )
    validate_momentum(training)


def validate_momentum(training: Training) -> None:
    """Raise SettingsError for a momentum that the optimizer has not, and for Nesterov's without one."""
    chosen = training.optimizer
    if training.momentum and chosen not in ("rmsprop", "sgd"):
        has = "none" if chosen == "adagrad" else "its own"
        raise SettingsError(
            f"training.momentum is {training.momentum}, but {chosen} has {has}.",
            "Choose --set training.momentum=0.0, or --set training.optimizer=sgd (or rmsprop).",
        )
    if training.nesterov and not (chosen == "sgd" and training.momentum):
        raise SettingsError(
            f"training.nesterov looks ahead along sgd's momentum, but the optimizer is {chosen} and momentum "
            f"{training.momentum}.",
            "Choose --set training.optimizer=sgd --set training.momentum=0.9, or --set training.nesterov=false",
        )


def rate_at(training: Training, epoch: int) -> float:
    """Give the learning rate of an epoch, counted from 0, by the schedule.

    "cosine" falls along half a wave from `learning_rate` towards 0, which it would reach after the last epoch
    (Loshchilov & Hutter 2017, without restarts); "step" divides by ten after each third of the epochs.

    >>> [round(rate_at(Training(learning_rate=0.1, schedule="cosine", epochs=4), epoch), 4) for epoch in range(4)]
    [0.1, 0.0854, 0.05, 0.0146]
    """
    if training.schedule == "cosine":
        return training.learning_rate * 0.5 * (1.0 + math.cos(math.pi * epoch / training.epochs))
    if training.schedule == "step":
        return training.learning_rate * 0.1 ** (epoch // math.ceil(training.epochs / 3))
    return training.learning_rate


def native_knows(training: Training) -> Message | None:
    """Give None where the compiled step does all that is asked for, else the first thing that it does not know.

    A schedule it does: it is given each epoch's rate.

    >>> native_knows(Training(optimizer="adagrad"))
    "the optimizer 'adagrad'"
    """
    if training.optimizer == "adagrad":
        return message("kernels.unknown.adagrad")
    if training.nesterov:
        return message("kernels.unknown.nesterov")
    return message("kernels.unknown.l1") if training.l1 else None
