"""A folder that was claimed in vain is left as it was found; one that was interrupted goes on."""

import json
import os

import pytest

from longshort.errors import DivergedError, NotEnoughHistory, OutputError, RunFolderError, SettingsError
from longshort.results.claim import begin, claimed
from longshort.results.folder import finish, load_run

IDENTITY = {"recipe": {"horizon": 5}, "data": "abc"}


def fail(path, error, overwrite=False, learnt=False):
    with pytest.raises(type(error)), claimed(path, IDENTITY, overwrite) as checkpoint:
        if learnt:
            (checkpoint / "weights").write_bytes(b"half")
        raise error


def content_of(path):
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.mark.parametrize("error", [SettingsError("no CUDA"), NotEnoughHistory("too short"), ValueError("a fault")])
def test_a_refusal_before_anything_was_learnt_leaves_nothing(tmp_path, error):
    fail(tmp_path / "a/b/run", error)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "run").mkdir()
    fail(tmp_path / "run", error)
    assert list(tmp_path.rglob("*")) == [tmp_path / "run"]  # which was there before


def test_a_training_that_diverged_leaves_nothing_so_that_its_remedy_can_be_typed(tmp_path):
    fail(tmp_path / "run", DivergedError("diverged"), learnt=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OutputError("full"), ValueError("a fault")])
def test_an_interrupted_training_goes_on(make_run, tmp_path, error):
    fail(tmp_path / "run", error, learnt=True)
    with claimed(tmp_path / "run", IDENTITY) as checkpoint:
        assert (checkpoint / "weights").read_bytes() == b"half"
        finish(make_run(), tmp_path / "run")
    assert load_run(tmp_path / "run").summary() == make_run().summary()


@pytest.mark.parametrize("error", [SettingsError("no CUDA"), DivergedError("diverged")])
@pytest.mark.parametrize("schema", [1, None])
def test_a_refusal_leaves_an_old_run_as_it_was(make_run, tmp_path, error, schema):
    run = tmp_path / "run"
    make_run().save(run)
    if schema is not None:  # of an older longshort, which is not read any more
        content = json.loads((run / "run.json").read_bytes())
        (run / "run.json").write_text(json.dumps(content | {"schema": schema}))
    before = content_of(run)
    fail(run, error, overwrite=True, learnt=isinstance(error, DivergedError))
    assert content_of(run) == before
    assert not (run / "checkpoint").exists()


def test_what_was_half_moved_in_keeps_its_mark(make_run, tmp_path):
    run = tmp_path / "run"
    make_run().save(run)
    (run / "scores.parquet").write_bytes(b"of another run")
    begin(run, IDENTITY, overwrite=True)
    fail(run, SettingsError("no CUDA"), overwrite=True)
    with pytest.raises(RunFolderError, match="unfinished"):
        load_run(run)


@pytest.fixture
def limbo(make_run, tmp_path):
    """Give a folder as a kill leaves it between the last file moved in and the mark taken away."""
    run = tmp_path / "run"
    begin(run, IDENTITY)
    mark = (run / "unfinished.json").read_bytes()
    finish(make_run(), run)
    (run / "unfinished.json").write_bytes(mark)
    (run / "checkpoint").mkdir()
    (run / "checkpoint/weights").write_bytes(b"half")
    return run


def test_a_run_that_was_finished_but_for_its_mark_is_a_run(make_run, limbo):
    assert load_run(limbo).summary() == make_run().summary()
    with pytest.raises(RunFolderError, match="already holds a complete run"):
        begin(limbo, IDENTITY)
    assert not (limbo / "unfinished.json").exists()
    assert not (limbo / "checkpoint").exists()


def test_such_a_run_can_be_replaced_and_damage_to_it_is_damage(make_run, limbo):
    (limbo / "scores.parquet").write_bytes(b"")
    with pytest.raises(RunFolderError, match=r"scores\.parquet' is damaged"):
        load_run(limbo)
    make_run(seed=1).save(limbo, overwrite=True)
    assert load_run(limbo).summary() == make_run(seed=1).summary()


def test_a_link_to_a_folder_stays_a_link(make_run, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "run").symlink_to("real")
    make_run().save(tmp_path / "run")
    assert (tmp_path / "run").is_symlink()
    assert load_run(tmp_path / "real").summary() == make_run().summary()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_stream_is_no_folder_and_stays(tmp_path, overwrite):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RunFolderError, match="is a file"):
        begin(tmp_path / "pipe", IDENTITY, overwrite)
    assert (tmp_path / "pipe").is_fifo()


def test_no_name_is_no_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="has no name"):
        begin("", IDENTITY)
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_left_is_gone_after_the_same_command(make_run, tmp_path):
    begin(tmp_path / "run", IDENTITY)
    (tmp_path / "run/.longshort-999999999-unfinished.json.tmp").write_bytes(b"{")
    begin(tmp_path / "run", IDENTITY)
    finish(make_run(), tmp_path / "run")
    assert not list((tmp_path / "run").glob(".longshort*"))
