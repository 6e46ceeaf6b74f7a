import numpy as np
import pytest

from longshort.learn import family, memory


@pytest.mark.parametrize(
    ("cell", "parameters"),
    [("lstm", 10_400), ("peephole", 10_550), ("textbook", 12_900), ("gru_reset_before", 7_800), ("gru", 7_950)],
)
def test_one_input_and_fifty_units_have_the_lectures_counts(cell, parameters):
    assert family.count(cell, 1, 50) == parameters


@pytest.mark.parametrize("cell", ["rnn_tanh", "gru", "lstm"])
def test_automatic_differentiation_agrees_with_the_reference_kernels(cell):
    from longshort.seeding import generator

    read = generator(0, "learn", "inputs").standard_normal((7, family.FEATURES))
    found = memory.reach(cell, read, family.fresh(cell, 1.0))
    parts = [values[0] for values in found.values()]
    whole = family.carried(cell, 7, 1.0)
    assert max(parts) <= whole + 1e-12
    assert whole <= np.hypot(*parts) + 1e-12 if len(parts) > 1 else whole == pytest.approx(parts[0], rel=1e-9)


def test_a_higher_forget_bias_carries_more_and_leaves_cells_without_that_gate_alone():
    assert family.carried("lstm", 20, 4.0) > family.carried("lstm", 20, 0.0)
    assert family.carried("gru", 20, 4.0) == family.carried("gru", 20, 0.0)


def test_a_gru_of_one_unit_moves_by_its_update_gate():
    state = family.one_unit_gru(np.ones(3), bias=0.0)
    np.testing.assert_allclose(state, np.tanh(2.0) * (1 - 0.5 ** np.arange(1, 4)))
