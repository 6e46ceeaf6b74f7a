"""Calls of the direction: up or down, 1 or -1, 1 or 0, as probabilities of 1 and 0."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.data.tables.names import plain
from longshort.errors import DataError, examples
from longshort.language import Message, message

NAMES = [
    "direction",
    "signal",
    "call",
    "class",
    "predictedclass",
    "predclass",
    "predictedlabel",
    "label",
    "predicteddirection",
    "side",
    "updown",
    "forecast",
    "prediction",
    "pred",
    "predicted",
]
UP = [
    "up",
    "rise",
    "rises",
    "rising",
    "long",
    "buy",
    "bull",
    "bullish",
    "higher",
    "increase",
    "positive",
    "true",
    "1",
    "1.0",
    "+1",
    "상승",
]
DOWN = [
    "down",
    "fall",
    "falls",
    "falling",
    "short",
    "sell",
    "bear",
    "bearish",
    "lower",
    "decrease",
    "negative",
    "false",
    "-1",
    "-1.0",
    "하락",
]
NEITHER = ["flat", "hold", "neutral", "same", "unchanged", "none"]


def is_call(cells: pl.Series, column: str) -> bool:
    """Say whether a column holds calls: words for up and down under any name, or -1, 0, 1 under a usual one."""
    known = cells.drop_nulls()
    if not len(known):
        return False
    if known.dtype in (pl.String, pl.Categorical, pl.Enum):
        words = set(known.cast(pl.String).str.strip_chars().str.to_lowercase().unique().to_list())
        return words <= {*UP, *DOWN, *NEITHER, "0", "0.0"} and bool(words & {*UP, *DOWN})
    if known.dtype == pl.Boolean:
        return plain(column) in NAMES
    if not known.dtype.is_numeric() or plain(column) not in NAMES:
        return False
    values = set(known.unique().to_list())
    return values <= {-1, 0, 1} and len(values) > 1


def as_number(column: str) -> pl.Expr:
    """Turn a column of words for up, down and neither into 1, -1 and 0; other words become null."""
    words = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    told = {**dict.fromkeys(UP, 1.0), **dict.fromkeys(DOWN, -1.0), **dict.fromkeys([*NEITHER, "0", "0.0"], 0.0)}
    return words.replace_strict(told, default=None, return_dtype=pl.Float64)


def as_chances(calls: NDArray[np.float64], signed: bool, name: str) -> tuple[NDArray[np.float64], Message]:
    """Turn calls into probabilities of a rise: 1 for up, 0 for down, one half for neither; and say how they were read.

    Calls of -1, 0 and 1 (`signed`, or a -1 among them) know a neither; of 1 and 0 alone, 0 is down. Raise DataError
    for anything else.

    >>> as_chances(np.array([1.0, 0.0]), False, "call")[0], as_chances(np.array([1.0, -1.0, 0.0]), False, "call")[0]
    (array([1., 0.]), array([1. , 0. , 0.5]))
    """
    known = np.unique(calls[~np.isnan(calls)])
    odd = known[~np.isin(known, (-1.0, 0.0, 1.0))]
    if len(odd):
        raise DataError(
            f"column {name!r} holds calls of the direction, but also {examples(odd.tolist())}.",
            hint="Write calls as up and down, as 1 and -1, or as 1 and 0.",
        )
    if signed or -1.0 in known:
        how = "reading.calls.neither" if 0.0 in known else "reading.calls.signed"
        return (calls + 1.0) / 2.0, message(how, column=repr(name))
    return calls, message("reading.calls.binary", column=repr(name))
