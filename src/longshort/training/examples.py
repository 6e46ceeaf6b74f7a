"""Labelled sequences and running text: what the networks of `sequences` learn from."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.data.sequences import Sequences
from longshort.training.batch import Windows


class Gathered(NamedTuple):
    """Some examples: inputs `[batch, time(, feature)]`, where each ends, what is asked, and where that counts.

    `lengths` is None where all sequences are equally long. `targets` is `[batch]` or `[batch, number]`, one for each
    example, or `[batch, step]`, one for each step; `counts` `[batch, step]` then says which of them lie before the end.
    """

    inputs: NDArray[Any]
    lengths: NDArray[np.int64] | None
    targets: NDArray[Any]
    counts: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class Examples:
    """Hold sequences, each with its target.

    That is a class (int64 `[example]`), numbers (float32 `[example, number]`), or a sequence of classes: one for each
    step, or an answer of another length. `train` and `validation` list the examples of each split.
    """

    inputs: Sequences
    targets: NDArray[Any] | Sequences
    train: NDArray[np.int64]
    validation: NDArray[np.int64]

    @property
    def length(self) -> int:
        """Give the length of the longest sequence."""
        return int(self.inputs.lengths.max())

    def sizes(self, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the lengths of some examples."""
        return self.inputs.lengths[ends]

    def gather(self, ends: NDArray[np.int64]) -> Gathered:
        """Gather examples, padded with zeros to the longest of them."""
        inputs, lengths = self.inputs.padded(ends)
        ragged = lengths if (lengths != inputs.shape[1]).any() else None
        if not isinstance(self.targets, Sequences):
            return Gathered(inputs, ragged, self.targets[ends], None)
        targets, steps = self.targets.padded(ends)
        return Gathered(inputs, ragged, targets, np.arange(targets.shape[1]) < steps[:, None])


@dataclass(frozen=True, eq=False)
class Text:
    """Hold running tokens, of which a chunk of `length` from each start on forecasts the token behind each of its own.

    `train` and `validation` list starts; a chunk's last target lies `length` behind its start.
    """

    tokens: NDArray[np.int32]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    length: int

    def sizes(self, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the lengths of some chunks."""
        return np.full(len(ends), self.length)

    def gather(self, ends: NDArray[np.int64]) -> Gathered:
        """Gather the chunks that begin at some starts."""
        rows = ends[:, None] + np.arange(self.length + 1)
        chunks = self.tokens[rows]
        return Gathered(chunks[:, :-1], None, chunks[:, 1:].astype(np.int64), None)


Learnable = Windows | Examples | Text
