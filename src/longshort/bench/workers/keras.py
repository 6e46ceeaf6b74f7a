"""Keras on TensorFlow: the same network, compiled by XLA or not, whichever is faster here."""

import os
from statistics import median
from time import perf_counter
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow

from longshort.bench.data import windows
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes

CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}
PROBE_STEPS = 8


def prepare(task: dict[str, Any]) -> Modes:
    """Build the network both ways and keep the faster."""
    threads = task["threads"]
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    work = {"epoch": Training, "inference": Inference}[task["kind"]]
    modes, probed = Modes(), []
    for compiled in (False, True):
        try:
            candidate = work(Shape(**task["shape"]), compiled)
            candidate.probe()
            probed.append((candidate.probe(), compiled, candidate))
        except Exception as error:
            modes.leave_out(f"keras, {'XLA' if compiled else 'graph'}", error)
    _, compiled, best = min(probed, key=lambda item: item[0])
    version = f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, {'XLA' if compiled else 'graph'}"
    modes.able.append(Mode("keras", "fp32", threads, best.repeat, version))
    return modes


def build(shape: Shape, compiled: bool) -> Any:
    """Stack the layers, with dropout between them."""
    layers = [keras.Input((shape.length, shape.inputs))]
    for layer in range(shape.num_layers):
        last = layer == shape.num_layers - 1
        layers.append(CELLS[shape.cell](shape.hidden_size, return_sequences=not last))
        if shape.dropout and not last:
            layers.append(keras.layers.Dropout(shape.dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile("rmsprop", "mse", jit_compile=compiled)
    return model


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Take the time of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start."""
        self.begin = perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop."""
        self.seconds.append(perf_counter() - self.begin)


class Training:
    """Epochs of training."""

    def __init__(self, shape: Shape, compiled: bool) -> None:
        self.size, self.model = shape.batch_size, build(shape, compiled)
        self.inputs, self.targets = windows(shape)

    def fit(self, count: int) -> list[float]:
        """Train for an epoch on the first so many windows."""
        watch = Watch()
        self.model.fit(self.inputs[:count], self.targets[:count], batch_size=self.size, verbose=0, callbacks=[watch])
        return watch.seconds

    def probe(self) -> float:
        """Give the time of a few steps."""
        return self.fit(PROBE_STEPS * self.size)[0]

    def repeat(self) -> list[float]:
        """Train for an epoch."""
        return self.fit(len(self.inputs))


class Inference:
    """A pass over one batch of windows."""

    def __init__(self, shape: Shape, compiled: bool) -> None:
        self.model, self.inputs = build(shape, compiled), windows(shape)[0]

    def probe(self) -> float:
        """Give a typical call's time."""
        return median(self.repeat())

    def repeat(self) -> list[float]:
        """Forecast from every window, a few times; give the seconds for each window."""
        seconds = []
        for _ in range(5 if len(self.inputs) > 1 else 30):
            begin = perf_counter()
            self.model.predict_on_batch(self.inputs)
            seconds.append((perf_counter() - begin) / len(self.inputs))
        return seconds
