import os
import signal
from dataclasses import replace
from threading import Timer
from time import monotonic

import numpy as np
import pytest

from longshort.errors import OutputError, RunFolderError
from longshort.training import checkpoint
from longshort.training.batch import Job
from longshort.training.executor_torch import TorchMember
from longshort.training.train import train


class UnpluggedError(Exception):
    pass


def cut_after(monkeypatch, steps):
    """Interrupt training in the middle of an epoch, after so many steps in all."""
    step, taken = TorchMember.step, []

    def counted(self, batch, number):
        taken.append(number)
        if len(taken) > steps:
            raise KeyboardInterrupt
        return step(self, batch, number)

    monkeypatch.setattr(TorchMember, "step", counted)
    return taken


@pytest.mark.parametrize("steps", [1, 4, 7, 13, 22])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_cut_and_resume_changes_nothing(network_of, settings_of, jobs, tmp_path, monkeypatch, same, steps, optimizer):
    settings = settings_of(optimizer=optimizer)
    whole = train(network_of(), settings, jobs[:2], threads=1)
    cut_after(monkeypatch, steps)
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings, jobs[:2], threads=1, checkpoint=tmp_path)
    monkeypatch.undo()
    resumed = train(network_of(), settings, jobs[:2], threads=1, checkpoint=tmp_path)
    for one, other in zip(whole, resumed, strict=True):
        assert same(one.parameters, other.parameters)
        assert (one.records, one.best_epoch, one.stopped) == (other.records, other.best_epoch, other.stopped)


def test_an_interrupted_epoch_goes_on_in_its_middle(network_of, settings_of, jobs, tmp_path, monkeypatch):
    settings = settings_of(epochs=1, steps_per_epoch=10_000)
    alarm = Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings, jobs[:1], checkpoint=tmp_path)
    saved = checkpoint.read(
        checkpoint.path_of(tmp_path, jobs[0]), checkpoint.fingerprint(network_of(), settings, jobs[0])
    )
    assert saved is not None
    assert saved.facts["epoch_steps"] == saved.facts["steps"] > 0
    taken = cut_after(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings, jobs[:1], checkpoint=tmp_path)
    assert taken[0] == saved.facts["steps"]


def test_ctrl_c_stops_all_members_within_half_a_second(network_of, settings_of, jobs, tmp_path):
    pressed = []

    def press():
        pressed.append(monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    Timer(0.5, press).start()
    with pytest.raises(KeyboardInterrupt):
        train(network_of(), settings_of(epochs=100_000), jobs, threads=2, checkpoint=tmp_path)
    assert monotonic() - pressed[0] < 0.5
    assert len(list(tmp_path.glob("*.safetensors"))) == 2


def test_a_finished_member_is_not_trained_again(network_of, settings_of, jobs, tmp_path, monkeypatch, same):
    first = train(network_of(), settings_of(), jobs, checkpoint=tmp_path)
    taken = cut_after(monkeypatch, 0)
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
