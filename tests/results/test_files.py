import errno
import os
import pty
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from longshort.errors import OutputError
from longshort.results.files import atomic_write, refuse_place
from longshort.results.lock import take


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


# --- names that stand for something else than a file ----------------------------------------------------------------


def test_a_link_stays_a_link_and_what_it_points_to_is_written(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for content in (b"first", b"second"):  # into nothing, then over a file
        link = tmp_path / "page.html"
        if not link.is_symlink():
            link.symlink_to("elsewhere/real.html")
        atomic_write(link, content)
        assert link.is_symlink()
        assert (tmp_path / "elsewhere/real.html").read_bytes() == content
    assert names_in(tmp_path / "elsewhere") == ["real.html"]


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match="could not write"):
        atomic_write(tmp_path / "loop", b"new")
    assert (tmp_path / "loop").is_symlink()


def test_a_named_pipe_is_written_into(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        heard = pool.submit(pipe.read_bytes)
        atomic_write(pipe, b"new")
        assert heard.result() == b"new"
    assert pipe.is_fifo()


def test_a_device_is_written_into():
    ours, theirs = pty.openpty()
    try:
        atomic_write(os.ttyname(theirs), b"new")
        assert os.read(ours, 10) == b"new"
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("call", [lambda path: atomic_write(path, b"new"), refuse_place])
def test_what_is_neither_file_nor_stream_is_refused_and_stays(tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(OutputError, match="'socket': it is no file"):
            call("socket")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="Is a directory"):
        call("folder")
    assert names_in(tmp_path) == ["folder", "socket"]


def test_a_place_for_a_new_file_or_over_an_old_one_is_not_refused(tmp_path):
    (tmp_path / "old").write_bytes(b"old")
    refuse_place(tmp_path / "old")
    refuse_place(tmp_path / "none" / "new")
    assert names_in(tmp_path) == ["old"]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_the_file_that_a_command_prints_into_is_not_replaced_under_it(tmp_path, stream):
    program = f"""
from longshort.errors import OutputError
from longshort.results.files import atomic_write
try:
    atomic_write({str(tmp_path / "o.txt")!r}, b"new")
except OutputError as error:
    import sys
    print(error.message, file=sys.{stream})
"""
    with (tmp_path / "o.txt").open("wb") as file:
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60, **{stream: file})
    assert "goes there already" in (tmp_path / "o.txt").read_text()


# --- what the dead leave behind -----------------------------------------------------------------------------------


@pytest.fixture
def dead():
    """Give the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    return child.pid


def test_what_a_dead_process_left_unfinished_is_deleted_by_the_next_write(tmp_path, dead):
    (tmp_path / f".longshort-{dead}-page.html.tmp").write_bytes(b"half")
    atomic_write(tmp_path / "other.html", b"new")
    assert names_in(tmp_path) == ["other.html"]


def test_what_is_still_being_written_stays(tmp_path, dead):
    kept = [f".longshort-{os.getpid()}-page.html.tmp", f".longshort-{dead}-page.html.tmp", ".longshort-me-mine.tmp"]
    for name in kept:
        (tmp_path / name).write_bytes(b"half")
    with (tmp_path / kept[1]).open("rb") as far:  # on another machine, the number would say nothing
        assert take(far.fileno())
        atomic_write(tmp_path / "other.html", b"new")
    assert names_in(tmp_path) == sorted([*kept, "other.html"])


def test_a_pipe_among_the_leftovers_is_not_waited_for(tmp_path, dead):
    os.mkfifo(tmp_path / f".longshort-{dead}-page.html.tmp")
    atomic_write(tmp_path / "other.html", b"new")
