from threading import Thread

import numpy as np
import pytest
import torch

from longshort.nn.initial import initialise
from longshort.training.batch import TRAINING, gather
from longshort.training.engine import Engine
from longshort.training.executor_torch import TorchMember, one_thread
from longshort.training.torch_windows import forward

TORCH = Engine("torch", "torch", None, "cpu", "")


@pytest.mark.parametrize(("cell", "module"), [("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU), ("rnn", torch.nn.RNN)])
def test_a_stack_equals_torchs_with_the_readout_behind_it(network_of, cell, module):
    network = network_of(cell=cell, num_layers=2)
    weights = {name: torch.from_numpy(value)[None] for name, value in initialise(network, 3).items()}
    theirs = module(2, 4, 2)
    with torch.no_grad():
        for layer in (0, 1):
            for name, parameter in theirs.named_parameters():
                if name.endswith(f"_l{layer}"):
                    parameter.copy_(own_weight(weights, name.removesuffix(f"_l{layer}"), layer))
        inputs = torch.randn(9, 5, 2, generator=torch.Generator().manual_seed(0))
        hidden = theirs(inputs)[0][3:]
        expected = hidden @ weights["readout.weight"][0].T + weights["readout.bias"][0]
        got = forward(network, weights, inputs[None], 3)
    assert got.shape == (1, 6, 5, 2, 3)
    torch.testing.assert_close(got[0].reshape(6, 5, 6), expected, rtol=1e-5, atol=1e-6)


def own_weight(weights, name, layer):
    kind = {"weight_ih": "input_weight", "weight_hh": "recurrent_weight"}.get(name)
    if kind is None:
        one_bias = f"layer{layer}.bias" in weights
        kind = {"bias_ih": "bias" if one_bias else "input_bias", "bias_hh": "" if one_bias else "recurrent_bias"}[name]
    return weights[f"layer{layer}.{kind}"][0] if kind else torch.tensor(0.0)


def test_dropout_reaches_the_second_layer_but_not_the_validation(network_of, settings_of, windows):
    batch = gather(windows, windows.train[:4], TRAINING)
    dry, wet = (TorchMember(network_of(dropout=d), settings_of(), 0, windows, TORCH) for d in (0.0, 0.5))
    assert dry.evaluate(batch) == wet.evaluate(batch)
    assert dry.step(windows.train[:4], 0)[0] != wet.step(windows.train[:4], 0)[0]


def test_unobserved_targets_change_neither_loss_nor_gradient(network_of, settings_of, windows):
    batch = gather(windows, windows.train[:4], TRAINING)
    batch.weights[2] = 0.0
    loud = batch._replace(targets=np.where(batch.weights > 0, batch.targets, np.float32(1e6)))
    quiet_member, loud_member = (TorchMember(network_of(), settings_of(), 0, windows, TORCH) for _ in range(2))
    quiet_member.problem.gather = lambda *_: batch
    loud_member.problem.gather = lambda *_: loud
    assert quiet_member.step(windows.train[:4], 0) == loud_member.step(windows.train[:4], 0)
    assert torch.equal(quiet_member.flat, loud_member.flat)


def test_a_batch_without_targets_moves_nothing_but_the_decay(network_of, settings_of, windows):
    batch = gather(windows, windows.train[:4], TRAINING)
    batch.weights[:] = 0.0
    member = TorchMember(network_of(), settings_of(weight_decay=0.0), 0, windows, TORCH)
    member.problem.gather = lambda *_: batch
    before = member.flat.clone()
    assert member.step(windows.train[:4], 0) == (0.0, 0.0, 0.0)
    assert torch.equal(member.flat, before)


def test_weights_that_were_copied_out_never_change_again(network_of, settings_of, windows):
    member = TorchMember(network_of(), settings_of(), 0, windows, TORCH)
    kept, state = member.weights(), member.state()
    before = {name: value.copy() for name, value in (kept | state).items()}
    member.step(windows.train[:4], 0)
    assert all(np.array_equal((kept | state)[name], before[name]) for name in before)
    assert not np.array_equal(member.weights()["readout.weight"], before["readout.weight"])


def test_one_thread_holds_in_new_threads_and_is_put_back():
    before = torch.get_num_threads()
    seen = []
    with one_thread():
        worker = Thread(target=lambda: seen.append(torch.get_num_threads()))
        worker.start()
        worker.join()
    assert seen == [1]
    assert torch.get_num_threads() == before


def test_one_thread_is_put_back_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(RuntimeError, match="planted"), one_thread():
        raise RuntimeError("planted")
    assert torch.get_num_threads() == before
