"""Programs of somebody else's, run by a guard: limited in time and in what they write, and nothing outlives them."""

import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longshort.audit.leak import guard
from longshort.audit.leak.bounds import most_bytes, too_large
from longshort.audit.leak.table import BrokenOff
from longshort.errors import OutputError, SettingsError


@dataclass(frozen=True)
class Ended:
    """Tell how a program ended by itself: its exit code and the last of what it said."""

    code: int
    said: str


@dataclass(frozen=True)
class Guard:
    """Run programs in a process of its own, which has a temporary `folder` for them; `what` names them in messages."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    what: str
    timeout: float

    def run(self, words: Sequence[str], folder: Path, out: Path) -> Ended:
        """Run a program in a folder to its end, and end all that it started.

        Raises SettingsError where it cannot be started, BrokenOff where it takes more than the guard's time, is
        ended by a signal, or writes more to `out` than is read.
        """
        request = {
            "words": list(words), "folder": str(folder), "out": str(out), "timeout": self.timeout, "most": most_bytes(),
        }  # fmt: skip
        answer = _answer(self.process, request)
        if answer is None or answer.get("end") == "stopped":
            raise BrokenOff(f"{self.what} ended the process that watches it.", hint="Let it end none but its own.")
        if "refused" in answer:
            raise SettingsError(f"{words[0]!r} cannot be run: {answer['refused']}.", hint="Check the program.")
        said = last_lines(answer["said"])
        if answer["end"] == "late":
            raise BrokenOff(
                f"{self.what} did not end within {self.timeout:g} seconds.",
                hint="Give it more with --timeout SECONDS, or a smaller task.",
            )
        if answer["end"] == "large":
            raise too_large(f"what {self.what} wrote")
        if answer["code"] < 0:
            raise BrokenOff(
                f"{self.what} was ended by the signal {_signal(-answer['code'])}. Its last lines: {said}",
                hint="Run it yourself on your data: it must work before it can be tested.",
            )
        return Ended(answer["code"], said)


@contextmanager
def guarded(what: str, timeout: float, environment: Mapping[str, str]) -> Iterator[Guard]:
    """Give a guard that runs programs with an environment, each for `timeout` seconds at most.

    Raises SettingsError for a time that is no time, OutputError where no temporary folder can be made.
    """
    if not 0 < timeout < math.inf:
        raise SettingsError(
            f"--timeout {timeout:g} leaves no time to run." if timeout <= 0 else f"--timeout {timeout:g} is no limit.",
            hint="Pass seconds, such as --timeout 600.",
        )
    place = tempfile.gettempdir()
    with subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, place], env={**os.environ, **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        folder = None
        try:
            folder = _answer(process)
            if folder is None:
                raise OutputError(
                    f"no temporary folder can be made in {place!r}.",
                    hint="Make room or permission there, or set TMPDIR.",
                )
            yield Guard(process, Path(folder), what, timeout)
        finally:
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
            process.wait()
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)  # the guard did it, unless somebody killed it


def _answer(process: "subprocess.Popen[bytes]", request: object = None) -> Any:
    """Send a guard a request, if there is one, and wait for its answer; None where it is gone."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(BrokenPipeError):
        if request is not None:
            process.stdin.write(f"{json.dumps(request)}\n".encode())
            process.stdin.flush()
        if sys.platform != "win32":
            select.select([process.stdout], [], [])  # Ctrl-C wakes it; reading may go on where polars hears signals
        line = process.stdout.readline()
        return json.loads(line) if line else None
    return None


def _signal(number: int) -> str:
    return signal.strsignal(number) or str(number)


def last_lines(text: str) -> str:
    r"""Show the last lines of what a program said in one line, without signs that steer a terminal.

    >>> last_lines("one\n\n\x1b[31mtwo\n")
    'one | [31mtwo'
    """
    lines = ["".join(filter(str.isprintable, line)).strip() for line in text.splitlines()]
    return " | ".join([line for line in lines if line][-5:]) or "(it said nothing)"
