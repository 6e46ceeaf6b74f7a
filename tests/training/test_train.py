from dataclasses import replace

import numpy as np
import pytest
import torch

from longshort.errors import DivergedError, NotEnoughHistory, SettingsError
from longshort.training.batch import Job
from longshort.training.chunks import choose
from longshort.training.train import train

pytestmark = pytest.mark.usefixtures("kernel")


@pytest.fixture(scope="module")
def trained(network_of, settings_of, jobs, kernel):
    return train(network_of(), settings_of(), jobs, threads=1)


@pytest.mark.parametrize("threads", [2, 5])
def test_several_threads_give_the_bits_of_one(network_of, settings_of, jobs, trained, same, threads):
    for one, several in zip(trained, train(network_of(), settings_of(), jobs, threads=threads), strict=True):
        assert same(one.parameters, several.parameters)
        assert one.records == several.records


def test_a_member_alone_is_the_member_in_a_crowd(network_of, settings_of, jobs, trained, same):
    (alone,) = train(network_of(), settings_of(), [jobs[1]])
    assert same(alone.parameters, trained[1].parameters)
    assert alone.records == trained[1].records


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_the_same_seed_gives_the_same_bits_with_every_cell(network_of, settings_of, jobs, cell, same):
    first, second = (train(network_of(cell=cell), settings_of(), jobs[:2]) for _ in range(2))
    assert all(same(a.parameters, b.parameters) for a, b in zip(first, second, strict=True))
    assert not same(first[0].parameters, first[1].parameters)


def test_no_global_generator_is_read_or_moved(network_of, settings_of, jobs, trained, same):
    np.random.seed(5)  # noqa: NPY002 - the global generator is the point
    torch.manual_seed(5)
    numpys, torchs = np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002
    (again,) = train(network_of(), settings_of(), jobs[:1])
    assert same(again.parameters, trained[0].parameters)
    assert np.array_equal(numpys, np.random.get_state()[1])  # noqa: NPY002
    assert torch.equal(torchs, torch.get_rng_state())


@pytest.mark.parametrize(
    ("head", "learnt"), [("quantiles", 0.05), ("point", 0.1), ("student_t", 0.3), ("bounded", 0.03)]
)
def test_every_head_learns_what_can_be_learnt(network_of, settings_of, jobs, head, learnt):
    limits = {"low": -2.0, "high": 2.0} if head == "bounded" else {}
    settings = settings_of(epochs=12, steps_per_epoch=8, learning_rate=2e-2, batch_size=8)
    (result,) = train(network_of(head=head, hidden_size=8, num_layers=1, **limits), settings, jobs[:1])
    losses = [record.validation_loss for record in result.records]
    assert losses[0] - min(losses) > learnt


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_every_optimizer_lowers_the_loss(network_of, settings_of, jobs, optimizer):
    rate = {"sgd": 0.5}.get(optimizer, 1e-2)
    settings = settings_of(optimizer=optimizer, learning_rate=rate, epochs=6, steps_per_epoch=8)
    (result,) = train(network_of(), settings, jobs[:1])
    assert result.records[-1].train_loss < 0.9 * result.records[0].train_loss


def test_the_best_weights_are_those_of_the_best_epoch(network_of, settings_of, windows_of, same):
    job = Job(windows_of(learnable=False), 0, "noise")
    settings = settings_of(epochs=8, learning_rate=0.1)
    (result,) = train(network_of(), settings, [job])
    losses = [record.validation_loss for record in result.records]
    assert result.best_epoch == 1 + int(np.argmin(losses)) < 8
    (shorter,) = train(network_of(), settings_of(epochs=result.best_epoch, learning_rate=0.1), [job])
    assert same(result.parameters, shorter.parameters)


def test_patience_ends_training_so_many_epochs_after_the_best(network_of, settings_of, windows_of):
    job = Job(windows_of(learnable=False), 0, "noise")
    (result,) = train(network_of(), settings_of(epochs=50, learning_rate=0.1, patience=2), [job])
    assert result.stopped == "patience"
    assert len(result.records) == result.best_epoch + 2 < 50


@pytest.mark.parametrize("blank", ["no chunks", "no observed target"])
def test_without_validation_the_last_weights_are_kept_and_nothing_stops_early(network_of, settings_of, windows, blank):
    none = {"validation": windows.validation[:0]} if blank == "no chunks" else {"split": windows.split % 2}
    job = Job(replace(windows, **none), 0, "all")
    (result,) = train(network_of(), settings_of(epochs=4, patience=1), [job])
    assert [record.validation_loss for record in result.records] == [None] * 4
    assert (result.stopped, result.best_epoch) == ("epochs", 4)


def test_an_epoch_without_a_number_of_steps_takes_the_last_few_chunks_too(network_of, settings_of, windows, same):
    # with 69 chunks the fifth batch has 5: a row that only they see must matter
    settings = settings_of(steps_per_epoch=None, epochs=1, batch_size=16)
    rest = choose(settings, windows, 0, 0, 5)[4]
    assert len(rest) == 5
    changed = replace(windows, input_loc=np.zeros_like(windows.inputs))
    changed.input_loc[rest] = 0.5
    one, other = (train(network_of(), settings, [Job(w, 0, "x")])[0] for w in (windows, changed))
    assert not same(one.parameters, other.parameters)


def test_records_are_told_in_the_calling_thread_and_are_those_returned(network_of, settings_of, jobs):
    from threading import get_ident

    told = []
    result = train(
        network_of(), settings_of(), jobs, threads=2, listen=lambda record: told.append((get_ident(), record))
    )
    assert {ident for ident, _ in told} == {get_ident()}
    for job, member in zip(jobs, result, strict=True):
        assert tuple(record for _, record in told if record.key == job.key) == member.records
    assert [(r.epoch, r.epochs) for r in result[0].records] == [(1, 3), (2, 3), (3, 3)]


def test_the_gradient_clip_matters_and_the_length_is_told_before_it(network_of, settings_of, jobs, same):
    (free,) = train(network_of(), settings_of(gradient_clip=None, optimizer="sgd"), jobs[:1])
    (tight,) = train(network_of(), settings_of(gradient_clip=1e-3, optimizer="sgd"), jobs[:1])
    assert not same(free.parameters, tight.parameters)
    assert tight.records[0].gradient_norm > 1e-2


def test_a_member_that_diverges_at_once_is_an_error_with_the_epoch(network_of, settings_of, windows, tmp_path):
    wild = replace(windows, inputs=windows.inputs.copy())
    wild.inputs[:80] = np.inf
    with pytest.raises(DivergedError, match="'wild' diverged in epoch 1, step 1:") as caught:
        train(network_of(), settings_of(), [Job(wild, 0, "wild")], checkpoint=tmp_path)
    assert caught.value.hint == "Choose --set training.learning_rate=0.001"
    with pytest.raises(DivergedError) as caught:
        train(network_of(), settings_of(learning_rate=1_000, gradient_clip=None), [Job(wild, 0, "wild")])
    assert caught.value.hint == "Choose --set training.learning_rate=0.01 --set training.gradient_clip=1.0"


def test_a_number_that_is_not_finite_is_found_at_the_step_that_meets_it(network_of, settings_of, windows):
    settings = settings_of(steps_per_epoch=None, epochs=1)
    ends = choose(settings, windows, 0, 0, 10)
    for bad in (np.nan, np.inf):
        broken = replace(windows, input_scale=np.ones_like(windows.inputs))
        broken.input_scale[ends[6][1]] = bad
        with pytest.raises(DivergedError, match="'late' diverged in epoch 1, step 7:"):
            train(network_of(), settings, [Job(broken, 0, "late")])


def test_a_member_that_diverges_later_keeps_its_best_weights(
    network_of, settings_of, jobs, on_advance, monkeypatch, same
):
    def explode(original, member, first, steps, *rest):
        if first + steps <= 8:
            return original(member, first, steps, *rest)
        return replace(original(member, first, 1, *rest), finite=False)

    on_advance(explode)
    (result,) = train(network_of(), settings_of(epochs=5), jobs[:1])
    monkeypatch.undo()
    assert (result.stopped, len(result.records)) == ("diverged", 2)
    (two,) = train(network_of(), settings_of(epochs=2), jobs[:1])
    assert same(result.parameters, two.parameters)


def test_a_validation_that_is_not_finite_is_divergence_too(network_of, settings_of, windows):
    broken = replace(windows, input_scale=np.ones_like(windows.inputs))
    broken.input_scale[windows.validation[1]] = np.nan
    with pytest.raises(DivergedError, match="'later' diverged in epoch 1: its validation loss"):
        train(network_of(), settings_of(), [Job(broken, 0, "later")])


def test_numbers_too_small_for_full_precision_are_no_obstacle(network_of, settings_of, windows):
    tiny = replace(windows, inputs=windows.inputs * np.float32(1e-40))
    (result,) = train(network_of(), settings_of(), [Job(tiny, 0, "tiny")])
    assert np.isfinite(result.records[-1].train_loss)
    assert np.float32(1e-40) * np.float32(0.5) > 0.0  # and the caller's own arithmetic keeps them


def test_a_time_budget_leaves_every_member_with_weights(network_of, settings_of, jobs):
    result = train(network_of(), settings_of(epochs=10_000, time_budget_s=0.3), jobs, threads=1)
    assert [member.stopped for member in result] == ["time"] * 3
    assert all(member.records for member in result)


@pytest.mark.parametrize(
    ("model", "training", "error"),
    [
        ({"dropout": 2.0}, {}, SettingsError),
        ({}, {"epochs": 0}, SettingsError),
        ({"head": "point"}, {"loss": "pinball"}, SettingsError),
    ],
)
def test_impossible_settings_are_refused_before_anything_is_trained(
    network_of, settings_of, jobs, model, training, error
):
    with pytest.raises(error):
        train(network_of(**model), settings_of(**training), jobs)


def test_a_job_without_training_chunks_is_named(network_of, settings_of, windows):
    empty = replace(windows, train=windows.train[:0])
    with pytest.raises(NotEnoughHistory, match="'fold-1' has no training chunk of 12 sessions"):
        train(network_of(), settings_of(), [Job(empty, 0, "fold-1")])


def test_no_jobs_are_no_work(network_of, settings_of):
    assert train(network_of(), settings_of(), []) == []


def test_torchs_own_threads_are_put_back(network_of, settings_of, jobs):
    before = torch.get_num_threads()
    train(network_of(), settings_of(epochs=1), jobs[:1])
    assert torch.get_num_threads() == before
