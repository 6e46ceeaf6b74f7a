"""Give a network's description life through PyTorch: forward, gradient, one step of the optimizer at a time."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longshort import kernels
from longshort.nn.initial import Parameters, initialise
from longshort.nn.losses import loss_function
from longshort.nn.network import Network, layer_name, outputs_per_step, parameter_shapes
from longshort.training import optimizers
from longshort.training.batch import TRAINING, VALIDATION, Batch, Windows, gather, gather_inputs
from longshort.training.chunks import choose
from longshort.training.dropout import dropout_masks
from longshort.training.engine import Engine, available_threads
from longshort.training.interruption import Interruption
from longshort.training.settings import Training
from longshort.training.tally import Tally

VALIDATION_BATCH = 64
BLOCK = 64  # rows of a product: always this many, because its last bits depend on their number


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep PyTorch inside one thread, so that the order of every sum is fixed; put its setting back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def as_tensor(array: NDArray[np.float32], device: str) -> Tensor:
    """Copy an array into PyTorch's own memory, whose alignment is fixed: the last bits of a product depend on it."""
    return torch.tensor(array, device=device)


def forward(
    network: Network,
    parameters: Mapping[str, Tensor],
    inputs: Tensor,
    burn_in: int,
    masks: list[Tensor] | None = None,
    layers: str = "torch",
) -> Tensor:
    """Run members over their chunks `[member, time, batch, feature]` and read out every position from `burn_in` on.

    Parameters have a leading member axis. `masks` are dropout's factors, one `[member, time, batch, hidden]` between
    each two layers; `layers` names the backend of the recurrent layers. Gives raw
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
    hidden = hidden[:, burn_in:]
    # outputs first in memory: the heads then work on whole vectors of positions
    readout = torch.baddbmm(
        parameters["readout.bias"][:, :, None], parameters["readout.weight"], hidden.flatten(1, 2).transpose(1, 2)
    )
    shape = (len(readout), network.horizon, outputs_per_step(network), *hidden.shape[1:3])
    return readout.view(shape).permute(0, 3, 4, 1, 2)


class TorchMember:
    """Hold one member in training: its parameters as one flat vector, the optimizer's state, and its seed."""

    def __init__(self, network: Network, settings: Training, seed: int, windows: Windows, engine: Engine) -> None:
        torch.set_num_threads(1)  # the setting is a thread's own in parts of PyTorch
        self.network, self.settings, self.seed, self.windows, self.engine = network, settings, seed, windows, engine
        initial = initialise(network, seed)
        self.flat = as_tensor(np.concatenate([value.ravel() for value in initial.values()]), engine.device)
        self.slots = optimizers.slots(settings, self.flat)
        self.views = {name: view.requires_grad_() for name, view in unflatten(network, self.flat).items()}
        self.loss_of_targets = loss_function(network, settings.loss)

    def advance(self, first: int, steps: int, threads: int, deadline: float, interruption: Interruption) -> Tally:
        """Take up to so many steps from step `first` on, counted from 0; fewer when time is up or on interruption.

        One step at least is taken. `threads` is ignored: PyTorch's order of sums would depend on it.
        """
        loss = targets = norms = 0.0
        for done, ends in enumerate(choose(self.settings, self.windows, self.seed, first, steps)):
            result = self.step(gather(self.windows, ends, TRAINING), first + done)
            if not all(map(np.isfinite, result)):
                return Tally(done, loss, targets, norms, finite=False)
            loss, targets, norms = loss + result[0], targets + result[1], norms + result[2]
            if interruption.is_set() or monotonic() >= deadline:
                return Tally(done + 1, loss, targets, norms, finite=True)
        return Tally(steps, loss, targets, norms, finite=True)

    def validate(self, threads: int, interruption: Interruption) -> tuple[float, float]:
        """Give the loss summed over the validation targets, without dropout, and their count."""
        loss = targets = 0.0
        ends = self.windows.validation
        for start in range(0, len(ends), VALIDATION_BATCH):
            total, count = self.evaluate(gather(self.windows, ends[start : start + VALIDATION_BATCH], VALIDATION))
            loss, targets = loss + total, targets + count
        return loss, targets

    def step(self, batch: Batch, number: int) -> tuple[float, float, float]:
        """Take training step `number`, counted from 0, and move the parameters.

        Gives the loss summed over its targets, their count, and the gradient's length before clipping. Where loss or
        gradient is not finite the parameters stay as they were.
        """
        masks = dropout_masks(self.network, batch.inputs.shape[:2], self.seed, number)
        total, count = self.total_loss(batch, masks)
        gradients = torch.autograd.grad(total / max(count, 1.0), list(self.views.values()))
        gradient = torch.cat([part.reshape(-1) for part in gradients])
        loss, norm = float(total.detach()), optimizers.clip(gradient, self.settings.gradient_clip)
        if np.isfinite(loss) and np.isfinite(norm):
            optimizers.update(self.settings, self.flat, gradient, self.slots, number + 1)
        return loss, count, norm

    def total_loss(self, batch: Batch, masks: list[NDArray[np.float32]]) -> tuple[Tensor, float]:
        """Sum the loss over a batch's counted targets, and count them."""
        inputs, targets, weights = (as_tensor(part, self.engine.device)[None] for part in batch)
        factors = [as_tensor(mask, self.engine.device)[None] for mask in masks]
        raw = forward(self.network, self.views, inputs, self.windows.burn_in, factors, self.engine.layers)
        return (self.loss_of_targets(raw, targets) * weights).sum(), float(batch.weights.sum())

    def evaluate(self, batch: Batch) -> tuple[float, float]:
        """Give the loss summed over a batch's counted targets, without dropout, and their count."""
        with torch.no_grad():
            total, count = self.total_loss(batch, [])
        return float(total), count

    def weights(self) -> Parameters:
        """Copy the parameters out, by name."""
        flat = self.flat.detach().cpu().clone()
        return {name: view[0].numpy() for name, view in unflatten(self.network, flat).items()}

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Copy out all that the next step depends on."""
        vectors = {"parameters": self.flat, **{f"slot.{name}": value for name, value in self.slots.items()}}
        return {name: vector.detach().cpu().clone().numpy() for name, vector in vectors.items()}

    def restore(self, state: Mapping[str, NDArray[np.float32]]) -> None:
        """Go back to a state that was copied out."""
        self.flat.copy_(torch.from_numpy(state["parameters"]))
        for name, value in self.slots.items():
            value.copy_(torch.from_numpy(state[f"slot.{name}"]))


def unflatten(network: Network, flat: Tensor) -> dict[str, Tensor]:
    """Cut a flat vector into views of one member's parameters, each with a member axis of one."""
    shapes = parameter_shapes(network)
    parts = torch.split(flat, [int(np.prod(shape)) for shape in shapes.values()])
    return {name: part.view(1, *shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


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
