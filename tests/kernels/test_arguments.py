import numpy as np
import pytest
import torch

from longshort.kernels import layer


@pytest.fixture(params=["reference", "torch"])
def call(request, draw):
    """Give a function that runs a layer of 2 members, 5 positions, 3 rows, 4 inputs, 6 units with changed arguments."""

    def run(cell="lstm", **changed):
        problem = draw(cell, lengths=False)
        arguments = {"inputs": problem.inputs, "weights": problem.weights, "initial": problem.initial, **changed}
        if request.param == "torch":
            arguments["inputs"] = torch.from_numpy(arguments["inputs"])
            arguments["weights"] = {name: torch.from_numpy(w) for name, w in arguments["weights"].items()}
            arguments["initial"] = tuple(map(torch.from_numpy, arguments["initial"]))
        return layer(request.param, cell, **arguments)

    return run


@pytest.mark.parametrize("wrong", [0, -1, 6])
def test_a_length_outside_of_the_positions_is_quoted(call, wrong):
    with pytest.raises(ValueError, match=f"a length is {wrong}, but is from 1 to 5"):
        call(lengths=np.array([[1, 5, 2], [3, wrong, 4]]))


def test_lengths_of_another_shape_are_refused(call):
    with pytest.raises(ValueError, match=r"lengths has the shape \(3,\), but should have \(2, 3\)"):
        call(lengths=np.array([1, 2, 3]))


def test_lengths_that_are_no_whole_numbers_are_refused(call):
    with pytest.raises(ValueError, match="float64"):
        call(lengths=np.full((2, 3), 2.0))


def test_lengths_of_any_whole_numbers_are_taken(call):
    expected, _ = call(lengths=np.array([[1, 5, 2], [3, 3, 4]]))
    for lengths in ([[1, 5, 2], [3, 3, 4]], torch.tensor([[1, 5, 2], [3, 3, 4]], dtype=torch.int32)):
        assert (call(lengths=lengths)[0] == expected).all()


@pytest.mark.parametrize("shape", [(5, 3, 4), (2, 0, 3, 4), (2, 5, 0, 4), (0, 5, 3, 4)])
def test_inputs_of_another_rank_or_of_nothing_are_refused(call, shape):
    with pytest.raises(ValueError, match=r"\[member, time, batch, feature\], 1 or more"):
        call(inputs=np.zeros(shape))


def test_inputs_of_another_width_than_the_weights_are_refused(call):
    with pytest.raises(ValueError, match=r"input_weight has the shape \(2, 24, 4\), but should have \(2, 24, 3\)"):
        call(inputs=np.zeros((2, 5, 3, 3)))


def test_weights_of_another_cell_are_refused(call, draw):
    with pytest.raises(ValueError, match=r"the weights of a lstm are .*'bias'.* given are .*'input_bias'"):
        call(weights=draw("gru").weights)


def test_weights_without_a_recurrent_part_are_refused(call):
    with pytest.raises(ValueError, match=r"recurrent_weight; given are \['bias'\]"):
        call(weights={"bias": np.zeros(24)})


def test_a_state_of_too_few_parts_or_another_shape_is_refused(call):
    with pytest.raises(ValueError, match="has 2 parts, but given are 1"):
        call(initial=(np.zeros((2, 3, 6)),))
    with pytest.raises(ValueError, match=r"initial state has the shape \(1, 3, 6\), but should have \(2, 3, 6\)"):
        call(initial=(np.zeros((2, 3, 6)), np.zeros((1, 3, 6))))


@pytest.mark.parametrize("kind", ["float16", "int64"])
def test_arrays_of_another_precision_are_named(draw, kind):
    inputs, weights, *_ = draw("gru")
    with pytest.raises(ValueError, match=rf"'{kind}'\), but this backend computes in"):
        layer("reference", "gru", inputs.astype(kind), weights)


def test_two_precisions_or_two_libraries_in_one_call_are_named(draw):
    inputs, weights, *_ = draw("gru")
    with pytest.raises(ValueError, match=r"'float32'.*'float64'"):
        layer("reference", "gru", inputs.astype("f4"), weights)
    with pytest.raises(ValueError, match=r"'float64'.*torch\.float64"):
        layer("reference", "gru", inputs, {name: torch.from_numpy(weight) for name, weight in weights.items()})
