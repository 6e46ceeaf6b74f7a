"""Four ways in which books and libraries write one cell: two biases, one bias, [h, x] concatenated, row vectors.

Each dialect is written out here as its book has it, for one sequence, and compared with our cell.
The GRU is the one that resets before the product: only there the dialects are the same cell. With the reset gate
behind the product its second bias cannot be added to the first, which is why the kernels' GRU carries two.
"""

import numpy as np
import pytest
import torch

from longshort.kernels import reference
from longshort.nn import variants
from longshort.nn.variants import weight_shapes

TIME, INPUTS, HIDDEN = 9, 3, 5
GATES = {"rnn_tanh": ("h",), "lstm": ("i", "f", "g", "o"), "gru_reset_before": ("r", "z", "n")}


def logistic(x):
    return 1 / (1 + np.exp(-x))


def two_biases(w, u, b):
    """W x + b + U h + c for each gate, as PyTorch writes it."""
    c = {gate: np.linspace(-1, 1, HIDDEN) for gate in b}
    rest = {gate: b[gate] - c[gate] for gate in b}
    return lambda gate, x, h: w[gate] @ x + rest[gate] + u[gate] @ h + c[gate]


def one_bias(w, u, b):
    """W x + U h + b for each gate, as Keras and the papers write it."""
    return lambda gate, x, h: w[gate] @ x + u[gate] @ h + b[gate]


def concatenated(w, u, b):
    """W [h, x] + b with one matrix a gate over both, as the well-known drawings write it."""
    both = {gate: np.hstack([u[gate], w[gate]]) for gate in w}
    return lambda gate, x, h: both[gate] @ np.concatenate([h, x]) + b[gate]


def row_vectors(w, u, b):
    """x W + h U + b with vectors as rows of a batch, as TensorFlow writes it."""
    columns_w, columns_u = ({gate: np.ascontiguousarray(m[gate].T) for gate in m} for m in (w, u))
    return lambda gate, x, h: (x[None] @ columns_w[gate] + h[None] @ columns_u[gate] + b[gate][None])[0]


DIALECTS = (two_biases, one_bias, concatenated, row_vectors)


def walk(cell, sums, inputs):
    """Run a sequence through a cell whose gates' sums are written in some dialect."""
    h, c, hidden = np.zeros(HIDDEN), np.zeros(HIDDEN), []
    for x in inputs:
        if cell == "lstm":
            i, f, o = (logistic(sums(gate, x, h)) for gate in "ifo")
            c = f * c + i * np.tanh(sums("g", x, h))
            h = o * np.tanh(c)
        elif cell == "gru_reset_before":
            r, z = (logistic(sums(gate, x, h)) for gate in "rz")
            h = (1 - z) * np.tanh(sums("n", x, r * h)) + z * h
        else:
            h = np.tanh(sums("h", x, h))
        hidden.append(h)
    return np.array(hidden)


@pytest.fixture
def problem(cell):
    random = np.random.default_rng(4)
    weights = {name: random.normal(size=shape) for name, shape in weight_shapes(cell, INPUTS, HIDDEN).items()}
    return weights, random.normal(size=(TIME, INPUTS))


def ours(cell, weights, inputs):
    one = {name: weight[None] for name, weight in weights.items()}
    if cell in variants.VARIANTS:
        tensors = {name: torch.from_numpy(weight) for name, weight in one.items()}
        return variants.layer(cell, torch.from_numpy(inputs)[None, :, None], tensors)[0][0, :, 0].numpy()
    return reference.layer(cell, inputs[None, :, None], one)[0][0, :, 0]


@pytest.mark.parametrize("cell", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_of_the_equations_is_our_cell(cell, problem, dialect):
    weights, inputs = problem
    parts = (weights["input_weight"], weights["recurrent_weight"], weights["bias"])
    by_gate = [dict(zip(GATES[cell], np.split(part, len(GATES[cell])), strict=True)) for part in parts]
    np.testing.assert_allclose(walk(cell, dialect(*by_gate), inputs), ours(cell, weights, inputs), rtol=0, atol=1e-13)


@pytest.mark.parametrize(("cell", "kind"), [("lstm", torch.nn.LSTM), ("rnn_tanh", torch.nn.RNN)])
def test_pytorchs_two_biases_are_our_one(cell, kind, problem):
    weights, inputs = problem
    module = kind(INPUTS, HIDDEN, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.from_numpy(weights["input_weight"]))
        module.weight_hh_l0.copy_(torch.from_numpy(weights["recurrent_weight"]))
        module.bias_ih_l0.copy_(torch.from_numpy(weights["bias"]) - module.bias_hh_l0)
        theirs = module(torch.from_numpy(inputs))[0].numpy()
    np.testing.assert_allclose(theirs, ours(cell, weights, inputs), rtol=0, atol=1e-13)
