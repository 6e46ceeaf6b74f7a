"""Random numbers that depend on names and numbers alone, never on the order of work."""

from hashlib import blake2b

import numpy as np


def generator(*key: int | str) -> np.random.Generator:
    """Make a generator from a key, such as (seed, "dropout", step).

    The same key gives the same numbers on any thread and in any order of work, so that a run that was interrupted
    and resumed, or split over threads, equals one that was not.

    >>> bool(generator(1, "masks", 7).random() == generator(1, "masks", 7).random())
    True
    """
    digest = blake2b("\x1f".join(map(str, key)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
