"""Members that learn from sequences, from a text and from pairs of sequences: one training loop for all."""

import math
from _thread import interrupt_main
from itertools import pairwise

import numpy as np
import pytest
import torch

from longshort.data.sequences import Sequences
from longshort.errors import SettingsError
from longshort.nn.network import Model, Network
from longshort.nn.stack import (
    BUFFERS,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Pool,
    Recurrent,
    Stack,
)
from longshort.nn.translation import Translation
from longshort.training.batch import Job
from longshort.training.engine import Engine, resolve_engine
from longshort.training.examples import Examples, Text
from longshort.training.executor_torch import Draw, TorchMember
from longshort.training.predict import predict as predict_windows
from longshort.training.settings import Training
from longshort.training.stream import start as start_stream
from longshort.training.torch_examples import predict
from longshort.training.torch_translation import translate
from longshort.training.train import train

TORCH = Engine("torch", "torch", None, "cpu", "")
SETTINGS = Training(
    members=1, epochs=2, batch_size=128, steps_per_epoch=None, patience=None, learning_rate=1e-2, weight_decay=0.0
)
READ = (Embedding(size=4), Dropout(rate=0.2), Recurrent(hidden_size=4, bidirectional=True))


def sequences(count=300, longest=9, seed=0):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, longest + 1, count)
    return Sequences.of_tokens(rng.integers(0, 6, lengths.sum()), lengths)


def split(count):
    return np.arange(count * 9 // 10), np.arange(count * 9 // 10, count)


def classes():
    inputs = sequences()
    stack = Stack(inputs=(None,), vocabulary=6, layers=(*READ, Pool(), Dense(units=2)))
    return stack, Examples(inputs, np.array([int(one[-1] > 2) for one in inputs]), *split(300))


def steps():
    inputs = sequences()
    stack = Stack(inputs=(None,), vocabulary=6, layers=(*READ, Dense(units=6)))
    return stack, Examples(inputs, inputs, *split(300))


def numbers():
    inputs = sequences()
    layers = (*READ, Pool(over="mean"), Dense(units=3, activation="tanh"), Dense(units=2))
    targets = np.stack([inputs.lengths, -inputs.lengths], axis=1).astype(np.float32)
    return Stack(inputs=(None,), vocabulary=6, layers=layers, head="numbers"), Examples(inputs, targets, *split(300))


def text():
    layers = (Embedding(size=4), Recurrent(cell="gru", hidden_size=4), Dropout(rate=0.2), Dense(units=6))
    tokens = sequences().values
    return Stack(inputs=(None,), vocabulary=6, layers=layers), Text(tokens, np.arange(256), np.arange(300, 340, 8), 8)


def pairs():
    inputs = sequences()
    turned = [[*one[::-1], 6] for one in inputs]
    targets = Sequences.of_tokens(np.concatenate(turned), inputs.lengths + 1)
    encoder = Stack(inputs=(None,), vocabulary=6, layers=READ, head="numbers")
    decoder = Recurrent(cell="gru", hidden_size=4)
    return Translation(encoder=encoder, vocabulary=6, decoder=decoder, embedding=3), Examples(
        inputs, targets, *split(300)
    )


KINDS = {"classes": classes, "steps": steps, "numbers": numbers, "text": text, "pairs": pairs}


@pytest.fixture(params=KINDS)
def problem(request):
    return KINDS[request.param]()


def jobs(examples, *seeds):
    return [Job(examples, seed, f"seed-{seed}") for seed in seeds]


def test_parts_of_a_batch_give_the_same_bits_on_any_number_of_threads(problem, same):
    network, examples = problem
    one, two, four = (train(network, SETTINGS, jobs(examples, 0), threads=threads)[0] for threads in (1, 2, 4))
    assert len(resolve_parts(network, examples)) == 4
    assert same(one.parameters, two.parameters)
    assert same(one.parameters, four.parameters)
    assert one.records == two.records == four.records


def resolve_parts(network, examples):
    member = TorchMember(network, SETTINGS, 0, examples, TORCH)
    return member.problem.parts(examples.train[:128])


def test_parts_hold_each_example_once_and_are_sorted_by_length():
    stack, examples = classes()
    parts = resolve_parts(stack, examples)
    assert sorted(np.concatenate(parts)) == list(range(128))
    lengths = [examples.inputs.lengths[part] for part in parts]
    assert all(left.max() <= right.min() for left, right in pairwise(lengths))


def test_a_members_bits_do_not_hang_on_its_company(problem, same):
    network, examples = problem
    (alone,) = train(network, SETTINGS, jobs(examples, 1), threads=2)
    together = train(network, SETTINGS, jobs(examples, 0, 1, 2), threads=2)
    assert same(together[1].parameters, alone.parameters)
    assert not same(together[0].parameters, alone.parameters)


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_interrupted_and_resumed_equals_uninterrupted(problem, steps, tmp_path, on_advance, monkeypatch, same):
    network, examples = problem
    (whole,) = train(network, SETTINGS, jobs(examples, 0), threads=2)
    taken = []

    def limited(original, member, first, wanted, threads, deadline, interruption, so_far):
        tally = original(member, first, min(wanted, steps - len(taken)), threads, deadline, interruption, so_far)
        taken.extend(range(tally.steps - so_far.steps))
        if len(taken) == steps:
            interruption.set()
            interrupt_main()
        return tally

    on_advance(limited)
    with pytest.raises(KeyboardInterrupt):
        train(network, SETTINGS, jobs(examples, 0), threads=2, checkpoint=tmp_path)
    monkeypatch.undo()
    (resumed,) = train(network, SETTINGS, jobs(examples, 0), threads=2, checkpoint=tmp_path)
    assert same(resumed.parameters, whole.parameters)
    assert resumed.records == whole.records
    assert resumed.records == whole.records  # update ratios among them


@pytest.mark.parametrize("engine", ["torch", "fastest"])
def test_a_batchs_loss_and_gradient_are_those_of_its_own_targets_whatever_is_padded(problem, engine):
    network, examples = problem
    engine = TORCH if engine == "torch" else resolve_engine("cpu", network)
    member = TorchMember(network, SETTINGS, 0, examples, engine)
    ends = examples.train[:7]
    assert isinstance(examples, Text) or len(set(examples.sizes(ends))) > 2

    def of(chosen):
        loss = member.problem.loss(member.views, member.problem.gather(chosen, 1), None)
        gradient = torch.autograd.grad(loss.total, list(member.views.values()))
        return loss.targets, float(loss.total.detach()), torch.cat([part.reshape(-1) for part in gradient])

    targets, loss, gradient = of(ends)
    alone = [of(ends[k : k + 1]) for k in range(7)]
    assert targets == sum(one[0] for one in alone)
    assert loss == pytest.approx(sum(one[1] for one in alone), rel=1e-5)
    summed = torch.stack([one[2] for one in alone]).sum(0)
    assert float((gradient - summed).norm()) < 1e-5 * float(summed.norm())


def test_the_weights_kept_are_the_best_epochs(problem):
    network, examples = problem
    settings = Training(epochs=6, batch_size=32, steps_per_epoch=None, learning_rate=0.2, patience=None)
    (trained,) = train(network, settings, jobs(examples, 0))
    losses = [record.validation_loss for record in trained.records]
    assert trained.best_epoch == 1 + int(np.argmin(losses))
    member = TorchMember(network, settings, 0, examples, TORCH)
    kept = {name: torch.tensor(value) for name, value in trained.parameters.items()}
    loss = member.problem.loss(kept, member.problem.gather(examples.validation, 1), None)
    assert float(loss.total) / loss.targets == pytest.approx(min(losses), rel=1e-5)


def test_dropout_draws_by_seed_step_and_part(problem):
    network, examples = problem
    member = TorchMember(network, SETTINGS, 0, examples, TORCH)
    draws = [Draw(0, 0), Draw(0, 0), Draw(0, 1), Draw(0, 0, 1), Draw(1, 0)]
    losses = [float(member.gradient(examples.train[:32], draw)[0].total.detach()) for draw in draws]
    assert losses[0] == losses[1]
    assert len(set(losses)) == 4


def test_a_stack_learns_the_last_token():
    stack, examples = classes()
    settings = Training(epochs=15, batch_size=32, steps_per_epoch=None, learning_rate=2e-2, patience=None)
    (member,) = train(stack, settings, jobs(examples, 0))
    said = predict(stack, [member.parameters], examples.inputs, TORCH)[0].argmax(1)
    assert (said == examples.targets)[270:].mean() > 0.95


def test_answers_come_in_the_order_of_the_questions_and_alike_alone_and_together(problem):
    network, examples = problem
    if not isinstance(network, Stack) or isinstance(examples, Text):
        pytest.skip("answers otherwise")
    (member,) = train(network, SETTINGS, jobs(examples, 0))
    inputs = examples.inputs
    together = predict(network, [member.parameters] * 2, inputs, TORCH)
    assert np.array_equal(together[0], together[1])
    rows = inputs.offsets if len(together[0]) == len(inputs.values) else np.arange(len(inputs) + 1)
    for number in (0, 17, 299):
        alone = predict(network, [member.parameters], inputs[[number]], TORCH)[0]
        assert alone == pytest.approx(together[0][rows[number] : rows[number + 1]], abs=1e-6)


def test_translations_come_in_order_and_alike_alone_and_together():
    network, examples = pairs()
    (member,) = train(network, SETTINGS, jobs(examples, 0))
    together = translate(network, [member.parameters], examples.inputs, 9, TORCH)
    for number in (0, 17, 299):
        (alone,) = translate(network, [member.parameters], examples.inputs[[number]], 9, TORCH)
        assert alone.tolist() == together[number].tolist()
    assert max(map(len, together)) <= 9
    assert all(network.end not in one for one in together)


NORMED = Stack(
    inputs=(None,), vocabulary=6, layers=(*READ, BatchNorm(momentum=0.5), Pool(), BatchNorm(), Dense(units=2))
)


def test_batch_norm_takes_a_batch_whole_and_its_statistics_are_measured_and_never_decayed():
    _, examples = classes()
    settings = Training(batch_size=128, steps_per_epoch=1, epochs=1, weight_decay=0.5, l1=0.1, learning_rate=0.1)
    member = TorchMember(NORMED, settings, 0, examples, TORCH)
    ends = examples.train[:128]
    assert len(member.problem.parts(ends)) == 1
    before = member.weights()
    ends = ends[np.argsort(examples.sizes(ends), kind="stable")]
    loss, _ = member.gradient(ends, Draw(0, 0))
    member.step(ends, 0)
    after = member.weights()
    assert set(loss.measured) == {name for name in before if name.endswith(BUFFERS)}
    for name, value in loss.measured.items():
        assert np.array_equal(after[name], value.numpy())
    # the mean of 128 sequences' steps, half way from 0
    assert np.abs(after["batchnorm3.running_mean"]).max() > 0
    assert len(member.moving) == len(member.flat) - sum(
        value.size for name, value in before.items() if name.endswith(BUFFERS)
    )


def test_batch_norm_is_kept_with_the_best_weights_and_over_an_interruption(same, tmp_path):
    _, examples = classes()
    (whole,) = train(NORMED, SETTINGS, jobs(examples, 0))
    assert not np.array_equal(whole.parameters["batchnorm3.running_variance"], np.ones(8, np.float32))
    short = Training(**{name: getattr(SETTINGS, name) for name in SETTINGS.__struct_fields__} | {"epochs": 1})
    (one,) = train(NORMED, short, jobs(examples, 0), checkpoint=tmp_path)
    assert not same(one.parameters, whole.parameters)
    (kept,) = train(NORMED, short, jobs(examples, 0), checkpoint=tmp_path)
    assert same(one.parameters, kept.parameters)


def test_update_ratios_are_the_last_steps_length_over_its_weights_by_layer(on_advance):
    _, examples = classes()
    seen = []

    def watched(original, member, *arguments):
        before = member.weights()
        tally = original(member, *arguments)
        seen.append((before, member.weights()))
        return tally

    on_advance(watched)
    (member,) = train(NORMED, SETTINGS, jobs(examples, 0))
    before, after = seen[-1]
    ratios = member.records[-1].update_ratios
    assert set(ratios) == {"embedding0", "recurrent2", "batchnorm3", "batchnorm5", "dense6"}
    for layer, ratio in ratios.items():
        names = [n for n in before if n.startswith(f"{layer}.") and not n.endswith(BUFFERS)]
        step = math.sqrt(sum(float(((after[name] - before[name]) ** 2).sum()) for name in names))
        length = math.sqrt(sum(float((before[name] ** 2).sum()) for name in names))
        assert ratio == pytest.approx(step / length, rel=1e-5)


def test_update_ratios_name_the_layers_of_an_encoder_and_of_a_tail_apart(windows, settings_of):
    network, examples = pairs()
    (member,) = train(network, SETTINGS, jobs(examples, 0))
    ratios = member.records[0].update_ratios
    assert {"encoder.embedding0", "encoder.recurrent2", "decoder", "readout", "attention"} <= set(ratios)
    (member,) = train(tailed(), settings_of(), jobs(windows, 0))
    assert set(member.records[0].update_ratios) == {"layer0", "layer1", "tail.batchnorm0", "tail.dense2", "readout"}


def tailed(**model):
    some = {
        "hidden_size": 4,
        "num_layers": 2,
        "batch_norm": True,
        "dense": (5,),
        "dropout": 0.2,
        "dropout_after": "each",
    }
    return Network(model=Model(**(some | model)), inputs=2, horizon=2, quantile_levels=(0.1, 0.5, 0.9))


def test_a_forecaster_with_a_tail_trains_resumes_and_predicts_by_what_it_measured(windows, settings_of, same, tmp_path):
    network, settings = tailed(), settings_of()
    (whole,) = train(network, settings, jobs(windows, 0))
    assert {name for name in whole.parameters if name.endswith(BUFFERS)} == {
        "tail.batchnorm0.running_mean",
        "tail.batchnorm0.running_variance",
    }
    train(network, settings, jobs(windows, 0), checkpoint=tmp_path)
    (again,) = train(network, settings, jobs(windows, 0), checkpoint=tmp_path)
    assert same(whole.parameters, again.parameters)
    ends = np.arange(20, 90)
    together = predict_windows(network, [whole.parameters], windows, ends)
    assert np.array_equal(together[:, 3:4], predict_windows(network, [whole.parameters], windows, ends[3:4]))


@pytest.mark.parametrize("schedule", ["cosine", "step"])
def test_a_schedule_moves_both_executors_alike(network_of, settings_of, windows, monkeypatch, schedule):
    settings = settings_of(schedule=schedule, optimizer="sgd", epochs=3)
    made = {}
    for kernel in ("native", "torch"):
        monkeypatch.setenv("LONGSHORT_KERNEL", kernel)
        try:
            resolve_engine("cpu", network_of(dropout=0.0), settings)
        except SettingsError as error:
            pytest.skip(error.message)
        made[kernel] = train(network_of(dropout=0.0), settings, jobs(windows, 0))[0].records[-1].train_loss
        constant = train(network_of(dropout=0.0), settings_of(optimizer="sgd"), jobs(windows, 0))[0]
        assert constant.records[-1].train_loss != made[kernel]
    assert made["native"] == pytest.approx(made["torch"], rel=1e-4)


def test_a_forecaster_with_a_tail_streams_what_it_predicts(windows, settings_of):
    network = tailed()
    (member,) = train(network, settings_of(), jobs(windows, 0))
    stream = start_stream(network, [member.parameters])
    first = 50 - windows.length + 1
    for row in windows.inputs[first:51]:
        said = stream.step(row)
    expected = predict_windows(network, [member.parameters], windows, np.array([50]))[:, 0]
    assert said.reshape(expected.shape) == pytest.approx(expected, rel=1e-4, abs=1e-5)
