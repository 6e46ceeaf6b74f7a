import numpy as np
import pytest
import torch

from longshort.kernels import CELLS, layer, weight_shapes

MEMBERS, TIME, BATCH, INPUTS, HIDDEN = 3, 7, 4, 5, 6
TOLERANCE = {"rtol": 0.0, "atol": 1e-10}


@pytest.fixture(params=CELLS)
def cell(request):
    return request.param


def draw(cell, seed=0):
    rng = np.random.default_rng(seed)
    weights = {name: rng.normal(size=(MEMBERS, *shape)) for name, shape in weight_shapes(cell, INPUTS, HIDDEN).items()}
    inputs = rng.normal(size=(MEMBERS, TIME, BATCH, INPUTS))
    state = tuple(rng.normal(size=(MEMBERS, BATCH, HIDDEN)) for _ in range(2 if cell == "lstm" else 1))
    return inputs, weights, state


def torch_module(cell, weights, member):
    """Build PyTorch's own layer with one member's weights; its second bias is zero where we carry one."""
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}.get(cell, torch.nn.RNN)
    extra = {"nonlinearity": cell.removeprefix("rnn_")} if cell.startswith("rnn") else {}
    module = kind(INPUTS, HIDDEN, dtype=torch.float64, **extra)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.from_numpy(weights["input_weight"][member]))
        module.weight_hh_l0.copy_(torch.from_numpy(weights["recurrent_weight"][member]))
        module.bias_ih_l0.copy_(torch.from_numpy(weights["input_bias" if cell == "gru" else "bias"][member]))
        module.bias_hh_l0.zero_()
        if cell == "gru":
            module.bias_hh_l0.copy_(torch.from_numpy(weights["recurrent_bias"][member]))
    return module


def as_leaves(inputs, weights, state):
    leaf = lambda array: torch.from_numpy(array).requires_grad_()  # noqa: E731
    return leaf(inputs), {name: leaf(w) for name, w in weights.items()}, tuple(leaf(s) for s in state)


def test_each_member_equals_its_own_torch_layer_in_values_and_gradients(cell):
    arrays = draw(cell)
    inputs, weights, state = as_leaves(*arrays)
    outputs, final = layer("torch", cell, inputs, weights, state)
    probe = torch.from_numpy(np.random.default_rng(9).normal(size=outputs.shape))
    ((outputs * probe).sum() + sum((part**2).sum() for part in final)).backward()
    for member in range(MEMBERS):
        module = torch_module(cell, arrays[1], member)
        own = torch.from_numpy(arrays[0][member]).requires_grad_()
        start = tuple(torch.from_numpy(s[member])[None].requires_grad_() for s in arrays[2])
        expected, last = module(own, start if cell == "lstm" else start[0])
        last = last if cell == "lstm" else (last,)
        ((expected * probe[member]).sum() + sum((part**2).sum() for part in last)).backward()
        torch.testing.assert_close(outputs[member], expected, **TOLERANCE)
        torch.testing.assert_close(inputs.grad[member], own.grad, **TOLERANCE)
        for ours, theirs in zip(state, start, strict=True):
            torch.testing.assert_close(ours.grad[member], theirs.grad[0], **TOLERANCE)
        bias = "input_bias" if cell == "gru" else "bias"
        pairs = [("input_weight", "weight_ih_l0"), ("recurrent_weight", "weight_hh_l0"), (bias, "bias_ih_l0")]
        pairs += [("recurrent_bias", "bias_hh_l0")] if cell == "gru" else []
        for ours, theirs in pairs:
            torch.testing.assert_close(weights[ours].grad[member], getattr(module, theirs).grad, **TOLERANCE)


def test_the_reference_defines_the_same_values(cell):
    inputs, weights, state = draw(cell)
    expected, last = layer("reference", cell, inputs, weights, state)
    tensors = as_leaves(inputs, weights, state)
    outputs, final = layer("torch", cell, *tensors)
    np.testing.assert_allclose(outputs.detach().numpy(), expected, **TOLERANCE)
    for got, wanted in zip(final, last, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), wanted, **TOLERANCE)


def test_the_gradient_is_the_slope_of_the_reference(cell):
    inputs, weights, state = draw(cell)
    tensors = as_leaves(inputs, weights, state)
    layer("torch", cell, *tensors)[0].square().sum().backward()
    rng = np.random.default_rng(3)
    for name, weight in weights.items():
        direction = rng.normal(size=weight.shape)
        values = []
        for sign in (1.0, -1.0):
            moved = weights | {name: weight + sign * 1e-6 * direction}
            values.append(np.square(layer("reference", cell, inputs, moved, state)[0]).sum())
        slope = float((tensors[1][name].grad * torch.from_numpy(direction)).sum())
        assert slope == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("ends", [False, True])
def test_a_member_has_the_same_bits_alone_and_in_a_crowd(cell, ends):
    inputs, weights, _ = draw(cell)
    lengths = np.random.default_rng(2).integers(1, TIME + 1, (MEMBERS, BATCH)) if ends else None
    inputs, weights = inputs.astype("f4"), {name: w.astype("f4") for name, w in weights.items()}
    tensors = {name: torch.from_numpy(weight) for name, weight in weights.items()}
    crowd, _ = layer("torch", cell, torch.from_numpy(inputs), tensors, lengths=lengths)
    for member in range(MEMBERS):
        one = slice(member, member + 1)
        own, end = {name: weight[one] for name, weight in tensors.items()}, lengths[one] if ends else None
        alone, _ = layer("torch", cell, torch.from_numpy(inputs[one]), own, lengths=end)
        assert torch.equal(alone[0], crowd[member])


def test_what_lies_behind_a_rows_end_does_not_matter_and_gets_no_gradient(cell):
    inputs, weights, state = as_leaves(*draw(cell))
    lengths = torch.arange(1, MEMBERS * BATCH + 1).reshape(MEMBERS, BATCH) % TIME + 1
    behind = torch.arange(TIME)[None, :, None] >= lengths[:, None]
    inputs = torch.where(behind[..., None], torch.nan, inputs.detach()).requires_grad_()
    outputs, final = layer("torch", cell, inputs, weights, state, lengths)
    sum(part.square().sum() for part in (outputs, *final)).backward()
    gradients = [leaf.grad for leaf in (inputs, *weights.values(), *state)]
    assert all(torch.isfinite(array).all() for array in (outputs, *final, *gradients))
    assert (inputs.grad[behind] == 0.0).all()
    assert (outputs[:, -1] == final[0]).all()
