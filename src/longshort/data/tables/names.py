"""Recognise columns by name: dates, series, and the columns of a price file, under their usual spellings."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from longshort.data.panel import Kind
from longshort.errors import DataError, examples, nearest


def plain(name: str) -> str:
    """Reduce a name to its letters and digits: lower case, no accents, no leading number, no unit in brackets.

    >>> plain("Adj Close**"), plain("1. open"), plain("<DATE>"), plain("Close (USD)"), plain("Clôture"), plain("시가")
    ('adjclose', 'open', 'date', 'close', 'cloture', '시가')
    """
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name.strip().lower()).replace("ß", "ss").replace("ё", "е")
    text = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)))
    text = re.sub(r"^\d+[a-z]?\.\s+", "", text)
    return re.sub(r"[\W_]+", "", text).replace("ı", "i")


def _words(text: str) -> list[str]:
    return [plain(word) for word in text.split()]


_LISTS = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
DATES = _words(_LISTS["dates"])
SURE_DATES = frozenset(_words(_LISTS["sure_dates"]))
TIMES = frozenset(_words(_LISTS["times"]))
EPOCHS = frozenset(_words(_LISTS["epochs"]))
SURE_IDS = _words(_LISTS["sure_ids"])
IDS = SURE_IDS + _words(_LISTS["ids"])
TARGETS = tuple(_words(_LISTS["targets"]))
_KINDS: dict[Kind, list[str]] = {kind: _words(words) for kind, words in _LISTS["kinds"].items()}
KNOWN = frozenset([*DATES, *IDS, *TARGETS, *(word for words in _KINDS.values() for word in words)])
"""All names of columns that are known, to tell encodings by."""

_LETTERS: dict[str, Kind] = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}


def find(name: str, columns: Sequence[str], what: str) -> str:
    """Find the column that the user means: the very name, or the only one that differs by case.

    Raise `DataError`, with the nearest names, where there is none.
    """
    if name in columns:
        return name
    folded = [column for column in columns if column.strip().casefold() == name.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    if folded:
        raise DataError(f"{what} {name!r} could be {examples(folded)}.", hint="Spell it as the file does.")
    raise DataError(f"there is no column {name!r} ({what}).", hint=nearest(name, columns))


def ranked(columns: Iterable[str], spellings: Sequence[str]) -> list[str]:
    """List the columns whose names are among the spellings, the earlier spelling first."""
    place = {spelling: rank for rank, spelling in reversed(list(enumerate(spellings)))}
    found = [(place[key], order, c) for order, c in enumerate(columns) if (key := plain(c)) in place]
    return [column for _, _, column in sorted(found)]


def kinds(columns: Sequence[str]) -> dict[str, Kind]:
    """Tell what each column means in a price file; no kind is given twice, all else is `other`.

    >>> kinds(["unix", "Open", "close", "Volume BTC", "Volume USD"])
    {'unix': 'other', 'Open': 'open', 'close': 'close', 'Volume BTC': 'volume', 'Volume USD': 'other'}
    """
    known: dict[str, Kind] = dict.fromkeys(columns, "other")
    for kind, spellings in _KINDS.items():
        for column in ranked(columns, spellings)[:1]:
            known[column] = kind
    if "volume" not in known.values():
        for column in [c for c in columns if plain(c).startswith("volume")][:1]:
            known[column] = "volume"
    letters = {plain(c): c for c in columns}
    if set("ohlc") <= set(letters):
        known |= {letters[letter]: kind for letter, kind in _LETTERS.items() if letter in letters}
    return known
