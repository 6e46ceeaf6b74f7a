import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longshort.kernels import CELLS, layer, reference, weight_shapes


def draw_weights(cell, inputs, hidden, members, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=(members, *shape)) for name, shape in weight_shapes(cell, inputs, hidden).items()}


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def test_one_lstm_step_is_the_textbook_equation_with_gates_in_the_order_i_f_g_o():
    weights = {
        "input_weight": np.array([[[0.1], [0.2], [0.3], [0.4]]]),
        "recurrent_weight": np.array([[[0.5], [0.6], [0.7], [0.8]]]),
        "bias": np.array([[0.01, 0.02, 0.03, 0.04]]),
    }
    x, h, c = 1.5, -0.5, 0.7
    state = (np.array([[[h]]]), np.array([[[c]]]))
    got = reference.lstm_step(np.array([[[x]]]), state, weights)
    i, f, o = (logistic(w * x + u * h + b) for w, u, b in [(0.1, 0.5, 0.01), (0.2, 0.6, 0.02), (0.4, 0.8, 0.04)])
    g = math.tanh(0.3 * x + 0.7 * h + 0.03)
    memory = f * c + i * g
    expected = (o * math.tanh(memory), memory, i, f, g, o)
    assert [float(part[0, 0, 0]) for part in got] == pytest.approx(expected, abs=1e-15)


def test_one_gru_step_resets_after_the_recurrent_product():
    weights = {
        "input_weight": np.array([[[0.1], [0.2], [0.3]]]),
        "recurrent_weight": np.array([[[0.5], [0.6], [0.7]]]),
        "input_bias": np.array([[0.01, 0.02, 0.03]]),
        "recurrent_bias": np.array([[0.04, 0.05, 0.06]]),
    }
    x, h = 1.5, -0.5
    got = reference.gru_step(np.array([[[x]]]), (np.array([[[h]]]),), weights)
    r = logistic(0.1 * x + 0.01 + 0.5 * h + 0.04)
    z = logistic(0.2 * x + 0.02 + 0.6 * h + 0.05)
    n = math.tanh(0.3 * x + 0.03 + r * (0.7 * h + 0.06))
    assert [float(part[0, 0, 0]) for part in got] == pytest.approx(((1 - z) * n + z * h, r, z, n), abs=1e-15)


@pytest.mark.parametrize("cell", CELLS)
@given(cut=st.integers(1, 5), members=st.integers(1, 3), seed=st.integers(0, 99))
def test_a_sequence_cut_in_two_goes_on_from_its_state(cell, cut, members, seed):
    weights = draw_weights(cell, 2, 3, members, seed)
    inputs = np.random.default_rng(seed).normal(size=(members, 6, 4, 2))
    whole, final = layer("reference", cell, inputs, weights)
    left, state = layer("reference", cell, inputs[:, :cut], weights)
    right, last = layer("reference", cell, inputs[:, cut:], weights, state)
    np.testing.assert_array_equal(np.concatenate([left, right], axis=1), whole)
    for got, expected in zip(last, final, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("cell", CELLS)
def test_a_row_depends_on_rows_up_to_it_and_on_nothing_else(cell):
    weights = draw_weights(cell, 2, 3, 1)
    inputs = np.random.default_rng(1).normal(size=(1, 6, 4, 2))
    before, _ = layer("reference", cell, inputs, weights)
    inputs[:, 3:] = 1e6
    after, _ = layer("reference", cell, inputs, weights)
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.array_equal(before[:, 3], after[:, 3])


def test_sigmoid_does_not_overflow():
    np.testing.assert_array_equal(reference.sigmoid(np.array([-1e4, 0.0, 1e4])), [0.0, 0.5, 1.0])


def test_an_unknown_backend_or_cell_is_named():
    with pytest.raises(ValueError, match="'tpu'"):
        layer("tpu", "lstm", None, {})
    with pytest.raises(ValueError, match="'lsmt'"):
        layer("torch", "lsmt", None, {})
