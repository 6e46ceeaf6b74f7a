"""Choose in one place what trains and predicts a network, and name it in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from longshort.errors import SettingsError
from longshort.kernels.choice import choose
from longshort.kernels.native.interface import LOSS_NUMBERS, declare
from longshort.language import Message, message
from longshort.native.library import library
from longshort.nn.network import Network, tail
from longshort.nn.pairings import resolve_loss
from longshort.nn.stack import Stack
from longshort.nn.translation import Translation
from longshort.training.device import resolve_device
from longshort.training.settings import Training, native_knows

if TYPE_CHECKING:
    from longshort.training.batch import Windows
    from longshort.training.examples import Learnable
    from longshort.training.member import Executor

Description = Network | Stack | Translation
DEFAULT = Training()
MOST_LAYERS = 255  # of the compiled step


@dataclass(frozen=True)
class Engine:
    """Name the executor, the backend of the recurrent layers, the kernels' instruction set and the device."""

    executor: Literal["native", "torch"]
    layers: Literal["native", "torch", "reference", "fastest"]
    isa: str | None
    device: str
    sentence: Message

    def member(self, network: Description, settings: Training, seed: int, examples: "Learnable") -> "Executor":
        """Make one member ready to be trained."""
        if self.executor == "native":
            from longshort.training.executor_native import NativeMember

            return NativeMember(cast(Network, network), settings, seed, cast("Windows", examples), self)
        from longshort.training.executor_torch import TorchMember

        return TorchMember(network, settings, seed, examples, self)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep PyTorch, where it works, inside one thread a member."""
        if self.executor == "native":
            yield
            return
        from longshort.training.executor_torch import one_thread

        with one_thread():
            yield


def resolve_engine(device: str, network: Description, settings: Training = DEFAULT) -> Engine:
    """Take compiled kernels on the processor where they serve, PyTorch elsewhere.

    `device` is auto, cpu or cuda. Where the compiled step does not know a network, a loss or an optimizer, PyTorch does
    the step on compiled layers, and the sentence says why. Mixed precision only compiled steps on tiles (AMX) have.
    Raises SettingsError for a device, a LONGSHORT_KERNEL or a precision that cannot be had.
    """
    engine = _in_float32(device, network, settings)
    return engine if settings.precision == "float32" else _in_mixed(engine)


def _in_float32(device: str, network: Description, settings: Training) -> Engine:
    place, sentence = resolve_device(device)
    choice = choose()
    if place != "cpu" or choice.backend == "torch":
        return Engine("torch", "torch", None, place, sentence if place != "cpu" else choice.sentence)
    if choice.backend == "reference":
        return Engine("torch", "reference", None, place, choice.sentence)
    if not isinstance(network, Network):
        return Engine("torch", "fastest", choice.isa, place, message("kernels.layers", kernels=choice.sentence))
    unknown = _unknown(network, settings)
    if unknown is None:
        return Engine("native", "native", choice.isa, place, choice.sentence)
    part = message("kernels.rest", kernels=choice.sentence, unknown=unknown)
    return Engine("torch", "native", choice.isa, place, part)


def _unknown(network: Network, settings: Training) -> Message | None:
    """Name what the compiled step does not know; None where it knows all."""
    resolved = resolve_loss(network.model.head, settings.loss)
    if resolved not in LOSS_NUMBERS:
        return message("kernels.unknown.loss", loss=resolved)
    if network.model.num_layers > MOST_LAYERS:
        return message("kernels.unknown.many", n=network.model.num_layers)
    if tail(network.model) is not None:
        return message("kernels.unknown.tail")
    return native_knows(settings)


def _in_mixed(engine: Engine) -> Engine:
    if engine.executor != "native":
        why = f"only the native step has it, and here PyTorch takes the step. {engine.sentence}"
    elif not declare(library(str(engine.isa))).longshort_mixed():
        why = f"it needs tile registers (AMX), which the {engine.isa} kernels do not use."
    else:
        return replace(engine, sentence=message("kernels.mixed", kernels=engine.sentence))
    raise SettingsError(
        f"training.precision is 'mixed', but {why}", "Choose --set training.precision=float32, as by default."
    )


def available_threads() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
