"""Characters as tokens, and Korean syllables taken apart into their letters (jamo)."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from longshort.data.tokenizers.vocabulary import SPECIAL, UNKNOWN, most_common

_CODE_POINTS = 0x110000


def learn(texts: Sequence[str], size: int | None) -> tuple[str, ...]:
    """List the characters of some texts, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    return most_common(counts, size)


def encode(vocabulary: tuple[str, ...], texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give the tokens of all texts behind one another, and how many each has."""
    points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    return _table(vocabulary)[points], np.fromiter(map(len, texts), np.int64, len(texts))


@cache
def _table(vocabulary: tuple[str, ...]) -> NDArray[np.int32]:
    """Give each code point's token."""
    table = np.full(_CODE_POINTS, UNKNOWN, dtype=np.int32)
    for token, character in enumerate(vocabulary[len(SPECIAL) :], len(SPECIAL)):
        table[ord(character)] = token
    table.setflags(write=False)
    return table


def decode(vocabulary: tuple[str, ...], tokens: NDArray[np.int64]) -> str:
    """Put the tokens' characters together."""
    return "".join(vocabulary[token] for token in tokens)


def taken_apart(texts: Sequence[str]) -> list[str]:
    """Take Korean syllables, and letters with accents, apart (Unicode's form NFD).

    >>> [len(text) for text in taken_apart(["한글", "é"])]
    [6, 2]
    """
    return [normalize("NFD", text) for text in texts]


def put_together(text: str) -> str:
    """Put Korean letters together into syllables again (Unicode's form NFC).

    >>> put_together(taken_apart(["한글"])[0])
    '한글'
    """
    return normalize("NFC", text)
