"""Let trained members predict."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longshort.nn.initial import Parameters
from longshort.nn.network import Network, outputs_per_step
from longshort.training.batch import Windows, gather_inputs
from longshort.training.executor_torch import as_tensor, forward, one_thread

BLOCK = 64  # rows of a product: always this many, because its last bits depend on their number


def predict(
    network: Network,
    parameters: Sequence[Parameters],
    windows: Windows,
    ends: NDArray[np.int64],
    *,
    device: str = "cpu",
) -> NDArray[np.float32]:
    """Forecast from the chunks that end at `ends`, each seeing exactly its `length` rows.

    Gives the head's raw numbers, `[member, end, horizon, outputs]`; `nn.heads` says what they mean. A forecast's bits
    do not depend on which other ends are asked for (but for a plain RNN of 5 to 11 units, whose tiny products MKL adds
    up in an order that depends on their place).
    """
    raw = np.empty((len(parameters), len(ends), network.horizon, outputs_per_step(network)), np.float32)
    tensors = [{name: as_tensor(w, device)[None] for name, w in member.items()} for member in parameters]

    def block(start: int) -> None:
        torch.set_num_threads(1)
        inputs = as_tensor(padded_inputs(windows, ends[start : start + BLOCK]), device)
        for member, weights in enumerate(tensors):
            raw[member, start : start + BLOCK] = one_block(network, weights, inputs)[: len(ends) - start]

    threads = (os.cpu_count() or 1) if device == "cpu" else 1
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(block, range(0, len(ends), BLOCK)))
    return raw


def padded_inputs(windows: Windows, ends: NDArray[np.int64]) -> NDArray[np.float32]:
    """Gather up to BLOCK chunks and fill up with zeros to exactly BLOCK, `[1, time, BLOCK, feature]`."""
    inputs = gather_inputs(windows, ends)
    return np.pad(inputs, ((0, 0), (0, BLOCK - inputs.shape[1]), (0, 0)))[None]


def one_block(network: Network, weights: Mapping[str, Tensor], inputs: Tensor) -> NDArray[np.float32]:
    """Run one member over one block and read out the last position, `[BLOCK, horizon, outputs]`."""
    with torch.inference_mode():
        last = inputs.shape[1] - 1
        return forward(network, weights, inputs, last)[0, 0].cpu().numpy()
