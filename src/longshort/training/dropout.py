"""Which values dropout keeps: a counter-based generator, so that a mask depends on its place alone.

Philox 4x32 with ten rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). The compiled step
(native/csrc/dropout.h) draws the same masks.
"""

import numpy as np
from numpy.typing import NDArray

from longshort.nn.network import Network
from longshort.seeding import generator

Words = NDArray[np.uint64]
LOW = np.uint64(0xFFFFFFFF)
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)


def dropout_key(seed: int) -> tuple[int, int]:
    """Give a member's key: two numbers of 32 bits."""
    first, second = generator(seed, "dropout").integers(0, 2**32, 2, np.uint32)
    return int(first), int(second)


def dropout_masks(network: Network, shape: tuple[int, ...], seed: int, step: int) -> list[NDArray[np.float32]]:
    """Draw dropout's factors for one step, `[time, batch, hidden]` for each layer but the last.

    `shape` is (time, batch). A factor is 0 with probability `dropout`, else 1 / (1 - dropout).
    """
    rate = network.model.dropout
    if not rate:
        return []
    hidden, key, factor = network.model.hidden_size, dropout_key(seed), np.float32(1.0 / (1.0 - rate))
    threshold = np.uint64(np.float32(rate) * np.float32(65536.0) + np.float32(0.5))
    return [
        (halves(key, layer, shape, hidden, step) >= threshold) * factor for layer in range(network.model.num_layers - 1)
    ]


def halves(key: tuple[int, int], layer: int, shape: tuple[int, ...], hidden: int, step: int) -> Words:
    """Give 16 random bits for every value `[time, batch, hidden]`: one draw serves eight units of a batch row."""
    time, batch = shape
    counter = np.broadcast_arrays(
        np.arange(batch, dtype=np.uint64)[None, :, None],
        np.arange(time, dtype=np.uint64)[:, None, None],
        (np.arange(-(-hidden // 8), dtype=np.uint64) + np.uint64(layer << 24))[None, None, :],
        np.uint64(step),
    )
    words = np.stack(philox(key, *counter), axis=-1)
    both = np.stack([words & np.uint64(0xFFFF), words >> np.uint64(16)], axis=-1)
    return both.reshape(time, batch, -1)[:, :, :hidden]


def philox(key: tuple[int, int], a: Words, b: Words, c: Words, d: Words) -> tuple[Words, Words, Words, Words]:
    """Encrypt counters of four words of 32 bits.

    >>> zero = np.zeros(1, np.uint64)
    >>> [f"{int(word[0]):08x}" for word in philox((0, 0), zero, zero, zero, zero)]  # the authors' known answer
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for number in range(10):
        keys = [np.uint64((k + number * step) % 2**32) for k, step in zip(key, KEY_STEPS, strict=True)]
        first, second = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c
        a, b, c, d = (
            (second >> np.uint64(32)) ^ b ^ keys[0],
            second & LOW,
            (first >> np.uint64(32)) ^ d ^ keys[1],
            first & LOW,
        )
    return a, b, c, d
