"""Train one member from its first step, or from its checkpoint, to its end."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from longshort.errors import DivergedError
from longshort.nn.initialisers import Parameters
from longshort.nn.stack import BUFFERS
from longshort.training import checkpoint
from longshort.training.batch import Job
from longshort.training.chunks import steps_per_epoch
from longshort.training.engine import Description, Engine
from longshort.training.interruption import Interruption
from longshort.training.records import Record
from longshort.training.settings import Training
from longshort.training.stopping import Best, better, out_of_patience
from longshort.training.tally import Tally


class Executor(Protocol):
    """One member in training, whatever does the arithmetic."""

    settings: Training

    def advance(
        self, first: int, steps: int, threads: int, deadline: float, interruption: Interruption, so_far: Tally
    ) -> Tally:
        """Take up to so many steps from step `first` on, counted from 0; fewer when time is up or on interruption.

        `so_far` are the sums of the epoch's steps before; the answer carries them on.
        """

    def validate(self, threads: int, interruption: Interruption) -> tuple[float, float]:
        """Give the loss summed over the validation targets, without dropout, and their count."""

    def weights(self) -> Parameters:
        """Copy the parameters out, by name."""

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Copy out all that the next step depends on."""

    def restore(self, state: Mapping[str, NDArray[np.float32]]) -> None:
        """Go back to a state that was copied out."""


PARTS = ("encoder", "tail")  # of a network, whose layers come second in a parameter's name
MOST_STEPS = 200  # of one call: Python chooses their chunks first, and hears nothing while it does
Stopped = Literal["epochs", "patience", "time", "diverged"]


@dataclass
class Progress:
    """Hold where one member's training stands; `tally` holds the sums of the current epoch."""

    steps: int = 0
    tally: Tally = field(default_factory=Tally)
    update_ratios: dict[str, float] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    best: Best | None = None
    stopped: Stopped | None = None


@dataclass(frozen=True)
class Surroundings:
    """What one member's training is given from outside: who listens, when to stop, where to save, how many threads."""

    emit: Callable[[Record], None]
    interruption: Interruption
    deadline: float
    checkpoint: Path | None
    threads: Callable[[], int]


def train_member(network: Description, settings: Training, job: Job, engine: Engine, around: Surroundings) -> Progress:
    """Train one member until it stops by itself, or is interrupted: then `stopped` is None.

    It is saved after every epoch and when it ends, also in the middle of an epoch.
    """
    member = engine.member(network, settings, job.seed, job.examples)
    mark = checkpoint.fingerprint(network, settings, job) if around.checkpoint else ""
    progress = resume(member, job, around, mark)
    per_epoch = steps_per_epoch(settings, job.examples)
    while progress.stopped is None and not around.interruption.is_set():
        if not progress.tally.steps or progress.steps % per_epoch:  # else it was cut behind an epoch's last step
            take_steps(member, job, per_epoch - progress.steps % per_epoch, around, progress)
        late = monotonic() >= around.deadline
        if progress.stopped is None and (late or progress.steps % per_epoch == 0) and not around.interruption.is_set():
            sums = member.validate(around.threads(), around.interruption)
            if around.interruption.is_set():  # the loss may be that of a part of the targets
                break
            close_epoch(member, job, sums, progress, late)
            around.emit(progress.records[-1])
            if progress.stopped is None:
                save(member, job, around, mark, progress)
    save(member, job, around, mark, progress)
    return progress


def take_steps(member: Executor, job: Job, steps: int, around: Surroundings, progress: Progress) -> None:
    """Take up to so many of an epoch's steps and add them to its sums, or stop where numbers are no longer finite.

    The last one is taken by itself, so that it can be compared with the weights that it moves.
    """
    few = min(steps, MOST_STEPS) if steps == 1 else min(steps - 1, MOST_STEPS)
    before = member.weights() if steps == 1 else None
    so_far = progress.tally
    tally = member.advance(progress.steps, few, around.threads(), around.deadline, around.interruption, so_far)
    progress.steps += tally.steps - so_far.steps
    progress.tally = tally
    if before is not None:
        progress.update_ratios = update_ratios(before, member.weights())
    if not tally.finite:
        diverge(member, job, progress, f"epoch {len(progress.records) + 1}, step {progress.steps + 1}: its loss")


def update_ratios(before: Parameters, after: Parameters) -> dict[str, float]:
    """Divide the length of each layer's step by the length of its weights before it; what is measured is no weight."""
    squares: dict[str, list[float]] = {}
    for name, old in before.items():
        if name.endswith(BUFFERS):
            continue
        parts = name.split(".")
        layer = ".".join(parts[: 2 if parts[0] in PARTS else 1])
        moved, long = squares.setdefault(layer, [0.0, 0.0])
        move = after[name] - old
        squares[layer] = [moved + float(np.vdot(move, move)), long + float(np.vdot(old, old))]
    return {layer: math.sqrt(moved / long) if long else 0.0 for layer, (moved, long) in squares.items()}


def diverge(member: Executor, job: Job, progress: Progress, where: str) -> None:
    """Stop with the best weights so far; DivergedError where there are none."""
    if progress.best is None:
        raise DivergedError(
            f"training {job.key!r} diverged in {where} is not a finite number.", _calmer(member.settings)
        )
    progress.stopped = "diverged"


def _calmer(settings: Training) -> str:
    """Say what to type so that training stays finite: shorter steps, and shorter gradients where none are clipped."""
    rate = min(settings.learning_rate / 10, Training().learning_rate)
    clip = "" if settings.gradient_clip is not None else " --set training.gradient_clip=1.0"
    return f"Choose --set training.learning_rate={rate:g}{clip}"


def close_epoch(
    member: Executor, job: Job, validation_sums: tuple[float, float], progress: Progress, late: bool
) -> None:
    """Record, keep the weights if they are the best, and decide whether this was the last epoch."""
    settings, epoch = member.settings, len(progress.records) + 1
    loss, targets = validation_sums
    validation = loss / targets if targets else None
    train_loss = progress.tally.loss / max(progress.tally.targets, 1.0)
    norm = progress.tally.norms / progress.tally.steps
    ratios = progress.update_ratios
    progress.records.append(Record(job.key, epoch, settings.epochs, train_loss, validation, norm, ratios))
    progress.tally = Tally()
    if validation is not None and not math.isfinite(validation):
        diverge(member, job, progress, f"epoch {epoch}: its validation loss")
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


def save(member: Executor, job: Job, around: Surroundings, mark: str, progress: Progress) -> None:
    """Write the member's checkpoint, where one was asked for."""
    if around.checkpoint is None:
        return
    best = progress.best
    arrays = member.state() | ({f"best.{k}": v for k, v in best.weights.items()} if best else {})
    facts = {name: getattr(progress, name) for name in COUNTERS} | {
        **{key: getattr(progress.tally, name) for key, name in SUMS.items()},
        "fingerprint": mark,
        "records": [asdict(record) for record in progress.records],
        "best": [best.epoch, best.loss] if best else None,
    }
    checkpoint.write(checkpoint.path_of(around.checkpoint, job), checkpoint.Saved(arrays, facts))


COUNTERS = ("steps", "update_ratios", "stopped")
SUMS = {"epoch_steps": "steps", "loss": "loss", "targets": "targets", "norms": "norms"}  # as a checkpoint names them


def resume(member: Executor, job: Job, around: Surroundings, mark: str) -> Progress:
    """Go on from the member's checkpoint, or begin."""
    saved = checkpoint.read(checkpoint.path_of(around.checkpoint, job), mark) if around.checkpoint else None
    if saved is None:
        return Progress()
    member.restore(saved.arrays)
    facts = saved.facts
    weights = {k.removeprefix("best."): v for k, v in saved.arrays.items() if k.startswith("best.")}
    return Progress(
        **{name: facts[name] for name in COUNTERS},
        tally=Tally(**{name: facts[key] for key, name in SUMS.items()}),
        records=[Record(**record) for record in facts["records"]],
        best=Best(facts["best"][0], facts["best"][1], weights) if facts["best"] else None,
    )
