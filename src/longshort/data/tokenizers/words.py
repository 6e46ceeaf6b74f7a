"""Words and signs of punctuation as tokens, capitals and small letters alike."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from longshort.data.tokenizers.vocabulary import UNKNOWN, most_common

_WORD = re.compile(r"\w+|[^\w\s]")


def split(text: str) -> list[str]:
    """Cut a text into words and signs, in small letters.

    >>> split("곰 세마리가, Bear!")
    ['곰', '세마리가', ',', 'bear', '!']
    """
    return _WORD.findall(text.casefold())


def learn(texts: Sequence[str], size: int | None) -> tuple[str, ...]:
    """List the words of some texts, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(split(text))
    return most_common(counts, size)


def encode(vocabulary: tuple[str, ...], texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give the tokens of all texts behind one another, and how many each has."""
    known = {word: token for token, word in enumerate(vocabulary)}
    found = [[known.get(word, UNKNOWN) for word in split(text)] for text in texts]
    lengths = np.fromiter(map(len, found), np.int64, len(found))
    return np.fromiter(chain.from_iterable(found), np.int32, int(lengths.sum())), lengths


def decode(vocabulary: tuple[str, ...], tokens: NDArray[np.int64]) -> str:
    """Put the tokens' words together, a space between any two."""
    return " ".join(vocabulary[token] for token in tokens if vocabulary[token])
