"""Let trained members predict."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longshort.nn.initialisers import Parameters
from longshort.nn.network import Network
from longshort.training.batch import Windows
from longshort.training.engine import resolve_engine


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
    do not depend on which other ends are asked for.
    """
    engine = resolve_engine(device, network)
    if engine.executor == "native":
        from longshort.training import executor_native

        return executor_native.predict(network, parameters, windows, ends, engine)
    from longshort.training import torch_windows

    return torch_windows.predict(network, parameters, windows, ends, engine)
