"""Train a member through PyTorch: gradient and one step of the optimizer at a time, whatever it learns from."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from longshort.nn.initialisers import Parameters
from longshort.nn.network import Network
from longshort.nn.stack import BUFFERS, Stack
from longshort.nn.stack.forward import Mask
from longshort.seeding import generator
from longshort.training import optimizers
from longshort.training.batch import TRAINING, VALIDATION
from longshort.training.chunks import choose, steps_per_epoch
from longshort.training.engine import Description, Engine
from longshort.training.interruption import Interruption
from longshort.training.settings import Training, rate_at
from longshort.training.tally import Tally

VALIDATION_BATCH = 64


@dataclass(frozen=True)
class Draw:
    """Say where dropout draws from: a member's seed, the step, and which part of its batch."""

    seed: int
    step: int
    part: int = 0


class Loss(NamedTuple):
    """A loss summed over so many targets, and what the pass measured: new values for parameters no gradient moves."""

    total: Tensor
    targets: float
    measured: Mapping[str, Tensor]


class Problem(Protocol):
    """What a member learns: its parameters, its examples, and the loss of some of them."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Give every parameter's shape, those that are measured and not learnt last."""

    def initial(self, seed: int) -> Parameters:
        """Draw the first parameters."""

    def parts(self, ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Share a step's examples out: threads may take the parts, whose gradients are added in this order."""

    def gather(self, ends: NDArray[np.int64], split: int) -> Any:
        """Gather examples with their targets of one split."""

    def loss(self, parameters: Mapping[str, Tensor], batch: Any, draw: Draw | None) -> Loss:
        """Sum the loss over a batch's targets; `draw` is None outside training."""


def problem_of(network: Description, loss: str, examples: Any, engine: Engine) -> Problem:
    """Pose the problem that belongs to a network's kind."""
    if isinstance(network, Network):
        from longshort.training.torch_windows import WindowsProblem

        return WindowsProblem(network, loss, examples, engine)
    if isinstance(network, Stack):
        from longshort.training.torch_examples import ExamplesProblem

        return ExamplesProblem(network, loss, examples, engine)
    from longshort.training.torch_translation import TranslationProblem

    return TranslationProblem(network, loss, examples, engine)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep PyTorch inside one thread, so that the order of every sum is fixed; put its setting back afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def as_tensor(array: NDArray[Any], device: str) -> Tensor:
    """Copy an array into PyTorch's own memory, whose alignment is fixed: the last bits of a product depend on it."""
    return torch.tensor(array, device=device)


def masks(draw: Draw, device: str) -> Mask:
    """Give a function that draws dropout's factors, by the layer's name: 0 with probability `rate`, else enlarged."""

    def mask(name: str, shape: tuple[int, ...], rate: float) -> Tensor:
        drawn = generator(draw.seed, "dropout", draw.step, draw.part, name).random(shape, np.float32)
        return as_tensor((drawn >= rate).astype(np.float32) / np.float32(1.0 - rate), device)

    return mask


class TorchMember:
    """Hold one member in training: its parameters as one flat vector, the optimizer's state, and its seed."""

    def __init__(self, network: Description, settings: Training, seed: int, examples: Any, engine: Engine) -> None:
        torch.set_num_threads(1)  # the setting is a thread's own in parts of PyTorch
        self.settings, self.seed, self.examples, self.engine = settings, seed, examples, engine
        self.problem = problem_of(network, settings.loss, examples, engine)
        initial, self.shapes = self.problem.initial(seed), self.problem.shapes()
        self.flat = as_tensor(np.concatenate([initial[name].ravel() for name in self.shapes]), engine.device)
        views = unflatten(self.shapes, self.flat)
        self.measured = {name: view for name, view in views.items() if name.endswith(BUFFERS)}
        self.views = {name: view.requires_grad_() for name, view in views.items() if name not in self.measured}
        self.moving = self.flat[: sum(view.numel() for view in self.views.values())]
        self.slots = optimizers.slots(settings, self.moving)
        self.per_epoch = steps_per_epoch(settings, examples)

    def advance(
        self, first: int, steps: int, threads: int, deadline: float, interruption: Interruption, so_far: Tally
    ) -> Tally:
        """Take up to so many steps from step `first` on, counted from 0; fewer when time is up or on interruption.

        One step at least is taken. Threads share the parts of a batch; PyTorch itself works in one, because its order
        of sums would depend on their number.
        """
        tally = so_far
        with ThreadPoolExecutor(max(threads, 1)) as pool:
            for done, ends in enumerate(choose(self.settings, self.examples, self.seed, first, steps)):
                loss, targets, norm = self.step(ends, first + done, pool if threads > 1 else None)
                if not all(map(np.isfinite, (loss, targets, norm))):
                    return replace(tally, finite=False)
                tally = Tally(tally.steps + 1, tally.loss + loss, tally.targets + targets, tally.norms + norm)
                if interruption.is_set() or monotonic() >= deadline:
                    break
        return tally

    def step(
        self, ends: NDArray[np.int64], number: int, pool: ThreadPoolExecutor | None = None
    ) -> tuple[float, float, float]:
        """Take training step `number`, counted from 0, on the examples at `ends`, and move the parameters.

        Gives the loss summed over its targets, their count, and the gradient's length before clipping. Where loss or
        gradient is not finite the parameters stay as they were.
        """
        parts = list(enumerate(self.problem.parts(ends)))

        def one(part: tuple[int, NDArray[np.int64]]) -> tuple[Loss, Tensor]:
            torch.set_num_threads(1)
            return self.gradient(part[1], Draw(self.seed, number, part[0]))

        results = list(pool.map(one, parts)) if pool is not None and len(parts) > 1 else list(map(one, parts))
        count = sum(loss.targets for loss, _ in results)
        gradient = sum_of([part for _, part in results]) / max(count, 1.0)
        total = float(sum(float(loss.total.detach()) for loss, _ in results))
        norm = optimizers.clip(gradient, self.settings.gradient_clip)
        if np.isfinite(total) and np.isfinite(norm):
            rate = rate_at(self.settings, number // self.per_epoch)
            optimizers.update(self.settings, self.moving, gradient, self.slots, number + 1, rate)
            for name, value in results[0][0].measured.items():
                self.measured[name].copy_(value)
        return total, count, norm

    def gradient(self, ends: NDArray[np.int64], draw: Draw) -> tuple[Loss, Tensor]:
        """Give the loss of some examples and its gradient, both summed over their targets."""
        loss = self.problem.loss(self.views | self.measured, self.problem.gather(ends, TRAINING), draw)
        gradients = torch.autograd.grad(loss.total, list(self.views.values()))
        return loss, torch.cat([part.reshape(-1) for part in gradients])

    def validate(self, threads: int, interruption: Interruption) -> tuple[float, float]:
        """Give the loss summed over the validation targets, without dropout, and their count."""
        ends = self.examples.validation
        starts = range(0, len(ends), VALIDATION_BATCH)

        def one(start: int) -> tuple[float, float]:
            torch.set_num_threads(1)
            if interruption.is_set():
                return 0.0, 0.0
            return self.evaluate(self.problem.gather(ends[start : start + VALIDATION_BATCH], VALIDATION))

        with ThreadPoolExecutor(max(threads, 1)) as pool:
            results = list(pool.map(one, starts)) if threads > 1 else list(map(one, starts))
        return float(sum(loss for loss, _ in results)), float(sum(count for _, count in results))

    def evaluate(self, batch: Any) -> tuple[float, float]:
        """Give the loss summed over a batch's counted targets, without dropout, and their count."""
        with torch.no_grad():
            loss = self.problem.loss(self.views | self.measured, batch, None)
        return float(loss.total), loss.targets

    def weights(self) -> Parameters:
        """Copy the parameters out, by name."""
        copy = self.flat.detach().cpu().clone()
        return {name: view.numpy() for name, view in unflatten(self.shapes, copy).items()}

    def state(self) -> dict[str, NDArray[np.float32]]:
        """Copy out all that the next step depends on."""
        vectors = {"parameters": self.flat, **{f"slot.{name}": value for name, value in self.slots.items()}}
        return {name: vector.detach().cpu().clone().numpy() for name, vector in vectors.items()}

    def restore(self, state: Mapping[str, NDArray[np.float32]]) -> None:
        """Go back to a state that was copied out."""
        self.flat.copy_(torch.from_numpy(state["parameters"]))
        for name, value in self.slots.items():
            value.copy_(torch.from_numpy(state[f"slot.{name}"]))


def sum_of(parts: Sequence[Tensor]) -> Tensor:
    """Add tensors up in their order."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def unflatten(shapes: Mapping[str, tuple[int, ...]], vector: Tensor) -> dict[str, Tensor]:
    """Cut a flat vector into views of one member's parameters."""
    parts = torch.split(vector, [int(np.prod(shape)) for shape in shapes.values()])
    return {name: part.view(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}
