"""Run a stack through PyTorch: recurrent layers on whichever kernels were chosen, everything else on its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from longshort import kernels
from longshort.kernels import CELLS
from longshort.kernels.choice import fastest_layer
from longshort.nn import variants
from longshort.nn.stack.layers import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Image,
    Layer,
    MaxPool,
    Pool,
    Recurrent,
    Stack,
)
from longshort.nn.stack.shapes import cell_of, reads_both_ways

BENDS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda x: x,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "softsign": functional.softsign,
    "elu": functional.elu,
    "softplus": functional.softplus,
    "arctan": torch.arctan,
}
EPSILON = 1e-5
Mask = Callable[[str, tuple[int, ...], float], Tensor]
State = tuple[Any, ...]


@dataclass
class Pass:
    """What one pass over a batch is given besides its inputs, and what it leaves behind.

    `layers` names the backend of recurrent layers, or says "fastest". `mask(name, shape, rate)` draws dropout's
    factors; None outside training. `initial` and `final` are the states of recurrent layers by name, before and after;
    of one that reads both ways, the forward half's. `measured` collects the running means and variances that batch norm
    moves in training.
    """

    layers: str
    mask: Mask | None = None
    initial: Mapping[str, State] = field(default_factory=dict)
    final: dict[str, State] = field(default_factory=dict)
    measured: dict[str, Tensor] = field(default_factory=dict)


def forward(
    stack: Stack, parameters: Mapping[str, Tensor], inputs: Tensor, lengths: Tensor | None, way: Pass
) -> Tensor:
    """Run one member over a batch `[batch, *inputs]` and give the last layer's numbers `[batch, ...]`.

    `lengths` [batch] say where sequences end (None: all are as long as the batch). What lies behind an end does not
    matter, and outputs there repeat the last step's.
    """
    value = inputs
    for number, (name, layer) in enumerate(stack.kinds()):
        own = {w.removeprefix(f"{name}."): p for w, p in parameters.items() if w.startswith(f"{name}.")}
        if isinstance(layer, Recurrent):
            value = recurrent(name, layer, own, value, lengths, way)
        elif isinstance(layer, Pool):
            value = pool(layer, value, lengths, reads_both_ways(stack.layers[:number]))
        elif isinstance(layer, BatchNorm):
            value = batch_norm(name, layer, own, value, lengths, way)
        elif isinstance(layer, Dropout):
            if way.mask is not None and layer.rate:
                value = value * way.mask(name, tuple(value.shape), layer.rate)
        else:
            value = plain(layer, own, value)
    return value


def plain(layer: Layer, own: Mapping[str, Tensor], value: Tensor) -> Tensor:
    """Run a layer that looks at nothing but its input."""
    if isinstance(layer, Embedding):
        return functional.embedding(value.long(), own["weight"])
    if isinstance(layer, Dense):
        return BENDS[layer.activation](functional.linear(value, own["weight"], own["bias"]))
    if isinstance(layer, Image):
        return value.reshape(*value.shape[:-1], -1, layer.depth)
    if isinstance(layer, Convolution):
        image = value.permute(0, 3, 1, 2)
        made = functional.conv2d(image, own["weight"], own["bias"], layer.stride, layer.padding)
        return BENDS[layer.activation](made).permute(0, 2, 3, 1)
    if isinstance(layer, MaxPool):
        return functional.max_pool2d(value.permute(0, 3, 1, 2), layer.size).permute(0, 2, 3, 1)
    assert isinstance(layer, Flatten)
    return value.flatten(1)


def recurrent(
    name: str, layer: Recurrent, own: Mapping[str, Tensor], value: Tensor, lengths: Tensor | None, way: Pass
) -> Tensor:
    """Run a recurrent layer over `[batch, time, feature]`, from both ends if it is bidirectional."""
    inputs = value.transpose(0, 1)[None]
    forwards = {weight: p[None] for weight, p in own.items() if not weight.startswith("backward.")}
    outputs, final = one_way(layer, inputs, forwards, lengths, way, way.initial.get(name))
    way.final[name] = final
    if layer.bidirectional:
        backwards = {w.removeprefix("backward."): p[None] for w, p in own.items() if w.startswith("backward.")}
        other, _ = one_way(layer, turned(inputs, lengths), backwards, lengths, way, None)
        outputs = torch.cat([outputs, turned(other, lengths)], dim=-1)
    return outputs[0].transpose(0, 1)


def one_way(
    layer: Recurrent,
    inputs: Tensor,
    weights: Mapping[str, Tensor],
    lengths: Tensor | None,
    way: Pass,
    initial: State | None,
) -> tuple[Tensor, State]:
    """Run one direction of a recurrent layer, time first."""
    cell, ends = cell_of(layer), None if lengths is None else lengths[None]
    if cell in CELLS:
        positions = inputs[0, ..., 0].numel() if ends is None else 0
        backend = fastest_layer(cell, layer.hidden_size, positions) if way.layers == "fastest" else way.layers
        return kernels.layer(backend, cell, inputs, weights, initial, ends)
    return variants.layer(cell, inputs, weights, initial, ends)


def turned(value: Tensor, lengths: Tensor | None) -> Tensor:
    """Turn each sequence of `[1, time, batch, feature]` round within its own length."""
    if lengths is None:
        return value.flip(1)
    time = torch.arange(value.shape[1], device=value.device)[:, None]
    places = torch.where(time < lengths, lengths - 1 - time, time)
    return value.gather(1, places[None, :, :, None].expand_as(value))


def pool(layer: Pool, value: Tensor, lengths: Tensor | None, both_ways: bool) -> Tensor:
    """Make one vector of each sequence `[batch, time, feature]`; what was read both ways ends at both ends."""
    batch, time, features = value.shape
    ends = torch.full((batch,), time, device=value.device) if lengths is None else lengths
    if layer.over == "last":
        last = value[torch.arange(batch, device=value.device), ends - 1]
        half = features // 2
        return torch.cat([last[:, :half], value[:, 0, half:]], dim=-1) if both_ways else last
    inside = before_ends(value, ends)[:, :, None]
    if layer.over == "mean":
        return torch.where(inside, value, 0.0).sum(1) / ends[:, None]
    return torch.where(inside, value, -torch.inf).amax(1)


def before_ends(value: Tensor, ends: Tensor | None) -> Tensor:
    """Say which steps of `[batch, time, feature]` lie before their sequence's end, `[batch, time]`."""
    if ends is None:
        return torch.ones(value.shape[:2], dtype=torch.bool, device=value.device)
    return torch.arange(value.shape[1], device=value.device) < ends[:, None]


def batch_norm(
    name: str, layer: BatchNorm, own: Mapping[str, Tensor], value: Tensor, lengths: Tensor | None, way: Pass
) -> Tensor:
    """Bring each feature to mean 0 and variance 1: the batch's in training, else those that training saw.

    Steps behind an end are not counted. The running variance is that of the batch itself (n in the denominator).
    """
    mean, variance = own["running_mean"], own["running_variance"]
    if way.mask is not None:
        each_step = lengths is not None and value.dim() == 3
        seen = value[before_ends(value, lengths)] if each_step else value.flatten(0, -2)
        now, spread = seen.mean(0), seen.var(0, unbiased=False)
        for weight, before, new in (("running_mean", mean, now), ("running_variance", variance, spread)):
            way.measured[f"{name}.{weight}"] = before.detach().lerp(new.detach(), layer.momentum)
        mean, variance = now, spread
    made = (value - mean) * torch.rsqrt(variance + EPSILON) * own["weight"] + own["bias"]
    return BENDS[layer.activation](made)
