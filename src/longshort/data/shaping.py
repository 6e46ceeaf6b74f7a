"""From what a user holds (arrays, lists, tables) to Sequences, and whether sequences and targets belong together."""

from collections.abc import Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.sequences import Sequences
from longshort.errors import DataError, examples

_SHAPE = "Pass an array (samples, time steps, features), or a list of arrays (time steps, features)."


class WrongTypeError(DataError, TypeError):
    """Say that data hold what no number can be made of; a TypeError as well, as scikit-learn's conventions want."""


def as_sequences(X: Any) -> Sequences:  # noqa: N803 - the field's name
    """Take in arrays (samples, time steps[, features]) or lists of (time steps[, features]); see `Sequences.of`."""
    _refuse_strangers(X)
    if isinstance(X, list | tuple) and _ragged(X):
        return _from_list(X)
    array = _numbers(X, "X")
    if array.ndim not in (2, 3):
        raise DataError(_dimensions(array), hint=_SHAPE)
    samples, steps = array.shape[:2]
    features = array.shape[2] if array.ndim == 3 else 1
    if not samples or not steps or not features:
        missing = "sample" if not samples else "feature" if array.ndim == 2 or not features else "time step"
        raise DataError(f"X holds 0 {missing}(s) (shape={array.shape}) while a minimum of 1 is required.", hint=_SHAPE)
    _refuse_blanks(array)
    return Sequences(array.reshape(samples * steps, features), np.arange(samples + 1, dtype=np.int64) * steps)


def check_targets(sequences: Sequences, y: Sized) -> None:
    """Refuse targets of which there are not as many as sequences, and say so where the two axes are exchanged.

    Raises DataError with both shapes, and the line that exchanges the axes where `y` has one target for each of what
    stands as time steps.
    """
    count, wanted = len(sequences), len(y)
    if count == wanted:
        return
    if np.array_equal(np.unique(sequences.lengths), [wanted]):
        trailing = () if sequences.tokens else (sequences.features,)
        turn = "transpose(1, 0, 2)" if trailing else "T"
        raise DataError(
            f"X has shape {(count, wanted, *trailing)}: {count} samples of {wanted} time steps, where y has {wanted} "
            "targets. The axes of time and samples seem exchanged.",
            hint=f"Pass X.{turn}, of shape {(wanted, count, *trailing)}.",
        )
    raise DataError(
        f"X has {count} sequences and y {wanted} targets: inconsistent numbers of samples.",
        hint="Pass one target for each sequence, in the same order.",
    )


def _refuse_strangers(X: Any) -> None:  # noqa: N803
    if isinstance(X, str) or (isinstance(X, list | tuple) and any(isinstance(one, str) for one in X)):
        raise DataError("X is text, where numbers are expected.", hint="Give a tokenizer, or pass arrays of numbers.")
    if hasattr(X, "tocsr") or hasattr(X, "tocoo"):
        raise DataError("X is a sparse matrix.", hint="Pass X.toarray(): a dense array.")


def _ragged(X: list[Any] | tuple[Any, ...]) -> bool:  # noqa: N803
    """Say whether a list holds arrays that do not stack."""
    try:
        return len({np.shape(one) for one in X}) > 1
    except ValueError:  # one of them does not even stack in itself: said where it is taken in
        return True


def _from_list(sequences: list[Any] | tuple[Any, ...]) -> Sequences:
    arrays = [_numbers(one, f"sequence {i}") for i, one in enumerate(sequences)]
    for i, array in enumerate(arrays):
        if array.ndim not in (1, 2):
            raise DataError(f"sequence {i} has shape {array.shape}, not (time steps, features).", hint=_SHAPE)
        if not len(array):
            raise DataError(
                f"sequence {i} is empty: shape {array.shape}.",
                hint="Every sequence needs one time step: leave the empty ones out, with their labels.",
            )
        _refuse_blanks(array, f"sequence {i}, ")
    arrays = [array[:, None] if array.ndim == 1 else array for array in arrays]
    _refuse_other_features([array.shape for array in arrays])
    return Sequences(np.concatenate(arrays), np.cumsum([0, *map(len, arrays)]))


def _refuse_other_features(shapes: list[tuple[int, ...]]) -> None:
    first = shapes[0][1]
    others = [i for i, shape in enumerate(shapes) if shape[1] != first]
    if not others:
        return
    if len({shape[0] for shape in shapes}) == 1:
        hint = f"All have {shapes[0][0]} rows: are they (features, time steps)? Pass [x.T for x in X]."
    else:
        hint = "Every sequence needs the same features, in the same order."
    raise DataError(
        f"sequence 0 has {first} features, and {len(others)} of {len(shapes)} have others: sequence {others[0]} has "
        f"{shapes[others[0]][1]}.",
        hint=hint,
    )


def _numbers(values: Any, what: str) -> NDArray[np.float32]:
    """Turn anything into float32, and refuse what is no number; what does not fit into float32 becomes infinite."""
    try:
        array = np.asarray(values)
        if array.dtype.kind == "c":
            raise DataError(
                f"{what} is complex. Complex data not supported.", hint="Pass real and imaginary parts apart."
            )
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(array, dtype=np.float32)
    except (ValueError, TypeError) as error:
        kind = WrongTypeError if isinstance(error, TypeError) else DataError
        raise kind(f"{what} holds what is no number: {error}.", hint=_SHAPE) from error


def _refuse_blanks(array: NDArray[np.float32], where: str = "") -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # one NaN or infinity spoils a sum: the usual case costs one pass
            return
    wrong = ~np.isfinite(array)
    if not wrong.any():
        return
    places = np.argwhere(wrong)
    place = tuple(int(i) for i in places[0])
    value = array[place]
    word = "NaN" if np.isnan(value) else "infinity, or a number too large for float32,"
    axes = examples(places[:, 0].tolist()) if not where else ""
    raise DataError(
        f"X holds {word} at {where}index {place}; {len(places):,} such values"
        + (f", the first in samples {axes}." if axes else "."),
        hint="Fill or leave out what is missing: longshort does not guess. For series with gaps see longshort.read.",
    )


def _dimensions(array: NDArray[np.float32]) -> str:
    if array.ndim == 1:
        return f"X has shape {array.shape}: expected a 2D or 3D array, got a 1D array. Reshape your data."
    return f"X has shape {array.shape}: expected 2 or 3 dimensions, got {array.ndim}."
