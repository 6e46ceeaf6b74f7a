"""Labels for an axis of sessions: equally spaced, whatever the calendar leaves out."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from longshort.report.formats import moment
from longshort.report.svg import Tick, ticks
from longshort.report.words import Words

PREFIXES = (4, 7, 10, 13)


def session_ticks(labels: Sequence[Any], words: Words, most: int = 6) -> list[Tick]:
    """Choose sessions to label: where the year, month, day or hour turns, as finely as fits, or every so many turns.

    >>> session_ticks(["2018-12-31", "2019-01-02", "2019-01-03"], {}, most=1)
    [(1, '2019')]
    >>> session_ticks([f"{year}-07-01" for year in range(2000, 2010)], {}, most=3)
    [(1, '2001'), (4, '2004'), (7, '2007')]
    >>> session_ticks([7, 8, 9, 10], {}, most=2)
    [(1, '8'), (3, '10')]
    """
    texts = [str(label) for label in labels]
    if labels and all(isinstance(label, int) for label in labels):
        return [(bisect_left(labels, at), str(round(at))) for at in ticks(labels[0], labels[-1], most, least=1.0)]
    turns: list[tuple[int, list[int]]] = []
    if all(moment(label) is not None for label in labels):
        for size in PREFIXES:
            at = [i for i in range(1, len(texts)) if texts[i][:size] != texts[i - 1][:size]]
            turns.append((size, at))
    fitting = [(size, at) for size, at in turns if 0 < len(at) <= most]
    if fitting:
        size, at = max(fitting, key=lambda choice: len(choice[1]))
        if len(at) > 1 or most < 3:
            return [(i, _label(texts[i], size, words)) for i in at]
    crowded = next(((size, at) for size, at in turns if len(at) > most), None)
    if crowded is not None:
        size, at = crowded
        return [(i, _label(texts[i], size, words)) for i in at[:: -(-len(at) // max(most, 1))]]
    every = max(1, -(-len(texts) // max(most, 1)))
    return [(i, _label(texts[i], 10 if turns else 0, words)) for i in range(0, len(texts), every)]


def _label(text: str, size: int, words: Words) -> str:
    at = moment(text) if size else None
    if at is None:
        return text
    if size == 4:
        return str(at.year)
    month = words(f"months.{at.month}")
    if size == 7:
        return words("tick.month", month=month, y=at.year) if at.month == 1 else month
    return words("tick.day", month=month, d=at.day) if size == 10 else f"{at:%H:%M}"
