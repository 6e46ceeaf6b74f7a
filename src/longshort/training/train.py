"""Train many members, a few at a time, and let them predict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from longshort.errors import NotEnoughHistory
from longshort.nn import network as networks
from longshort.nn import stack as stacks
from longshort.nn import translation as translations
from longshort.nn.initialisers import Parameters
from longshort.nn.network import Network
from longshort.nn.pairings import resolve_loss
from longshort.nn.stack import Stack
from longshort.training import settings as settings_module
from longshort.training.batch import Job
from longshort.training.crew import run_members
from longshort.training.device import resolve_device
from longshort.training.engine import Description, available_threads, resolve_engine
from longshort.training.member import Progress, Stopped
from longshort.training.predict import predict
from longshort.training.records import Record
from longshort.training.settings import Training

__all__ = ["Trained", "predict", "resolve_device", "train"]

Listener = Callable[[Record], None]


@dataclass(frozen=True, eq=False)
class Trained:
    """Hold one trained member: the weights kept, its history, and why it stopped."""

    parameters: Parameters
    records: tuple[Record, ...]
    best_epoch: int
    stopped: Stopped


def train(
    network: Description,
    settings: Training,
    jobs: Sequence[Job],
    *,
    device: str = "cpu",
    threads: int | None = None,
    listen: Listener | None = None,
    checkpoint: Path | None = None,
) -> list[Trained]:
    """Train one member per job on `threads` threads (as many as there are cores unless given).

    Members come first: a thread each, and spare threads share a member's batch. Each draws all its random numbers from
    its own seed, so its bits depend neither on `threads` nor on its company. `listen` is told after every epoch, in the
    calling thread. With a `checkpoint` folder an interrupted training goes on where it stopped, and a finished member
    is not trained again. A time budget is shared out evenly over the members still to come.

    Raises SettingsError for impossible settings, NotEnoughHistory for a job without training chunks, DivergedError
    where a member left the finite numbers in its first epoch, KeyboardInterrupt after the members have been saved.
    """
    validate(network, settings, jobs)
    engine = resolve_engine(device, network, settings)
    results = run_members(network, settings, jobs, engine, threads or available_threads(), listen, checkpoint)
    return [as_trained(progress) for progress in results]


def validate(network: Description, settings: Training, jobs: Sequence[Job]) -> None:
    """Raise what `train` promises to raise before it starts."""
    check(network)
    resolve_loss(network.model.head if isinstance(network, Network) else network.head, settings.loss)
    settings_module.validate(settings)
    for job in jobs:
        if not len(job.examples.train):
            raise NotEnoughHistory(
                f"{job.key!r} has no training chunk of {job.examples.length} sessions: all are held back for "
                "validation, or lie within the horizon of what is.",
                "Choose a smaller --horizon, a smaller --set training.validation=0.1, or bring a longer history.",
            )


def check(network: Description) -> None:
    """Raise SettingsError where a network's description is impossible."""
    if isinstance(network, Network):
        networks.validate(network.model)
    elif isinstance(network, Stack):
        stacks.validate(network)
    else:
        translations.validate(network)


def as_trained(progress: Progress) -> Trained:
    """Turn a finished member's progress into what the caller keeps."""
    assert progress.best is not None and progress.stopped is not None
    return Trained(progress.best.weights, tuple(progress.records), progress.best.epoch, progress.stopped)
