"""Labelled sequences of any lengths, images by rows and texts as tokens: one flat, immutable form."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from longshort.errors import DataError

Rows = NDArray[np.float32] | NDArray[np.int32]
Chosen = NDArray[np.bool_] | NDArray[np.int64] | slice


@dataclass(frozen=True, eq=False)
class Sequences:
    """Hold many sequences as flat arrays, each a contiguous stretch of rows in time order.

    `values` is float32 `[row, feature]`, or int32 `[row]` where the rows are tokens. Sequence `i` owns the rows
    `offsets[i]:offsets[i + 1]`, at least one.

    >>> short = Sequences.of([[[1.0], [2.0]], [[3.0], [4.0], [5.0]]])
    >>> len(short), short.lengths.tolist(), short.features
    (2, [2, 3], 1)
    >>> batch, lengths = short.padded(np.array([1, 0]))
    >>> batch[:, :, 0].tolist(), lengths.tolist()
    ([[3.0, 4.0, 5.0], [1.0, 2.0, 0.0]], [3, 2])
    """

    values: Rows
    offsets: NDArray[np.int64]

    def __post_init__(self) -> None:
        kind = (self.values.dtype, self.values.ndim)
        if kind not in ((np.dtype(np.float32), 2), (np.dtype(np.int32), 1)):
            raise ValueError(f"values are {kind[0]} {self.values.shape}, not float32 [row, feature] or int32 [row]")
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.values):
            raise ValueError(f"offsets run from {self.offsets[0]} to {self.offsets[-1]}, not to {len(self.values)}")
        empty = np.flatnonzero(np.diff(self.offsets) < 1)
        if len(empty):
            raise DataError(
                f"sequence {empty[0]} is empty ({len(empty)} of {len(self)} are).",
                hint="Every sequence needs one time step: leave the empty ones out, with their labels.",
            )
        for array in (self.values, self.offsets):
            array.setflags(write=False)

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        shortest, longest = (int(self.lengths.min()), int(self.lengths.max())) if len(self) else (0, 0)
        steps = str(longest) if shortest == longest else f"{shortest} to {longest}"
        return f"Sequences({len(self):,} of {steps} {'tokens' if self.tokens else f'steps × {self.features}'})"

    def __len__(self) -> int:
        """Count the sequences."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Give the number of time steps of each sequence."""
        return np.diff(self.offsets)

    @property
    def tokens(self) -> bool:
        """Say whether the rows are tokens (whole numbers into a vocabulary) and not vectors of features."""
        return self.values.ndim == 1

    @property
    def features(self) -> int:
        """Count the features of a time step; 0 where the rows are tokens."""
        return 0 if self.values.ndim == 1 else self.values.shape[1]

    @overload
    def __getitem__(self, chosen: int) -> Rows: ...
    @overload
    def __getitem__(self, chosen: Chosen) -> "Sequences": ...
    def __getitem__(self, chosen: int | Chosen) -> "Rows | Sequences":
        """Give one sequence's rows by its number, or some of the sequences by mask, index or slice."""
        if isinstance(chosen, int | np.integer):
            first = range(len(self))[int(chosen)]
            return self.values[self.offsets[first] : self.offsets[first + 1]]
        lengths = self.lengths[chosen]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        moved = np.repeat(self.offsets[:-1][chosen] - offsets[:-1], lengths)
        return Sequences(self.values[np.arange(offsets[-1]) + moved], offsets)

    def __iter__(self) -> Iterator[Rows]:
        """Give the rows of one sequence after another."""
        return (self[i] for i in range(len(self)))

    def padded(self, chosen: Chosen | None = None, length: int | None = None) -> tuple[Rows, NDArray[np.int64]]:
        """Gather sequences into one array `[sequence, time(, feature)]`, zeros behind each one's end, and the lengths.

        Longer sequences are cut after `length` steps; without it the longest gives the length. Raises DataError where
        the array would not fit into memory.
        """
        which: Chosen = slice(None) if chosen is None else chosen
        starts, lengths = self.offsets[:-1][which], self.lengths[which]
        steps = length or int(lengths.max(initial=0))
        lengths = np.minimum(lengths, steps)
        try:
            outside = np.arange(steps) >= lengths[:, None]
            batch: Rows = self.values.take(np.where(outside, 0, np.arange(steps) + starts[:, None]), axis=0)
        except MemoryError as error:
            raise DataError(
                f"{len(starts)} sequences padded to {steps:,} time steps do not fit into memory.",
                hint="Cut long sequences into pieces, or lower batch_size.",
            ) from error
        batch[outside] = 0
        return batch, lengths

    def fingerprint(self) -> str:
        """Give a short digest of all values, equal exactly when the sequences are."""
        digest = sha256(repr((self.values.dtype.str, self.values.shape)).encode())
        for array in (self.values, self.offsets):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    @classmethod
    def of(cls, X: Any) -> "Sequences":  # noqa: N803 - the field's name
        """Take in an array (samples, time steps, features), (samples, time steps) of one feature, or a list of arrays.

        A list may hold sequences of different lengths, each (time steps, features) or (time steps,). Raises DataError
        for what is no number, NaN or infinite, empty, or of different numbers of features.
        """
        from longshort.data.shaping import as_sequences

        return X if isinstance(X, cls) else as_sequences(X)

    @classmethod
    def of_tokens(cls, tokens: NDArray[Any], lengths: NDArray[np.int64]) -> "Sequences":
        """Take in tokens that stand behind one another, and how many of them each sequence has."""
        return cls(np.ascontiguousarray(tokens, dtype=np.int32), np.concatenate([[0], np.cumsum(lengths)]))
