"""Errors that teach: what is wrong and where, what was expected, what to do."""

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
    items = [repr(value) for value in values]
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
