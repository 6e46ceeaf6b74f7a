"""Keras on TensorFlow: the same network, compiled by XLA or not, whichever is faster here."""

import os
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from longshort.bench.data import windows
from longshort.bench.shape import Shape
from longshort.bench.workers.protocol import Mode, Modes

PROBE_STEPS = 8


def prepare(task: dict[str, Any]) -> Modes:
    """Build the network both ways and keep the faster."""
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    import keras
    import tensorflow

    threads = task["threads"]
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    modes, found = Modes(), dict[str, tuple[float, Training | Inference]]()
    for way in ("graph", "XLA"):
        try:
            work = KINDS[task["kind"]](Shape(**task["shape"]), way == "XLA")
            work.probe()
            found[way] = work.probe(), work
        except Exception as error:
            modes.leave_out(f"keras with {way}", error)
    for way in sorted(found, key=lambda name: found[name][0])[:1]:
        said = f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, {way}"
        modes.able.append(Mode("keras", "fp32", threads, found[way][1].repeat, said))
    return modes


def build(shape: Shape, compiled: bool) -> Any:
    """Stack the layers, with dropout between them."""
    from keras import Input, Sequential, layers

    cell = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}[shape.cell]
    stack = [Input((shape.length, shape.inputs))]
    for layer in range(shape.num_layers):
        last = layer == shape.num_layers - 1
        stack.append(cell(shape.hidden_size, return_sequences=not last))
        if shape.dropout and not last:
            stack.append(layers.Dropout(shape.dropout))
    model = Sequential([*stack, layers.Dense(1)])
    model.compile("rmsprop", "mse", jit_compile=compiled)
    return model


class Training:
    """Epochs of training."""

    def __init__(self, shape: Shape, compiled: bool) -> None:
        self.size, self.model = shape.batch_size, build(shape, compiled)
        self.inputs, self.targets = windows(shape)

    def fit(self, count: int) -> list[float]:
        """Train for an epoch on the first so many windows."""
        from keras.callbacks import LambdaCallback

        moments = list[float]()
        watch = LambdaCallback(
            on_epoch_begin=lambda *_: moments.append(perf_counter()),
            on_epoch_end=lambda *_: moments.append(perf_counter()),
        )
        self.model.fit(self.inputs[:count], self.targets[:count], batch_size=self.size, verbose=0, callbacks=[watch])
        begin, end = moments
        return [end - begin]

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


KINDS: dict[str, Callable[[Shape, bool], Training | Inference]] = {"epoch": Training, "inference": Inference}
