import math

import numpy as np
import pytest

from longshort.kernels import reference

WEIGHTS = {
    "input_weight": np.array([[[0.3]]]),
    "recurrent_weight": np.array([[[0.7]]]),
    "bias": np.array([[0.03]]),
}


@pytest.mark.parametrize("x", [1.5, -1.5])
def test_one_step_is_the_textbook_equation(x):
    state, total = (np.array([[[-0.5]]]),), 0.3 * x - 0.35 + 0.03
    tanh = reference.rnn_step(np.array([[[x]]]), state, WEIGHTS, "tanh")
    relu = reference.rnn_step(np.array([[[x]]]), state, WEIGHTS, "relu")
    assert float(tanh.hidden[0, 0, 0]) == pytest.approx(math.tanh(total), abs=1e-15)
    assert float(relu.hidden[0, 0, 0]) == pytest.approx(max(total, 0.0), abs=1e-15)


def test_where_the_sum_is_zero_the_slope_of_the_positive_part_is_zero():
    zero, weights = np.zeros((1, 1, 1)), {name: np.zeros_like(w) for name, w in WEIGHTS.items()}
    made = reference.rnn_step(zero, (zero,), weights, "relu")
    _, d_weights, _ = reference.rnn_step_gradient(zero, (zero,), weights, made, (zero + 1.0,), "relu")
    assert d_weights["bias"] == 0.0
