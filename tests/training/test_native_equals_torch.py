"""The compiled step against a plain loop of PyTorch's own parts in double precision, with the same chunks and masks.

Settings are such that training is not chaotic: fifty steps then carry a rounding error on, but do not blow it up.
RMSprop and Adam divide by the root of a mean square, which is tiny where a gradient is; there one digit of the
gradient lost is one of the step's, so the learning rates are small, and each weight is compared with the largest of
its kind.
"""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from longshort.errors import SettingsError
from longshort.kernels.choice import choose
from longshort.native.library import ISAS
from longshort.native.selection import VARIABLE
from longshort.nn.initial import initialise
from longshort.nn.losses import loss_function
from longshort.training import chunks
from longshort.training.batch import TRAINING, VALIDATION, Job, Windows, gather
from longshort.training.dropout import dropout_masks
from longshort.training.engine import resolve_engine
from longshort.training.executor_native import NativeMember
from longshort.training.executor_torch import one_thread
from longshort.training.interruption import Interruption
from longshort.training.tally import Tally
from longshort.training.torch_windows import forward
from longshort.training.train import train

STEPS = 50
BOUND = 1e-5
THEIRS = {
    "adamw": torch.optim.AdamW,
    "adam": torch.optim.Adam,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}
RATES = {"adamw": 1e-3, "adam": 1e-3, "rmsprop": 1e-4, "sgd": 1e-2}

CASES = {
    # model | training | windows
    "lstm": ({}, {}, {}),
    "gru": ({"cell": "gru"}, {}, {}),
    "rnn": ({"cell": "rnn"}, {}, {}),
    "rnn relu": ({"cell": "rnn", "nonlinearity": "relu"}, {}, {}),
    "one layer": ({"num_layers": 1}, {}, {}),
    "three layers": ({"num_layers": 3, "cell": "gru"}, {}, {}),
    "four layers": ({"num_layers": 4, "cell": "rnn"}, {}, {}),
    "five layers": ({"num_layers": 5}, {}, {}),
    "no dropout": ({"dropout": 0.0}, {}, {}),
    # by plain descent: most gradients are nearly nothing, and Adam would make steps of their rounding errors
    "much dropout": ({"dropout": 0.9, "num_layers": 3}, {"optimizer": "sgd"}, {}),
    "one unit": ({"hidden_size": 1, "dropout": 0.0}, {}, {}),
    "13 units": ({"hidden_size": 13}, {}, {}),
    "33 units of a GRU": ({"hidden_size": 33, "cell": "gru"}, {}, {}),
    "forget bias": ({"forget_bias": -0.5}, {}, {}),
    "adam": ({}, {"optimizer": "adam"}, {}),
    "adam, decay": ({}, {"optimizer": "adam", "weight_decay": 0.1}, {}),
    "adamw, much decay": ({}, {"weight_decay": 0.5}, {}),
    "rmsprop": ({}, {"optimizer": "rmsprop"}, {}),
    "rmsprop, momentum, decay": ({}, {"optimizer": "rmsprop", "momentum": 0.5, "weight_decay": 0.1}, {}),
    "sgd": ({}, {"optimizer": "sgd"}, {}),
    "sgd, momentum, decay": ({}, {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 0.1}, {}),
    "gradients never clipped": ({}, {"optimizer": "sgd", "gradient_clip": None}, {}),
    "gradients always clipped": ({}, {"optimizer": "sgd", "gradient_clip": 1e-2, "learning_rate": 1.0}, {}),
    "squared error": ({"head": "point"}, {"loss": "squared"}, {}),
    "absolute error": ({"head": "point"}, {"loss": "absolute"}, {}),
    "huber": ({"head": "point"}, {"loss": "huber"}, {}),
    "cross entropy": ({"head": "bounded", "low": -0.5, "high": 1.0}, {}, {}),
    "bounded squared error": ({"head": "bounded", "low": -0.5, "high": 1.0}, {"loss": "squared"}, {}),
    "bounded absolute error": ({"head": "bounded", "low": -0.5, "high": 1.0}, {"loss": "absolute"}, {}),
    "bounded huber": ({"head": "bounded", "low": -0.5, "high": 1.0}, {"loss": "huber"}, {}),
    "one level": ({}, {}, {"levels": (0.7,)}),
    "two levels": ({}, {}, {"levels": (0.2, 0.4)}),
    "the middle at the side": ({}, {}, {"levels": (0.6, 0.8, 0.9, 0.95)}),
    "nine levels": ({}, {}, {"levels": tuple(np.arange(1, 10) / 10)}),
    "one chunk": ({}, {"batch_size": 1}, {}),
    "five chunks": ({}, {"batch_size": 5}, {}),
    "thirty-two chunks": ({}, {"batch_size": 32}, {}),
    "seventy chunks": ({}, {"batch_size": 70}, {}),
    "every chunk once": ({}, {"steps_per_epoch": None, "batch_size": 32}, {}),
    "inputs as they are": ({}, {}, {"relative": False}),
    "one target per window": ({}, {}, {"burn_in": 11}),
    "every position counts": ({}, {}, {"burn_in": 0}),
    "one position": ({}, {}, {"length": 1, "burn_in": 0}),
    "one input": ({}, {}, {"inputs": 1}),
    "many inputs, far ahead": ({}, {}, {"inputs": 11, "horizon": 7}),
}


@pytest.fixture(scope="module", params=ISAS)
def isa(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"native:{request.param}")
        try:
            choose()
        except SettingsError as error:
            pytest.skip(error.message)
        yield request.param


def windows_with_everything(length=12, burn_in=4, inputs=2, horizon=2, relative=True):
    """Draw two series: chunks that begin before theirs, targets that nobody observed, inputs relative to the end."""
    rng, rows = np.random.default_rng(0), 160
    numbers = rng.normal(size=(rows, inputs)).astype(np.float32)
    targets = (0.8 * numbers[:, :1] + 0.1 * rng.normal(size=(rows, horizon))).astype(np.float32)
    targets[rng.random(targets.shape) < 0.1] = np.nan
    split = np.full(rows, TRAINING, np.int8)
    split[rng.random(rows) < 0.2] = VALIDATION
    split[rng.random(rows) < 0.1] = 0
    return Windows(
        inputs=numbers,
        input_loc=rng.normal(size=numbers.shape).astype(np.float32) if relative else None,
        input_scale=rng.uniform(0.5, 1.5, numbers.shape).astype(np.float32) if relative else None,
        targets=targets,
        split=split,
        first=np.repeat([0, 70], [70, 90]),
        train=np.r_[np.arange(3, 60), np.arange(72, 140)],
        validation=np.r_[60:70, 140:160],
        length=length,
        burn_in=burn_in,
    )


@pytest.fixture(scope="module")
def case_of(network_of, settings_of):
    """Give a case's network, settings and windows."""

    @cache
    def make(name):
        model, training, shape = CASES[name]
        windows = {key: value for key, value in shape.items() if key != "levels"}
        network = network_of(**({"hidden_size": 6} | model))
        sizes = {"inputs": shape.get("inputs", 2), "horizon": shape.get("horizon", 2)}
        network = type(network)(
            model=network.model, quantile_levels=shape.get("levels", network.quantile_levels), **sizes
        )
        rate = RATES[training.get("optimizer", "adamw")]
        settings = settings_of(**({"steps_per_epoch": STEPS, "learning_rate": rate, "batch_size": 12} | training))
        return network, settings, windows_with_everything(**windows)

    return make


@pytest.fixture(scope="module")
def truth_of(case_of):
    """Train a case by a plain loop in double precision; give its weights and what each step was told."""

    @cache
    def make(name):
        return plain_loop(*case_of(name), seed=1, steps=STEPS)

    return make


@one_thread()
def plain_loop(network, settings, windows, seed, steps):
    weights = {
        name: torch.tensor(value[None], dtype=torch.float64, requires_grad=True)
        for name, value in initialise(network, seed).items()
    }
    momentum = {} if settings.optimizer.startswith("adam") else {"momentum": settings.momentum}
    optimizer = THEIRS[settings.optimizer](
        list(weights.values()), lr=settings.learning_rate, weight_decay=settings.weight_decay, **momentum
    )
    loss_of = loss_function(network, settings.loss)
    losses, counts, norms = [], [], []
    for step, ends in enumerate(chunks.choose(settings, windows, seed, 0, steps)):
        batch = gather(windows, ends, TRAINING)
        inputs, targets, counting = (torch.tensor(part, dtype=torch.float64)[None] for part in batch)
        masks = dropout_masks(network, batch.inputs.shape[:2], seed, step)
        factors = [torch.tensor(mask, dtype=torch.float64)[None] for mask in masks]
        raw = forward(network, weights, inputs, windows.burn_in, factors)
        total = (loss_of(raw, targets) * counting).sum()
        optimizer.zero_grad()
        (total / counting.sum().clamp(min=1.0)).backward()
        limit = math.inf if settings.gradient_clip is None else settings.gradient_clip
        norms.append(float(torch.nn.utils.clip_grad_norm_(list(weights.values()), limit)))
        optimizer.step()
        losses.append(float(total.detach()))
        counts.append(float(counting.sum()))
    return {name: weight.detach().numpy()[0] for name, weight in weights.items()}, losses, counts, norms


def native_member(network, settings, windows, seed=1):
    return NativeMember(network, settings, seed, windows, resolve_engine("cpu", network, settings))


def assert_near(ours, truth, bound=BOUND):
    assert ours.keys() == truth.keys()
    for name, array in truth.items():
        assert np.abs(ours[name] - array).max() <= bound * np.abs(array).max(), name


@pytest.mark.usefixtures("isa")
@pytest.mark.parametrize("name", CASES)
def test_fifty_steps_lead_to_the_weights_of_a_plain_loop(case_of, truth_of, name):
    weights, losses, counts, norms = truth_of(name)
    member = native_member(*case_of(name))
    tally = member.advance(0, STEPS, 2, math.inf, Interruption(), Tally())
    assert (tally.steps, tally.targets, tally.finite) == (STEPS, sum(counts), True)
    assert tally.loss == pytest.approx(sum(losses), rel=BOUND)
    assert tally.norms == pytest.approx(sum(norms), rel=BOUND)
    assert_near(member.weights(), weights)


@pytest.mark.usefixtures("isa")
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_one_step_drops_the_very_values_that_the_masks_name(network_of, settings_of, cell):
    # with the learning rate one, plain descent moves each weight by its own gradient: a single wrong mask would show
    network = network_of(cell=cell, num_layers=4, hidden_size=21, dropout=0.5)
    settings = settings_of(optimizer="sgd", learning_rate=1.0, weight_decay=0.0, batch_size=37, gradient_clip=None)
    windows = windows_with_everything()
    member = native_member(network, settings, windows)
    member.advance(0, 1, 1, math.inf, Interruption(), Tally())
    assert_near(member.weights(), plain_loop(network, settings, windows, 1, 1)[0])


@pytest.mark.usefixtures("isa")
@pytest.mark.parametrize("name", ["lstm", "gru", "cross entropy", "huber", "nine levels", "much dropout"])
def test_the_validation_is_that_of_pytorchs_executor(case_of, name, monkeypatch):
    network, settings, windows = case_of(name)
    native = native_member(network, settings, windows)
    monkeypatch.setenv(VARIABLE, "torch")
    plain = resolve_engine("cpu", network, settings).member(network, settings, 1, windows)
    ours, theirs = (member.validate(1, Interruption()) for member in (native, plain))
    assert ours[0] == pytest.approx(theirs[0], rel=BOUND)
    assert ours[1] == theirs[1] > 0


@pytest.mark.parametrize("optimizer", THEIRS)
@pytest.mark.parametrize("order", [("native", "torch"), ("torch", "native")], ids="-".join)
def test_a_checkpoint_of_one_executor_is_continued_by_the_other(
    network_of, settings_of, windows, tmp_path, monkeypatch, on_advance, order, optimizer
):
    def stop_at(limit):
        def advance(original, member, first, steps, threads, deadline, interruption, so_far):
            tally = original(member, first, min(steps, limit - first), threads, deadline, interruption, so_far)
            interruption.set()
            return tally

        on_advance(advance)

    momentum = 0.5 if optimizer in ("rmsprop", "sgd") else 0.0
    settings = settings_of(
        optimizer=optimizer, learning_rate=RATES[optimizer], momentum=momentum, epochs=2, steps_per_epoch=10
    )
    network, job = network_of(), Job(windows, 0, "x")
    if order[0] == "native" or order[1] == "native":
        skip_without_native(monkeypatch)
    monkeypatch.setenv(VARIABLE, order[1])
    (whole,) = train(network, settings, [job])
    with monkeypatch.context() as patch:
        monkeypatch.setenv(VARIABLE, order[0])
        stop_at(7)
        with pytest.raises(AssertionError):  # nobody pressed Ctrl-C, and yet it stopped
            train(network, settings, [job], checkpoint=tmp_path)
        patch.undo()
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, order[1])
    (resumed,) = train(network, settings, [job], checkpoint=tmp_path)
    assert_near(resumed.parameters, whole.parameters)
    assert [record.epoch for record in resumed.records] == [1, 2]
    assert resumed.records[1].validation_loss == pytest.approx(whole.records[1].validation_loss, rel=BOUND)


def skip_without_native(monkeypatch):
    monkeypatch.setenv(VARIABLE, "native")
    try:
        choose()
    except SettingsError as error:
        pytest.skip(error.message)


def test_what_the_compiled_step_does_not_know_trains_the_same_on_compiled_layers(
    network_of, settings_of, windows, monkeypatch
):
    skip_without_native(monkeypatch)
    network, settings = network_of(head="student_t"), settings_of(learning_rate=1e-3)
    results = {}
    for kernel in ("native", "torch"):
        monkeypatch.setenv(VARIABLE, kernel)
        (results[kernel],) = train(network, settings, [Job(windows, 0, "x")])
    assert_near(results["native"].parameters, results["torch"].parameters)


def test_the_executors_tell_the_same_story(network_of, settings_of, windows, monkeypatch):
    skip_without_native(monkeypatch)
    settings = settings_of(learning_rate=1e-3, epochs=6, patience=2)
    stories = {}
    for kernel in ("native", "torch"):
        monkeypatch.setenv(VARIABLE, kernel)
        (result,) = train(network_of(), settings, [Job(replace(windows), 0, "x")])
        stories[kernel] = result
    native, plain = stories["native"], stories["torch"]
    assert (native.stopped, native.best_epoch, len(native.records)) == (
        plain.stopped,
        plain.best_epoch,
        len(plain.records),
    )
    for ours, theirs in zip(native.records, plain.records, strict=True):
        assert ours.train_loss == pytest.approx(theirs.train_loss, rel=BOUND)
        assert ours.gradient_norm == pytest.approx(theirs.gradient_norm, rel=BOUND)
