"""A tokenizer as plain data: what it is, what it knows, and nothing that could execute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longshort.data.collections.text import checked
from longshort.data.sequences import Sequences
from longshort.data.tokenizers import characters, subwords, words
from longshort.data.tokenizers.vocabulary import SPECIAL, UNKNOWN
from longshort.errors import DataError, RunFolderError, SettingsError, nearest

Kind = Literal["characters", "jamo", "words", "subwords"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Tokenizer:
    """Turn texts into tokens and back. Token 0 pads, token 1 stands for what the vocabulary does not hold.

    `kind` is `characters`, `jamo` (characters, Korean syllables taken apart into letters), `words` (and signs of
    punctuation, in small letters) or `subwords` (SentencePiece's, whose `model` is kept as text). Two that are equal
    encode equally.

    >>> tokenizer = fit(["hihello"])
    >>> tokenizer.vocabulary, tokenizer.encode(["hello"])[0].tolist()
    (('', '�', 'h', 'l', 'e', 'i', 'o'), [2, 4, 3, 3, 6])
    >>> tokenizer.decode([2, 4, 3, 3, 6])
    'hello'
    """

    kind: Kind
    vocabulary: tuple[str, ...] = field(repr=False)
    model: str = field(default="", repr=False)

    @property
    def size(self) -> int:
        """Count the tokens, padding and unknown included."""
        return len(self.vocabulary)

    def encode(self, texts: Sequence[str]) -> Sequences:
        """Turn texts into sequences of tokens; one in which nothing stands becomes a single unknown token.

        Raises DataError for what is no list of texts, NUL or a lone surrogate.
        """
        texts = _texts(texts)
        if self.kind == "subwords":
            tokens, lengths = subwords.encode(self.model, texts)
        elif self.kind == "words":
            tokens, lengths = words.encode(self.vocabulary, texts)
        else:
            tokens, lengths = characters.encode(self.vocabulary, _as(self.kind, texts))
        empty = np.flatnonzero(lengths == 0)
        places = np.cumsum(lengths)[empty]
        return Sequences.of_tokens(np.insert(tokens, places, UNKNOWN), np.maximum(lengths, 1))

    def decode(self, tokens: ArrayLike) -> str:
        """Turn one sequence of tokens into a text; padding is left out. Raises DataError for a token out of range.

        Characters and subwords give a text back as it was, jamo its composed form (NFC), words a space between any two.
        """
        numbers: NDArray[np.int64] = np.asarray(tokens, dtype=np.int64).reshape(-1)
        wrong = numbers[(numbers < 0) | (numbers >= self.size)]
        if len(wrong):
            raise DataError(f"there is no token {wrong[0]}.", hint=f"The vocabulary has {self.size}, counted from 0.")
        if self.kind == "subwords":
            return subwords.decode(self.model, numbers)
        if self.kind == "words":
            return words.decode(self.vocabulary, numbers)
        text = characters.decode(self.vocabulary, numbers)
        return characters.put_together(text) if self.kind == "jamo" else text

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data, such as JSON holds; `from_dict` reads it back."""
        known: dict[str, Any] = {"model": self.model} if self.model else {"vocabulary": list(self.vocabulary)}
        return {"kind": self.kind, **known}


def fit(texts: Sequence[str], kind: Kind = "characters", size: int | None = None) -> Tokenizer:
    """Learn a vocabulary from texts: the most frequent, at most `size` in all.

    Without `size`, subwords are 8,000 at most and of the others all are kept. Raises SettingsError for an unknown kind
    or a size too small, DataError for texts that hold nothing, NUL or a lone surrogate.
    """
    if kind not in KINDS:
        raise SettingsError(f"there is no kind of tokens {kind!r}.", hint=nearest(kind, KINDS))
    if size is not None and size <= len(SPECIAL):
        raise SettingsError(f"a vocabulary of {size} holds nothing.", hint=f"Make it {len(SPECIAL) + 1} or more.")
    texts = _texts(texts)
    if kind == "subwords":
        model = subwords.learn(texts, size)
        return Tokenizer(kind, subwords.vocabulary(model), model)
    vocabulary = words.learn(texts, size) if kind == "words" else characters.learn(_as(kind, texts), size)
    if len(vocabulary) == len(SPECIAL):
        raise DataError(f"the texts hold no {kind}.", hint="Pass texts in which something stands.")
    return Tokenizer(kind, vocabulary)


def from_dict(said: Mapping[str, Any]) -> Tokenizer:
    """Read back what `Tokenizer.to_dict` gave; RunFolderError where it is anything else."""
    try:
        if said["kind"] == "subwords":
            return Tokenizer("subwords", subwords.vocabulary(said["model"]), said["model"])
        return Tokenizer(said["kind"], _vocabulary(said["kind"], said["vocabulary"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"the tokenizer is damaged: {error}.", hint="Copy or save the model again.") from error


def _texts(texts: Sequence[str]) -> list[str]:
    """Refuse what is no list of texts, and by its position what no text may hold."""
    if isinstance(texts, str):
        raise DataError("one text was given where a list of texts is expected.", hint="Pass it in brackets: [text].")
    kept = list(texts)
    strange = [type(one).__name__ for one in kept if not isinstance(one, str)]
    if strange:
        raise DataError(f"a text is of type {strange[0]}.", hint="Pass strings.")
    if not kept:
        raise DataError("there are no texts.", hint="Pass a list with one text or more.")
    for place, text in enumerate(kept):
        checked(text, f"text {place}")
    return kept


def _as(kind: Kind, texts: list[str]) -> list[str]:
    return characters.taken_apart(texts) if kind == "jamo" else texts


def _vocabulary(kind: str, tokens: list[str]) -> tuple[str, ...]:
    if kind not in KINDS or not all(isinstance(token, str) for token in tokens):
        raise ValueError("it is of no known kind")
    single = kind == "words" or all(len(token) == 1 for token in tokens[len(SPECIAL) :])
    if tuple(tokens[: len(SPECIAL)]) != SPECIAL or len(set(tokens)) != len(tokens) or not single:
        raise ValueError("its vocabulary is none")
    return tuple(tokens)
