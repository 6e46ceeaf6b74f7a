"""Tunes: one part, as note names."""

import re

from longshort.errors import DataError

_NOTE = re.compile(r"[a-g][#b]?(1|2|4|8|16)")


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
