import math

import numpy as np
import pytest

from longshort.kernels import reference


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def test_one_step_is_the_textbook_equation_with_gates_in_the_order_i_f_g_o():
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
