"""The recipe's [training]."""

import math
from typing import Literal

import msgspec

from longshort.errors import SettingsError

# the vectors that each optimizer remembers
SLOTS = {
    "adamw": ("mean", "square"),
    "adam": ("mean", "square"),
    "rmsprop": ("square", "velocity"),
    "sgd": ("velocity",),
}


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how networks are trained.

    `members` networks of different seeds; `loss` "auto" is the head's own. `momentum` serves rmsprop and sgd;
    `weight_decay` is decoupled in adamw and added to the gradient elsewhere; gradients longer than `gradient_clip`
    are shortened to it. An epoch has `steps_per_epoch` steps of `batch_size` chunks drawn at random, or (None) takes
    every chunk once. Training stops when the loss of the last `patience` epochs was no new best on the `validation`
    share of the history (0: no early stopping, the last weights are kept), after `epochs`, or after `time_budget_s`
    seconds for all members together. `precision` "mixed" trains with bfloat16 products and float32 sums, where the
    processor has tiles for it (AMX); validation and forecasts stay in float32.
    """

    members: int = 5
    loss: Literal["auto", "squared", "absolute", "huber", "pinball", "likelihood", "cross_entropy"] = "auto"
    optimizer: Literal["adamw", "adam", "rmsprop", "sgd"] = "adamw"
    learning_rate: float = 1e-2
    momentum: float = 0.0
    weight_decay: float = 0.1
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
    if not 0.0 <= training.weight_decay < math.inf:
        raise SettingsError(
            f"training.weight_decay is {training.weight_decay}, but must be 0 or more.",
            "Choose --set training.weight_decay=0.0",
        )
    for name in ("momentum", "validation"):
        value = getattr(training, name)
        if not 0.0 <= value < 1.0:
            raise SettingsError(
                f"training.{name} is {value}, but must lie from 0 to below 1.", f"Choose --set training.{name}=0.0"
            )
    if training.momentum and training.optimizer in ("adam", "adamw"):
        raise SettingsError(
            f"training.momentum is {training.momentum}, but {training.optimizer} has its own.",
            "Choose --set training.momentum=0.0, or --set training.optimizer=sgd (or rmsprop).",
        )
