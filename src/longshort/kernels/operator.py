"""Backends of arrays behind PyTorch's operators: tensors with autograd on the CPU, `torch.compile` included.

One operator runs a layer, a second one its gradient; both call the backend's two functions (`backend.ArrayBackend`)
on the tensors' own memory. What a backend keeps for its gradient travels as one flat tensor whose size it alone knows.
"""

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor

from longshort.kernels.arguments import check_precision, check_shape, check_shapes, checked_lengths, count_states
from longshort.kernels.backend import MODULES, Array, Lengths, array_backend
from longshort.kernels.cells import Cell, State, Weights, weight_shapes


def layer(
    backend: str, cell: Cell, inputs: Tensor, weights: Weights, initial: State | None = None, lengths: Any = None
) -> tuple[Tensor, State]:
    """Run one layer of tensors with a backend of arrays; see `longshort.kernels.layer`.

    Raises ValueError for tensors that are not on the CPU or not float32 or float64, and for what does not fit.
    """
    if backend not in MODULES:
        raise ValueError(f"backend {backend!r} is not one of {tuple(MODULES)}")
    check_shapes(cell, inputs, weights, initial)
    check_precision(inputs, weights, initial)
    ends = None if lengths is None else torch.as_tensor(lengths)
    if ends is not None:
        check_shape("lengths", ends, (inputs.shape[0], inputs.shape[2]))
    flat = [weights[name] for name in names(cell)]
    state = list(initial or ())
    tensors = [inputs, *flat, *state]
    for tensor in [*tensors, *([] if ends is None else [ends])]:
        if tensor.device.type != "cpu":
            raise ValueError(f"backend {backend!r} works on the CPU, but a tensor is on {str(tensor.device)!r}")
    keep = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)
    outputs, final, _ = recurrent_layer(backend, cell, inputs, flat, state, ends, keep)
    return outputs, tuple(final)


def names(cell: str) -> tuple[str, ...]:
    """Name the weights of a cell in the order in which the operators take them."""
    return tuple(weight_shapes(cast(Cell, cell), 1, 1))


@torch.library.custom_op("longshort::recurrent_layer", mutates_args=(), device_types="cpu")
def recurrent_layer(
    backend: str,
    cell: str,
    inputs: Tensor,
    weights: list[Tensor],
    initial: list[Tensor],
    lengths: Tensor | None,
    keep: bool,
) -> tuple[Tensor, list[Tensor], Tensor]:
    """Give a layer's outputs, its final state, and with `keep` what the gradient needs (else an empty tensor)."""
    arrays = plain_arrays(cell, inputs, weights, initial, lengths)
    outputs, final, kept = array_backend(backend).forward(*arrays, keep)
    # torch.from_numpy shares the kept memory, which only the backend reads again
    return own(outputs), [own(part) for part in final], inputs.new_empty(0) if kept is None else torch.from_numpy(kept)


@torch.library.custom_op("longshort::recurrent_layer_gradient", mutates_args=(), device_types="cpu")
def recurrent_layer_gradient(
    backend: str,
    cell: str,
    inputs: Tensor,
    weights: list[Tensor],
    initial: list[Tensor],
    lengths: Tensor | None,
    kept: Tensor,
    outputs: Tensor,
    d_outputs: Tensor,
    d_final: list[Tensor],
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Give the gradients of the inputs, of each weight, and of the initial state (none where none was given)."""
    arrays = plain_arrays(cell, inputs, weights, initial, lengths)
    saved = plain(kept) if kept.numel() else None
    d_state = tuple(plain(part) for part in d_final)
    d_inputs, d_weights, d_initial = array_backend(backend).gradient(
        *arrays, saved, plain(outputs), plain(d_outputs), d_state
    )
    return own(d_inputs), [own(d_weights[name]) for name in names(cell)], [own(d) for d in d_initial[: len(initial)]]


def plain_arrays(
    cell: str, inputs: Tensor, weights: list[Tensor], initial: list[Tensor], lengths: Tensor | None
) -> tuple[Cell, Array, dict[str, Array], State | None, Lengths | None]:
    """Give the first five arguments of a backend's functions."""
    ends = None if lengths is None else checked_lengths(lengths, inputs)
    state = tuple(plain(part) for part in initial) or None
    by_name = dict(zip(names(cell), map(plain, weights), strict=True))
    return cast(Cell, cell), plain(inputs), by_name, state, ends


def plain(tensor: Tensor) -> Array:
    """Give a tensor's own memory as a C-contiguous array, or a copy where it is not contiguous."""
    return np.ascontiguousarray(tensor.numpy(force=True))


def own(array: Array) -> Tensor:
    """Copy into PyTorch's own memory, whose alignment is fixed: the last bits of later products depend on it."""
    return torch.tensor(array)


@recurrent_layer.register_fake
def _(
    backend: str,
    cell: str,
    inputs: Tensor,
    weights: list[Tensor],
    initial: list[Tensor],
    lengths: Tensor | None,
    keep: bool,
) -> tuple[Tensor, list[Tensor], Tensor]:
    members, time, batch, _ = inputs.shape
    hidden = weights[1].shape[-1]
    final = [inputs.new_empty(members, batch, hidden) for _ in range(count_states(cast(Cell, cell)))]
    size = torch.library.get_ctx().new_dynamic_size() if keep else 0
    return inputs.new_empty(members, time, batch, hidden), final, inputs.new_empty(size)


@recurrent_layer_gradient.register_fake
def _(
    backend: str,
    cell: str,
    inputs: Tensor,
    weights: list[Tensor],
    initial: list[Tensor],
    lengths: Tensor | None,
    kept: Tensor,
    outputs: Tensor,
    d_outputs: Tensor,
    d_final: list[Tensor],
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    fresh = inputs.new_empty  # contiguous, whatever the strides of what it belongs to
    return fresh(inputs.shape), [fresh(w.shape) for w in weights], [fresh(part.shape) for part in initial]


def remember(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, list[Tensor], Tensor]) -> None:
    """Save for the gradient what the forward pass was given, its outputs, and what the backend kept."""
    backend, cell, data, weights, initial, lengths, _ = inputs
    ctx.names = backend, cell
    ctx.counts = len(weights), len(initial)
    ctx.save_for_backward(data, *weights, *initial, lengths, output[2], output[0])


def backward(ctx: Any, d_outputs: Tensor, d_final: list[Tensor], d_kept: Tensor | None) -> tuple[Any, ...]:
    """Lead the gradients of outputs and final state back through the second operator."""
    data, *flat, lengths, kept, outputs = ctx.saved_tensors
    count, _ = ctx.counts
    weights, initial = flat[:count], flat[count:]
    d_inputs, d_weights, d_initial = recurrent_layer_gradient(
        *ctx.names, data, weights, initial, lengths, kept, outputs, d_outputs, d_final
    )
    return None, None, d_inputs, d_weights, d_initial, None, None


def refuse(ctx: Any, *_: Any) -> None:
    """Refuse the gradient of a gradient."""
    raise NotImplementedError("the gradient of a recurrent layer's gradient is offered by the backend 'torch' alone")


recurrent_layer.register_autograd(backward, setup_context=remember)
recurrent_layer_gradient.register_autograd(refuse)
