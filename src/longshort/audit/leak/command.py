"""The leak test of a command that reads a CSV file and writes one: run in folders of its own, on copies."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from longshort.audit.leak.changes import CHANGES
from longshort.audit.leak.lines import Lines, read_lines
from longshort.audit.leak.result import Leak
from longshort.audit.leak.runner import Progress
from longshort.audit.leak.search import CUTOFFS, search
from longshort.audit.leak.table import Edit, Table
from longshort.data.tables.opening import gather
from longshort.data.tables.dialect import Written
from longshort.errors import DataError, LongshortError, SettingsError

_EXAMPLE = "Pass --command 'python theirs.py {data} {out}'."


@dataclass(frozen=True, eq=False)
class _Command:
    """A command's words, the data's lines and how long a run may take, in seconds."""

    words: tuple[str, ...]
    lines: Lines
    timeout: float

    @property
    def table(self) -> Table:
        """Give the data as the test sees them."""
        return self.lines.table

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Run the command once in a new folder and read what it wrote."""
        with TemporaryDirectory(prefix="longshort-") as name:
            data, out = Path(name) / "data.csv", Path(name) / "out.csv"
            given = self.lines.edited(edit)
            data.write_bytes(given)
            words = [word.replace("{data}", str(data)).replace("{out}", str(out)) for word in self.words]
            _execute(words, Path(name), self.timeout)
            if not data.is_file() or data.read_bytes() != given:
                raise DataError(
                    "the command changed its input file {data}.", hint="Let it write to {out} and nowhere else."
                )
            return _read(out)


def audit_command(
    command: str,
    data: str | Path,
    *,
    target: str | None = None,
    id: str | None = None,
    date: str | None = None,
    known_future: Sequence[str] = (),
    timeout: float = 600.0,
    noise_runs: int | None = None,
    changes: Sequence[str] = CHANGES,
    cutoffs: int = CUTOFFS,
    cutoff_lag: int | None = None,
    progress: Progress | None = None,
) -> Leak:
    """Tell whether a command sees what comes after its own cutoffs, as `audit_leakage` does for a function.

    `command` is cut into words as a shell would, but run without one; `{data}` stands for a copy of the user's file,
    `{out}` for the CSV of forecasts that it must write. Each run has a temporary folder of its own as working folder,
    so paths in the command that exist are made absolute; `timeout` is in seconds for each run. The user's file is
    read once and never touched. Rows up to the cutoff are copied byte for byte.

    Raises SettingsError for a command that lacks `{data}` or `{out}` or cannot be found, DataError for one that fails,
    hangs, writes nothing, changes its input or writes other cutoffs on an identical repeat.
    """
    if timeout <= 0:
        raise SettingsError(
            f"--timeout {timeout:g} leaves no time to run.", hint="Pass seconds, such as --timeout 600."
        )
    words = _words(command, Path(data))
    subject = _Command(words, read_lines(Path(data), target, known_future, id, date), timeout)
    return search(
        subject,
        noise_runs=noise_runs,
        changes=changes,
        cutoffs=cutoffs,
        cutoff_lag=cutoff_lag,
        known_future=bool(known_future),
        progress=progress,
    )


def _words(command: str, data: Path) -> tuple[str, ...]:
    """Cut a command into words, find its program, and make its paths absolute."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SettingsError(f"the command cannot be cut into words: {error}.", hint=_EXAMPLE) from error
    for place in ("{data}", "{out}"):
        if not any(place in word for word in words):
            raise SettingsError(f"the command lacks {place}.", hint=_EXAMPLE)
    program = shutil.which(words[0])
    if program is None:
        raise SettingsError(f"there is no program {words[0]!r}.", hint="Check its name, or give its whole path.")
    rest = [_absolute(word) for word in words[1:]]
    if any(word == str(data.resolve()) for word in rest):
        raise SettingsError(f"the command names {data.name!r} itself.", hint="Write {data} in its place.")
    return (str(Path(program).absolute()), *rest)


def _absolute(word: str) -> str:
    """Make a path that exists absolute, also behind an option's equals sign; other words stay."""
    option, sign, value = word.partition("=") if word.startswith("-") else ("", "", word)
    looks = "." in value or os.sep in value
    return f"{option}{sign}{Path(value).resolve()}" if looks and value and Path(value).exists() else word


def _execute(words: list[str], folder: Path, timeout: float) -> None:
    """Run a program to its end in a process group of its own, which is ended with it, whatever happens."""
    here = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": here, "PYTHONHASHSEED": "0"}
    said = folder / "stderr.txt"
    with said.open("wb") as errors, (folder / "stdout.txt").open("wb") as output:
        try:
            child = subprocess.Popen(
                words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise SettingsError(f"{words[0]!r} cannot be run: {error.strerror}.", hint="Check the program.") from error
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise DataError(
                f"the command did not end within {timeout:g} seconds.",
                hint="Give it more with --timeout SECONDS, or a smaller task.",
            ) from error
        finally:
            _end(child)
    if code:
        raise DataError(
            f"the command failed with exit code {code}. Its last lines: {_tail(said)}",
            hint="Run it yourself on your file: it must work before it can be tested.",
        )


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End a child and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _tail(path: Path) -> str:
    lines = [line.strip() for line in path.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-5:]) or "(it said nothing)"


def _read(out: Path) -> pl.DataFrame:
    if not out.is_file() or not out.stat().st_size:
        raise DataError("the command wrote nothing to {out}.", hint="Let it write its forecasts as CSV to {out}.")
    try:
        return gather([out], Written()).frame
    except LongshortError as error:
        raise DataError(
            f"what the command wrote to {{out}} cannot be read: {error.message}", hint=error.hint
        ) from error
