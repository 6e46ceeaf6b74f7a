"""The measurement: engines take turns, repeat after repeat, and their medians are set beside each other."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from longshort.bench.engine import Engine, WorkerError, refuse_missing
from longshort.bench.forking import forking
from longshort.bench.jobs import Part, parts
from longshort.bench.machine import cores, describe, load, peak
from longshort.bench.results import compare, document, floors, ours_beside_ours, timing
from longshort.errors import SettingsError
from longshort.native.selection import VARIABLE

FIT_EPOCHS = 3  # of a whole fit that is timed
REPEATS = 5
Tell = Callable[[str], None]


def bench(
    job: str = "canonical",
    *,
    against: str = "torch",
    threads: int | None = None,
    repeats: int | None = None,
    cell: str | None = None,
    hidden: int | None = None,
    batch: int | None = None,
    python: str | None = None,
    tell: Tell = lambda _: None,
) -> dict[str, Any]:
    """Time a job of ours and of a peer's on this machine, as one plain dictionary (docs/json.md).

    `repeats` is 5 unless given; `python` is that of the environment in which the peer is installed; `tell` hears what
    is going on. Raises SettingsError where LONGSHORT_KERNEL is set, or where the peer is missing or cannot do the job.
    """
    if os.environ.get(VARIABLE):
        raise SettingsError(
            f"{VARIABLE}={os.environ[VARIABLE]!r} is set: what is timed would not be what users get.",
            f"Type: env -u {VARIABLE} longshort bench",
        )
    given = {"cell": cell, "hidden": hidden, "batch": batch, "threads": threads, "repeats": repeats}
    chosen = parts(job, against, given)
    if job == "forking":
        return count_steps(against, tell)
    where = str(Path(shutil.which(python) or python).absolute()) if python else sys.executable
    if not all(part.alone for part in chosen):
        refuse_missing(against, where)
    return measure(job, against, chosen, resolve_threads(threads), repeats or REPEATS, where, tell)


def count_steps(against: str, tell: Tell) -> dict[str, Any]:
    """Do the job that counts steps of the optimizer: it is done once, on all cores."""
    before = load()
    fits, own = forking(tell=tell)
    kind = {"name": "longshort", "precision": "fp32", "threads": cores(), "settings": "", "peak_bytes": None}
    engines = [kind | {"what": fit["what"], "per": "fit"} | timing(fit["seconds"]) for fit in fits]
    return document("forking", against, [], engines, own, [], describe(None, before))


def resolve_threads(threads: int | None) -> int:
    """Give the threads asked for, as many as there are cores unless given; SettingsError where there are fewer."""
    if threads is not None and not 1 <= threads <= cores():
        raise SettingsError(
            f"--threads {threads}, but this process has {cores()} core{'s' * (cores() > 1)}.",
            f"Pass --threads {cores()} or fewer.",
        )
    return threads or cores()


def measure(
    job: str, against: str, chosen: Sequence[Part], threads: int, repeats: int, python: str, tell: Tell
) -> dict[str, Any]:
    """Time all parts, and put the results together."""
    before, peaks = load(), [peak(threads)]
    with ExitStack() as stack:
        running: list[tuple[Part, Engine]] = []
        for part in chosen:
            for name, where in line_up(part, against, python):
                tell(f"{part.what}: {name} gets ready")
                engine = Engine(name, where, part.task(threads) | {"epochs": FIT_EPOCHS})
                running.append((part, stack.enter_context(engine)))
        engines = take_turns(running, repeats, tell)
        left_out = [item for _, engine in running for item in engine.left_out]
    peaks.append(peak(threads))
    # what else ran meanwhile lowers a peak, and nothing lifts it
    fastest = max((found for found in peaks if found), default=None)
    results = [compare(part, engines, against, threads) | floors(part, fastest) for part in chosen if not part.alone]
    own, machine = ours_beside_ours(chosen, engines), describe(fastest, before)
    once = [item for place, item in enumerate(left_out) if item not in left_out[:place]]
    return document(job, against, results, engines, own, once, machine)


def line_up(part: Part, against: str, python: str) -> list[tuple[str, str]]:
    """Name the engines of a part, each with its Python."""
    return [("longshort", sys.executable), *([] if part.alone else [(against, python)])]


def take_turns(running: Sequence[tuple[Part, Engine]], repeats: int, tell: Tell) -> list[dict[str, Any]]:
    """Time every mode of every engine once, then all again, so that whatever disturbs this machine disturbs all."""
    turns = [Turn(part, engine, number) for part, engine in running for number in range(len(engine.modes))]
    for repeat in range(repeats):
        for turn in turns:
            tell(f"{turn.part.what}: repeat {repeat + 1} of {repeats}, {turn.mode['name']} {turn.mode['precision']}")
            turn.take()
        turns = [turn for turn in turns if not turn.failed]
    return [turn.row() for turn in turns]


@dataclass
class Turn:
    """Hold one mode of one engine, and what was measured of it."""

    part: Part
    engine: Engine
    number: int
    seconds: list[float] = field(default_factory=list)
    memory: int | None = None
    failed: bool = False

    @property
    def mode(self) -> dict[str, Any]:
        """Give the name, precision, threads and settings."""
        return self.engine.modes[self.number]

    def take(self) -> None:
        """Time one repeat; a variant of a peer that fails is left out and said, one of ours is a WorkerError."""
        answer = self.engine.ask(str(self.number))
        why = answer.get("failed")
        if why is None:
            self.seconds.append(median(answer["seconds"]))
            self.memory = answer["peak_bytes"]
            return
        name = f"{self.mode['name']} {self.mode['precision']} with {self.mode['settings'] or 'its defaults'}"
        if self.mode["name"] == "longshort":
            raise WorkerError(f"{name} failed: {why}", "Run 'longshort doctor', and report it.")
        self.failed = True
        self.engine.left_out.append({"name": name, "why": why})

    def row(self) -> dict[str, Any]:
        """Give the median of the repeats with all that tells the mode."""
        about = {"what": self.part.what, "per": self.part.per, "peak_bytes": self.memory}
        return {**self.mode, **about} | timing(self.seconds)
