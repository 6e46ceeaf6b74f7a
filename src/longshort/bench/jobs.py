"""The jobs: which parts each has, and who can be measured beside us on it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from longshort.bench.shape import Operations, Shape, forward, training
from longshort.errors import SettingsError, examples

Per = Literal["epoch", "window", "step", "fit"]
JOBS = ("canonical", "large", "many", "inference", "stream", "folds", "forking")
# what each peer can do: the kinds of work that its worker knows
PEERS: dict[str, tuple[str, ...]] = {
    "torch": ("epoch", "many", "inference", "step", "stream"),
    "keras": ("epoch", "inference"),
    "neuralforecast": ("fit",),
    "darts": ("fit",),
}
MEMBERS = 8


@dataclass(frozen=True)
class Part:
    """Name one thing that is timed: a kind of work on a shape, by so many members, and whether a peer does it too."""

    what: str
    kind: str
    per: Per
    shape: Shape
    members: int = 1
    alone: bool = False

    def task(self, threads: int) -> dict[str, Any]:
        """Describe the part to a worker."""
        return {"kind": self.kind, "shape": asdict(self.shape), "members": self.members, "threads": threads}

    @property
    def operations(self) -> Operations | None:
        """Count what one unit takes at least; None where a unit is more than the network's own work."""
        if self.kind in ("epoch", "many"):
            return training(self.shape)
        if self.kind == "inference":
            flops, transcendentals = forward(self.shape)
            return Operations(flops // self.shape.windows, transcendentals // self.shape.windows)
        return forward(self.shape) if self.kind in ("step", "stream") else None


def parts(job: str, against: str, given: Mapping[str, Any]) -> list[Part]:
    """List a job's parts, the first being what its ratio and its floor are about; `given` are the options.

    SettingsError where the peer cannot do the job, or the job does not read an option.
    """
    unread = [name for name, value in given.items() if value is not None and name not in OPTIONS[job]]
    if unread:
        readers = [other for other, options in OPTIONS.items() if unread[0] in options]
        raise SettingsError(f"--job {job} has no --{unread[0]}.", f"It is read by {examples(readers, len(JOBS))}.")
    chosen = BUILDERS[job](given)
    if against in ("neuralforecast", "darts") and job == "canonical":
        chosen = [Part("the whole fit", "fit", "fit", part.shape) for part in chosen]
    together = [part for part in chosen if not part.alone]
    if any(part.kind not in PEERS[against] for part in together):
        able = [peer for peer, kinds in PEERS.items() if all(part.kind in kinds for part in together)]
        raise SettingsError(f"--job {job} is not measured against {against}.", f"Pass --against {' or '.join(able)}.")
    return chosen


TIMED = ("threads", "repeats")
OPTIONS: dict[str, tuple[str, ...]] = {
    "canonical": ("cell", "hidden", "batch", *TIMED),
    "large": ("hidden", *TIMED),
    "many": TIMED,
    "inference": ("batch", *TIMED),
    "stream": TIMED,
    "folds": TIMED,
    "forking": (),  # counts steps, which are the same each time
}


def _canonical(given: Mapping[str, Any]) -> list[Part]:
    shape = Shape(
        cell=given.get("cell") or "lstm", hidden_size=given.get("hidden") or 50, batch_size=given.get("batch") or 32
    )
    return [Part(f"4 x {shape.cell.upper()}({shape.hidden_size})", "epoch", "epoch", shape)]


def _large(given: Mapping[str, Any]) -> list[Part]:
    hidden: int | None = given.get("hidden")
    sizes = [hidden] if hidden else [128, 256]
    return [Part(f"4 x LSTM({size})", "epoch", "epoch", Shape(hidden_size=size)) for size in sizes]


def _many(_: Mapping[str, Any]) -> list[Part]:
    return [
        Part(f"{MEMBERS} members, each", "many", "epoch", Shape(), members=MEMBERS),
        Part("one member", "many", "epoch", Shape(), alone=True),
    ]


def _inference(given: Mapping[str, Any]) -> list[Part]:
    batch: int | None = given.get("batch")
    sizes = [batch] if batch else [4096, 1]
    return [
        Part(f"{size:,} window{'s' * (size > 1)}", "inference", "window", Shape(windows=size, batch_size=size))
        for size in sizes
    ]


def _stream(_: Mapping[str, Any]) -> list[Part]:
    shape = Shape(hidden_size=64, num_layers=2, dropout=0.0, windows=1, length=1)
    return [
        Part("one step of the kernel, 2 x LSTM(64)", "step", "step", shape),
        Part("stream.step itself", "stream", "step", shape),
    ]


def _folds(_: Mapping[str, Any]) -> list[Part]:
    return [
        Part("8 folds x 5 seeds", "folds", "fit", Shape(), alone=True),
        Part("one fit of 5 seeds, last fold", "last fold", "fit", Shape(), alone=True),
    ]


BUILDERS: dict[str, Callable[[Mapping[str, Any]], list[Part]]] = {
    "canonical": _canonical,
    "large": _large,
    "many": _many,
    "inference": _inference,
    "stream": _stream,
    "folds": _folds,
    "forking": lambda _: [],
}
