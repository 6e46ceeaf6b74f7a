"""Give a network's description life through PyTorch: forward, gradient, one step of the optimizer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longshort import kernels
from longshort.nn.initial import Parameters, initialise
from longshort.nn.losses import loss_function
from longshort.nn.network import Network, layer_name, outputs_per_step, parameter_shapes
from longshort.seeding import generator
from longshort.training import optimizers
from longshort.training.batch import Batch
from longshort.training.settings import Training


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
    network: Network, parameters: Mapping[str, Tensor], inputs: Tensor, burn_in: int, masks: list[Tensor] | None = None
) -> Tensor:
    """Run members over their chunks `[member, time, batch, feature]` and read out every position from `burn_in` on.

    Parameters have a leading member axis. `masks` are dropout's factors, one `[member, time, batch, hidden]` between
    each two layers. Gives raw `[member, time - burn_in, batch, horizon, outputs]`. ValueError where the inputs are not
    as many as the network's: PyTorch's fused layers would read on in foreign memory.
    """
    if inputs.shape[-1] != network.inputs:
        raise ValueError(f"a network of {network.inputs} inputs was given {inputs.shape[-1]}")
    hidden = inputs
    for layer in range(network.model.num_layers):
        prefix = layer_name(layer, "")
        weights = {name.removeprefix(prefix): w for name, w in parameters.items() if name.startswith(prefix)}
        if layer and masks:
            hidden = hidden * masks[layer - 1]
        hidden, _ = kernels.layer("torch", network.cell, hidden, weights)
    hidden = hidden[:, burn_in:]
    # outputs first in memory: the heads then work on whole vectors of positions
    readout = torch.baddbmm(
        parameters["readout.bias"][:, :, None], parameters["readout.weight"], hidden.flatten(1, 2).transpose(1, 2)
    )
    shape = (len(readout), network.horizon, outputs_per_step(network), *hidden.shape[1:3])
    return readout.view(shape).permute(0, 3, 4, 1, 2)


def dropout_masks(network: Network, shape: tuple[int, ...], seed: int, step: int) -> list[NDArray[np.float32]]:
    """Draw dropout's factors for one step: 0 with probability `dropout`, else 1 / (1 - dropout)."""
    rate = network.model.dropout
    if not rate:
        return []
    size = (network.model.num_layers - 1, *shape, network.model.hidden_size)
    return list(keep_mask(generator(seed, "dropout", step), size, rate) * np.float32(1.0 / (1.0 - rate)))


def keep_mask(rng: np.random.Generator, size: tuple[int, ...], rate: float) -> NDArray[np.bool_]:
    """Draw which values stay, each from 16 of the generator's bits: five times as fast as drawing floats."""
    count = int(np.prod(size))
    bits: NDArray[np.uint64] = rng.bit_generator.random_raw(-(-count // 4))
    kept: NDArray[np.bool_] = bits.view(np.uint16)[:count].reshape(size) >= round(rate * 65536)
    return kept


class TorchMember:
    """Hold one member in training: its parameters as one flat vector, the optimizer's state, and its seed."""

    def __init__(self, network: Network, settings: Training, seed: int, burn_in: int, device: str) -> None:
        self.network, self.settings, self.seed, self.burn_in, self.device = network, settings, seed, burn_in, device
        initial = initialise(network, seed)
        self.flat = as_tensor(np.concatenate([value.ravel() for value in initial.values()]), device)
        self.slots = optimizers.slots(settings, self.flat)
        self.views = {name: view.requires_grad_() for name, view in unflatten(network, self.flat).items()}
        self.loss_of_targets = loss_function(network, settings.loss)

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
        inputs, targets, weights = (as_tensor(part, self.device)[None] for part in batch)
        factors = [as_tensor(mask, self.device)[None] for mask in masks]
        raw = forward(self.network, self.views, inputs, self.burn_in, factors)
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
