"""What some steps of training amount to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """Sum over so many steps: the loss over its targets, their count, and the gradients' lengths before clipping.

    `finite` is False where the step after them had a loss or gradient that is no finite number; it moved nothing.
    """

    steps: int
    loss: float
    targets: float
    norms: float
    finite: bool
