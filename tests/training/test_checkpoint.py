import os
import signal
from _thread import interrupt_main
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock, Timer
from time import monotonic

import numpy as np
import pytest

from longshort.errors import OutputError, RunFolderError
from longshort.training import checkpoint
from longshort.training.batch import Job
from longshort.training.executor_native import NativeMember
from longshort.training.executor_torch import TorchMember
from longshort.training.train import train

pytestmark = pytest.mark.usefixtures("kernel")


PROMPTLY_S = 5.0  # half a second where nothing else runs; tests share the cores


class UnpluggedError(Exception):
    pass


def take_only(on_advance, steps):
    """Count the steps of all members, and after so many press Ctrl-C, as it were."""
    taken = []

    def limited(original, member, first, wanted, threads, deadline, interruption, so_far):
        allowed = min(wanted, steps - len(taken))
        if not allowed:
            interruption.set()
            interrupt_main()
            return so_far
        tally = original(member, first, allowed, threads, deadline, interruption, so_far)
        taken.extend(range(first, first + tally.steps - so_far.steps))
        if len(taken) == steps:
            interruption.set()
            interrupt_main()
        return tally

    on_advance(limited)
    return taken


def fail_after(on_advance, steps):
    """Let the process die, as it were, in the middle of an epoch, after so many steps in all."""
    taken = []

    def failing(original, member, first, wanted, *rest):
        if len(taken) + wanted > steps:
            raise UnpluggedError
        taken.extend(range(wanted))
        return original(member, first, wanted, *rest)

    on_advance(failing)


def assert_equal(one, other, same):
    assert same(one.parameters, other.parameters)
    assert (one.records, one.best_epoch, one.stopped) == (other.records, other.best_epoch, other.stopped)


# each epoch has 4 steps, each member 12: in the middle of an epoch, between its last step and its end, in both members
@pytest.mark.parametrize("steps", [1, 4, 7, 12, 13, 22])
def test_cut_and_resume_changes_nothing(network_of, settings_of, jobs, tmp_path, on_advance, monkeypatch, same, steps):
    whole = train(network_of(), settings_of(), jobs[:2], threads=1)
    taken = take_only(on_advance, steps)
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings_of(), jobs[:2], threads=1, checkpoint=tmp_path)
    assert len(taken) == steps
    monkeypatch.undo()
    resumed = train(network_of(), settings_of(), jobs[:2], threads=1, checkpoint=tmp_path)
    for one, other in zip(whole, resumed, strict=True):
        assert_equal(one, other, same)


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "rmsprop", "sgd"])
def test_what_each_optimizer_remembers_is_kept(
    network_of, settings_of, jobs, tmp_path, on_advance, monkeypatch, same, optimizer
):
    settings = settings_of(optimizer=optimizer, momentum=0.5 if optimizer in ("rmsprop", "sgd") else 0.0)
    (whole,) = train(network_of(), settings, jobs[:1])
    take_only(on_advance, 6)
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings, jobs[:1], checkpoint=tmp_path)
    monkeypatch.undo()
    (resumed,) = train(network_of(), settings, jobs[:1], checkpoint=tmp_path)
    assert_equal(whole, resumed, same)


def test_a_failure_costs_no_more_than_the_epoch_it_falls_into(
    network_of, settings_of, jobs, tmp_path, on_advance, monkeypatch, same
):
    (whole,) = train(network_of(), settings_of(), jobs[:1])
    fail_after(on_advance, 9)
    with pytest.raises(UnpluggedError):
        train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)
    monkeypatch.undo()
    taken = take_only(on_advance, 100)
    (resumed,) = train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)
    assert taken == [8, 9, 10, 11]
    assert_equal(whole, resumed, same)


def test_a_cut_during_the_validation_leaves_no_half_told_record(
    network_of, settings_of, jobs, tmp_path, monkeypatch, same
):
    (whole,) = train(network_of(), settings_of(), jobs[:1])

    def cut(original, member, threads, interruption):
        interruption.set()
        interrupt_main()
        loss, count = original(member, threads, interruption)
        return loss / 2, count

    for kind in (NativeMember, TorchMember):
        monkeypatch.setattr(kind, "validate", lambda *arguments, old=kind.validate: cut(old, *arguments))
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)
    monkeypatch.undo()
    (resumed,) = train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)
    assert_equal(whole, resumed, same)


def test_an_interrupted_epoch_goes_on_in_its_middle(network_of, settings_of, jobs, tmp_path, on_advance, monkeypatch):
    network, settings = network_of(hidden_size=64), settings_of(epochs=1, steps_per_epoch=50_000, batch_size=64)
    with pressing_after(1.0, on_advance), pytest.raises(KeyboardInterrupt):
        train(network, settings, jobs[:1], checkpoint=tmp_path)
    monkeypatch.undo()
    saved = checkpoint.read(checkpoint.path_of(tmp_path, jobs[0]), checkpoint.fingerprint(network, settings, jobs[0]))
    assert saved is not None
    assert saved.facts["epoch_steps"] == saved.facts["steps"] > 0
    taken = take_only(on_advance, 1)
    with pytest.raises(KeyboardInterrupt):
        train(network, settings, jobs[:1], checkpoint=tmp_path)
    assert taken == [saved.facts["steps"]]


def test_ctrl_c_is_heard_in_an_epoch_of_a_million_steps(network_of, settings_of, jobs, on_advance):
    settings = settings_of(epochs=1, steps_per_epoch=1_000_000)
    with pressing_after(0.5, on_advance) as pressed, pytest.raises(KeyboardInterrupt):
        train(network_of(), settings, jobs[:1])
    assert monotonic() - pressed[0] < PROMPTLY_S


def test_ctrl_c_stops_all_members_promptly(network_of, settings_of, jobs, tmp_path, on_advance):
    with pressing_after(0.5, on_advance) as pressed, pytest.raises(KeyboardInterrupt):
        train(network_of(), settings_of(epochs=100_000), jobs, threads=2, checkpoint=tmp_path)
    assert monotonic() - pressed[0] < PROMPTLY_S
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


@contextmanager
def pressing_after(seconds, on_advance):
    """Press Ctrl-C so long after the first steps began; the list that is given holds when, once it has happened."""
    pressed = []

    def press():
        pressed.append(monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer, lock = Timer(seconds, press), Lock()

    def begin(original, *arguments):
        with lock:
            if timer.ident is None:
                timer.start()
        return original(*arguments)

    on_advance(begin)
    try:
        yield pressed
    finally:
        timer.cancel()


@pytest.mark.parametrize("members", [1, 3])
def test_ctrl_c_stops_the_steps_of_a_large_network_promptly(
    network_of, settings_of, windows_of, members, kernel, on_advance
):
    if kernel == "torch":
        pytest.skip("one step of PyTorch's takes longer than that, and cannot be stopped")
    windows = windows_of(rows=1000, length=500, burn_in=499)
    windows.split[:] = 1
    windows = replace(windows, train=np.arange(500, 1000))
    network, settings = network_of(hidden_size=256, num_layers=3), settings_of(batch_size=256, steps_per_epoch=100)
    jobs = [Job(windows, seed, f"seed-{seed}") for seed in range(members)]
    with pressing_after(1.0, on_advance) as pressed, pytest.raises(KeyboardInterrupt):
        train(network, settings, jobs)
    assert monotonic() - pressed[0] < PROMPTLY_S


def test_a_finished_member_is_not_trained_again(network_of, settings_of, jobs, tmp_path, on_advance, same):
    first = train(network_of(), settings_of(), jobs, checkpoint=tmp_path)
    taken = take_only(on_advance, 1)
    again = train(network_of(), settings_of(), jobs, checkpoint=tmp_path)
    assert taken == []
    assert all(same(a.parameters, b.parameters) for a, b in zip(first, again, strict=True))
    assert [a.records for a in first] == [b.records for b in again]


@pytest.mark.parametrize("change", ["seed", "settings", "network", "data"])
def test_a_checkpoint_of_another_training_is_not_continued(network_of, settings_of, windows, tmp_path, same, change):
    train(network_of(), settings_of(), [Job(windows, 0, "x")], checkpoint=tmp_path)
    network = network_of(forget_bias=0.5) if change == "network" else network_of()
    settings = settings_of(learning_rate=0.02) if change == "settings" else settings_of()
    other = replace(windows, targets=windows.targets * 2) if change == "data" else windows
    job = Job(other, int(change == "seed"), "x")
    (fresh,) = train(network, settings, [job])
    (got,) = train(network, settings, [job], checkpoint=tmp_path)
    assert same(fresh.parameters, got.parameters)


def test_a_listener_that_fails_stops_the_training_and_is_heard(network_of, settings_of, jobs):
    def listen(record):
        raise UnpluggedError

    with pytest.raises(UnpluggedError):
        train(network_of(), settings_of(epochs=100_000), jobs, listen=listen)


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_a_damaged_checkpoint_is_named(network_of, settings_of, jobs, tmp_path, content):
    train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)
    path = checkpoint.path_of(tmp_path, jobs[0])
    path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    with pytest.raises(RunFolderError, match=r"seed-0\.safetensors' is damaged"):
        train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path)


def test_a_folder_that_cannot_be_written_is_named(network_of, settings_of, jobs, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match=r"could not write .*seed-0\.safetensors"):
        train(network_of(), settings_of(), jobs[:1], checkpoint=tmp_path / "file" / "below")


def test_any_key_makes_one_file_inside_the_folder(tmp_path, windows):
    path = checkpoint.path_of(tmp_path, Job(windows, 0, "../BRK.B/é 1"))
    assert path.parent == tmp_path
    checkpoint.write(path, checkpoint.Saved({"a": np.ones(2, np.float32)}, {"fingerprint": "f", "x": 0.1}))
    saved = checkpoint.read(path, "f")
    assert saved is not None
    assert saved.facts["x"] == 0.1
    assert list(tmp_path.iterdir()) == [path]
