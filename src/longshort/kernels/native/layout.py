"""How the compiled code wants weights to lie: by unit, then by what they multiply, then by gate."""

import numpy as np
from numpy.typing import NDArray

from longshort.kernels.cells import GATES, Cell, weight_shapes


def layer_order(cell: Cell, inputs: int, hidden_size: int) -> NDArray[np.int64]:
    """Give, for each place of one layer's native vector, the place in our weights, laid flat one after another.

    >>> layer_order("rnn_tanh", 1, 2).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7]
    >>> layer_order("lstm", 1, 2)[:8].tolist()  # the four gates of unit 0, then those of unit 1
    [0, 2, 4, 6, 1, 3, 5, 7]
    """
    gates, begin, parts = GATES[cell], 0, []
    for shape in weight_shapes(cell, inputs, hidden_size).values():
        count = int(np.prod(shape))
        places = np.arange(begin, begin + count).reshape(gates, hidden_size, -1)
        parts.append(places.transpose(1, 2, 0).ravel())
        begin += count
    return np.concatenate(parts)
