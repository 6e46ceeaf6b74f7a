"""Labelled sequences and text through PyTorch: a stack's loss, and what it says of new examples."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from longshort.data.sequences import Sequences
from longshort.nn.initialisers import Parameters
from longshort.nn.pairings import resolve_loss
from longshort.nn.stack import BatchNorm, Stack, initialise, output_shapes, parameter_shapes
from longshort.nn.stack.forward import Pass, forward
from longshort.training.engine import Engine, available_threads
from longshort.training.examples import Examples, Gathered, Text
from longshort.training.executor_torch import Draw, Loss, as_tensor, masks, one_thread

MOST_PARTS, FEWEST = 4, 32  # parts of a batch that threads may share, and examples in the smallest
BLOCK, BLOCK_STEPS = 128, 2**15  # sequences, and steps of all of them, that are answered at once
ERRORS: dict[str, Callable[..., Tensor]] = {
    "squared": functional.mse_loss,
    "absolute": functional.l1_loss,
    "huber": functional.huber_loss,
}


class ExamplesProblem:
    """Say what a member learns from examples: a class or numbers, for each sequence or for each of its steps."""

    def __init__(self, stack: Stack, loss: str, examples: Examples | Text, engine: Engine) -> None:
        self.stack, self.examples, self.engine = stack, examples, engine
        self.error = resolve_loss(stack.head, loss)
        self.whole = any(isinstance(layer, BatchNorm) for layer in stack.layers)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Give every parameter's shape."""
        return parameter_shapes(self.stack)

    def initial(self, seed: int) -> Parameters:
        """Draw the first parameters."""
        return initialise(self.stack, seed)

    def parts(self, ends: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Cut a batch into parts of like lengths; batch norm wants it whole."""
        return shares(self.examples, ends, self.whole)

    def gather(self, ends: NDArray[np.int64], split: int) -> Gathered:
        """Gather examples; each belongs to one split as a whole."""
        return self.examples.gather(ends)

    def loss(self, parameters: Mapping[str, Tensor], batch: Gathered, draw: Draw | None) -> Loss:
        """Sum the loss over a batch's targets, in nats for classes."""
        device = self.engine.device
        way = Pass(self.engine.layers, None if draw is None else masks(draw, device))
        inputs, lengths = put(batch, device)
        raw = forward(self.stack, parameters, inputs, lengths, way)
        targets = as_tensor(batch.targets, device)
        if self.error != "cross_entropy":
            each = ERRORS[self.error](raw, targets, reduction="none").mean(-1)
        else:
            each = functional.cross_entropy(raw.flatten(0, -2), targets.long().flatten(), reduction="none")
        if batch.counts is None:
            return Loss(each.sum(), float(each.numel()), way.measured)
        counts = as_tensor(batch.counts, device)
        return Loss((each * counts.flatten()).sum(), float(batch.counts.sum()), way.measured)


def gives_each_step(stack: Stack) -> bool:
    """Say whether the last layer answers for each step of a sequence, and not for the whole."""
    return len(output_shapes(stack)[-1]) == 2


def shares(examples: Examples | Text, ends: NDArray[np.int64], whole: bool) -> list[NDArray[np.int64]]:
    """Cut a batch into parts of like lengths, so that little is padded, or leave it whole."""
    count = 1 if whole else min(MOST_PARTS, max(1, len(ends) // FEWEST))
    return np.array_split(ends[np.argsort(examples.sizes(ends), kind="stable")], count)


def put(batch: Gathered, device: str) -> tuple[Tensor, Tensor | None]:
    """Put inputs and lengths where the network is."""
    lengths = None if batch.lengths is None else as_tensor(batch.lengths, device)
    return as_tensor(batch.inputs, device), lengths


def predict(stack: Stack, parameters: Sequence[Parameters], inputs: Sequences, engine: Engine) -> NDArray[np.float32]:
    """Give the last layer's numbers: `[member, sequence, number]`, or `[member, row, number]` where each step counts.

    A sequence's answer does not depend on which others are asked for, to rounding: the last bits of a product depend on
    how many rows it has.
    """
    numbers, each_step = int(output_shapes(stack)[-1][-1] or 0), gives_each_step(stack)
    answers = np.empty((len(parameters), len(inputs.values) if each_step else len(inputs), numbers), np.float32)
    members = [{name: as_tensor(value, engine.device) for name, value in member.items()} for member in parameters]

    def answer(chosen: NDArray[np.int64], data: Tensor, ends: Tensor | None) -> None:
        """Run every member over one block."""
        lengths = inputs.lengths[chosen]
        inside = np.arange(lengths.max()) < lengths[:, None]
        places = (inputs.offsets[chosen][:, None] + np.arange(lengths.max()))[inside] if each_step else chosen
        for own, member in zip(answers, members, strict=True):
            made = forward(stack, member, data, ends, Pass(engine.layers)).cpu().numpy()
            own[places] = made[inside] if each_step else made

    over_blocks(inputs, engine, answer)
    return answers


def over_blocks(
    inputs: Sequences, engine: Engine, answer: Callable[[NDArray[np.int64], Tensor, Tensor | None], None]
) -> None:
    """Share sequences out over threads, in blocks of like lengths: their numbers, values and ends."""

    def one(chosen: NDArray[np.int64]) -> None:
        torch.set_num_threads(1)
        padded, lengths = inputs.padded(chosen)
        ragged = bool((lengths != padded.shape[1]).any())
        with torch.inference_mode():
            answer(chosen, *put(Gathered(padded, lengths if ragged else None, padded, None), engine.device))

    threads = available_threads() if engine.device == "cpu" else 1
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, blocks(inputs.lengths)))


def blocks(lengths: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Cut sequences into blocks of like lengths, the longest first.

    >>> [block.tolist() for block in blocks(np.array([1, BLOCK_STEPS, 1]))]
    [[1], [0, 2]]
    """
    order, cut, first = np.argsort(-lengths, kind="stable"), [], 0
    while first < len(order):
        size = int(np.clip(BLOCK_STEPS // lengths[order[first]], 1, BLOCK))
        cut.append(order[first : first + size])
        first += size
    return cut
