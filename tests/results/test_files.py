import errno
import os
import stat

import pytest

from longshort.errors import OutputError
from longshort.results.files import atomic_write


def names_in(folder):
    return sorted(item.name for item in folder.iterdir())


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    atomic_write(tmp_path / "a" / "b.txt", b"new")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"new"
    assert names_in(tmp_path / "a") == ["b.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_content_and_nothing_half_written(tmp_path, monkeypatch, call):
    target = tmp_path / "page.html"
    target.write_bytes(b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"os.{call}", full)
    if call == "replace":
        monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OutputError, match=r"could not write '.*page.html': No space left on device") as error:
        atomic_write(target, b"new")
    assert "Free some space" in error.value.hint
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["page.html"]


def test_an_interruption_while_writing_leaves_nothing_half_written(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "page.html", b"new")
    assert names_in(tmp_path) == []


def test_a_place_that_may_not_be_written_is_named_with_a_remedy(tmp_path, monkeypatch):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(locked, os.W_OK):  # the superuser may write anywhere: let the system's refusal be played

        def refused(*_, **__):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr("pathlib.Path.open", refused)
    with pytest.raises(OutputError, match="Permission denied") as error:
        atomic_write(locked / "page.html", b"new")
    assert "permissions" in error.value.hint
    locked.chmod(stat.S_IRWXU)
    assert names_in(locked) == []


def test_a_folder_of_the_same_name_is_said(tmp_path):
    (tmp_path / "page.html").mkdir()
    with pytest.raises(OutputError, match="could not write") as error:
        atomic_write(tmp_path / "page.html", b"new")
    assert "there is a folder of this name" in error.value.hint


def test_a_file_where_a_folder_is_needed_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        atomic_write(tmp_path / "file" / "page.html", b"new")
