"""Whether a network and a batch of the longest sequences fit into memory: said before training, not by a crash."""

import os

import numpy as np
from numpy.typing import NDArray

from longshort.errors import DataError
from longshort.nn.stack import Recurrent, Stack, count_parameters, output_shapes

COPIES = 6  # of the weights: those that move, their gradient, the optimizer's two, the best, and what is drawn first
KEPT = {True: 8, False: 2}  # numbers that a recurrent layer, or another, keeps for its gradient for each that it gives
GIB = 2.0**30


def check_memory(stack: Stack, lengths: NDArray[np.int64], batch_size: int) -> None:
    """Raise DataError where the weights, or one batch, need more memory than this machine has.

    The message names the longest sequence.
    """
    memory = physical_memory()
    weights = count_parameters(stack)
    if memory is not None and 4.0 * COPIES * weights > memory:
        raise DataError(
            f"the network has {weights:,} parameters: to learn them takes about {4.0 * COPIES * weights / GIB:,.0f} "
            f"GiB, and this machine has {memory / GIB:,.0f}.",
            hint="Choose a smaller hidden_size, or fewer layers.",
        )
    rows = min(batch_size, len(lengths))
    longest = int(lengths.argmax())
    kept = sum(
        KEPT[isinstance(layer, Recurrent)] * int(np.prod([side or 1 for side in shape[1:]]))
        for layer, shape in zip(stack.layers, output_shapes(stack), strict=True)
        if len(shape) > 1
    )
    needed = 4.0 * rows * int(lengths[longest]) * (kept + (stack.inputs[-1] or 1))
    if memory is not None and needed > memory:
        raise DataError(
            f"sequence {longest} has {lengths[longest]:,} time steps: a batch of {rows} as long needs about "
            f"{needed / GIB:,.0f} GiB, and this machine has {memory / GIB:,.0f}.",
            hint="Cut long sequences into pieces, or choose a smaller batch_size or hidden_size.",
        )


def physical_memory() -> int | None:
    """Give the bytes of this machine's memory; None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
