"""The measurement: engines take turns, repeat after repeat, and their medians are set beside each other."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any

from longshort.bench.engine import Engine, refuse_missing
from longshort.bench.forking import forking
from longshort.bench.jobs import Part, parts
from longshort.bench.machine import cores, describe, peak
from longshort.bench.results import compare, document, floors, ours_beside_ours, timing
from longshort.errors import SettingsError

SWITCH = "LONGSHORT_KERNEL"
FIT_EPOCHS = 3  # of a whole fit that is timed
OURS = {"name": "longshort", "precision": "fp32", "settings": "", "peak_bytes": None}
Tell = Callable[[str], None]


def bench(
    job: str = "canonical",
    *,
    against: str = "torch",
    threads: int | None = None,
    repeats: int = 5,
    cell: str | None = None,
    hidden: int | None = None,
    batch: int | None = None,
    python: str | None = None,
    tell: Tell = lambda _: None,
) -> dict[str, Any]:
    """Time a job of ours and of a peer's on this machine, as one plain dictionary (docs/json.md).

    `python` is that of the environment in which the peer is installed; `tell` hears what is going on. Raises
    SettingsError where LONGSHORT_KERNEL is set, or where the peer is missing or cannot do the job.
    """
    if os.environ.get(SWITCH):
        raise SettingsError(
            f"{SWITCH}={os.environ[SWITCH]!r} is set: what is timed would not be what users get.",
            f"Type: env -u {SWITCH} longshort bench",
        )
    count = resolve_threads(threads)
    chosen = parts(job, against, cell, hidden, batch)
    if job == "forking":
        fits, own = forking(tell=tell)
        engines = [
            OURS | {"threads": count, "what": fit["what"], "per": "fit"} | timing(fit["seconds"]) for fit in fits
        ]
        return document(job, against, [], engines, own, [], describe())
    if not all(part.alone for part in chosen):
        refuse_missing(against, python or sys.executable)
    return measure(job, against, chosen, count, repeats, python or sys.executable, tell)


def resolve_threads(threads: int | None) -> int:
    """Give the threads asked for, as many as there are cores unless given; SettingsError where there are fewer."""
    if threads is not None and not 1 <= threads <= cores():
        raise SettingsError(f"--threads {threads}, but this process has {cores()}.", f"Pass --threads {cores()}")
    return threads or cores()


def measure(
    job: str, against: str, chosen: Sequence[Part], threads: int, repeats: int, python: str, tell: Tell
) -> dict[str, Any]:
    """Time each part in turn, and put the results together."""
    engines: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    peaks = [peak(threads)]
    for part in chosen:
        with ExitStack() as stack:
            running = []
            for name, where in line_up(part, against, python):
                tell(f"{part.what}: {name} gets ready")
                running.append(stack.enter_context(Engine(name, where, part.task(threads) | {"epochs": FIT_EPOCHS})))
            engines += take_turns(part, running, repeats, tell)
            left_out += [item for engine in running for item in engine.left_out if item not in left_out]
        peaks.append(peak(threads))
    fastest = max(
        (found for found in peaks if found), default=None
    )  # what else ran meanwhile lowers it, never lifts it
    results = [compare(part, engines, against, threads) | floors(part, fastest) for part in chosen if not part.alone]
    return document(job, against, results, engines, ours_beside_ours(chosen, engines), left_out, describe(fastest))


def line_up(part: Part, against: str, python: str) -> list[tuple[str, str]]:
    """Name the engines of a part, each with its Python."""
    return [("longshort", sys.executable), *([] if part.alone else [(against, python)])]


def take_turns(part: Part, running: Sequence[Engine], repeats: int, tell: Tell) -> list[dict[str, Any]]:
    """Time every mode of every engine once, then all again, so that whatever disturbs this machine disturbs all."""
    turns = [(engine, number) for engine in running for number in range(len(engine.modes))]
    seconds: list[list[float]] = [[] for _ in turns]
    memory: dict[str, int | None] = {}
    for repeat in range(repeats):
        for place, (engine, number) in enumerate(turns):
            mode = engine.modes[number]
            tell(f"{part.what}: repeat {repeat + 1} of {repeats}, {mode['name']} {mode['precision']}")
            answer = engine.ask(str(number))
            seconds[place].append(median(answer["seconds"]))
            memory[engine.name] = answer["peak_bytes"]
    return [
        {**engine.modes[number], "what": part.what, "per": part.per, "peak_bytes": memory[engine.name]} | timing(taken)
        for (engine, number), taken in zip(turns, seconds, strict=True)
    ]
