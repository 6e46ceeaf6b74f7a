"""Whether a network and a batch of the longest sequences fit into memory: said before training, not by a crash."""

import numpy as np
from numpy.typing import NDArray

from longshort.data.tables.memory import available
from longshort.errors import DataError
from longshort.nn.stack import Recurrent, Stack, count_parameters, output_shapes
from longshort.training.memory import refuse_parameters
from longshort.training.settings import Training

KEPT = {True: 8, False: 2}  # numbers that a recurrent layer, or another, keeps for its gradient for each that it gives
GIB = 2.0**30


def check_memory(stack: Stack, lengths: NDArray[np.int64], training: Training) -> None:
    """Raise SettingsError where the members' weights, DataError where one batch needs more memory than is free.

    The latter's message names the longest sequence.
    """
    memory = available()
    refuse_parameters(count_parameters(stack), training)
    rows = min(training.batch_size, len(lengths))
    longest = int(lengths.argmax())
    kept = sum(
        KEPT[isinstance(layer, Recurrent)] * int(np.prod([side or 1 for side in shape[1:]]))
        for layer, shape in zip(stack.layers, output_shapes(stack), strict=True)
        if len(shape) > 1
    )
    needed = 4.0 * rows * int(lengths[longest]) * (kept + (stack.inputs[-1] or 1))
    if needed > memory:
        raise DataError(
            f"sequence {longest} has {lengths[longest]:,} time steps: a batch of {rows} as long needs about "
            f"{needed / GIB:,.1f} GiB, and {memory / GIB:,.1f} are free.",
            hint="Cut long sequences into pieces, or choose a smaller batch_size or hidden_size.",
        )
