"""What training tells whoever listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Record:
    """Tell how one member stands after one epoch, counted from 1 of `epochs`.

    `train_loss` is the mean over the epoch's targets, under dropout and while the weights moved; `validation_loss`
    the mean over the validation targets, None where there are none; `gradient_norm` the mean length before clipping.
    `update_ratios` says by layer how long the epoch's last step was beside the weights that it moved: near 0.001
    training is usually well (Karpathy 2015).
    """

    key: str
    epoch: int
    epochs: int
    train_loss: float
    validation_loss: float | None
    gradient_norm: float
    update_ratios: Mapping[str, float] = field(default_factory=dict)
