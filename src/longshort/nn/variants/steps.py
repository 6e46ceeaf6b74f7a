"""One step of each variant: a maker takes a layer's weights, prepares them once, and gives the step.

A step takes what comes from the input, `W x + b` of all rows `[member, batch, row]`, and the state; it gives the new
state. Lower-case letters are the papers': i, f, o the gates, g the candidate, c the memory, h the output.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import softplus, softsign

from longshort.kernels.cells import State, Weights
from longshort.nn.variants.shapes import GATES, ODYSSEY, Odyssey, gates

Step = Callable[[Tensor, State], State]
BENDS: dict[str, Callable[[Tensor], Tensor]] = {"tanh": torch.tanh, "softsign": softsign, "identity": lambda x: x}


def lstm(cell: str, weights: Weights) -> Step:
    """Make the step of a variant of the LSTM (Greff et al. 2015, equations 1 to 6 and section 3).

    g = into(W x + U h + b), c' = f c + i g, h' = o out_of(c'); see `shapes.Odyssey` for what a variant changes.
    """
    variant = ODYSSEY[cell]
    recurrent = weights["recurrent_weight"].transpose(1, 2)
    parts = weights["peephole_weight"][:, None].chunk(len(gates(cell)), -1) if variant.peepholes else ()
    peepholes = dict(zip(gates(cell), parts, strict=True)) if variant.peepholes else {}
    between = weights["gate_weight"].transpose(1, 2) if variant.gates_recur else None

    def step(from_input: Tensor, state: State) -> State:
        hidden, memory, *before = state
        sums = torch.baddbmm(from_input, hidden, recurrent).chunk(len(variant.blocks), -1)
        named = dict(zip(variant.blocks, sums, strict=True))
        if between is not None:
            seen = torch.bmm(torch.cat(before, -1), between).chunk(len(GATES), -1)
            named |= {gate: named[gate] + part for gate, part in zip(GATES, seen, strict=True)}
        return advance(variant, named, peepholes, memory)

    return step


def advance(variant: Odyssey, sums: dict[str, Tensor], peepholes: dict[str, Tensor], memory: Tensor) -> State:
    """Open the gates, move the memory and let it out."""

    def gate(name: str, seen: Tensor) -> Tensor | float:
        if name not in sums:
            return 1.0
        return torch.sigmoid(torch.addcmul(sums[name], peepholes[name], seen) if peepholes else sums[name])

    i = gate("input", memory)
    f = 1.0 - i if variant.coupled else gate("forget", memory)
    new = f * memory + i * BENDS[variant.into](sums["cell"])
    o = gate("output", new)
    state = (o * BENDS[variant.out_of](new), new)
    return (*state, i, f, o) if variant.gates_recur else state


def textbook(weights: Weights) -> Step:
    """Make the step of the LSTM as the textbook lists it (Chollet 2018, Deep Learning with Python, 6.2.2).

    Its output is o = tanh(W x + U h + V c + b), with a full matrix V on the memory *before* the step, and no gate on
    it; c' = i g + f c. The book calls every bend `activation`: tanh here, and the logistic function for i and f.
    """
    recurrent, carry = (weights[name].transpose(1, 2) for name in ("recurrent_weight", "carry_weight"))

    def step(from_input: Tensor, state: State) -> State:
        hidden, memory = state
        i, f, g, o = torch.baddbmm(from_input, hidden, recurrent).chunk(4, -1)
        output = torch.tanh(torch.baddbmm(o, memory, carry))
        return output, torch.sigmoid(i) * torch.tanh(g) + torch.sigmoid(f) * memory

    return step


def gru_reset_before(weights: Weights) -> Step:
    """Make the step of the GRU as first published: n = tanh(W x + U (r h) + b), h' = (1 - z) n + z h.

    Cho et al. 2014, equations 5 to 8: the reset gate closes the state *before* the product, so that one bias is
    enough; the kernels' GRU closes the product (reset after).
    """
    rows = 2 * weights["recurrent_weight"].shape[-1]
    recurrent = weights["recurrent_weight"].transpose(1, 2)
    of_gates, of_new = recurrent[..., :rows], recurrent[..., rows:]

    def step(from_input: Tensor, state: State) -> State:
        (hidden,) = state
        r, z = torch.sigmoid(torch.baddbmm(from_input[..., :rows], hidden, of_gates)).chunk(2, -1)
        n = torch.tanh(torch.baddbmm(from_input[..., rows:], r * hidden, of_new))
        return (torch.lerp(n, hidden, z),)

    return step


def minimal(cell: str, from_input: Tensor) -> Tensor:
    """Compute of all steps at once the share of the state that is kept, and the candidate (Feng et al. 2024).

    minLSTM (section 3.2.2): i, f = the logistic of W x + b, the share kept is f / (f + i), written so that it stays
    finite where both are tiny. minGRU (section 3.1.2): 1 - z. The candidate is linear in both.
    """
    if cell == "min_lstm":
        i, f, g = from_input.chunk(3, -1)
        return torch.cat([torch.sigmoid(softplus(-i) - softplus(-f)), g], -1)
    z, g = from_input.chunk(2, -1)
    return torch.cat([torch.sigmoid(-z), g], -1)


def minimal_step(made: Tensor, state: State) -> State:
    """Advance a minimal cell by what `minimal` computed: h' = kept h + (1 - kept) g."""
    kept, g = made.chunk(2, -1)
    return (torch.lerp(g, state[0], kept),)


MAKERS: dict[str, Callable[[Weights], Step]] = {
    **{cell: partial(lstm, cell) for cell in ODYSSEY},
    "textbook": textbook,
    "gru_reset_before": gru_reset_before,
    "min_lstm": lambda weights: minimal_step,
    "min_gru": lambda weights: minimal_step,
}
