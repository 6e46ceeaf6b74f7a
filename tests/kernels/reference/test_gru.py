import math

import numpy as np
import pytest

from longshort.kernels import reference


def logistic(x):
    return 1.0 / (1.0 + math.exp(-x))


def test_one_step_resets_after_the_recurrent_product():
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
