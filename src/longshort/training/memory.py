"""How much memory training takes, known before any is taken: by what a network is, and on how much it learns."""

from longshort.data.tables.memory import VARIABLE, available
from longshort.errors import SettingsError
from longshort.training.engine import available_threads
from longshort.training.settings import SLOTS, Training

FLOAT = 4  # bytes
COPIES = 4  # of a member's weights while it learns: those that move, their gradient, the best, and what is drawn first
GIB = 2.0**30


def learning_bytes(parameters: int, training: Training, fits: int = 1) -> int:
    """Give the bytes that it takes to learn so many parameters in each member of each fit.

    Every member's weights are kept; the optimizer's vectors and the other copies only of those that learn at a time.

    >>> learning_bytes(1_000, Training(members=1, optimizer="sgd"))
    24000
    """
    members = training.members * fits
    at_once = min(members, available_threads())
    return FLOAT * parameters * (members + at_once * (COPIES + len(SLOTS[training.optimizer])))


def refuse_parameters(parameters: int, training: Training, fits: int = 1) -> None:
    """Raise SettingsError where that is more than the memory that is free."""
    needed = learning_bytes(parameters, training, fits)
    members = f" in each of {training.members * fits:,} members" if training.members * fits > 1 else ""
    refuse_bytes(
        needed,
        f"the network has {parameters:,} parameters{members}: to learn them",
        "Choose a smaller hidden_size, fewer layers or a shorter horizon: --set model.hidden_size=16"
        + (", or fewer members: --set training.members=1" if members else ""),
    )


def refuse_bytes(needed: float, what: str, hint: str) -> None:
    """Raise SettingsError where so many bytes are more than the memory that is free; `what` takes them."""
    free = available()
    if needed > free:
        raise SettingsError(
            f"{what} takes about {_size(needed)}, and {_size(free)} of memory is free.",
            hint=f"{hint}. Where there is more memory than longshort sees, set {VARIABLE}=16G.",
        )


def _size(count: float) -> str:
    return f"{count / GIB:,.1f} GiB" if count >= GIB / 10 else f"{count / 2**20:,.1f} MiB"
