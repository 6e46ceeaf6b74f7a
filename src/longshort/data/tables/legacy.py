"""Guess the encoding of text that is no Unicode: East Asian, Cyrillic or Western."""

import re
from collections.abc import Sequence
from itertools import pairwise

from longshort.data.tables.names import KNOWN, plain

COMMON = {
    "cp949": ((0xB0, 0xC8),),
    "gb18030": ((0xB0, 0xD7),),
    "cp932": ((0x82, 0x83), (0x88, 0x97)),
    "big5": ((0xA4, 0xC6),),
    "euc_jp": ((0xA4, 0xA5), (0xB0, 0xCF)),
}
"""The first bytes of the characters that are usual in each encoding of two bytes."""
USUAL = 0.8  # share of these characters, below which an encoding is not likely
LOOKED_AT = 1 << 20
_FIELDS = re.compile(rb'[^,;|\t\r\n"]*[\x80-\xff][^,;|\t\r\n"]*')
NEAR = 0.1  # in what the detector calls chaos


def legacy_encoding(data: bytes) -> str:
    """Guess among the encodings that tables are written in, for bytes that are no UTF-8.

    The detector (charset-normalizer) names the likely ones; among these the names of columns that are known decide,
    then how usual the characters are. Western and Cyrillic text have one byte a character.

    >>> [legacy_encoding(text.encode(name)) for text, name in (("날짜,종가", "cp949"), ("日付,終値", "cp932"))]
    ['cp949', 'cp932']
    >>> legacy_encoding("März,Schluß".encode("cp1252")), legacy_encoding("Дата;Цена".encode("cp1251"))
    ('cp1252', 'cp1251')
    """
    fields = list(dict.fromkeys(field.strip() for field in _FIELDS.findall(data[:LOOKED_AT])))[:2000]
    if _cyrillic(fields):
        return "cp1251"
    scored = [(*_score(fields, name), -chaos, name) for name, chaos in _likely(b"\n".join(fields))]
    able = [one for one in scored if one[1] >= USUAL]
    return max(able)[-1] if able else _western(data)


def _likely(text: bytes) -> list[tuple[str, float]]:
    """List the encodings of two bytes that the detector finds likely, each with its chaos."""
    from charset_normalizer import from_bytes

    found = [(str(one.encoding), float(one.chaos)) for one in from_bytes(text, cp_isolation=list(COMMON))]
    best = min((chaos for _, chaos in found), default=0.0)
    return [(name, chaos) for name, chaos in found if chaos <= best + NEAR and name in COMMON]


def _score(fields: Sequence[bytes], encoding: str) -> tuple[int, float]:
    """Count the names that are known, and give the share of usual characters."""
    known = sum(plain(field.decode(encoding, errors="replace")) in KNOWN for field in fields)
    usual = total = 0
    for field in fields:
        place = 0
        while place < len(field):
            if field[place] < 0x80:
                place += 1
                continue
            total += 1
            usual += any(low <= field[place] <= high for low, high in COMMON[encoding])
            place += 2
    return known, usual / total if total else 0.0


def _cyrillic(fields: Sequence[bytes]) -> bool:
    """Say whether words are made of Cyrillic letters throughout: small ones follow small ones, none stands by Latin."""
    text = b" ".join(fields)
    high = [byte for byte in text if byte >= 0x80]
    small = sum(a >= 0xE0 and b >= 0xE0 for a, b in pairwise(text))
    mixed = sum((a >= 0x80) != (b >= 0x80) and chr(min(a, b)).isalpha() for a, b in pairwise(text))
    return bool(high) and min(high) >= 0xA8 and small >= 0.4 * len(high) and mixed <= 0.1 * len(high)


def _western(data: bytes) -> str:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"
