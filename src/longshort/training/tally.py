"""What the steps of an epoch amount to so far."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """Hold running sums over the steps of one epoch: the loss over its targets, their count, the gradients' lengths.

    `steps` counts them; lengths are those before clipping. Sums are carried from call to call and never added up from
    sub-totals: an epoch that is cut after any step and resumed adds the same numbers in the same order, so it records
    the same bits. `finite` is False where the step after them had a loss or gradient that is no finite number; it moved
    nothing.
    """

    steps: int = 0
    loss: float = 0.0
    targets: float = 0.0
    norms: float = 0.0
    finite: bool = True
