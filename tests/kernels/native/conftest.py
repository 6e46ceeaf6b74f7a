"""What tests of compiled layers share: memory that is poisoned before it is used, and a number of threads."""

from types import SimpleNamespace

import numpy as np
import pytest

from longshort.kernels.native import layer
from longshort.native import calls


@pytest.fixture(scope="module")
def poisoned():
    """Fill results and working memory with NaN before each call, so that what is not written shows."""

    def memory(count, kind=np.uint8):
        block = calls.memory(count, kind)
        block.view(np.uint8)[:] = 0xFF  # a NaN in either precision
        return block

    def empty(shape, kind=np.float64):
        return np.full(shape, np.nan, kind)

    class Poison(SimpleNamespace):
        def __getattr__(self, name):
            return getattr(np, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer, "memory", memory)
        patch.setattr(
            layer, "np", Poison(empty=empty, empty_like=lambda like, kind=None: empty(like.shape, kind or like.dtype))
        )
        yield


@pytest.fixture
def threads_of(monkeypatch):
    """Let a layer run on so many threads, whether PyTorch is there or not."""
    return lambda count: monkeypatch.setitem(
        __import__("sys").modules, "torch", SimpleNamespace(get_num_threads=lambda: count)
    )
