"""Recurrent layers by PyTorch's fused kernels, one call a member; differentiable through autograd."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from longshort.kernels.cells import Cell, State, Weights

FUSED: dict[str, Callable[..., Any]] = {
    "lstm": torch.lstm,
    "gru": torch.gru,
    "rnn_tanh": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
}


def layer(cell: Cell, inputs: Tensor, weights: Weights, initial: State | None = None) -> tuple[Tensor, State]:
    """Run one layer over time; see `longshort.kernels.layer`.

    Members run one after another: a batched product over members was measured no faster (small matrices), and so
    each member's bits do not depend on its company.
    """
    members, _, batch, _ = inputs.shape
    zeros = inputs.new_zeros(members, batch, weights["recurrent_weight"].shape[-1])
    state = initial or ((zeros, zeros) if cell == "lstm" else (zeros,))
    flat = flat_weights(cell, weights)
    parts = [
        one_member(cell, inputs[m], [w[m] for w in flat], tuple(s[m][None] for s in state)) for m in range(members)
    ]
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
