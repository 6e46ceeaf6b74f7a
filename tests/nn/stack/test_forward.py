"""Every layer equals PyTorch's own module, in value and in gradient."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from longshort.kernels import CELLS
from longshort.nn.stack import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Image,
    MaxPool,
    Pool,
    Recurrent,
    Stack,
)
from longshort.nn.stack.forward import BENDS, Pass, batch_norm, forward, pool, turned
from longshort.nn.stack.layers import ACTIVATIONS
from longshort.nn.variants import VARIANTS
from longshort.training.executor_torch import Draw, masks

LENGTHS = torch.tensor([5, 2, 7])


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).requires_grad_()


def run(stack, parameters, inputs, lengths=None, layers="torch", mask=None):
    return forward(stack, parameters, inputs, lengths, Pass(layers, mask))


def agree(ours, theirs, own, other):
    """Compare values, and gradients of a loss that weighs every value differently."""
    torch.testing.assert_close(ours, theirs)
    weights = torch.arange(1.0, ours.numel() + 1, dtype=ours.dtype).view(ours.shape).cos()
    for left, right in zip(
        torch.autograd.grad((ours * weights).sum(), own),
        torch.autograd.grad((theirs * weights).sum(), other),
        strict=True,
    ):
        torch.testing.assert_close(left, right)


def test_embedding_looks_tokens_up(tensors_of):
    stack = Stack(inputs=(4,), vocabulary=6, layers=(Embedding(size=3),))
    own = tensors_of(stack)
    tokens = torch.tensor([[1, 5, 0, 1], [2, 2, 3, 4]])
    module = nn.Embedding(6, 3, _weight=own["embedding0.weight"].detach().clone())
    agree(run(stack, own, tokens), module(tokens), list(own.values()), [module.weight])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dense_is_pytorchs_linear_and_bends_as_named(tensors_of, activation):
    stack = Stack(inputs=(4, 3), layers=(Dense(units=2, activation=activation),))
    own, inputs = tensors_of(stack), normal(5, 4, 3)
    module = nn.Linear(3, 2, dtype=torch.float64)
    module.load_state_dict({name: own[f"dense0.{name}"].detach() for name in ("weight", "bias")})
    bend = {"logistic": torch.sigmoid, "identity": lambda x: x, "arctan": torch.arctan, "tanh": torch.tanh}
    theirs = (bend.get(activation) or getattr(nn.functional, activation))(module(inputs))
    agree(run(stack, own, inputs), theirs, [*own.values(), inputs], [module.weight, module.bias, inputs])


def test_every_activation_of_the_settings_can_be_run():
    assert tuple(BENDS) == ACTIVATIONS


@pytest.mark.parametrize(("size", "stride", "padding"), [(3, 1, 0), (3, 2, 1), (2, 3, 2)])
def test_convolution_of_an_rgb_image_is_pytorchs(tensors_of, size, stride, padding):
    stack = Stack(
        inputs=(6, 15), layers=(Image(depth=3), Convolution(filters=4, size=size, stride=stride, padding=padding))
    )
    own, inputs = tensors_of(stack), normal(2, 6, 15)
    module = nn.Conv2d(3, 4, size, stride, padding, dtype=torch.float64)
    module.load_state_dict({name: own[f"convolution1.{name}"].detach() for name in ("weight", "bias")})
    theirs = module(inputs.view(2, 6, 5, 3).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    agree(run(stack, own, inputs), theirs, [*own.values(), inputs], [module.weight, module.bias, inputs])


def test_max_pool_keeps_the_largest_and_flatten_lays_out_row_by_row():
    stack = Stack(inputs=(5, 4), layers=(Image(), MaxPool(size=2), Flatten()))
    inputs = normal(2, 5, 4)
    theirs = nn.MaxPool2d(2)(inputs[:, None]).flatten(1)
    agree(run(stack, {}, inputs), theirs, [inputs], [inputs])


def torchs_recurrent(layer, own, kind):
    module = kind(3, layer.hidden_size, batch_first=True, bidirectional=layer.bidirectional, dtype=torch.float64)
    sides = {"": "recurrent0."} | ({"_reverse": "recurrent0.backward."} if layer.bidirectional else {})
    with torch.no_grad():
        for side, prefix in sides.items():
            two = f"{prefix}input_bias" in own
            getattr(module, f"weight_ih_l0{side}").copy_(own[f"{prefix}input_weight"])
            getattr(module, f"weight_hh_l0{side}").copy_(own[f"{prefix}recurrent_weight"])
            getattr(module, f"bias_ih_l0{side}").copy_(own[f"{prefix}input_bias" if two else f"{prefix}bias"])
            getattr(module, f"bias_hh_l0{side}").copy_(own[f"{prefix}recurrent_bias"] if two else torch.zeros(()))
    return module


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize(("cell", "kind"), [("lstm", nn.LSTM), ("gru", nn.GRU), ("rnn", nn.RNN)])
@pytest.mark.parametrize("layers", ["torch", "native", "fastest"])
def test_recurrent_layer_with_lengths_is_pytorchs_packed_one(tensors_of, cell, kind, bidirectional, layers):
    layer = Recurrent(cell=cell, hidden_size=4, bidirectional=bidirectional)
    stack = Stack(inputs=(None, 3), layers=(layer,))
    own, inputs = tensors_of(stack), normal(3, 7, 3)
    module = torchs_recurrent(layer, own, kind)
    packed = pack_padded_sequence(inputs, LENGTHS, batch_first=True, enforce_sorted=False)
    theirs, _ = pad_packed_sequence(module(packed)[0], batch_first=True)
    ours = run(stack, own, inputs, LENGTHS, layers)
    inside = torch.arange(7) < LENGTHS[:, None]
    matrices = ["input_weight", "recurrent_weight"] + (["backward.input_weight"] if bidirectional else [])
    others = [module.weight_ih_l0, module.weight_hh_l0] + ([module.weight_ih_l0_reverse] if bidirectional else [])
    agree(ours[inside], theirs[inside], [inputs, *(own[f"recurrent0.{name}"] for name in matrices)], [inputs, *others])


@pytest.mark.parametrize("cell", ["rnn", *CELLS, *VARIANTS])
@pytest.mark.parametrize("over", ["last", "mean", "max"])
def test_what_lies_behind_an_end_changes_no_bit(tensors_of, cell, over):
    layers = (Recurrent(cell=cell, hidden_size=3, bidirectional=True), Pool(over=over))
    stack = Stack(inputs=(None, 3), layers=layers)
    own, inputs = tensors_of(stack), normal(3, 7, 3)
    spoiled = inputs.detach().clone()
    for row, length in enumerate(LENGTHS):
        spoiled[row, length:] = 1e3
    assert torch.equal(run(stack, own, inputs, LENGTHS), run(stack, own, spoiled, LENGTHS))


@pytest.mark.parametrize("cell", ["rnn", *CELLS, *VARIANTS])
@pytest.mark.parametrize("over", ["last", "mean", "max"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_padded_sequences_give_the_same_as_alone_and_so_do_their_gradients(tensors_of, cell, over, bidirectional):
    layers = (Recurrent(cell=cell, hidden_size=4, bidirectional=bidirectional), Pool(over=over), Dense(units=2))
    stack = Stack(inputs=(None, 3), layers=layers)
    own, inputs = tensors_of(stack), normal(3, 7, 3)
    together = run(stack, own, inputs, LENGTHS)
    alone = torch.cat([run(stack, own, inputs[row : row + 1, :length]) for row, length in enumerate(LENGTHS)])
    agree(together, alone, [*own.values(), inputs], [*own.values(), inputs])


def test_last_of_both_ways_is_the_end_forwards_and_the_beginning_backwards():
    value = torch.arange(12.0).view(1, 3, 4)
    assert pool(Pool(), value, torch.tensor([2]), both_ways=True).tolist() == [[4.0, 5.0, 2.0, 3.0]]
    assert pool(Pool(), value, torch.tensor([2]), both_ways=False).tolist() == [[4.0, 5.0, 6.0, 7.0]]


def test_behind_a_dense_layer_of_each_step_the_last_step_counts_whole(tensors_of):
    layers = (Recurrent(hidden_size=2, bidirectional=True), Dense(units=4), Pool())
    stack = Stack(inputs=(None, 3), layers=layers)
    own, inputs = tensors_of(stack), normal(2, 5, 3)
    steps = run(Stack(inputs=(None, 3), layers=layers[:2]), own, inputs)
    assert torch.equal(run(stack, own, inputs), steps[:, -1])


def test_sequences_are_turned_within_their_own_lengths():
    value = torch.arange(6.0).view(1, 3, 2, 1)  # two sequences of three steps
    assert turned(value, torch.tensor([3, 2]))[0, :, :, 0].tolist() == [[4.0, 3.0], [2.0, 1.0], [0.0, 5.0]]


@pytest.mark.parametrize("shape", [(6, 4), (6, 5, 4), (6, 3, 3, 4)])
def test_batch_norm_in_training_and_in_use_is_pytorchs(shape):
    module = nn.BatchNorm1d(4, momentum=0.2, dtype=torch.float64)
    nn.init.normal_(module.weight)
    own = {"weight": module.weight, "bias": module.bias}
    own |= {"running_mean": normal(4).detach(), "running_variance": torch.rand(4, dtype=torch.float64) + 0.5}
    module.running_mean.copy_(own["running_mean"])
    module.running_var.copy_(own["running_variance"])
    value, layer, way = normal(*shape), BatchNorm(momentum=0.2), Pass("torch", lambda *_: None)
    used = batch_norm("batchnorm0", layer, own, value, None, Pass("torch"))
    torch.testing.assert_close(used, module.eval()(value.flatten(0, -2)).view(shape))
    before = module.running_var.clone()
    trained, theirs = batch_norm("batchnorm0", layer, own, value, None, way), module.train()(value.flatten(0, -2))
    parameters = [value, module.weight, module.bias]
    agree(trained, theirs.view(shape), parameters, parameters)
    torch.testing.assert_close(way.measured["batchnorm0.running_mean"], module.running_mean)
    count = value.numel() // 4  # PyTorch's running variance has n - 1 in its denominator
    own_change = way.measured["batchnorm0.running_variance"] - 0.8 * before
    torch.testing.assert_close(own_change * count / (count - 1), module.running_var - 0.8 * before)


def test_batch_norm_of_each_step_does_not_count_what_lies_behind_an_end():
    own = {
        name: torch.full((2,), float(name != "bias")) for name in ("weight", "bias", "running_mean", "running_variance")
    }
    value = torch.randn(3, 7, 2, generator=torch.Generator().manual_seed(0))
    spoiled = value.clone()
    spoiled[1, 2:] = 1e3
    one, other = (Pass("torch", lambda *_: None) for _ in range(2))
    left = batch_norm("b", BatchNorm(), own, value, LENGTHS, one)
    right = batch_norm("b", BatchNorm(), own, spoiled, LENGTHS, other)
    assert torch.equal(left[1, :2], right[1, :2])
    assert all(torch.equal(one.measured[name], other.measured[name]) for name in one.measured)


def test_dropout_drops_its_share_in_training_and_nothing_in_use():
    stack = Stack(inputs=(100, 200), layers=(Dropout(rate=0.3),))
    inputs = torch.ones(10, 100, 200)
    dropped = run(stack, {}, inputs, mask=masks(Draw(0, 0), "cpu"))
    assert set(dropped.unique().tolist()) == {0.0, float(np.float32(1.0) / np.float32(0.7))}
    assert float((dropped == 0).float().mean()) == pytest.approx(0.3, abs=0.005)
    assert torch.equal(run(stack, {}, inputs), inputs)
    again = run(stack, {}, inputs, mask=masks(Draw(0, 0), "cpu"))
    assert torch.equal(again, dropped)
    others = [Draw(1, 0), Draw(0, 1), Draw(0, 0, part=1)]
    assert not any(torch.equal(run(stack, {}, inputs, mask=masks(draw, "cpu")), dropped) for draw in others)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn", "nig", "fgr", "min_gru"])
def test_reading_in_two_parts_with_the_state_carried_is_reading_whole(tensors_of, cell):
    stack = Stack(inputs=(None, 3), layers=(Recurrent(cell=cell, hidden_size=4), Recurrent(cell=cell, hidden_size=2)))
    own, inputs = tensors_of(stack), normal(2, 7, 3)
    first = Pass("torch")
    parts = [forward(stack, own, inputs[:, :3], None, first)]
    parts.append(forward(stack, own, inputs[:, 3:], None, Pass("torch", initial=first.final)))
    torch.testing.assert_close(torch.cat(parts, dim=1), run(stack, own, inputs))
