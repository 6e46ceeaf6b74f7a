"""Train one member from its first step, or from its checkpoint, to its end."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longshort.errors import DivergedError
from longshort.nn.network import Network
from longshort.seeding import generator
from longshort.training import checkpoint
from longshort.training.batch import TRAINING, VALIDATION, Job, gather
from longshort.training.executor_torch import TorchMember
from longshort.training.records import Record
from longshort.training.settings import Training
from longshort.training.stopping import Best, better, out_of_patience

Stopped = Literal["epochs", "patience", "time", "diverged"]
VALIDATION_BATCH = 64


@dataclass
class Progress:
    """Hold where one member's training stands; sums run over the current epoch."""

    steps: int = 0
    loss: float = 0.0
    targets: float = 0.0
    norms: float = 0.0
    epoch_steps: int = 0
    records: list[Record] = field(default_factory=list)
    best: Best | None = None
    stopped: Stopped | None = None


@dataclass(frozen=True)
class Surroundings:
    """What one member's training is given from outside: who listens, when to stop, where to save."""

    emit: Callable[[Record], None]
    interrupted: Event
    deadline: float
    checkpoint: Path | None
    device: str


def train_member(network: Network, settings: Training, job: Job, around: Surroundings) -> Progress:
    """Train one member until it stops by itself, or is interrupted: then `stopped` is None.

    It is saved after every epoch and when it ends, also in the middle of an epoch.
    """
    member = TorchMember(network, settings, job.seed, job.windows.burn_in, around.device)
    mark = checkpoint.fingerprint(network, settings, job) if around.checkpoint else ""
    progress = resume(member, job, around, mark)
    while progress.stopped is None and not around.interrupted.is_set():
        one_step(member, settings, job, progress)
        late = monotonic() >= around.deadline
        if progress.stopped is None and (late or progress.steps % steps_per_epoch(settings, job) == 0):
            close_epoch(member, settings, job, progress, late)
            around.emit(progress.records[-1])
            if progress.stopped is None:
                save(member, job, around, mark, progress)
    save(member, job, around, mark, progress)
    return progress


def steps_per_epoch(settings: Training, job: Job) -> int:
    """Count an epoch's steps: as set, or as many as take every chunk once."""
    return settings.steps_per_epoch or math.ceil(len(job.windows.train) / settings.batch_size)


def choose(settings: Training, job: Job, step: int) -> NDArray[np.int64]:
    """Choose the chunks of one step: at random, or the next ones of the epoch's shuffled order."""
    ends = job.windows.train
    if settings.steps_per_epoch is not None:
        chosen = generator(job.seed, "chunks", step).choice(
            len(ends), min(settings.batch_size, len(ends)), replace=False
        )
        return ends[chosen]
    epoch, position = divmod(step, steps_per_epoch(settings, job))
    order = generator(job.seed, "order", epoch).permutation(len(ends))
    return ends[order[position * settings.batch_size :][: settings.batch_size]]


def one_step(member: TorchMember, settings: Training, job: Job, progress: Progress) -> None:
    """Take one step and add it to the epoch's sums, or stop where the numbers are no longer finite."""
    batch = gather(job.windows, choose(settings, job, progress.steps), TRAINING)
    loss, targets, norm = member.step(batch, progress.steps)
    if not (math.isfinite(loss) and math.isfinite(norm)):
        diverge(settings, job, progress)
        return
    progress.steps += 1
    progress.epoch_steps += 1
    progress.loss += loss
    progress.targets += targets
    progress.norms += norm


def diverge(settings: Training, job: Job, progress: Progress) -> None:
    """Stop with the best weights so far; DivergedError where there are none."""
    if progress.best is None:
        raise DivergedError(
            f"training {job.key!r} diverged in epoch {len(progress.records) + 1}: its loss is not a finite number.",
            _calmer(settings),
        )
    progress.stopped = "diverged"


def _calmer(settings: Training) -> str:
    """Say what to type so that training stays finite: shorter steps, and shorter gradients where none are clipped."""
    rate = min(settings.learning_rate / 10, Training().learning_rate)
    clip = "" if settings.gradient_clip is not None else " --set training.gradient_clip=1.0"
    return f"Choose --set training.learning_rate={rate:g}{clip}"


def close_epoch(member: TorchMember, settings: Training, job: Job, progress: Progress, late: bool) -> None:
    """Validate, record, keep the weights if they are the best, and decide whether this was the last epoch."""
    epoch = len(progress.records) + 1
    validation = validation_loss(member, job)
    train_loss = progress.loss / max(progress.targets, 1.0)
    norm = progress.norms / progress.epoch_steps
    progress.records.append(Record(job.key, epoch, settings.epochs, train_loss, validation, norm))
    progress.loss = progress.targets = progress.norms = 0.0
    progress.epoch_steps = 0
    if validation is not None and not math.isfinite(validation):
        diverge(settings, job, progress)
        return
    if better(progress.best, validation):
        progress.best = Best(epoch, validation, member.weights())
    progress.stopped = reason(settings, progress.best, epoch, late)


def reason(settings: Training, best: Best | None, epoch: int, late: bool) -> Stopped | None:
    """Say why training ends after this epoch, if it does."""
    if epoch >= settings.epochs:
        return "epochs"
    if late:
        return "time"
    return "patience" if best is not None and out_of_patience(best, epoch, settings.patience) else None


def validation_loss(member: TorchMember, job: Job) -> float | None:
    """Average the loss over the validation targets; None where none is observed."""
    loss = targets = 0.0
    ends = job.windows.validation
    for start in range(0, len(ends), VALIDATION_BATCH):
        total, count = member.evaluate(gather(job.windows, ends[start : start + VALIDATION_BATCH], VALIDATION))
        loss, targets = loss + total, targets + count
    return loss / targets if targets else None


def save(member: TorchMember, job: Job, around: Surroundings, mark: str, progress: Progress) -> None:
    """Write the member's checkpoint, where one was asked for."""
    if around.checkpoint is None:
        return
    best = progress.best
    arrays = member.state() | ({f"best.{k}": v for k, v in best.weights.items()} if best else {})
    facts = {name: getattr(progress, name) for name in COUNTERS} | {
        "fingerprint": mark,
        "records": [asdict(record) for record in progress.records],
        "best": [best.epoch, best.loss] if best else None,
    }
    checkpoint.write(checkpoint.path_of(around.checkpoint, job), checkpoint.Saved(arrays, facts))


COUNTERS = ("steps", "loss", "targets", "norms", "epoch_steps", "stopped")


def resume(member: TorchMember, job: Job, around: Surroundings, mark: str) -> Progress:
    """Go on from the member's checkpoint, or begin."""
    saved = checkpoint.read(checkpoint.path_of(around.checkpoint, job), mark) if around.checkpoint else None
    if saved is None:
        return Progress()
    member.restore(saved.arrays)
    facts = saved.facts
    weights = {k.removeprefix("best."): v for k, v in saved.arrays.items() if k.startswith("best.")}
    return Progress(
        **{name: facts[name] for name in COUNTERS},
        records=[Record(**record) for record in facts["records"]],
        best=Best(facts["best"][0], facts["best"][1], weights) if facts["best"] else None,
    )
