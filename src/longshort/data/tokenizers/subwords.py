"""Pieces of words as tokens, by SentencePiece's byte-pair encoding (Sennrich et al. 2016; Kudo and Richardson 2018).

Frequent words are one token, rare ones several; a character that was never seen becomes its bytes, so that every text
comes back as it was.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longshort.data.tokenizers.vocabulary import PADDING, SPECIAL, UNKNOWN
from longshort.errors import DataError, SettingsError

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

SIZE = 8000  # pieces, where nothing else is said
_TOO_MANY = re.compile(r"set it to a value <= (\d+)")
_TOO_FEW = re.compile(r"smaller than required_chars\. \d+ vs (\d+)")


def learn(texts: Sequence[str], size: int | None) -> str:
    """Learn pieces from some texts, at most `size`; give the model as text.

    Raises SettingsError where there are more characters than `size`, DataError where the texts are empty.
    """
    wanted = size or SIZE
    try:
        return _trained(texts, wanted)
    except RuntimeError as error:
        if most := _TOO_MANY.search(str(error)):  # a short text has no more pieces
            return _trained(texts, int(most[1]))
        if least := _TOO_FEW.search(str(error)):
            raise SettingsError(
                f"a vocabulary of {wanted:,} pieces does not hold the characters and bytes of these texts.",
                hint=f"Make it {int(least[1]):,} or more.",
            ) from error
        raise DataError("the texts are empty: there are no pieces to learn.", hint="Pass texts.") from error


def _trained(texts: Sequence[str], size: int) -> str:
    from sentencepiece import SentencePieceTrainer

    model = BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="bpe",
        vocab_size=size,
        character_coverage=0.9995,
        byte_fallback=True,
        normalization_rule_name="identity",  # nothing is changed, so that decoding gives the text back
        remove_extra_whitespaces=False,
        max_sentence_length=1 << 30,  # bytes; by default a longer text would be left out without a word
        num_threads=1,  # the same texts give the same pieces
        pad_id=PADDING,
        unk_id=UNKNOWN,
        bos_id=-1,
        eos_id=-1,
        unk_surface=SPECIAL[UNKNOWN],
        minloglevel=2,
    )
    return b64encode(model.getvalue()).decode()


@lru_cache(maxsize=8)
def _processor(model: str) -> "SentencePieceProcessor":
    from sentencepiece import SentencePieceProcessor

    return SentencePieceProcessor(model_proto=b64decode(model, validate=True))


def vocabulary(model: str) -> tuple[str, ...]:
    """List the pieces; a low bar stands for the space before a word, `<0x41>` for a byte.

    Raises ValueError where the model is none.
    """
    try:
        processor = _processor(model)
    except (ValueError, RuntimeError) as error:
        raise ValueError("it holds no pieces") from error
    size = processor.get_piece_size()
    if not size:
        raise ValueError("it holds no pieces")
    return tuple(processor.id_to_piece(list(range(size))))


def encode(model: str, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Give the tokens of all texts behind one another, and how many each has."""
    found: list[list[int]] = _processor(model).encode(list(texts))
    lengths = np.fromiter(map(len, found), np.int64, len(found))
    return np.fromiter(chain.from_iterable(found), np.int32, int(lengths.sum())), lengths


def decode(model: str, tokens: NDArray[np.int64]) -> str:
    """Put the tokens' pieces together; padding says nothing."""
    return str(_processor(model).decode(tokens.tolist()))
