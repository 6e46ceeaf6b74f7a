"""PyTorch at its best: its own layers, its own optimizer, and whichever of its settings is fastest here."""

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from longshort.bench.data import windows
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes

PROBE_STEPS, PROBE_ROUNDS = 6, 4
PROBE_S = 0.05
HOPELESS = 3.0  # times the fastest: not worth a closer look
CALLS_S = 0.5  # how long one repeat of short calls goes on
LAYERS: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Way(NamedTuple):
    """Hold PyTorch's settings that matter for the time."""

    precision: str
    threads: int
    onednn: bool
    foreach: bool = False
    at_once: int = 1  # networks that train side by side, one thread each

    def __str__(self) -> str:
        """Say which they are."""
        parts = ["oneDNN" if self.onednn else "no oneDNN", "foreach" if self.foreach else ""]
        parts.append("bf16 autocast" if self.precision == "bf16" else "")
        parts.append(f"{self.at_once} networks side by side" if self.at_once > 1 else "")
        return ", ".join(part for part in parts if part)


class Net(nn.Module):
    """The network of a shape: the last position is read out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.layers = LAYERS[shape.cell](shape.inputs, shape.hidden_size, shape.num_layers, dropout=shape.dropout)
        self.readout = nn.Linear(shape.hidden_size, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map `[time, batch, feature]` to `[batch, 1]`."""
        answer: Tensor = self.readout(self.layers(inputs)[0][-1])
        return answer


def prepare(task: dict[str, Any]) -> Modes:
    """Find the fastest settings for each precision and number of threads."""
    shape = Shape(**task["shape"])
    work = KINDS[task["kind"]](shape)
    modes, found = Modes(), dict[Way, float]()
    for way in ways(task):
        try:
            with set_up(way):
                found[way] = probe(work, way, min(found.values(), default=math.inf))
        except RuntimeError as error:
            modes.leave_out(f"torch {way.precision} with {way}", error)
    for way in chosen(found):
        slower = found[way] / min(found.values())
        if way.precision == "bf16" and slower > HOPELESS:
            modes.leave_out(f"torch bf16 with {way}", f"{slower:.0f} times as slow as float32 here")
            continue
        modes.able.append(Mode("torch", way.precision, way.threads, timed(work, way), str(way)))
    return modes


def probe(work: "Training | Calls", way: Way, best: float) -> float:
    """Give the shortest time of a little work, what comes first not counted; briefly where there is no hope."""
    work.little(way)
    seconds = work.little(way)
    if seconds > HOPELESS * best:
        return seconds
    return min(work.little(way) for _ in range(PROBE_ROUNDS))


def ways(task: dict[str, Any]) -> Iterator[Way]:
    """List the settings to try."""
    trains, many = task["kind"] in ("epoch", "many"), task["kind"] == "many"
    for threads in sorted({1, task["threads"], os.cpu_count() or 1}):
        for onednn in (True, False):
            for foreach in (False, True) if trains else (False,):
                yield Way("fp32", threads, onednn, foreach)
                if many and threads > 1:
                    yield Way("fp32", threads, onednn, foreach, at_once=threads)
            yield Way("bf16", threads, onednn)


def chosen(found: dict[Way, float]) -> list[Way]:
    """Keep the fastest float32 at each number of threads (which is best shows only in full), and the fastest bf16."""
    groups: dict[tuple[str, int], list[Way]] = {}
    for way in found:
        groups.setdefault((way.precision, way.threads if way.precision == "fp32" else 0), []).append(way)
    return [min(group, key=found.__getitem__) for group in groups.values()]


@contextmanager
def set_up(way: Way) -> Iterator[None]:
    """Give PyTorch the threads, the library and the precision."""
    torch.set_num_threads(1 if way.at_once > 1 else way.threads)
    onednn: Any = torch.backends.mkldnn
    (before, *_) = onednn.set_flags(way.onednn)
    try:
        with precision(way):
            yield
    finally:
        onednn.set_flags(before)


def precision(way: Way) -> Any:
    """Give the context that makes PyTorch compute in bfloat16, or none."""
    return torch.autocast("cpu", torch.bfloat16) if way.precision == "bf16" else nullcontext()


def timed(work: "Training | Calls", way: Way) -> Callable[[], list[float]]:
    """Make the function that times one repeat."""

    def once() -> list[float]:
        with set_up(way):
            return work.repeat(way)

    return once


@dataclass
class Learner:
    """One network in training."""

    shape: Shape

    def __post_init__(self) -> None:
        inputs, targets = windows(self.shape)
        self.inputs, self.targets = torch.from_numpy(inputs).transpose(0, 1).contiguous(), torch.from_numpy(targets)
        self.net = Net(self.shape).train()
        self.loss = nn.MSELoss()
        self.optimizers = {
            foreach: torch.optim.RMSprop(self.net.parameters(), 1e-3, foreach=foreach) for foreach in (False, True)
        }

    def learn(self, way: Way, steps: int | None = None) -> float:
        """Go through all windows once, or take so many steps; give the seconds."""
        begin = perf_counter()
        optimizer, size = self.optimizers[way.foreach], self.shape.batch_size
        with precision(way) if way.at_once > 1 else nullcontext():
            for chosen in torch.split(torch.randperm(self.shape.windows), size)[:steps]:
                error = self.loss(self.net(self.inputs[:, chosen]).float(), self.targets[chosen])
                optimizer.zero_grad(set_to_none=True)
                error.backward()
                optimizer.step()
        return perf_counter() - begin


class Training:
    """Epochs of training, of one network or of several side by side: each in seconds."""

    def __init__(self, shape: Shape) -> None:
        self.learners = [Learner(shape) for _ in range(os.cpu_count() or 1)]

    def little(self, way: Way) -> float:
        """Take a few steps; give their seconds."""
        return self.pass_over(way, PROBE_STEPS)

    def repeat(self, way: Way) -> list[float]:
        """Train for an epoch."""
        return [self.pass_over(way, None)]

    def pass_over(self, way: Way, steps: int | None) -> float:
        """Give the seconds that each network took, its share where they ran side by side."""
        if way.at_once == 1:
            return self.learners[0].learn(way, steps)
        begin = perf_counter()
        with ThreadPoolExecutor(way.at_once, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            list(pool.map(lambda learner: learner.learn(way, steps), self.learners[: way.at_once]))
        return (perf_counter() - begin) / way.at_once


class Calls:
    """Short calls, many in a repeat; subclasses say what one is and how many units it has."""

    units = 1

    def begin(self) -> None:
        """Forget what calls under other settings left."""

    def call(self) -> None:
        """Do the work once."""
        raise NotImplementedError

    def little(self, way: Way) -> float:
        """Call a few times; give the seconds of the fastest."""
        self.begin()
        seconds, begin = list[float](), perf_counter()
        with torch.inference_mode():
            while not seconds or perf_counter() - begin < PROBE_S:
                before = perf_counter()
                self.call()
                seconds.append(perf_counter() - before)
        return min(seconds)

    def repeat(self, way: Way) -> list[float]:
        """Call for a while; give the seconds of each unit."""
        self.begin()
        seconds, begin = list[float](), perf_counter()
        with torch.inference_mode():
            self.call()
            while len(seconds) < 3 or perf_counter() - begin < CALLS_S:
                before = perf_counter()
                self.call()
                seconds.append((perf_counter() - before) / self.units)
        return seconds


class Inference(Calls):
    """A pass over one batch of windows."""

    def __init__(self, shape: Shape) -> None:
        self.net, self.units = Net(shape).eval(), shape.windows
        self.inputs = torch.from_numpy(windows(shape)[0]).transpose(0, 1).contiguous()

    def call(self) -> None:
        """Forecast from every window."""
        self.net(self.inputs)


class Streaming(Calls):
    """One step with its state."""

    def __init__(self, shape: Shape) -> None:
        self.net = Net(shape).eval()
        self.inputs = torch.rand(1, 1, shape.inputs)
        self.state: Any = None

    def begin(self) -> None:
        """Start from no state: one that bfloat16 left does not fit float32's call."""
        self.state = None

    def call(self) -> None:
        """Take in one row and forecast."""
        hidden, self.state = self.net.layers(self.inputs, self.state)
        self.net.readout(hidden[-1])


KINDS: dict[str, Callable[[Shape], Training | Calls]] = {
    "epoch": Training,
    "many": Training,
    "inference": Inference,
    "step": Streaming,
    "stream": Streaming,
}
