import numpy as np
import pytest

from longshort.native import calls


def test_memory_begins_where_vectors_may():
    for count in (0, 1, 63, 1000):
        block = calls.memory(count, np.float32)
        assert (len(block), block.dtype) == (count, np.float32)
        assert count == 0 or block.ctypes.data % 64 == 0


def test_memory_that_no_machine_has_is_an_error_of_pythons():
    with pytest.raises(MemoryError):
        calls.memory(2**58)
