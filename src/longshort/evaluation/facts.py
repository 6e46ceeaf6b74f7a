"""What training tells evaluation about a fit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FitFacts:
    """Hold what one fold's fit can say of itself, for the findings.

    `parameters` counts those of one member, `training_targets` the outcomes that it learnt from. `inputs_outside` and
    `targets_outside` are the shares (0 to 1) of the fold's test inputs and targets that lie outside the range that
    training saw, in the network's own coordinates, where it would have to extrapolate. The losses are each member's at
    its best epoch, without a validation loss where nothing was held back.
    """

    fold: int
    parameters: int
    training_targets: int
    inputs_outside: float
    targets_outside: float
    best_train_loss: tuple[float, ...]
    best_validation_loss: tuple[float | None, ...]
