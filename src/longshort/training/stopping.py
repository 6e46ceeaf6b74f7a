"""When a member stops, and which of its weights are kept."""

from dataclasses import dataclass

from longshort.nn.initialisers import Parameters


@dataclass(frozen=True, eq=False)
class Best:
    """Hold the weights to keep, from the end of which epoch they are (from 1), and their validation loss."""

    epoch: int
    loss: float | None
    weights: Parameters


def better(best: Best | None, loss: float | None) -> bool:
    """Say whether an epoch's weights are to be kept: its loss is a new best, or there is no validation to compare."""
    return best is None or loss is None or best.loss is None or loss < best.loss


def out_of_patience(best: Best, epoch: int, patience: int | None) -> bool:
    """Say whether `patience` epochs have passed without a new best."""
    return patience is not None and epoch - best.epoch >= patience
