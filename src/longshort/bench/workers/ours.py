"""longshort through its public interface: recipes that are fitted, forecasters that predict."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

import longshort as ls
from longshort.bench.data import walk
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes
from longshort.data.calendars import named
from longshort.data.panel import Column
from longshort.kernels.choice import choose
from longshort.training.batch import Windows
from longshort.training.records import Record

PRECISIONS = {"fp32": "float32", "mixed": "mixed"}  # what we call them here, and recipes there
IN_MIXED = ("epoch", "many", "fit")  # kinds that train, and so have both
EPOCHS = 3  # of each fit that is timed by the epoch; the first is not counted
CALLS_S = 0.5


def prepare(task: dict[str, Any]) -> Modes:
    """Make a mode of each precision that the kind of work has."""
    modes, shape, threads = Modes(), Shape(**task["shape"]), task["threads"]
    small = Shape(windows=32, length=8)
    for precision in PRECISIONS if task["kind"] in IN_MIXED else ["fp32"]:
        try:
            # what is loaded with the first fit is no part of it, and a precision that is refused is refused here
            recipe(small, precision, 1).fit(panel(small), device="cpu")
            once = KINDS[task["kind"]](shape, precision, task)
        except ls.LongshortError as error:
            modes.leave_out(f"longshort {precision}", error)
            continue
        modes.able.append(Mode("longshort", precision, threads, once, kernel()))
    return modes


def kernel() -> str:
    """Say in a sentence what does the arithmetic."""
    return str(choose().sentence)


def recipe(shape: Shape, precision: str, epochs: int, members: int = 1) -> ls.Recipe:
    """Describe the canonical system: one target per window, no early stopping, nothing held back."""
    return ls.Recipe(horizon=1).replace(
        {
            "window.method": "single",
            "window.context_length": shape.length,
            "transform.name": "minmax",
            "model.cell": shape.cell,
            "model.hidden_size": shape.hidden_size,
            "model.num_layers": shape.num_layers,
            "model.dropout": shape.dropout,
            "model.head": "point",
            "training.members": members,
            "training.optimizer": "rmsprop",
            "training.learning_rate": 1e-3,
            "training.weight_decay": 0.0,
            "training.gradient_clip": None,
            "training.batch_size": shape.batch_size,
            "training.epochs": epochs,
            "training.steps_per_epoch": None,
            "training.patience": None,
            "training.validation": 0.0,
            "training.precision": PRECISIONS[precision],
        }
    )


def panel(shape: Shape) -> ls.Panel:
    """Make a panel of the walk: as many windows to learn from as the shape has."""
    values = walk(shape)
    numbers = np.arange(len(values))
    return ls.Panel(
        values=values.astype(np.float64)[:, None],
        times=numbers,
        sessions=numbers,
        offsets=np.array([0, len(values)]),
        ids=("walk",),
        columns=(Column("y"),),
        calendars=(named("numbered"),),
        dated=False,
    )


@dataclass
class Watch:
    """Note when each member ends each epoch."""

    ends: list[float] = field(default_factory=list)

    def __call__(self, _: Record) -> None:
        """Note the moment."""
        self.ends.append(perf_counter())


def epoch(shape: Shape, precision: str, _: dict[str, Any]) -> Callable[[], list[float]]:
    """Time the epochs of a fit, from record to record."""
    system, data = recipe(shape, precision, EPOCHS), panel(shape)

    def once() -> list[float]:
        watch = Watch()
        system.fit(data, device="cpu", listen=watch)
        return [float(seconds) for seconds in np.diff(watch.ends)]

    return once


def many(shape: Shape, precision: str, task: dict[str, Any]) -> Callable[[], list[float]]:
    """Time a fit of members from its beginning to the last record; give each member's share of an epoch."""
    members = task["members"]
    system, data = recipe(shape, precision, EPOCHS, members), panel(shape)

    def once() -> list[float]:
        watch, begin = Watch(), perf_counter()
        system.fit(data, device="cpu", listen=watch)
        return [(max(watch.ends) - begin) / (EPOCHS * members)]

    return once


def fit(shape: Shape, precision: str, task: dict[str, Any]) -> Callable[[], list[float]]:
    """Time a whole fit: transforms, training, calibration."""
    system, data = recipe(shape, precision, task["epochs"]), panel(shape)

    def once() -> list[float]:
        begin = perf_counter()
        system.fit(data, device="cpu")
        return [perf_counter() - begin]

    return once


def inference(shape: Shape, precision: str, _: dict[str, Any]) -> Callable[[], list[float]]:
    """Time the network over windows that lie one row apart, gathering them included."""
    from longshort.nn.initial import initialise
    from longshort.nn.network import Network
    from longshort.training.predict import predict
    from longshort.training.stream import start

    network = Network(model=recipe(shape, precision, 1).model, inputs=1, horizon=1, quantile_levels=())
    parameters, rows = [initialise(network, 0)], shape.windows + shape.length - 1
    data = Windows(
        inputs=walk(shape)[:rows, None].copy(),
        input_loc=None,
        input_scale=None,
        targets=np.full((rows, 1), np.nan, np.float32),
        split=np.zeros(rows, np.int8),
        first=np.zeros(rows, np.int64),
        train=np.zeros(0, np.int64),
        validation=np.zeros(0, np.int64),
        length=shape.length,
        burn_in=shape.length - 1,
    )
    if shape.windows == 1:  # the kernel alone: a window needs no batch
        one = start(network, parameters, device="cpu")

        def window() -> None:
            one.rest()
            one.window(data.inputs)

        return calls(window, 1)
    ends = np.arange(shape.length - 1, rows)
    return calls(lambda: predict(network, parameters, data, ends), shape.windows)


def step(shape: Shape, precision: str, _: dict[str, Any]) -> Callable[[], list[float]]:
    """Time one step of the kernel, its state kept."""
    from longshort.nn.initial import initialise
    from longshort.nn.network import Network
    from longshort.training.stream import start

    network = Network(model=recipe(shape, precision, 1).model, inputs=1, horizon=1, quantile_levels=())
    going = start(network, [initialise(network, 0)], device="cpu")
    return calls(lambda: going.step([0.5]), 1)


def stream(shape: Shape, precision: str, _: dict[str, Any]) -> Callable[[], list[float]]:
    """Time `stream.step`: a row comes, the forecast moves on."""
    learnt = Shape(
        hidden_size=shape.hidden_size, num_layers=shape.num_layers, dropout=0.0, windows=64, length=60, batch_size=32
    )
    data = panel(learnt)
    forecaster = recipe(learnt, precision, 1).fit(data, device="cpu")
    going, row = forecaster.start(data), {data.columns[0].name: 0.5}
    return calls(lambda: going.step(row), 1)


def calls(call: Callable[[], Any], units: int) -> Callable[[], list[float]]:
    """Time short calls, many in a repeat; give the seconds of each unit."""

    def once() -> list[float]:
        seconds, begin = list[float](), perf_counter()
        call()
        while len(seconds) < 3 or perf_counter() - begin < CALLS_S:
            before = perf_counter()
            call()
            seconds.append((perf_counter() - before) / units)
        return seconds

    return once


def folds(_: Shape, __: str, task: dict[str, Any]) -> Callable[[], list[float]]:
    """Time the demo's fits at its 8 cutoffs, or at the last of them alone; every member runs all its epochs."""
    from longshort.backtest.folds import walk_forward
    from longshort.bench.prices import real

    data = real("S&P 500")
    cutoffs = [fold.fit_at for fold in walk_forward(data, 8)]
    chosen = cutoffs if task["kind"] == "folds" else cutoffs[-1:]
    system = ls.Recipe(horizon=5).replace({"training.patience": None})

    def once() -> list[float]:
        begin = perf_counter()
        system.fit(data, chosen, device="cpu")
        return [perf_counter() - begin]

    return once


KINDS: dict[str, Callable[[Shape, str, dict[str, Any]], Callable[[], list[float]]]] = {
    "epoch": epoch,
    "many": many,
    "fit": fit,
    "inference": inference,
    "step": step,
    "stream": stream,
    "folds": folds,
    "last fold": folds,
}
