"""PyTorch's side: the same network and data, and its best settings."""

import pytest
import torch

from longshort.bench.shape import Shape
from longshort.bench.workers.pytorch import Net, Training, Way, chosen, prepare, ways

TINY = Shape(hidden_size=3, num_layers=2, windows=10, length=4, batch_size=4)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_network_has_the_canonical_weights(cell):
    gates = {"lstm": 4, "gru": 3, "rnn": 1}[cell]
    count = sum(p.numel() for p in Net(Shape(cell=cell)).parameters())
    # PyTorch's second bias stands beside each gate
    assert count == gates * (50 * 51 + 3 * 50 * 100 + 4 * 2 * 50) + 51


def test_an_epoch_moves_the_weights_by_every_window():
    torch.manual_seed(0)
    work = Training(TINY)
    seen = []
    work.learners[0].net.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0].shape[1]))
    before = [p.clone() for p in work.learners[0].net.parameters()]
    work.repeat(Way("fp32", 1, True))
    assert seen == [4, 4, 2]
    assert all((a != b).any() for a, b in zip(before, work.learners[0].net.parameters(), strict=True))


def test_the_fastest_settings_of_each_number_of_threads_are_kept():
    found = {
        Way("fp32", 1, True): 3.0, Way("fp32", 1, False): 2.0, Way("fp32", 2, True): 5.0,
        Way("bf16", 1, True): 1.0, Way("bf16", 2, True): 0.5,
    }  # fmt: skip
    assert chosen(found) == [Way("fp32", 1, False), Way("fp32", 2, True), Way("bf16", 2, True)]


def test_both_libraries_both_optimizers_and_both_precisions_are_tried():
    tried = list(ways({"kind": "epoch", "threads": 1}))
    assert {way.onednn for way in tried} == {way.foreach for way in tried} == {True, False}
    assert {way.precision for way in tried} == {"fp32", "bf16"}


def test_a_mode_that_fails_here_is_left_out_and_said(monkeypatch):
    from longshort.bench.workers import pytorch

    def little(self, way):
        if way.precision == "bf16":
            raise RuntimeError("could not create a primitive\nand more")
        return 1.0

    monkeypatch.setattr(pytorch.Training, "little", little)
    modes = prepare({"kind": "epoch", "shape": TINY.__dict__, "threads": 1})
    assert {mode.precision for mode in modes.able} == {"fp32"}
    assert modes.left_out[0]["why"] == "RuntimeError: could not create a primitive"


def test_a_hopelessly_slow_precision_is_left_out_and_said(monkeypatch):
    from longshort.bench.workers import pytorch

    monkeypatch.setattr(pytorch.Training, "little", lambda self, way: 9.0 if way.precision == "bf16" else 1.0)
    modes = prepare({"kind": "epoch", "shape": TINY.__dict__, "threads": 1})
    assert modes.left_out == [
        {"name": "torch bf16 with oneDNN, bf16 autocast", "why": "9 times as slow as float32 here"}
    ]
