import subprocess
import sys

import numpy as np
import pytest
import torch

from longshort.kernels import reference
from longshort.kernels.cells import CELLS
from longshort.kernels.cells import weight_shapes as kernels_shapes
from longshort.nn import variants
from longshort.nn.variants import VARIANTS, blocks, gate_rows, state_names, weight_shapes

EXACT = {"rtol": 0.0, "atol": 1e-12}
OPEN = 100.0  # the logistic of it is 1 to the last bit


def agree(got, expected):
    for ours, theirs in zip((got[0], *got[1]), (expected[0], *expected[1]), strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs, **EXACT)


@pytest.mark.parametrize("cell", VARIANTS)
def test_gradients_are_the_slopes_of_the_values(draw, cell):
    problem = draw(cell, (1, 3, 2, 1, 2))
    names = list(problem.weights)
    leaves = [
        torch.from_numpy(a).requires_grad_() for a in (problem.inputs, *problem.initial, *problem.weights.values())
    ]
    states = len(problem.initial)

    def values(inputs, *rest):
        weights = dict(zip(names, rest[states:], strict=True))
        outputs, final = variants.layer(cell, inputs, weights, rest[:states], problem.lengths)
        return outputs, *final

    assert torch.autograd.gradcheck(values, leaves, eps=1e-6, atol=1e-8, rtol=1e-6)


def lstm_of(draw, blocks_open=(), coupled=False):
    """Draw a plain LSTM's problem, with gates that stand open, or a forget gate of 1 - the input gate."""
    problem = draw("np")
    hidden = problem.initial[0].shape[-1]
    for number in blocks_open:
        rows = slice(number * hidden, (number + 1) * hidden)
        for weight in problem.weights.values():
            weight[:, rows] = 0.0
        problem.weights["bias"][:, rows] = OPEN
    for weight in problem.weights.values() if coupled else ():
        weight[:, hidden : 2 * hidden] = -weight[:, :hidden]
    return problem


def without_rows(problem, cell):
    """Give the same problem to a variant that lacks a gate, and is given peepholes and further matrices of zero."""
    members, batch, hidden = problem.initial[0].shape
    kept = [
        np.arange(hidden) + hidden * reference_block
        for reference_block, name in enumerate(LSTM)
        if name in blocks(cell)
    ]
    rows = np.concatenate(kept)
    weights = {name: weight[:, rows] for name, weight in problem.weights.items()}
    for name, shape in weight_shapes(cell, problem.inputs.shape[-1], hidden).items():
        weights.setdefault(name, np.zeros((members, *shape)))
    more = (np.zeros((members, batch, hidden)),) * (len(state_names(cell)) - 2)
    return problem._replace(weights=weights, initial=(*problem.initial, *more))


LSTM = ("input", "forget", "cell", "output")


@pytest.mark.parametrize(
    ("cell", "same"),
    [
        ("np", {}),
        ("peephole", {}),
        ("fgr", {}),
        ("nig", {"blocks_open": [0]}),
        ("nfg", {"blocks_open": [1]}),
        ("nog", {"blocks_open": [3]}),
        ("cifg", {"coupled": True}),
    ],
)
def test_a_variant_without_its_peculiarity_is_the_plain_lstm(draw, cell, same, run):
    problem = lstm_of(draw, **same)
    expected = reference.layer("lstm", *problem)
    outputs, final = run(cell, without_rows(problem, cell))
    agree((outputs, final[:2]), expected)


def test_the_two_grus_are_one_where_the_reset_gate_stands_open(draw, run):
    problem = draw("gru_reset_before")
    hidden = problem.initial[0].shape[-1]
    for weight in problem.weights.values():
        weight[:, :hidden] = 0.0
    problem.weights["bias"][:, :hidden] = OPEN
    names = {"input_weight": "input_weight", "recurrent_weight": "recurrent_weight", "bias": "input_bias"}
    theirs = {names[name]: weight for name, weight in problem.weights.items()}
    theirs["recurrent_bias"] = np.zeros_like(theirs["input_bias"])
    expected = reference.layer("gru", problem.inputs, theirs, problem.initial, problem.lengths)
    agree(run("gru_reset_before", problem), expected)


@pytest.mark.parametrize("cell", VARIANTS)
def test_what_lies_behind_a_rows_end_does_not_matter_and_gets_no_gradient(draw, cell):
    problem = draw(cell)
    behind = np.arange(problem.inputs.shape[1])[None, :, None] >= problem.lengths[:, None]
    assert behind.any()
    spoilt = np.where(behind[..., None], np.nan, problem.inputs)
    inputs, *rest = (torch.tensor(a, requires_grad=True) for a in (spoilt, *problem.initial, *problem.weights.values()))
    states = len(problem.initial)
    weights = dict(zip(problem.weights, rest[states:], strict=True))
    outputs, final = variants.layer(cell, inputs, weights, tuple(rest[:states]), problem.lengths)
    sum(part.square().sum() for part in (outputs, *final)).backward()
    assert all(torch.isfinite(array).all() for array in (outputs, *final, inputs.grad, *(leaf.grad for leaf in rest)))
    assert (inputs.grad[torch.from_numpy(behind)] == 0.0).all()
    assert (outputs[:, -1] == final[0]).all()


@pytest.mark.parametrize("cell", VARIANTS)
def test_a_sequence_cut_in_two_goes_on_from_its_state_which_begins_at_zero(draw, cell, run):
    problem = draw(cell)
    whole, final = run(cell, problem, initial=False, lengths=False)
    left, state = run(cell, problem._replace(inputs=problem.inputs[:, :2]), initial=False, lengths=False)
    rest = problem._replace(inputs=problem.inputs[:, 2:], initial=tuple(part.numpy() for part in state))
    right, last = run(cell, rest, lengths=False)
    torch.testing.assert_close(torch.cat([left, right], 1), whole, **EXACT)
    torch.testing.assert_close(last, final, **EXACT)
    zeros = problem._replace(initial=tuple(np.zeros_like(part) for part in problem.initial))
    torch.testing.assert_close(run(cell, zeros, lengths=False)[0], whole, **EXACT)


def test_min_lstm_stays_finite_where_both_gates_are_shut(draw, run):
    problem = draw("min_lstm")
    problem.weights["input_weight"][:] = 0.0
    problem.weights["bias"][:] = -200.0
    single = problem._replace(
        inputs=problem.inputs.astype("f4"),
        weights={name: weight.astype("f4") for name, weight in problem.weights.items()},
        initial=tuple(part.astype("f4") for part in problem.initial),
    )
    outputs, _ = run("min_lstm", single, lengths=False)
    assert outputs.dtype == torch.float32
    expected = 0.5 * problem.initial[0] + 0.5 * -200.0
    np.testing.assert_allclose(outputs[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("lstm", 10_400),
        ("np", 10_400),
        ("softsign", 10_400),
        ("peephole", 10_550),
        ("textbook", 12_900),
        ("gru_reset_before", 7_800),
        ("gru", 7_950),
        ("rnn_tanh", 2_600),
        ("cifg", 7_800 + 100),
        ("nig", 7_800 + 100),
        ("fgr", 10_550 + 9 * 2_500),
        ("min_lstm", 300),
        ("min_gru", 200),
    ],
)
def test_parameters_from_one_input_to_fifty_units_are_counted_as_published(cell, count):
    assert sum(int(np.prod(shape)) for shape in weight_shapes(cell, 1, 50).values()) == count


def test_the_kernels_own_cells_fall_through():
    assert all(weight_shapes(cell, 3, 5) == kernels_shapes(cell, 3, 5) for cell in CELLS)


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        ("lstm", 1),
        ("np", 1),
        ("nig", 0),
        ("min_lstm", 1),
        ("nfg", None),
        ("cifg", None),
        ("gru", None),
        ("rnn_tanh", None),
    ],
)
def test_the_forget_gates_rows_are_found_wherever_they_are_stacked(cell, rows):
    assert gate_rows(cell, 10).get("forget") == (None if rows is None else slice(10 * rows, 10 * rows + 10))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda p: {"cell": "lstm"}, "'lstm' is not one of"),
        (lambda p: {"inputs": p.inputs[0]}, "inputs are"),
        (lambda p: {"weights": {k: v for k, v in p.weights.items() if k != "gate_weight"}}, "weights of a fgr"),
        (lambda p: {"weights": {}}, "weights of a fgr"),
        (lambda p: {"weights": p.weights | {"gate_weight": p.weights["gate_weight"][:, :1]}}, "gate_weight has"),
        (lambda p: {"initial": p.initial[:2]}, "but 2 parts are given"),
        (lambda p: {"initial": (*p.initial[:4], p.initial[4][:1])}, "a part of the initial state"),
        (lambda p: {"lengths": p.lengths + 9}, "a length is"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(draw, change, word, run):
    problem = draw("fgr")
    changed = change(problem)
    cell = changed.pop("cell", "fgr")
    with pytest.raises(ValueError, match=word):
        run(cell, problem._replace(**changed))


def test_an_unknown_cell_has_no_shapes():
    with pytest.raises(ValueError, match="'lstn' is not one of"):
        weight_shapes("lstn", 1, 1)


def test_names_and_shapes_are_had_without_pytorch():
    code = "from longshort.nn import variants; variants.weight_shapes('nig', 1, 2)"
    code = f"import sys; {code}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
