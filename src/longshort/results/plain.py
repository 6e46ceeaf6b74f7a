"""Plain values: what JSON can hold, so that a summary reads the same in Python, in a file and on a page."""

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.protocol import DAY
from longshort.language import Message


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold, whatever is nested in it.

    numpy's numbers become Python's at full precision; NaN and infinity become None; arrays, tuples and sets become
    lists; dates ISO text; keys text; messages what makes them again; anything else its text.

    >>> plain({"value": np.float64("nan"), 3: (np.int64(1), 0.1)})
    {'value': None, '3': [1, 0.1]}
    """
    if isinstance(value, Message):
        return value.to_dict()
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def to_json(value: Any, indent: int | None = None) -> bytes:
    """Write a value as UTF-8 JSON: the same bytes for the same content, NaN as null."""
    return (json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=indent) + "\n").encode()


def is_daily(times: NDArray[np.int64]) -> bool:
    """Say whether all times are midnights, to be written as days."""
    return bool((times % DAY == 0).all())


def iso(times: NDArray[np.int64], dated: bool, daily: bool) -> list[Any]:
    """Write times as ISO text, days alone where `daily`; leave numbers where nothing is dated.

    >>> iso(np.array([86_400_000_000]), dated=True, daily=True)
    ['1970-01-02']
    """
    if not dated:
        return [int(time) for time in times]
    texts = np.datetime_as_string(times.astype("datetime64[us]"), unit="D" if daily else "s")
    return [str(text) for text in texts]
