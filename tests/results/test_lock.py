"""A folder has one writer, and a lock lives no longer than its process."""

import shutil
import subprocess
import sys

import pytest

from longshort.errors import RunFolderError
from longshort.results.folder import begin, finish, load_run
from longshort.results.lock import acquire, locked, release

HOLD = """
import sys
from pathlib import Path
from longshort.results.lock import acquire
acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path):
    """Give a folder that another process has locked, and that process."""
    folder = tmp_path / "run"
    folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        yield folder, other
        other.kill()


def is_free(folder):
    """Say whether another process could lock a folder."""
    program = (
        "import sys; from pathlib import Path; from longshort.results.lock import acquire; acquire(Path(sys.argv[1]))"
    )
    return subprocess.run([sys.executable, "-c", program, folder], capture_output=True, check=False).returncode == 0


def test_the_second_writer_is_refused_and_changes_nothing(held):
    folder, _ = held
    with pytest.raises(RunFolderError, match="is being written by another process") as error:
        begin(folder, {"recipe": 1}, overwrite=True)
    assert "choose another folder" in error.value.hint
    assert list(folder.iterdir()) == []


def test_a_lock_ends_with_its_process_however_that_ends(held):
    folder, other = held
    other.kill()
    other.wait()
    begin(folder, {"recipe": 1})
    release(folder)


def test_a_lock_is_held_from_begin_to_finish_and_leaves_no_file(make_run, tmp_path):
    folder = tmp_path / "run"
    begin(folder, {"recipe": 1})
    assert not is_free(folder)
    begin(folder, {"recipe": 1})  # the same process goes on
    finish(make_run(), folder)
    assert is_free(folder)
    assert load_run(folder).verdict == make_run().verdict
    assert not list(folder.glob(".longshort*"))


def test_a_refused_beginning_gives_the_lock_back(make_run, tmp_path):
    folder = tmp_path / "run"
    make_run().save(folder)
    with pytest.raises(RunFolderError, match="complete run"):
        begin(folder, {"recipe": 1})
    assert is_free(folder)


def test_a_block_in_a_block_keeps_the_lock_of_the_outer_one(tmp_path):
    with locked(tmp_path):
        with locked(tmp_path):
            pass
        assert not is_free(tmp_path)
    assert is_free(tmp_path)


def test_a_folder_that_was_deleted_and_made_again_is_locked_anew(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    assert acquire(folder)
    shutil.rmtree(folder)
    folder.mkdir()
    assert is_free(folder)
    assert acquire(folder)
    assert not acquire(folder)
    assert not is_free(folder)
    release(folder)


def test_a_disk_without_locks_refuses_nobody(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError("no locks here")

    monkeypatch.setattr("longshort.results.lock.take", unknown)
    assert acquire(tmp_path)
    release(tmp_path)
