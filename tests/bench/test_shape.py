"""Operations are counted from the network's description."""

import pytest

from longshort.bench.shape import Shape, forward, training


def test_the_canonical_epoch_takes_68_4_gflop_and_162_5_million_transcendentals():
    flops, transcendentals = training(Shape())
    assert round(flops / 1e9, 1) == 68.4
    assert round(transcendentals / 1e6, 1) == 162.5


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_passes_products_are_those_of_pytorchs_own_weights(cell):
    import torch

    shape = Shape(cell=cell, hidden_size=7, num_layers=3, inputs=2, windows=5, length=4)
    layers = getattr(torch.nn, cell.upper())(2, 7, 3)
    weights = sum(weight.numel() for name, weight in layers.named_parameters() if name.startswith("weight"))
    readout = 7
    assert forward(shape).flops == 2 * 5 * (4 * weights + readout)


def test_the_data_need_no_gradient():
    one = Shape(num_layers=1, hidden_size=1, inputs=1, windows=1, length=1)
    # four products with the input, four with the hidden state, one readout; forward, weights, and what is below
    assert forward(one).flops == 2 * 9
    assert training(one).flops == 2 * (9 + 9 + 5)


def test_a_gru_takes_three_transcendentals_a_unit_and_a_plain_network_one():
    counts = [forward(Shape(cell=c, hidden_size=2, num_layers=1, windows=1, length=1)).transcendentals for c in CELLS]
    assert counts == [10, 6, 2]


CELLS = ("lstm", "gru", "rnn")
