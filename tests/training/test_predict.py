from dataclasses import replace

import numpy as np
import pytest
import torch

from longshort.nn.initial import initialise
from longshort.training.batch import gather_inputs
from longshort.training.torch_windows import forward
from longshort.training.train import predict

pytestmark = pytest.mark.usefixtures("kernel")


@pytest.fixture(params=["lstm", "gru", "rnn"])
def network(network_of, request):
    return network_of(cell=request.param, hidden_size=8)


def test_an_end_has_the_same_bits_alone_and_in_a_crowd(network, windows):
    weights = [initialise(network, seed) for seed in (0, 1)]
    ends = np.arange(150) % 120
    crowd = predict(network, weights, windows, ends)
    for position in (0, 1, 37, 63, 64, 127, 149):
        alone = predict(network, weights[1:], windows, ends[position : position + 1])
        np.testing.assert_array_equal(alone[0, 0], crowd[1, position])


def test_it_is_the_readout_of_the_last_position_of_each_members_own_network(network, windows):
    weights = [initialise(network, seed) for seed in (0, 1)]
    ends = np.arange(119, 2, -1)  # two blocks, the second not full
    inputs = torch.from_numpy(gather_inputs(windows, ends))[None]
    for member, raw in enumerate(predict(network, weights, windows, ends)):
        own = {name: torch.from_numpy(value)[None] for name, value in weights[member].items()}
        np.testing.assert_allclose(raw, forward(network, own, inputs, 0)[0, -1].numpy(), atol=1e-6)


def test_exactly_length_rows_up_to_the_end_are_seen(network, windows):
    weights = [initialise(network, 0)]
    before = predict(network, weights, windows, np.array([60]))
    for row, seen in ((48, False), (49, True), (60, True), (61, False)):
        changed = replace(windows, inputs=windows.inputs.copy())
        changed.inputs[row] += 1.0
        assert np.array_equal(before, predict(network, weights, changed, np.array([60]))) != seen


def test_what_lies_after_an_end_is_not_even_multiplied(network, windows):
    blank = replace(windows, inputs=windows.inputs.copy())
    blank.inputs[61:] = np.nan
    weights = [initialise(network, 0)]
    ends = np.arange(20, 61)
    np.testing.assert_array_equal(predict(network, weights, blank, ends), predict(network, weights, windows, ends))


def test_no_ends_give_no_forecasts(network, windows):
    assert predict(network, [initialise(network, 0)], windows, np.array([], np.int64)).shape == (1, 0, 2, 3)


@pytest.mark.parametrize("count", [1, 40])
def test_the_order_of_a_members_parameters_does_not_matter(network, windows, count):
    weights, ends = initialise(network, 0), np.arange(20, 20 + count)
    turned = dict(reversed(weights.items()))
    np.testing.assert_array_equal(predict(network, [turned], windows, ends), predict(network, [weights], windows, ends))
