"""Texts to tokens and back: characters, Korean letters (jamo), words, or pieces of words."""

from longshort.data.tokenizers.tokenizer import KINDS, Tokenizer, fit, from_dict
from longshort.data.tokenizers.vocabulary import PADDING, UNKNOWN

__all__ = ["KINDS", "PADDING", "UNKNOWN", "Tokenizer", "fit", "from_dict"]
