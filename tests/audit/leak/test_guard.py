"""What a guard runs is limited, and nothing outlives it: no process and no folder, whoever ends first."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longshort.audit.leak.process import Guard, guarded, last_lines
from longshort.audit.leak.table import BrokenOff
from longshort.errors import OutputError, SettingsError

processes = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")

SLEEPS = "import os, time; open('pids', 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
ALONE = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}], start_new_session=True)"
TWICE = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {ALONE!r}], start_new_session=True)"
UNTIL = "\nimport os, time\nwhile not os.path.exists('pids') or not open('pids').read(): time.sleep(0.01)\n"
HOPS = """
import os, time
if os.fork() == 0:
    os.setsid()
    os.close(1), os.close(2)
    while True:
        if os.fork():
            os._exit(0)
        time.sleep(0.001)
"""


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guard]:
    with guarded("the program", 30, {}) as made:
        yield made


def run(guard: Guard, folder: Path, code: str) -> str:
    """Run a piece of Python in a folder and give what it said."""
    return guard.run([sys.executable, "-c", code], folder, folder / "out").said


def gone(pid: int) -> bool:
    """Say whether a process is gone within five seconds."""
    return within(lambda: not Path(f"/proc/{pid}").exists())


def within(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.01)
    return False


@processes
@pytest.mark.parametrize("code", [ALONE + UNTIL, TWICE + UNTIL])
def test_processes_in_sessions_of_their_own_end_with_the_program(guard: Guard, tmp_path: Path, code: str) -> None:
    run(guard, tmp_path, code)
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 1
    assert all(gone(pid) for pid in pids)


@processes
def test_a_process_that_hops_from_one_to_the_next_is_caught(guard: Guard, tmp_path: Path) -> None:
    run(guard, tmp_path, HOPS)
    below = Path(f"/proc/{guard.process.pid}/task/{guard.process.pid}/children").read_text()
    assert below == ""


@processes
def test_a_program_that_takes_too_long_ends_with_all_that_it_started(tmp_path: Path) -> None:
    with guarded("the program", 1.5, {}) as short, pytest.raises(BrokenOff, match=r"did not end within 1\.5 seconds"):
        run(short, tmp_path, f"{TWICE}\n{SLEEPS}")
    assert all(gone(int(line)) for line in (tmp_path / "pids").read_text().split())


@processes
@pytest.mark.parametrize("sign", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_whatever_ends_longshort_ends_the_program_and_removes_the_folder(tmp_path: Path, sign: str) -> None:
    code = (
        "import signal, sys\nfrom pathlib import Path\nfrom longshort.audit.leak.process import guarded\n"
        "for name in ('SIGINT', 'SIGHUP', 'SIGTERM'): signal.signal(getattr(signal, name), signal.SIG_DFL)\n"
        "with guarded('it', 30, {}) as guard:\n"
        "    Path('folder').write_text(str(guard.folder))\n"
        f"    guard.run([sys.executable, '-c', {ALONE + UNTIL + SLEEPS!r}], Path.cwd(), Path('out'))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) as longshort:
        pids = tmp_path / "pids"
        assert within(lambda: longshort.poll() is None and pids.exists() and len(pids.read_text().split()) == 2)
        assert Path((tmp_path / "folder").read_text()).is_dir()
        subprocess.run(["kill", f"-{sign.removeprefix('SIG')}", str(longshort.pid)], check=True)
    assert all(gone(int(line)) for line in pids.read_text().split())
    assert within(lambda: not Path((tmp_path / "folder").read_text()).exists())


def test_only_the_end_of_what_a_program_says_is_kept(guard: Guard, tmp_path: Path) -> None:
    said = run(guard, tmp_path, "import sys\nfor _ in range(20): print('z' * 1_000_000)\nprint('the end')")
    assert 3000 < len(said) < 5000
    assert said.endswith("the end")
    assert run(guard, tmp_path, "import sys; print('on stdout'); sys.exit('on stderr')") == "on stderr"
    assert run(guard, tmp_path, "pass") == "(it said nothing)"


def test_signs_that_steer_a_terminal_are_not_shown() -> None:
    assert last_lines("\x1b]0;title\x07red\r\nlast\u202e") == "]0;titlered | last"


def test_a_program_that_writes_too_much_is_ended(guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGSHORT_MEMORY", "32M")
    with pytest.raises(BrokenOff, match="what the program wrote is larger than 1 MiB"):
        run(guard, tmp_path, "import time; open('out', 'wb').truncate(1 << 40); time.sleep(60)")


def test_a_program_that_ends_its_guard_is_told_so(guard: Guard, tmp_path: Path) -> None:
    for sign in ("SIGTERM", "SIGKILL"):
        with guarded("the program", 30, {}) as own, pytest.raises(BrokenOff, match="ended the process that watches it"):
            run(own, tmp_path, f"import os, signal; os.kill(os.getppid(), signal.{sign}); import time; time.sleep(1)")
        assert not own.folder.exists()
    assert guard.folder.is_dir()


def test_what_cannot_be_started_and_a_folder_that_cannot_be_made_are_said(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=r"'/no/such' cannot be run: No such file"):
        guard.run(["/no/such"], tmp_path, tmp_path / "out")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match="no temporary folder can be made in"), guarded("it", 30, {}):
        pass


def test_variables_reach_the_program_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    with guarded("it", 30, {"OWN": "seen"}) as made:
        ended = made.run([sys.executable, "-c", "import os; exit(len(os.environ['OWN']))"], tmp_path, tmp_path / "out")
    assert ended.code == 4
    assert "OWN" not in os.environ
