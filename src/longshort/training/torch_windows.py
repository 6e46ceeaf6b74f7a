"""A forecaster's windows through PyTorch: a network's forward pass, its loss, its forecasts."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longshort import kernels
from longshort.nn.initial import initialise
from longshort.nn.initialisers import Parameters
from longshort.nn.losses import loss_function
from longshort.nn.network import TAIL, Network, layer_name, outputs_per_step, parameter_shapes, tail
from longshort.nn.stack.forward import Pass
from longshort.nn.stack.forward import forward as forward_stack
from longshort.training.batch import Batch, Windows, gather, gather_inputs
from longshort.training.dropout import dropout_masks
from longshort.training.engine import Engine, available_threads
from longshort.training.executor_torch import Draw, Loss, as_tensor, masks, one_thread

BLOCK = 64  # rows of a product: always this many, because its last bits depend on their number


class WindowsProblem:
    """Say what a member learns from windows: the targets of each split, through the network's own loss."""

    def __init__(self, network: Network, loss: str, windows: Windows, engine: Engine) -> None:
        self.network, self.windows, self.engine = network, windows, engine
        self.loss_of_targets = loss_function(network, loss)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Give every parameter's shape."""
        return parameter_shapes(self.network)

    def initial(self, seed: int) -> Parameters:
        """Draw the first parameters."""
        return initialise(self.network, seed)

    def parts(self, ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Take a step's chunks in one piece."""
        return [ends]

    def gather(self, ends: NDArray[np.int64], split: int) -> Batch:
        """Gather the chunks that end at some rows."""
        return gather(self.windows, ends, split)

    def loss(self, parameters: Mapping[str, Tensor], batch: Batch, draw: Draw | None) -> Loss:
        """Sum the loss over a batch's counted targets, and count them."""
        inputs, targets, weights = (as_tensor(part, self.engine.device)[None] for part in batch)
        between = [] if draw is None else dropout_masks(self.network, batch.inputs.shape[:2], draw.seed, draw.step)
        factors = [as_tensor(mask, self.engine.device)[None] for mask in between]
        stacked = {name: parameter[None] for name, parameter in parameters.items()}
        way = Pass(self.engine.layers, None if draw is None else masks(draw, self.engine.device))
        raw = forward(self.network, stacked, inputs, self.windows.burn_in, factors, self.engine.layers, way)
        return Loss((self.loss_of_targets(raw, targets) * weights).sum(), float(batch.weights.sum()), way.measured)


def forward(
    network: Network,
    parameters: Mapping[str, Tensor],
    inputs: Tensor,
    burn_in: int,
    masks: list[Tensor] | None = None,
    layers: str = "torch",
    way: Pass | None = None,
) -> Tensor:
    """Run members over their chunks `[member, time, batch, feature]` and read out every position from `burn_in` on.

    Parameters have a leading member axis. `masks` are dropout's factors, one `[member, time, batch, hidden]` between
    each two layers; `layers` names the backend of the recurrent layers; `way` is what the layers behind them are given,
    in training. Gives raw
    `[member, time - burn_in, batch, horizon, outputs]`. ValueError where the inputs are not as many as the network's:
    PyTorch's fused layers would read on in foreign memory.
    """
    if inputs.shape[-1] != network.inputs:
        raise ValueError(f"a network of {network.inputs} inputs was given {inputs.shape[-1]}")
    hidden = inputs
    for layer in range(network.model.num_layers):
        prefix = layer_name(layer, "")
        weights = {name.removeprefix(prefix): w for name, w in parameters.items() if name.startswith(prefix)}
        if layer and masks:
            hidden = hidden * masks[layer - 1]
        hidden, _ = kernels.layer(layers, network.cell, hidden, weights)
    hidden = through_tail(network, parameters, hidden[:, burn_in:], way or Pass(layers))
    # outputs first in memory: the heads then work on whole vectors of positions
    readout = torch.baddbmm(
        parameters["readout.bias"][:, :, None], parameters["readout.weight"], hidden.flatten(1, 2).transpose(1, 2)
    )
    shape = (len(readout), network.horizon, outputs_per_step(network), *hidden.shape[1:3])
    return readout.view(shape).permute(0, 3, 4, 1, 2)


def through_tail(network: Network, parameters: Mapping[str, Tensor], hidden: Tensor, way: Pass) -> Tensor:
    """Lead hidden states `[member, time, batch, unit]` through what stands before the readout, if anything does."""
    behind = tail(network.model)
    if behind is None:
        return hidden
    own = {name.removeprefix(TAIL): value for name, value in parameters.items() if name.startswith(TAIL)}
    made = [
        forward_stack(behind, {name: value[m] for name, value in own.items()}, hidden[m], None, way)
        for m in range(len(hidden))
    ]
    way.measured = {TAIL + name: value for name, value in way.measured.items()}
    return torch.stack(made)


def predict(
    network: Network, parameters: Sequence[Parameters], windows: Windows, ends: NDArray[np.int64], engine: Engine
) -> NDArray[np.float32]:
    """Forecast from the chunks that end at `ends`; see `training.predict`.

    Bits do not depend on which other ends are asked for (but for a plain RNN of 5 to 11 units, whose tiny products MKL
    adds up in an order that depends on their place).
    """
    raw = np.empty((len(parameters), len(ends), network.horizon, outputs_per_step(network)), np.float32)
    tensors = [{name: as_tensor(w, engine.device)[None] for name, w in member.items()} for member in parameters]

    def block(start: int) -> None:
        """Run every member over one block and read out the last position."""
        torch.set_num_threads(1)
        inputs = as_tensor(padded_inputs(windows, ends[start : start + BLOCK]), engine.device)
        for member, weights in enumerate(tensors):
            with torch.inference_mode():
                last = forward(network, weights, inputs, inputs.shape[1] - 1, layers=engine.layers)[0, 0].cpu().numpy()
            raw[member, start : start + BLOCK] = last[: len(ends) - start]

    threads = available_threads() if engine.device == "cpu" else 1
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(block, range(0, len(ends), BLOCK)))
    return raw


def padded_inputs(windows: Windows, ends: NDArray[np.int64]) -> NDArray[np.float32]:
    """Gather up to BLOCK chunks and fill up with zeros to exactly BLOCK, `[1, time, BLOCK, feature]`."""
    inputs = gather_inputs(windows, ends)
    return np.pad(inputs, ((0, 0), (0, BLOCK - inputs.shape[1]), (0, 0)))[None]
