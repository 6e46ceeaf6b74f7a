"""Share members out over threads, and threads over members: first a thread each, then the spare ones to the last.

The calling thread listens and waits.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

from longshort.training.batch import Job
from longshort.training.engine import Description, Engine
from longshort.training.interruption import Interruption
from longshort.training.member import Progress, Surroundings, train_member
from longshort.training.records import Record
from longshort.training.settings import Training

WAIT_S = 0.1  # how long the calling thread may sleep before it notices Ctrl-C


@dataclass
class Turns:
    """Hand out the numbers of the jobs, each with its share of the time that is left."""

    jobs: int
    threads: int
    end: float
    taken: int = 0
    done: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self) -> tuple[int, float] | None:
        """Give the next job's number and deadline; None when all are taken."""
        with self.lock:
            number, waiting = self.taken, self.jobs - self.taken
            if not waiting:
                return None
            self.taken += 1
        rounds = math.ceil(waiting / self.threads)
        now = monotonic()
        return number, now + max(self.end - now, 0.0) / rounds

    def give_back(self) -> None:
        """Say that a member is done."""
        with self.lock:
            self.done += 1

    def threads_each(self) -> int:
        """Say how many threads each member may use now; bits do not depend on it."""
        return max(1, self.threads // max(self.jobs - self.done, 1))


def run_members(
    network: Description,
    settings: Training,
    jobs: Sequence[Job],
    engine: Engine,
    threads: int,
    listen: Callable[[Record], None] | None,
    checkpoint: Path | None,
) -> list[Progress]:
    """Train all jobs on so many threads; whatever is raised, here or in a worker, stops all and is raised again."""
    turns = Turns(len(jobs), threads, monotonic() + (settings.time_budget_s or math.inf))
    interruption, news = Interruption(), SimpleQueue[Record | BaseException | None]()
    results: dict[int, Progress] = {}

    def work() -> None:
        """Train one member after another."""
        try:
            while not interruption.is_set() and (turn := turns.take()):
                number, deadline = turn
                around = Surroundings(news.put, interruption, deadline, checkpoint, turns.threads_each)
                results[number] = train_member(network, settings, jobs[number], engine, around)
                turns.give_back()
        except BaseException as error:  # handed to the calling thread, which raises it
            news.put(error)
        finally:
            news.put(None)

    count = min(threads, len(jobs)) if engine.device == "cpu" else 1
    with engine.quiet():
        workers = [Thread(target=work, name=f"longshort-member-{k}", daemon=True) for k in range(count)]
        try:
            for worker in workers:
                worker.start()
            pass_on(news, count, listen)
        finally:
            interruption.set()
            for worker in workers:
                if worker.ident is not None:
                    worker.join()
    return [results[number] for number in range(len(jobs))]


def pass_on(
    news: "SimpleQueue[Record | BaseException | None]", workers: int, listen: Callable[[Record], None] | None
) -> None:
    """Tell the listener every record until each worker has said that it is done; raise what a worker raised."""
    while workers:
        try:
            item = news.get(timeout=WAIT_S)
        except Empty:
            continue
        if isinstance(item, BaseException):
            raise item
        if item is None:
            workers -= 1
        elif listen is not None:
            listen(item)
