"""What training tells whoever listens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """Tell how one member stands after one epoch, counted from 1 of `epochs`.

    `train_loss` is the mean over the epoch's targets, under dropout and while the weights moved; `validation_loss`
    the mean over the validation targets, None where there are none; `gradient_norm` the mean length before clipping.
    """

    key: str
    epoch: int
    epochs: int
    train_loss: float
    validation_loss: float | None
    gradient_norm: float
