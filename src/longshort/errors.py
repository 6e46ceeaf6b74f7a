"""Errors that teach: what is wrong and where, what was expected, what to do; and foreign text made fit to be shown."""

import re
from collections.abc import Iterable
from difflib import get_close_matches


class LongshortError(Exception):
    r"""Say what is wrong (`message`), what to do about it (`hint`), and under which stable `code`.

    Every mistake of a user's (data, options, files) is raised as a subclass; the command line prints it and exits
    with 2. Anything else that escapes is a fault of ours and exits with 1.

    >>> str(DataError("'prices.csv' is empty.", hint="Pass a file with a header and rows."))
    "'prices.csv' is empty.\n    Pass a file with a header and rows."
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n    {self.hint}" if self.hint else self.message


class DataError(LongshortError, ValueError):
    """Say that the user's data cannot be used as they are; a ValueError, as scikit-learn's conventions want."""

    code = "data"


class NotEnoughHistory(DataError):  # noqa: N818 - reads as a sentence in the message
    """Say that a series is too short for the window asked for."""

    code = "not_enough_history"


class SettingsError(LongshortError, ValueError):
    """Say that an option or a recipe's setting is unknown, out of range or contradicts another."""

    code = "settings"


class CalendarError(LongshortError):
    """Say that a calendar is unknown or does not fit the dates."""

    code = "calendar"


class RunFolderError(LongshortError):
    """Say that a run or model folder is damaged, foreign, unfinished, newer than us, or already complete."""

    code = "run_folder"


class OutputError(LongshortError):
    """Say that a file could not be written (permission, full disk, missing folder)."""

    code = "output"


class DivergedError(LongshortError):
    """Say that training left the finite numbers before any usable weights were found."""

    code = "diverged"


def examples(values: Iterable[object], shown: int = 3) -> str:
    """Quote the first few values and count the rest.

    >>> examples(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    items = [quoted(value) for value in values]
    rest = len(items) - shown
    return ", ".join(items[:shown]) + (f" and {rest} more" if rest > 0 else "")


def nearest(name: str, known: Iterable[str]) -> str:
    """Offer the known names closest to a misspelt one, or list them all.

    >>> nearest("Clsoe", ["Open", "Close"])
    "Did you mean 'Close'?"
    """
    names = list(known)
    close = get_close_matches(name, names, n=3, cutoff=0.5) or get_close_matches(
        name.lower(), [n for n in names if n.lower() == name.lower()], n=1
    )
    return f"Did you mean {examples(close)}?" if close else f"There are: {examples(names, shown=12)}."


# What moves a terminal's cursor, colours or rewrites what stands there, turns the direction of reading, or is not seen:
# all controls but the newline, marks of direction, separators, halves of a character.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
LONGEST = 80  # characters of a quoted value
_LONG_QUOTE = re.compile(r"(['\"])([^'\"\n]{201,})\1")  # longer than a path that a person could read


def visible(text: str) -> str:
    r"""Write every character that a terminal would obey, or hide, as its escape; newlines stay.

    >>> print(visible("\x1b[2Jgone\rfine\u202e"))
    \x1b[2Jgone\rfine\u202e
    """
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def visible_json(document: str) -> str:
    r"""Do the same to a JSON document, by the escapes of JSON: it stays valid, and what it says stays the same.

    >>> print(visible_json('["\x9b"]'))
    ["\u009b"]
    """
    return _HIDDEN.sub(_json_escape, document)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def quoted(value: object, most: int = LONGEST) -> str:
    r"""Quote a value that somebody else wrote: visible, on one line, its middle left out beyond `most` characters.

    >>> quoted("a\nb"), quoted(3), len(quoted("x" * 1000))
    ("'a\\nb'", '3', 83)
    """
    try:
        said = value if isinstance(value, str) else repr(value)
    except ValueError:  # Python writes no number of so many digits
        return "a number of thousands of digits"
    if len(said) > most:
        said = f"{said[: most // 2]}…{said[-(most // 2) :]}"
    return visible(repr(said)) if isinstance(value, str) else visible(said).replace("\n", "\\n")


def brief(message: str) -> str:
    """Leave out the middle of whatever a message quotes at such length that the rest would not be seen.

    >>> len(brief(f"there is no column {'x' * 5000!r}."))
    103
    """
    return _LONG_QUOTE.sub(lambda found: quoted(found[2]), message)
