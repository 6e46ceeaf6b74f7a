"""Tunes: one part as note names, and four-part chorales as the keys that are down."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longshort.data.collections.files import find
from longshort.data.collections.text import read_text
from longshort.data.sequences import Sequences
from longshort.errors import DataError

_NOTE = re.compile(r"[a-g][#b]?(1|2|4|8|16)")
LOWEST, KEYS = 21, 88  # a piano's keys, as MIDI numbers them


def parse_tune(text: str) -> list[str]:
    """Cut a tune into its notes: a letter, perhaps # or b, and a length (4 is a quarter, 8 an eighth).

    Raises DataError for what is no note, with its place.

    >>> parse_tune("g8 e8 e4")
    ['g8', 'e8', 'e4']
    """
    notes = text.split()
    if not notes:
        raise DataError("the tune is empty.", hint="Write notes such as: g8 e8 e4")
    for place, note in enumerate(notes, 1):
        if not _NOTE.fullmatch(note):
            raise DataError(
                f"{note!r}, note {place} of {len(notes)}, is none.",
                hint="Write a letter from a to g, # or b where needed, and a length of 1, 2, 4, 8 or 16: g8 f#4",
            )
    return notes


def read_chorales(place: str | Path) -> dict[str, Sequences]:
    """Read chorales by part (train, valid, test): a step is a quarter note, a feature one of 88 keys, 1 where down.

    The file is JSON, for each part a list of chorales, each a list of steps, each a list of MIDI numbers
    (Boulanger-Lewandowski, Bengio and Vincent 2012 made the split). Raises DataError where it is anything else.
    """
    path = find(place, ("jsb-chorales-*.json", "*.json"), "chorales")
    try:
        parts = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name!r} is no JSON: {error}.", hint="Copy or download it again.") from error
    if not isinstance(parts, dict) or not parts or not all(isinstance(part, list) and part for part in parts.values()):
        raise DataError(f"{path.name!r} holds no parts such as 'train'.", hint='It should be {"train": [[[60, 64]]]}.')
    return {name: _chorales(f"{path.name!r}, {name}", part) for name, part in parts.items()}


def _chorales(where: str, chorales: list[Any]) -> Sequences:
    rolls = [_roll(f"{where}, chorale {i}", steps) for i, steps in enumerate(chorales, 1)]
    return Sequences(np.concatenate(rolls), np.cumsum([0, *map(len, rolls)]))


def _roll(where: str, steps: Any) -> NDArray[np.float32]:
    if not isinstance(steps, list) or not steps or not all(isinstance(step, list) for step in steps):
        raise DataError(
            f"{where}: it is no list of steps.", hint="Each step is a list of MIDI numbers, such as [60, 64]."
        )
    roll = np.zeros((len(steps), KEYS), dtype=np.float32)
    for at, step in enumerate(steps):
        for key in step:
            if type(key) is not int or not LOWEST <= key < LOWEST + KEYS:
                raise DataError(
                    f"{where}, step {at + 1}: {key!r} is no key.",
                    hint=f"Keys are whole numbers from {LOWEST} to {LOWEST + KEYS - 1}.",
                )
            roll[at, key - LOWEST] = 1
    return roll
