"""Gather the rows of chunks: what a network sees, what it is asked for, and which answers count."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from longshort.training.examples import Learnable

TRAINING, VALIDATION = 1, 2


@dataclass(frozen=True, eq=False)
class Windows:
    """Hold the rows of one fold, shared by its members.

    A chunk is the `length` rows that end at some row; positions before `burn_in` only warm the state up and carry no
    loss (`burn_in = length - 1`: one target per window). A chunk that ends at row e sees
    `(inputs[t] - input_loc[e]) * input_scale[e]`, or the inputs as they are where these are None. `inputs` has no
    NaN; a NaN in `targets` was not observed. `split` says whose loss a row's target belongs to (1 training,
    2 validation, 0 nobody's); `first` is the first row of the row's own series: nothing before it is seen, zeros
    stand there. `train` and `validation` list the rows at which chunks end.
    """

    inputs: NDArray[np.float32]
    input_loc: NDArray[np.float32] | None
    input_scale: NDArray[np.float32] | None
    targets: NDArray[np.float32]
    split: NDArray[np.int8]
    first: NDArray[np.int64]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    length: int
    burn_in: int


@dataclass(frozen=True, eq=False)
class Job:
    """Name one member to train: `key` stands for it in records and checkpoints, such as "fold-3.seed-1"."""

    examples: "Learnable"
    seed: int
    key: str


class Batch(NamedTuple):
    """Chunks ready for the network, time first: inputs `[time, batch, feature]`.

    Targets and weights are `[time - burn_in, batch, horizon]`: a weight is 1 where the target counts, else 0, and an
    unobserved target is 0.
    """

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


def gather(windows: Windows, ends: NDArray[np.int64], split: int) -> Batch:
    """Gather the chunks that end at `ends`, with the targets of one split."""
    rows = chunk_rows(windows, ends)[windows.burn_in :]
    rows, inside = clip_rows(windows, rows, ends)
    targets = windows.targets[rows]
    counts = (inside & (windows.split[rows] == split))[..., None] & ~np.isnan(targets)
    return Batch(gather_inputs(windows, ends), np.where(counts, targets, np.float32(0.0)), counts.astype(np.float32))


def gather_inputs(windows: Windows, ends: NDArray[np.int64]) -> NDArray[np.float32]:
    """Gather the inputs of the chunks that end at `ends`, `[time, batch, feature]`; zeros before a series begins."""
    rows, inside = clip_rows(windows, chunk_rows(windows, ends), ends)
    inputs = windows.inputs[rows]
    if windows.input_loc is not None:
        inputs -= windows.input_loc[ends]
    if windows.input_scale is not None:
        inputs *= windows.input_scale[ends]
    if not inside.all():
        inputs[~inside] = 0.0
    return inputs


def chunk_rows(windows: Windows, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """List the rows of each chunk, `[time, batch]`; those before its series begins included."""
    return ends[None, :] + np.arange(1 - windows.length, 1)[:, None]


def clip_rows(
    windows: Windows, rows: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Move rows before a chunk's own series onto its first row, and say which rows needed no move."""
    first = windows.first[ends]
    return np.maximum(rows, first), rows >= first
