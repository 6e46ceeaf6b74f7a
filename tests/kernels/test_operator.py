import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from longshort.kernels import CELLS, layer, operator, reference
from longshort.kernels.backend import MODULES


@pytest.fixture
def keeping(monkeypatch):
    """Give a backend that keeps an array for its gradient, as a native one does, and notes each call."""
    calls = []

    def forward(cell, inputs, weights, initial, lengths, keep):
        arrays = [inputs, *weights.values(), *(initial or ())]
        assert all(array.flags.c_contiguous and array.dtype == inputs.dtype for array in arrays)
        assert lengths is None or (lengths.flags.c_contiguous and lengths.dtype == np.int64)
        calls.append("forward, keeping" if keep else "forward")
        outputs, final, _ = reference.forward(cell, inputs, weights, initial, lengths, keep)
        return outputs, final, np.arange(7, dtype=inputs.dtype) if keep else None

    def gradient(cell, inputs, weights, initial, lengths, kept, outputs, d_outputs, d_final):
        calls.append("gradient")
        np.testing.assert_array_equal(kept, np.arange(7))
        np.testing.assert_array_equal(outputs, reference.layer(cell, inputs, weights, initial, lengths)[0])
        assert all(array.flags.c_contiguous for array in (outputs, d_outputs, *d_final))
        return reference.gradient(cell, inputs, weights, initial, lengths, None, outputs, d_outputs, d_final)

    monkeypatch.setitem(MODULES, "keeping", "keeping")
    monkeypatch.setitem(sys.modules, "keeping", SimpleNamespace(forward=forward, gradient=gradient))
    return calls


def tensors(problem, requires_grad=True):
    """Give inputs, weights in their order, initial state and lengths as the operator takes them."""

    def leaf(array):
        return torch.tensor(array, requires_grad=requires_grad)

    lengths = None if problem.lengths is None else torch.from_numpy(problem.lengths)
    initial = [leaf(part) for part in problem.initial or ()]
    return leaf(problem.inputs), [leaf(w) for w in problem.weights.values()], initial, lengths


@pytest.mark.parametrize("initial", [False, True])
@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_values_and_gradients_are_those_of_the_backend_torch(draw, autograd, keeping, cell, lengths, initial):
    problem = draw(cell, initial=initial, lengths=lengths)
    expected = autograd(lambda *arguments: layer("torch", cell, *arguments), problem)
    got = autograd(lambda *arguments: operator.layer("keeping", cell, *arguments), problem)
    assert list(got) == list(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, rtol=0.0, atol=1e-12)
    assert keeping == ["forward, keeping", "gradient"]


def test_nothing_is_kept_where_no_gradient_can_follow(draw, keeping):
    inputs, weights, *_ = draw("gru")
    plain = torch.from_numpy(inputs), {name: torch.from_numpy(w) for name, w in weights.items()}
    leaf = plain[0].clone().requires_grad_()
    operator.layer("keeping", "gru", *plain)
    with torch.no_grad():
        operator.layer("keeping", "gru", leaf, plain[1])
    operator.layer("keeping", "gru", leaf, plain[1])
    assert keeping == ["forward", "forward", "forward, keeping"]


def test_a_backend_gets_contiguous_arrays_whatever_the_strides(draw, keeping):
    inputs, weights, _, lengths, *_ = draw("gru")
    turned = torch.from_numpy(inputs).transpose(1, 2).contiguous().transpose(1, 2).requires_grad_()
    flat = {name: torch.from_numpy(np.asfortranarray(weight)) for name, weight in weights.items()}
    ends = torch.from_numpy(np.asfortranarray(lengths.astype("i4")))
    outputs, _ = operator.layer("keeping", "gru", turned, flat, None, ends)
    np.testing.assert_array_equal(outputs.detach(), reference.layer("gru", inputs, weights, None, lengths)[0])
    outputs.sum().backward()  # the gradient of a sum is one number with strides of zero
    assert keeping == ["forward, keeping", "gradient"]


@pytest.mark.parametrize("cell", CELLS)
def test_the_operators_pass_the_checks_of_pytorch(draw, keeping, cell):
    problem = draw(cell)
    inputs, weights, initial, lengths = tensors(problem)
    torch.library.opcheck(operator.recurrent_layer, ("keeping", cell, inputs, weights, initial, lengths, True))
    inputs, weights, initial, lengths = tensors(problem, requires_grad=False)
    torch.library.opcheck(operator.recurrent_layer, ("reference", cell, inputs, weights, [], None, False))
    outputs, _, kept = operator.recurrent_layer("keeping", cell, inputs, weights, initial, lengths, True)
    d_outputs, d_final = torch.from_numpy(problem.d_outputs), [torch.from_numpy(d) for d in problem.d_final]
    rest = (lengths, kept, outputs, d_outputs, d_final)
    torch.library.opcheck(operator.recurrent_layer_gradient, ("keeping", cell, inputs, weights, initial, *rest))


@pytest.mark.parametrize("dynamic", [False, True])
def test_compiled_code_gives_the_same_numbers_in_one_graph(draw, autograd, keeping, dynamic):
    problem = draw("lstm")
    plain = lambda *arguments: operator.layer("keeping", "lstm", *arguments)  # noqa: E731
    compiled = torch.compile(plain, backend="aot_eager", fullgraph=True, dynamic=dynamic)
    expected = autograd(plain, problem)
    for name, array in autograd(compiled, problem).items():
        np.testing.assert_array_equal(array, expected[name])


def test_a_second_derivative_is_refused(draw):
    inputs, weights, *_ = draw("rnn_tanh")
    leaf = torch.tensor(inputs, requires_grad=True)
    outputs, _ = layer("reference", "rnn_tanh", leaf, {name: torch.from_numpy(w) for name, w in weights.items()})
    (slope,) = torch.autograd.grad(outputs.square().sum(), leaf, create_graph=True)
    with pytest.raises(NotImplementedError, match="gradient of a recurrent layer's gradient"):
        slope.sum().backward()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_precision_that_is_not_offered_is_named(draw, dtype):
    inputs, weights, *_ = draw("gru")
    half = {name: torch.tensor(weight, dtype=dtype) for name, weight in weights.items()}
    with pytest.raises(ValueError, match=str(dtype)):
        layer("reference", "gru", torch.tensor(inputs, dtype=dtype), half)


@pytest.mark.parametrize("abroad", ["inputs", "weights", "initial", "lengths"])
def test_a_device_that_is_not_the_processor_is_named(draw, abroad):
    problem = draw("gru")
    arguments = {
        "inputs": torch.from_numpy(problem.inputs),
        "weights": {name: torch.from_numpy(w) for name, w in problem.weights.items()},
        "initial": tuple(map(torch.from_numpy, problem.initial)),
        "lengths": torch.from_numpy(problem.lengths),
    }
    moved = {
        "inputs": lambda inputs: inputs.to("meta"),
        "weights": lambda weights: weights | {"input_bias": weights["input_bias"].to("meta")},
        "initial": lambda initial: tuple(part.to("meta") for part in initial),
        "lengths": lambda lengths: lengths.to("meta"),
    }
    arguments[abroad] = moved[abroad](arguments[abroad])
    with pytest.raises(ValueError, match="'reference' works on the CPU, but a tensor is on 'meta'"):
        layer("reference", "gru", **arguments)


def test_results_lie_in_memory_that_pytorch_has_aligned(draw, monkeypatch):
    def misaligned(array):
        memory = np.empty(array.nbytes + 128, np.uint8)
        start = -memory.ctypes.data % 64 + 8
        copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        copy[...] = array
        return copy

    def forward(*arguments):
        outputs, final, _ = reference.forward(*arguments)
        return misaligned(outputs), tuple(map(misaligned, final)), None

    monkeypatch.setitem(MODULES, "misaligned", "misaligned")
    monkeypatch.setitem(sys.modules, "misaligned", SimpleNamespace(forward=forward))
    arguments = tensors(draw("gru"), requires_grad=False)
    outputs, final, _ = operator.recurrent_layer("misaligned", "gru", *arguments, False)
    assert {part.data_ptr() % 64 for part in (outputs, *final)} == {0}


def test_lengths_are_checked_where_their_values_are_known(draw):
    inputs, weights, initial, _ = tensors(draw("gru"))
    wrong = torch.full((2, 3), 6)
    with pytest.raises(ValueError, match="a length is 6, but is from 1 to 5"):
        operator.recurrent_layer("reference", "gru", inputs, weights, initial, wrong, False)


def test_a_backend_without_arrays_is_refused(draw):
    inputs, weights, *_ = draw("gru")
    with pytest.raises(ValueError, match="'torch' is not one of"):
        operator.layer("torch", "gru", torch.from_numpy(inputs), weights)
