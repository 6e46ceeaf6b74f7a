"""The recipe's [training]."""

import math
from typing import Annotated, Literal

import msgspec

from longshort.errors import SettingsError
from longshort.language import Message, message
from longshort.settings import Bounds, refuse_beyond

FLOAT32 = "networks compute in 32 bits"
Penalty = Annotated[float, Bounds(0, 1_000, "it would drive every weight to zero at once")]

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

    members: Annotated[int, Bounds(1, 1_000, "each is a network of its own, trained and kept")] = 5
    loss: Literal["auto", "squared", "absolute", "huber", "pinball", "likelihood", "cross_entropy"] = "auto"
    optimizer: Literal["adamw", "adam", "rmsprop", "sgd", "adagrad"] = "adamw"
    learning_rate: Annotated[float, Bounds(1e-12, 1_000, "no network learns by such steps")] = 1e-2
    schedule: Literal["constant", "cosine", "step"] = "constant"
    momentum: Annotated[float, Bounds(0, 0.999, "nothing would ever be forgotten")] = 0.0
    nesterov: bool = False
    weight_decay: Penalty = 0.1
    l1: Penalty = 0.0
    gradient_clip: Annotated[float, Bounds(1e-12, 1e30, FLOAT32)] | None = 1.0
    batch_size: Annotated[int, Bounds(1, 1_000_000, "a step holds all chunks of its batch in memory")] = 32
    epochs: Annotated[int, Bounds(1, 1_000_000, "each epoch is recorded and kept")] = 15
    steps_per_epoch: Annotated[int, Bounds(1, 1_000_000, "only after an epoch can training stop")] | None = 10
    patience: Annotated[int, Bounds(1, 1_000_000, "there are no more epochs")] | None = 5
    validation: Annotated[float, Bounds(0, 0.999, "nothing would be left to learn from")] = 0.15
    time_budget_s: Annotated[float, Bounds(0.001, 31_536_000, "that is a year")] | None = None
    precision: Literal["float32", "mixed"] = "float32"


def validate(training: Training) -> None:
    """Raise SettingsError where a setting is out of its range or contradicts another."""
    refuse_beyond(training, "training")
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
