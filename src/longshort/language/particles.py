"""Korean particles by the sound before them: a template writes both, `[은/는]`, and the right one is chosen."""

import re

PAIRS = {"은/는", "이/가", "을/를", "과/와", "으로/로", "이라/라", "이며/며", "이고/고", "입니다/입니다"}
BEFORE = re.compile(r"\[(은/는|이/가|을/를|과/와|으로/로|이라/라|이며/며|이고/고)\]")
ASIDE = re.compile(r"\s*\([^()]*\)$|['\"’”\s*`$]+$")
DIGITS = {"0": "ng", "1": "l", "2": "", "3": "m", "4": "", "5": "", "6": "k", "7": "l", "8": "l", "9": ""}
CAPITALS = {"L": "l", "M": "m", "N": "n", "R": "l"}  # letters whose names end in a consonant: el, em, en, ar
SMALL = {"l": "l", "m": "m", "n": "n"}


def final_sound(word: str) -> str:
    """Give the consonant with which a word ends when it is read in Korean; empty where it ends in a vowel.

    >>> final_sound("모델"), final_sound("LSTM"), final_sound("GRU"), final_sound("naive (p = 0.64)"), final_sound("10")
    ('l', 'm', '', '', 'ng')
    """
    while word != (stripped := ASIDE.sub("", word)):
        word = stripped
    last = word[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return "" if final == 0 else "l" if final == 8 else "x"
    return DIGITS.get(last) or CAPITALS.get(last) or SMALL.get(last) or ""


def choose(text: str) -> str:
    """Put the right particle wherever a template offers two.

    >>> choose("모델[은/는] LSTM[이/가] GRU[을/를] 7[으로/로] 값[으로/로]")
    '모델은 LSTM이 GRU를 7로 값으로'
    """

    def one(found: "re.Match[str]") -> str:
        after_consonant, after_vowel = found[1].split("/")
        sound = final_sound(found.string[: found.start()])
        open_end = not sound or (sound == "l" and after_vowel == "로")
        return after_vowel if open_end else after_consonant

    while (found := BEFORE.search(text)) is not None:  # one after the other: what stands before is then final
        text = text[: found.start()] + one(found) + text[found.end() :]
    return text
