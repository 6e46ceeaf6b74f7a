"""Share members out over threads: each trains alone on one, the calling thread listens and waits."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic

import torch

from longshort.nn.network import Network
from longshort.training.batch import Job
from longshort.training.executor_torch import one_thread
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


def run_members(
    network: Network,
    settings: Training,
    jobs: Sequence[Job],
    device: str,
    threads: int,
    listen: Callable[[Record], None] | None,
    checkpoint: Path | None,
) -> list[Progress]:
    """Train all jobs on so many threads; whatever is raised, here or in a worker, stops all and is raised again."""
    turns = Turns(len(jobs), threads, monotonic() + (settings.time_budget_s or math.inf))
    interrupted, news = Event(), SimpleQueue[Record | BaseException | None]()
    results: dict[int, Progress] = {}

    def work() -> None:
        torch.set_num_threads(1)  # the setting is a thread's own in parts of PyTorch
        try:
            while not interrupted.is_set() and (turn := turns.take()):
                number, deadline = turn
                around = Surroundings(news.put, interrupted, deadline, checkpoint, device)
                results[number] = train_member(network, settings, jobs[number], around)
        except BaseException as error:  # handed to the calling thread, which raises it
            news.put(error)
        finally:
            news.put(None)

    with one_thread():
        workers = [Thread(target=work, name=f"longshort-member-{k}", daemon=True) for k in range(threads)]
        try:
            for worker in workers:
                worker.start()
            pass_on(news, threads, listen)
        finally:
            interrupted.set()
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
