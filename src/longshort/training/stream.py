"""Let trained members go on row by row, their states kept, instead of window by window."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from longshort.kernels import layer
from longshort.kernels.cells import weight_shapes
from longshort.nn.initialisers import Parameters
from longshort.nn.network import TAIL, Network, layer_name, outputs_per_step, parameter_shapes, tail
from longshort.training.engine import MOST_LAYERS, resolve_engine

if TYPE_CHECKING:
    from longshort.kernels.native.stream import NativeStream

Floats = NDArray[np.float32]


class NetworkStream(Protocol):
    """Members of one network that see the same rows from a common beginning on."""

    def step(self, row: Sequence[float] | Floats) -> Floats:
        """Go on by one row; gives the head's raw numbers, `[member, horizon * outputs]`, until the next call."""

    def window(self, rows: Floats) -> Floats:
        """Go on by rows `[time, input]`, one or more; gives what `step` would give after the last."""

    def rest(self) -> None:
        """Forget every row: the next one is the first."""


def start(network: Network, parameters: Sequence[Parameters], *, device: str = "cpu") -> NetworkStream:
    """Make members ready for their first row, on compiled kernels where these serve, else through PyTorch."""
    engine = resolve_engine(device, network)
    if engine.isa is not None and network.model.num_layers <= MOST_LAYERS and tail(network.model) is None:
        return native_stream(engine.isa, network, parameters)
    stacked = {name: np.stack([member[name] for member in parameters]) for name in parameters[0]}
    return LayerStream(engine.layers, network, stacked, engine.device)


def native_stream(isa: str, network: Network, parameters: Sequence[Parameters]) -> "NativeStream":
    """Make members ready for their first row on compiled kernels."""
    from longshort.kernels.native.stream import NativeStream, StreamShape

    outputs = network.horizon * outputs_per_step(network)
    shape = StreamShape(network.inputs, network.model.hidden_size, network.model.num_layers, outputs)
    names = parameter_shapes(network)
    return NativeStream(isa, network.cell, shape, [[member[name] for name in names] for member in parameters])


def layers_of(network: Network, stacked: Parameters) -> list[dict[str, Floats]]:
    """Sort the members' parameters by recurrent layer."""
    names = weight_shapes(network.cell, 1, 1)
    layers = range(network.model.num_layers)
    return [{name: stacked[layer_name(number, name)] for name in names} for number in layers]


class LayerStream:
    """Go on through the layers of a backend: slower, and the same."""

    def __init__(self, backend: str, network: Network, stacked: Parameters, device: str) -> None:
        self._backend, self._network, self._device = backend, network, device
        self._weights = [
            {name: self._put(weight) for name, weight in weights.items()} for weights in layers_of(network, stacked)
        ]
        self._tail = {name: value for name, value in stacked.items() if name.startswith(TAIL)}
        self._readout = stacked["readout.weight"], stacked["readout.bias"]
        self._states: list[Any] = []
        self.rest()

    def _put(self, array: Floats) -> Any:
        if self._backend == "reference":
            return array
        import torch

        return torch.from_numpy(np.array(array)).to(self._device)

    def _through_tail(self, hidden: Any) -> Floats:
        """Lead the last row's hidden states through what stands before the readout, `[member, unit]`."""
        if tail(self._network.model) is not None:
            import torch

            from longshort.nn.stack.forward import Pass
            from longshort.training.torch_windows import through_tail

            own = {name: torch.as_tensor(value).to(self._device) for name, value in self._tail.items()}
            hidden = through_tail(self._network, own, torch.as_tensor(hidden), Pass(self._backend))
        last: Floats = hidden[:, 0, 0] if isinstance(hidden, np.ndarray) else hidden[:, 0, 0].cpu().numpy()
        return last

    def rest(self) -> None:
        """Forget every row."""
        self._states = [None] * self._network.model.num_layers

    def step(self, row: Sequence[float] | Floats) -> Floats:
        """Go on by one row."""
        return self.window(np.asarray(row, np.float32)[None])

    def window(self, rows: Floats) -> Floats:
        """Go on by rows."""
        weight, bias = self._readout
        seen = np.broadcast_to(np.asarray(rows, np.float32)[None, :, None], (len(bias), len(rows), 1, rows.shape[1]))
        hidden = self._put(seen)
        for number, weights in enumerate(self._weights):
            hidden, self._states[number] = layer(
                self._backend, self._network.cell, hidden, weights, self._states[number]
            )
        last = self._through_tail(hidden[:, -1:])
        raw: Floats = np.einsum("moh,mh->mo", weight, last) + bias
        return raw
