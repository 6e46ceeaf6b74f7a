"""Choose in one place what trains and predicts a network, and name it in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from longshort.errors import SettingsError
from longshort.kernels.choice import choose
from longshort.kernels.native.interface import LOSS_NUMBERS, declare
from longshort.kernels.native.library import library
from longshort.nn.network import Network
from longshort.nn.pairings import resolve_loss
from longshort.training.device import resolve_device

if TYPE_CHECKING:
    from longshort.training.batch import Windows
    from longshort.training.member import Executor
    from longshort.training.settings import Training

MOST_LAYERS = 255  # of the compiled step


@dataclass(frozen=True)
class Engine:
    """Name the executor, the backend of the recurrent layers, the kernels' instruction set and the device."""

    executor: Literal["native", "torch"]
    layers: Literal["native", "torch", "reference"]
    isa: str | None
    device: str
    sentence: str

    def member(self, network: Network, settings: "Training", seed: int, windows: "Windows") -> "Executor":
        """Make one member ready to be trained."""
        if self.executor == "native":
            from longshort.training.executor_native import NativeMember

            return NativeMember(network, settings, seed, windows, self)
        from longshort.training.executor_torch import TorchMember

        return TorchMember(network, settings, seed, windows, self)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep PyTorch, where it works, inside one thread a member."""
        if self.executor == "native":
            yield
            return
        from longshort.training.executor_torch import one_thread

        with one_thread():
            yield


def resolve_engine(device: str, network: Network, loss: str = "auto", precision: str = "float32") -> Engine:
    """Take compiled kernels on the processor where they serve, PyTorch elsewhere.

    `device` is auto, cpu or cuda. Where the compiled step does not know a head or loss, PyTorch does the step on
    compiled layers. `precision` is float32 or mixed, which only compiled steps on tiles (AMX) have. Raises
    SettingsError for a device, a LONGSHORT_KERNEL or a precision that cannot be had.
    """
    engine = _in_float32(device, network, loss)
    return engine if precision == "float32" else _in_mixed(engine)


def _in_float32(device: str, network: Network, loss: str) -> Engine:
    place, sentence = resolve_device(device)
    choice = choose()
    if place != "cpu" or choice.backend == "torch":
        return Engine("torch", "torch", None, place, sentence if place != "cpu" else choice.sentence)
    if choice.backend == "reference":
        return Engine("torch", "reference", None, place, choice.sentence)
    resolved = resolve_loss(network.model.head, loss)
    if resolved in LOSS_NUMBERS and network.model.num_layers <= MOST_LAYERS:
        return Engine("native", "native", choice.isa, place, choice.sentence)
    unknown = f"the loss {resolved!r}" if resolved not in LOSS_NUMBERS else f"{network.model.num_layers} layers"
    part = f"{choice.sentence} PyTorch does the rest of each step: the native step does not know {unknown}."
    return Engine("torch", "native", choice.isa, place, part)


def _in_mixed(engine: Engine) -> Engine:
    if engine.executor != "native":
        why = f"only the native step has it, and here PyTorch takes the step. {engine.sentence}"
    elif not declare(library(str(engine.isa))).longshort_mixed():
        why = f"it needs tile registers (AMX), which the {engine.isa} kernels do not use."
    else:
        return replace(engine, sentence=f"{engine.sentence.removesuffix('.')}, in mixed precision.")
    raise SettingsError(
        f"training.precision is 'mixed', but {why}", "Choose --set training.precision=float32, as by default."
    )


def available_threads() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
