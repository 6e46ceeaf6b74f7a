"""Start workers in processes of their own, and let them take turns."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from longshort.errors import LongshortError, SettingsError, examples

PACKAGE = Path(__file__).parents[1]
MODULES = {
    "torch": ["torch"],
    "keras": ["keras", "tensorflow"],
    "neuralforecast": ["neuralforecast"],
    "darts": ["darts"],
}
WORKERS = {"torch": "pytorch"}
# In another environment longshort is not installed: its folder is made known without what lies beside it there.
ELSEWHERE = """\
import sys, types
package = types.ModuleType("longshort")
package.__path__ = [sys.argv[1]]
sys.modules["longshort"] = package
"""
BEGIN = "import sys; from longshort.bench.workers.protocol import main; main(sys.argv[2])"


class WorkerError(LongshortError):
    """Say that an engine that is measured failed, in its own words."""

    code = "bench"


class Engine:
    """One engine in its own process, ready to time its modes; a context, at whose end the process ends."""

    def __init__(self, name: str, python: str, task: Mapping[str, Any]) -> None:
        self.name = name
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the engine
        self.folder = tempfile.TemporaryDirectory()  # some peers write logs where they run
        ours = name == "longshort"
        command = [python, *([] if ours else ["-I"]), "-c", BEGIN if ours else ELSEWHERE + BEGIN]
        self.process = subprocess.Popen(
            [*command, str(PACKAGE), WORKERS.get(name, "ours" if ours else name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=self.folder.name,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))} if ours else None,
        )
        self.task = task
        self.modes: list[dict[str, Any]] = []
        self.left_out: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        """Give it the task, and learn what it can time."""
        try:
            answer = self.ask(json.dumps(self.task))
        except BaseException:
            self.__exit__()
            raise
        self.modes, self.left_out = answer["modes"], answer["left_out"]
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()
        self.errors.close()
        self.folder.cleanup()

    def ask(self, line: str) -> dict[str, Any]:
        """Say one line and wait for the answer; WorkerError where the process ended instead."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise WorkerError(f"{self.name} failed: {self.last_words()}", f"Look whether {self.name} works by itself.")
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def last_words(self) -> str:
        """Give the last line that the process wrote on stderr."""
        self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with {self.process.returncode}."


def refuse_missing(peer: str, python: str) -> None:
    """Raise SettingsError where the peer is not installed for that Python, or there is no such Python."""
    modules = MODULES[peer]
    look = f"import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, {modules!r})))"
    try:
        found = subprocess.run([python, "-I", "-c", look], capture_output=True, check=False).returncode == 0
    except OSError as error:
        raise SettingsError(
            f"--python {python!r} is no Python: {error.strerror}.", "Pass --python ENVIRONMENT/bin/python"
        ) from error
    if not found:
        raise SettingsError(
            f"{peer} is not installed for {python}.",
            f"Install {examples(modules)} into an environment of its own and pass --python ENVIRONMENT/bin/python",
        )
