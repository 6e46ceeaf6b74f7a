"""What every call of compiled code shares: how it ended, and memory that it may work in."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64


class Status(IntEnum):
    """How a call ended: `enum Status` in csrc/api.h."""

    DONE = 0
    STOPPED = 1
    NOT_FINITE = 2
    REFUSED = 3


def memory(count: int, kind: Any = np.uint8) -> NDArray[Any]:
    """Give so many numbers of uninitialised memory that begins where vectors may; MemoryError where there is none."""
    size = count * np.dtype(kind).itemsize
    block = np.empty(size + ALIGNMENT, np.uint8)
    begin = -block.ctypes.data % ALIGNMENT
    return block[begin : begin + size].view(kind)


def address(array: NDArray[Any] | None) -> int | None:
    """Give where an array's numbers begin; None for none."""
    return None if array is None else array.ctypes.data
