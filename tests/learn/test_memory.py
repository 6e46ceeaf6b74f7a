import numpy as np
import pytest

from longshort.kernels.reference import layer, layer_gradient
from longshort.learn import memory

CELLS = ["rnn_tanh", "lstm", "gru"]


def sequence(time=12, features=3):
    return np.random.default_rng(0).normal(size=(time, features))


@pytest.mark.parametrize(
    ("factor", "steps", "left"),
    [(0.25, 10, "9.537e-07"), (0.5, 60, "8.674e-19"), (0.9, 60, "1.797e-03"), (1.1, 60, "3.045e+02")],
)
def test_a_factor_repeated_leaves_what_the_lecture_says(factor, steps, left):
    assert f"{memory.left_over(factor, steps)[-1]:.3e}" == left


def test_a_forget_bias_of_one_keeps_seven_billionths_over_sixty_steps():
    assert f"{memory.forget_gate(1.0) ** 60:.3e}" == "6.873e-09"


def test_half_the_memory_survives_sixty_steps_at_a_bias_of_4_46():
    bias = memory.bias_for(0.5, 60)
    assert round(bias, 2) == 4.46
    assert memory.forget_gate(bias) ** 60 == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_bars_of_the_recurrent_gradient_sum_to_autograds(cell):
    inputs, weights = sequence(), memory.fresh_weights(cell, 3, 5)
    d_last = np.random.default_rng(1).normal(size=5)
    terms = memory.gradient_by_step(cell, inputs, weights, d_last)
    auto = memory.gradient_by_autograd(cell, inputs, weights, d_last)
    assert len(terms) == 12
    np.testing.assert_allclose(terms.sum(axis=0), auto, rtol=0, atol=1e-10)


@pytest.mark.parametrize("cell", CELLS)
def test_the_bars_sum_to_the_reference_kernels_gradient(cell):
    inputs, weights = sequence(), memory.fresh_weights(cell, 3, 5)
    d_last = np.ones(5)
    d_outputs = np.zeros((1, 12, 1, 5))
    d_outputs[0, -1, 0] = d_last
    zeros = tuple(np.zeros((1, 1, 5)) for _ in range(2 if cell == "lstm" else 1))
    whole = layer_gradient(cell, inputs[None, :, None], weights, None, None, d_outputs, zeros)[1]
    terms = memory.gradient_by_step(cell, inputs, weights, d_last)
    np.testing.assert_allclose(terms.sum(axis=0), whole["recurrent_weight"][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_measured_reach_is_that_of_finite_differences(cell):
    inputs, weights = sequence(6), memory.fresh_weights(cell, 3, 4)
    step = 1e-6
    middle = layer(cell, inputs[None, :3, None], weights)[1]
    jacobian = np.empty((4, 4))
    for unit in range(4):
        ends = []
        for sign in (step, -step):
            moved = [part.copy() for part in middle]
            moved[0][0, 0, unit] += sign
            ends.append(layer(cell, inputs[None, 3:, None], weights, tuple(moved))[0][0, -1, 0])
        jacobian[:, unit] = (ends[0] - ends[1]) / (2 * step)
    assert memory.reach(cell, inputs, weights)["hidden"][3] == pytest.approx(np.linalg.norm(jacobian, 2), rel=1e-6)


def test_an_lstms_memory_reaches_further_than_a_plain_networks_state():
    inputs = np.random.default_rng(0).normal(size=(60, 3))
    plain = memory.reach("rnn_tanh", inputs, memory.fresh_weights("rnn_tanh", 3, 16))["hidden"][0]
    gated = memory.reach("lstm", inputs, memory.fresh_weights("lstm", 3, 16, forget_bias=4.46))["memory"][0]
    assert gated > 1e3 * plain


def test_a_gradient_cut_after_all_steps_is_the_whole_one():
    terms = memory.gradient_by_step("lstm", sequence(), memory.fresh_weights("lstm", 3, 5), np.ones(5))
    assert memory.truncated(terms, 12) == pytest.approx((1.0, 1.0))
    assert memory.truncated(terms, 1)[0] < 1.0


def test_the_cliff_has_the_slope_of_its_formula():
    (loss,), (slope,) = memory.cliff(np.array([1.1]))
    assert loss == pytest.approx(0.5 * (1.1**60 - 1) ** 2)
    assert slope == pytest.approx((1.1**60 - 1) * 60 * 1.1**59)


def test_clipping_keeps_the_steps_down_the_cliff_short_and_arrives():
    free, clipped = memory.descend(1.03, 4e-4, 60, [None, 10.0])
    assert free[0, 0] - free[1, 0] > 0.5
    assert free[-1, 1] == pytest.approx(0.5, abs=1e-6)
    assert np.abs(np.diff(clipped[:, 0])).max() <= 4e-3 + 1e-12
    assert clipped[-1, 1] < 1e-3
