"""The loop over time, for any variant; what comes from the inputs is computed for all steps at once."""

from typing import Any

import torch
from torch import Tensor

from longshort.kernels.arguments import check_shape, checked_lengths
from longshort.kernels.cells import State, Weights
from longshort.nn.variants.shapes import VARIANTS, blocks, state_names, weight_shapes
from longshort.nn.variants.steps import MAKERS, minimal


def layer(
    cell: str, inputs: Tensor, weights: Weights, initial: State | None = None, lengths: Any = None
) -> tuple[Tensor, State]:
    """Run one layer; see `longshort.nn.variants.layer`."""
    hidden = checked_size(cell, inputs, weights, initial)
    members, time, batch, _ = inputs.shape
    runs = None
    if lengths is not None:
        ends = torch.from_numpy(checked_lengths(torch.as_tensor(lengths).cpu(), inputs)).to(inputs.device)
        runs = (torch.arange(time, device=inputs.device)[:, None] < ends[:, None]).unsqueeze(-1)
        inputs = torch.where(runs, inputs, inputs.new_zeros(()))
    sums = torch.baddbmm(weights["bias"][:, None], inputs.flatten(1, 2), weights["input_weight"].transpose(1, 2))
    made = minimal(cell, sums) if cell.startswith("min_") else sums
    step = MAKERS[cell](weights)
    state = initial or (inputs.new_zeros(members, batch, hidden),) * len(state_names(cell))
    outputs = []
    # unbound once: a slice per step would make its gradient a whole array of zeros per step
    for position, from_input in enumerate(made.view(members, time, batch, -1).unbind(1)):
        new = step(from_input, state)
        if runs is not None:
            new = tuple(torch.where(runs[:, position], n, s) for n, s in zip(new, state, strict=True))
        state = new
        outputs.append(state[0])
    return torch.stack(outputs, dim=1), state


def checked_size(cell: str, inputs: Tensor, weights: Weights, initial: State | None) -> int:
    """Give the number of hidden units; ValueError for no variant, and where a shape contradicts the others."""
    if cell not in VARIANTS:
        raise ValueError(f"cell {cell!r} is not one of {VARIANTS}")
    if inputs.ndim != 4 or 0 in inputs.shape:
        raise ValueError(f"inputs are [member, time, batch, feature], 1 or more of each, not {tuple(inputs.shape)}")
    members, _, batch, features = inputs.shape
    hidden = weights["bias"].shape[-1] // len(blocks(cell)) if "bias" in weights else 1
    shapes = weight_shapes(cell, features, hidden)
    if set(weights) != set(shapes):
        raise ValueError(f"the weights of a {cell} are {sorted(shapes)}, but given are {sorted(weights)}")
    for name, shape in shapes.items():
        check_shape(name, weights[name], (members, *shape))
    parts = state_names(cell)
    if initial is not None and len(initial) != len(parts):
        raise ValueError(f"the state of a {cell} is {parts}, but {len(initial)} parts are given")
    for part in initial or ():
        check_shape("a part of the initial state", part, (members, batch, hidden))
    return hidden
