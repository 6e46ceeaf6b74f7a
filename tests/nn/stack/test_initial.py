import functools

import numpy as np
import pytest
import torch

from longshort import kernels
from longshort.kernels import CELLS
from longshort.nn import variants
from longshort.nn.stack import (
    BatchNorm,
    Convolution,
    Dense,
    Embedding,
    Image,
    Initial,
    Recurrent,
    Stack,
    initialise,
    parameter_shapes,
)
from longshort.nn.variants import VARIANTS, state_names


def stack_of(*layers, inputs=(None, 3), **others):
    return Stack(inputs=inputs, layers=layers, **others)


def test_every_parameter_begins_in_its_shape_and_in_single_precision():
    stack = stack_of(Recurrent(bidirectional=True, hidden_size=3), BatchNorm(), Dense(units=2))
    begun = initialise(stack, 0)
    assert {name: value.shape for name, value in begun.items()} == parameter_shapes(stack)
    assert {value.dtype for value in begun.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("cell", "rows"),
    [("lstm", slice(4, 8)), ("nig", slice(0, 4)), ("nog", slice(4, 8)), ("min_lstm", slice(4, 8)), ("cifg", None)],
)
def test_the_bias_of_a_forget_gate_and_no_other_begins_as_set(cell, rows):
    begun = initialise(stack_of(Recurrent(cell=cell, hidden_size=4, forget_bias=2.0, bidirectional=True)), 0)
    for name in ("recurrent0.bias", "recurrent0.backward.bias"):
        expected = np.zeros_like(begun[name])
        if rows is not None:
            expected[rows] = 2.0
        assert np.array_equal(begun[name], expected)


@pytest.mark.parametrize("cell", sorted({*CELLS, *VARIANTS} - {"nfg"}))  # which has no forget gate: it keeps all
def test_chrono_lets_each_unit_of_a_cell_with_gates_keep_for_its_own_number_of_steps(cell):
    stack = stack_of(Recurrent(cell=cell, hidden_size=500, chrono=40))
    begun = {name.partition(".")[2]: torch.tensor(value)[None] for name, value in initialise(stack, 0).items()}
    still = {name: value if "bias" in name else value * 0.0 for name, value in begun.items()}
    names = ("hidden",) if cell in CELLS and cell != "lstm" else state_names(cell)
    one = torch.ones(1, 1, 500)
    run = functools.partial(kernels.layer, "reference") if cell in CELLS else variants.layer
    _, state = run(cell, torch.zeros(1, 1, 1, 3), still, tuple(one for _ in names), None)
    kept = state["memory" in names][0, 0]
    if cell.startswith("rnn"):
        assert not kept.any()
        return
    steps = kept / (1.0 - kept)
    assert steps.min() == pytest.approx(1.0, abs=0.3)
    assert steps.max() == pytest.approx(39.0, abs=0.3)
    assert steps.mean() == pytest.approx(20.0, abs=1.5)


def test_recurrent_weights_are_orthogonal_gate_by_gate_and_both_directions_differ():
    begun = initialise(stack_of(Recurrent(hidden_size=6, bidirectional=True)), 0)
    for gate in begun["recurrent0.recurrent_weight"].reshape(4, 6, 6):
        assert gate @ gate.T == pytest.approx(np.eye(6), abs=1e-6)
    assert not np.array_equal(begun["recurrent0.input_weight"], begun["recurrent0.backward.input_weight"])


@pytest.mark.parametrize(("activation", "variance"), [("tanh", 2 / (300 + 200)), ("relu", 2 / 300)])
def test_before_a_rectifier_weights_are_hes_else_glorots(activation, variance):
    begun = initialise(stack_of(Dense(units=200, activation=activation), inputs=(None, 300)), 0)
    assert begun["dense0.weight"].var() == pytest.approx(variance, rel=0.03)


def test_a_convolution_counts_its_patch():
    layers = (Image(), Convolution(filters=300, size=5, activation="relu"))
    begun = initialise(stack_of(*layers, inputs=(28, 28)), 0)
    assert begun["convolution1.weight"].var() == pytest.approx(2 / 25, rel=0.05)


def test_a_named_initialiser_draws_all_matrices_and_leaves_vectors():
    layers = (Embedding(size=3), Recurrent(cell="lstm", hidden_size=2), BatchNorm(), Dense(units=2))
    stack = stack_of(*layers, inputs=(None,), vocabulary=4, initial=Initial(name="constant", scale=0.25))
    begun = initialise(stack, 0)
    assert {float(value) for array in begun.values() if array.ndim == 2 for value in array.flat} == {0.25}
    assert begun["batchnorm2.weight"].tolist() == [1.0, 1.0]
    assert begun["batchnorm2.running_variance"].tolist() == [1.0, 1.0]
    assert begun["dense3.bias"].tolist() == [0.0, 0.0]


def test_one_more_layer_leaves_the_others_as_they_were():
    one = initialise(stack_of(Recurrent(hidden_size=4)), 7)
    two = initialise(stack_of(Recurrent(hidden_size=4), Dense(units=1)), 7)
    assert all(np.array_equal(two[name], value) for name, value in one.items())
    assert not np.array_equal(
        initialise(stack_of(Recurrent(hidden_size=4)), 8)["recurrent0.input_weight"], one["recurrent0.input_weight"]
    )
