"""Recurrent layers by PyTorch's fused kernels, one call a member; differentiable through autograd."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from longshort.kernels.arguments import checked_lengths, count_states
from longshort.kernels.cells import Cell, State, Weights

FUSED: dict[str, Callable[..., Any]] = {
    "lstm": torch.lstm,
    "gru": torch.gru,
    "rnn_tanh": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
}


def layer(
    cell: Cell, inputs: Tensor, weights: Weights, initial: State | None = None, lengths: Any = None
) -> tuple[Tensor, State]:
    """Run one layer over time; see `longshort.kernels.layer`.

    Members run one after another: a batched product over members was measured no faster (small matrices), and so
    each member's bits do not depend on its company.
    """
    members, _, batch, _ = inputs.shape
    zeros = inputs.new_zeros(members, batch, weights["recurrent_weight"].shape[-1])
    state = initial or (zeros,) * count_states(cell)
    ends = None if lengths is None else torch.from_numpy(checked_lengths(torch.as_tensor(lengths).cpu(), inputs))
    flat = flat_weights(cell, weights)
    parts = []
    for m in range(members):
        own = (inputs[m], [w[m] for w in flat], tuple(s[m][None] for s in state))
        parts.append(one_member(cell, *own) if ends is None else one_packed_member(cell, *own, ends[m]))
    outputs = torch.stack([part[0] for part in parts]) if members > 1 else parts[0][0][None]
    return outputs, tuple(torch.cat([part[1][k] for part in parts]) for k in range(len(state)))


def flat_weights(cell: Cell, weights: Weights) -> list[Tensor]:
    """List the weights in PyTorch's order; its second bias is zero where a cell carries one bias per gate."""
    products = [weights["input_weight"], weights["recurrent_weight"]]
    if cell == "gru":
        return [*products, weights["input_bias"], weights["recurrent_bias"]]
    return [*products, weights["bias"], torch.zeros_like(weights["bias"])]


def one_member(cell: Cell, inputs: Tensor, flat: list[Tensor], state: tuple[Tensor, ...]) -> tuple[Tensor, State]:
    """Call PyTorch's fused layer for one member, `inputs` being `[time, batch, feature]`."""
    initial = list(state) if cell == "lstm" else state[0]
    # has_biases, num_layers, dropout, train, bidirectional, batch_first
    outputs, *final = FUSED[cell](inputs, initial, flat, True, 1, 0.0, torch.is_grad_enabled(), False, False)
    return outputs, tuple(final)


def one_packed_member(
    cell: Cell, inputs: Tensor, flat: list[Tensor], state: tuple[Tensor, ...], lengths: Tensor
) -> tuple[Tensor, State]:
    """Do the same for rows that end at their own lengths `[batch]`, behind which outputs repeat the last state."""
    packed = pack_padded_sequence(inputs, lengths, enforce_sorted=False)
    own = [part[:, packed.sorted_indices] for part in state]
    initial = own if cell == "lstm" else own[0]
    # has_biases, num_layers, dropout, train, bidirectional
    options = (True, 1, 0.0, torch.is_grad_enabled(), False)
    data, *final = FUSED[cell](packed.data, packed.batch_sizes, initial, flat, *options)
    padded, _ = pad_packed_sequence(packed._replace(data=data), total_length=len(inputs))
    last = tuple(part[:, packed.unsorted_indices] for part in final)
    runs = torch.arange(len(inputs), device=inputs.device)[:, None] < lengths.to(inputs.device)
    return torch.where(runs[:, :, None], padded, last[0]), last
