"""From what a user passes as X to the rows that a network sees, the same in training and in use."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.data.sequences import Sequences
from longshort.data.shaping import check_targets
from longshort.errors import DataError
from longshort.nn.stack import Flatten, Image
from longshort.sequences.settings import Model

if TYPE_CHECKING:
    from longshort.data.tokenizers import Tokenizer


class Given(NamedTuple):
    """What was passed as X: texts, or sequences; and the columns of a table (samples, columns), 0 of anything else."""

    rows: list[str] | Sequences
    columns: int = 0

    def targets(self, y: Any, what: str) -> Any:
        """Give targets as a list or an array; DataError where they are missing, or not as many as sequences."""
        if y is None:
            raise DataError(f"requires y to be passed, but the target y is None: {what} is needed.", hint="Pass y.")
        y = y if isinstance(y, Sized) else np.atleast_1d(np.asarray(y))
        if isinstance(self.rows, Sequences):
            check_targets(self.rows, y)
        elif len(self.rows) != len(y):
            raise DataError(f"X has {len(self.rows)} texts and y {len(y)} targets.", hint="Pass one target for each.")
        return y


def read(X: Any) -> Given:  # noqa: N803 - the field's name
    """Take in texts, arrays (samples, time steps[, features]), lists of (time steps[, features]), or Sequences.

    Raises DataError for anything else, and for what is empty, NaN or infinite.
    """
    if isinstance(X, str):
        raise DataError("X is one text, where a list of texts is expected.", hint="Pass it in brackets: [text].")
    shape: tuple[int, ...] = getattr(X, "shape", ())
    if not isinstance(X, Sequences) and len(shape) < 2 and isinstance(X, Iterable):
        rows = list(X)
        if rows and isinstance(rows[0], str):
            return Given(rows)
    sequences = Sequences.of(X)
    table = len(shape) == 2 or (isinstance(X, list) and _is_row(X[0]))
    return Given(sequences, int(sequences.lengths[0]) if table else 0)


def _is_row(row: Any) -> bool:
    """Say whether this is a row of a table that is written as a list of lists."""
    return isinstance(row, list | tuple) and not any(isinstance(cell, Sized) for cell in row)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Hold how inputs are brought into shape: texts by a tokenizer, numbers by a centre and a scale for each feature.

    `features` counts the numbers of a time step; `vocabulary` the tokens, 0 where inputs are numbers; `columns` those
    of a table, 0 where it was none; `steps` the time steps that each sequence must have, 0 where any length will do.
    """

    features: int
    vocabulary: int
    columns: int = 0
    steps: int = 0
    centre: NDArray[np.float32] | None = None
    scale: NDArray[np.float32] | None = None
    tokenizer: "Tokenizer | None" = None

    def take(self, given: Given) -> Sequences:
        """Bring inputs into shape; DataError where they are of another kind than those of the fit."""
        if self.tokenizer is not None:
            if isinstance(given.rows, Sequences):
                raise DataError("X holds numbers, and texts in training.", hint="Pass a list of texts.")
            return self.tokenizer.encode(given.rows)
        if not isinstance(given.rows, Sequences):
            raise DataError("X holds texts, and numbers in training.", hint="Pass arrays of numbers.")
        self._refuse_others(given.rows, given.columns)
        if self.centre is None or self.scale is None:
            return given.rows
        return Sequences((given.rows.values - self.centre) * self.scale, given.rows.offsets)

    def _refuse_others(self, sequences: Sequences, columns: int) -> None:
        """Refuse sequences whose features, tokens or lengths are others than the network knows."""
        found, known = sequences.features, self.features
        if found == known and self.columns and columns:
            found, known = columns, self.columns
        if found != known:
            raise DataError(
                f"X has {found} features, but longshort is expecting {known} features as input.",
                hint="Pass what it was fitted on: the same columns in the same order.",
            )
        if sequences.tokens:
            refuse_strange_tokens(sequences.values, self.vocabulary)
        wrong = np.flatnonzero((sequences.lengths != self.steps) & (self.steps > 0))
        if len(wrong):
            raise DataError(
                f"sequence {wrong[0]} has {sequences.lengths[wrong[0]]} time steps, but these layers take "
                f"{self.steps} ({len(wrong)} such sequences).",
                hint="Pass sequences, or images, of one size, in the fit and after it.",
            )


def fit_inputs(model: Model, given: Given, training: NDArray[np.int64]) -> tuple[Inputs, Sequences]:
    """Learn from the sequences numbered in `training` how to bring inputs into shape, and bring all of them."""
    if not isinstance(given.rows, Sequences):
        from longshort.data.tokenizers import fit as fit_tokenizer

        tokenizer = fit_tokenizer([given.rows[i] for i in training], model.tokens, model.vocabulary)
        inputs = Inputs(0, tokenizer.size, tokenizer=tokenizer)
        return inputs, inputs.take(given)
    sequences = given.rows
    whole = any(isinstance(layer, Image | Flatten) for layer in model.layers)
    steps = int(sequences.lengths[0]) if whole else 0
    if sequences.tokens:
        inputs = Inputs(0, int(sequences.values.max()) + 1, steps=steps)
    else:
        inputs = Inputs(sequences.features, 0, given.columns, steps, *standard(model.scale, sequences[training].values))
    return inputs, inputs.take(given)


def standard(scale: str, values: NDArray[Any]) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """Give the mean and the inverse deviation of "each" feature of `[row, feature]`, of "all" together, or "none".

    >>> centre, inverse = standard("each", np.array([[1.0, 0.0], [3.0, 0.0]]))
    >>> centre.tolist(), inverse.tolist()
    ([2.0, 0.0], [1.0, 1.0])
    """
    if scale == "none":
        return None, None
    axis = 0 if scale == "each" else None
    centre, spread = values.mean(axis, dtype=np.float64), values.std(axis, dtype=np.float64)
    every = np.ones(values.shape[1])
    inverse = every / np.where(spread > 0.0, spread, 1.0)
    return (centre * every).astype(np.float32), inverse.astype(np.float32)


def refuse_strange_tokens(tokens: NDArray[Any], vocabulary: int) -> None:
    """Raise DataError for a token that is none of a vocabulary's."""
    for token in (int(tokens.min()), int(tokens.max())):
        if not 0 <= token < vocabulary:
            raise DataError(
                f"X has the token {token}, but there are {vocabulary}, counted from 0.",
                hint="Encode it by the tokenizer of the fit.",
            )


def shape_of(sequences: Sequences) -> tuple[int | None, ...]:
    """Give the shape of one example: its length, None unless all are equally long, and its features."""
    lengths = sequences.lengths
    time = int(lengths[0]) if (lengths == lengths[0]).all() else None
    return (time,) if sequences.tokens else (time, sequences.features)
