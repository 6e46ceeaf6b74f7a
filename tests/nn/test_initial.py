import numpy as np
import pytest

from longshort.nn.initial import initialise
from longshort.nn.network import Model, Network, count_parameters


def network(**model):
    return Network(
        model=Model(**({"hidden_size": 32, "num_layers": 2} | model)),
        inputs=3,
        horizon=2,
        quantile_levels=(0.1, 0.5, 0.9),
    )


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    first, again, other = initialise(network(), 1), initialise(network(), 1), initialise(network(), 2)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["layer0.input_weight"], other["layer0.input_weight"])


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_parameter_is_float32_and_counted(cell):
    parameters = initialise(network(cell=cell), 0)
    assert sum(value.size for value in parameters.values()) == count_parameters(network(cell=cell))
    assert {value.dtype for value in parameters.values()} == {np.dtype(np.float32)}


def test_only_the_forget_gate_begins_at_forget_bias():
    for layer in (0, 1):
        bias = initialise(network(hidden_size=4, forget_bias=2.5), 0)[f"layer{layer}.bias"]
        np.testing.assert_array_equal(bias, np.repeat([0.0, 2.5, 0.0, 0.0], 4))


def test_a_gru_has_no_forget_gate_to_bias():
    assert not initialise(network(cell="gru", forget_bias=2.5), 0)["layer0.input_bias"].any()


def test_recurrent_weights_are_orthogonal_gate_by_gate():
    weight = initialise(network(hidden_size=8), 0)["layer0.recurrent_weight"]
    for gate in weight.reshape(4, 8, 8):
        np.testing.assert_allclose(gate @ gate.T, np.eye(8), atol=1e-6)


def test_one_more_layer_leaves_the_others_as_they_were():
    one, two = initialise(network(num_layers=1), 0), initialise(network(num_layers=2), 0)
    assert all(np.array_equal(one[name], two[name]) for name in one)
