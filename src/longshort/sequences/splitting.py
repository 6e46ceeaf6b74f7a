"""Hold sequences back for validation: early stopping looks at them, and never at the test."""

import numpy as np
from numpy.typing import NDArray

from longshort.seeding import generator

FEWEST = 20  # sequences of which some can be spared


def split(
    count: int, share: float, seed: int, classes: NDArray[np.int64] | None = None, *, in_order: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the numbers of the training and of the validation sequences, drawn at random, from each class alike.

    A class is never held back as a whole. With `in_order` the last ones are held back instead. Of fewer than 20 none
    are.

    >>> [len(part) for part in split(100, 0.1, seed=0)]
    [90, 10]
    """
    wanted = 0 if count < FEWEST else min(round(count * share), count - 1)
    held = np.zeros(count, bool)
    if in_order:
        held[count - wanted :] = True
    elif wanted:
        order = generator(seed, "validation").permutation(count)
        if classes is not None:
            order = order[np.argsort(classes[order], kind="stable")]
        # every so many of the order that is sorted by class, so that each class gives its share
        held[order[((np.arange(wanted) + 0.5) * count / wanted).astype(np.int64)]] = True
        if classes is not None:
            learnt = np.bincount(classes[~held], minlength=classes.max() + 1)
            held[learnt[classes] == 0] = False
    return np.flatnonzero(~held), np.flatnonzero(held)
