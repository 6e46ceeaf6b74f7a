"""The leak test of a command that reads a CSV file and writes one: run in folders of its own, on copies."""

import os
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from longshort.audit.leak.bounds import refuse_too_large
from longshort.audit.leak.changes import CHANGES
from longshort.audit.leak.lines import Lines, read_lines
from longshort.audit.leak.process import Guard, guarded
from longshort.audit.leak.result import Leak
from longshort.audit.leak.runner import Progress
from longshort.audit.leak.search import CUTOFFS, search
from longshort.audit.leak.table import Edit, Table
from longshort.data.tables.dialect import Written
from longshort.data.tables.opening import gather
from longshort.errors import DataError, LongshortError, SettingsError

_EXAMPLE = "Pass --command 'python theirs.py {data} {out}'."


@dataclass(frozen=True, eq=False)
class _Command:
    """A command's words, the data's lines and the guard that runs it."""

    words: tuple[str, ...]
    lines: Lines
    guard: Guard

    @property
    def table(self) -> Table:
        """Give the data as the test sees them."""
        return self.lines.table

    def run(self, edit: Edit | None) -> pl.DataFrame:
        """Run the command once in a new folder and read what it wrote."""
        with TemporaryDirectory(prefix="run-", dir=self.guard.folder, ignore_cleanup_errors=True) as name:
            data, out = Path(name) / "data.csv", Path(name) / "out.csv"
            given = self.lines.edited(edit)
            data.write_bytes(given)
            words = [word.replace("{data}", str(data)).replace("{out}", str(out)) for word in self.words]
            ended = self.guard.run(words, Path(name), out)
            if ended.code:
                raise DataError(
                    f"the command failed with exit code {ended.code}. Its last lines: {ended.said}",
                    hint="Run it yourself on your file: it must work before it can be tested.",
                )
            if not _holds(data, given):
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
    read once and never touched. Rows up to the cutoff are copied byte for byte. What the command starts ends with
    its run, and with this process; of what it says, the last lines are kept; it may write 1 GiB to `{out}`, or a 32nd
    of the free memory where that is less.

    Raises SettingsError for a command that lacks `{data}` or `{out}` or cannot be found, DataError for one that fails,
    hangs, writes nothing or too much, changes its input or writes other cutoffs on an identical repeat.
    """
    words = _words(command, Path(data))
    lines = read_lines(Path(data), target, known_future, id, date)
    with guarded("the command", timeout, _environment()) as guard:
        return search(
            _Command(words, lines, guard),
            noise_runs=noise_runs,
            changes=changes,
            cutoffs=cutoffs,
            cutoff_lag=cutoff_lag,
            known_future=bool(known_future),
            progress=progress,
        )


def _environment() -> dict[str, str]:
    """Let a Python find the modules of the folder from which longshort was called, and give sets one order."""
    here = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": here, "PYTHONHASHSEED": "0"}


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


def _holds(path: Path, given: bytes) -> bool:
    """Say whether a file still holds the very same bytes."""
    return path.is_file() and path.stat().st_size == len(given) and path.read_bytes() == given


def _read(out: Path) -> pl.DataFrame:
    if not out.is_file() or not out.stat().st_size:
        raise DataError("the command wrote nothing to {out}.", hint="Let it write its forecasts as CSV to {out}.")
    refuse_too_large(out, "what the command wrote to {out}")
    try:
        return gather([out], Written()).frame
    except LongshortError as error:
        raise DataError(
            f"what the command wrote to {{out}} cannot be read: {error.message}", hint=error.hint
        ) from error
