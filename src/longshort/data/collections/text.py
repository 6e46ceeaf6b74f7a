"""Plain text in UTF-8, refused by position where it is none."""

import re
from pathlib import Path

from longshort.data.collections.files import read_bytes
from longshort.errors import DataError

_UNFIT = re.compile("[\0\ud800-\udfff]")


def read_text(path: str | Path) -> str:
    r"""Read a UTF-8 text, gzipped or not; line ends become `\n`, a byte-order mark goes.

    Raises DataError where the file is empty or missing, is no UTF-8 (with line and byte), or holds a NUL.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder.", hint="Pass one text file in it.")
    data = read_bytes(path)
    if not data.strip():
        raise DataError(f"{path.name!r} is empty.", hint="Pass a file with text in it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path.name!r} is not UTF-8: line {line} holds the byte {data[error.start]:#04x}, at {error.start:,}.",
            hint="Save it as UTF-8, for instance: iconv -f cp949 -t utf-8 OLD > NEW",
        ) from error
    return checked(text.replace("\r\n", "\n").replace("\r", "\n"), repr(path.name))


def checked(text: str, what: str = "the text") -> str:
    r"""Give a text back unless it holds NUL or a lone surrogate, which no UTF-8 can hold.

    >>> checked("가나다")
    '가나다'
    >>> checked("one\ntwo\0")
    Traceback (most recent call last):
    longshort.errors.DataError: the text holds a NUL (U+0000) in line 2, character 4.
        It is no plain text, or damaged: take that character out.
    """
    found = _UNFIT.search(text)
    if not found:
        return text
    at = found.start()
    line, character = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    name = "a NUL" if text[at] == "\0" else "a lone surrogate"
    raise DataError(
        f"{what} holds {name} (U+{ord(text[at]):04X}) in line {line}, character {character}.",
        hint="It is no plain text, or damaged: take that character out.",
    )
