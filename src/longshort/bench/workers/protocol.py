"""What a worker and the measuring process say to each other: one line of JSON each.

The task comes first, and is answered with the modes that can be timed. Then each line names a mode and is answered with
the seconds that units of it took, or with why it could not be done.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

LONGEST = 120  # of a library's words that are passed on


@dataclass
class Mode:
    """Name one way to do the work, and hold the function that does it and gives each unit's seconds."""

    name: str
    precision: str
    threads: int
    run: Callable[[], list[float]]
    settings: str = ""

    def described(self) -> dict[str, Any]:
        """Give all that others may know."""
        return {"name": self.name, "precision": self.precision, "threads": self.threads, "settings": self.settings}


@dataclass
class Modes:
    """Hold what can be timed, and what cannot: its name and why."""

    able: list[Mode] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def leave_out(self, name: str, error: Exception | str) -> None:
        """Write down once that something does not run here."""
        item = {"name": name, "why": in_short(error)}
        if item not in self.left_out:
            self.left_out.append(item)


def in_short(error: Exception | str) -> str:
    """Give a library's own words on what failed, on one line."""
    lines = str(error).splitlines() or [""]
    kind = f"{type(error).__name__}: " if isinstance(error, Exception) else ""
    return f"{kind}{lines[0]}"[:LONGEST]


def main(worker: str) -> None:
    """Be the worker of that name until stdin ends. Whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    task = json.loads(sys.stdin.readline())
    if worker != "pytorch":  # which looks itself for the number of threads that suits it
        keep_to_cores(task["threads"])
    modes: Modes = import_module(f"longshort.bench.workers.{worker}").prepare(task)
    able = [mode.described() for mode in modes.able]
    answers.write(json.dumps({"modes": able, "left_out": modes.left_out}) + "\n")
    for line in sys.stdin:
        answers.write(json.dumps(timed(modes.able[int(line)])) + "\n")


def timed(mode: Mode) -> dict[str, Any]:
    """Time one repeat; where a library fails at it, give `failed`, its own words, so that the other modes go on."""
    try:
        seconds = mode.run()
    except Exception as error:
        return {"failed": in_short(error)}
    return {"seconds": seconds, "peak_bytes": peak_bytes()}


def keep_to_cores(count: int) -> None:
    """Let this process run on so many cores and no more, and say so to libraries that would not look."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(count)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def peak_bytes() -> int | None:
    """Give the most memory that this process has had, where the system (Linux) says it."""
    # not getrusage: its maximum begins with that of the process from which this one was started
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
