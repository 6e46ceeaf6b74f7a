"""TOML as people write settings in it, and what nobody writes refused: too long, too deep, endless numbers."""

import re
import tomllib
from pathlib import Path
from typing import Any

from longshort.errors import SettingsError, quoted

LONGEST = 1_000_000  # bytes of a file
DEEPEST = 20  # parts within parts; no setting lies deeper than five
_QUOTED = re.compile(
    r'"""(?s:.)*?"""|' r"'''(?s:.)*?'''|" r'"(?:\\.|[^"\\\n])*+"|' r"'[^'\n]*+'|" r"#[^\n]*+"
)  # texts and comments
_DEEP_KEY = re.compile(rf"(?:[\w-]++[ \t]*+\.[ \t]*+){{{DEEPEST}}}")


def toml_file(path: str | Path, what: str, hint: str) -> dict[str, Any]:
    """Read a TOML file of settings, and name it where that fails: `what` it is, and a `hint` where it is no such file.

    Raises SettingsError.
    """
    named = f"{what} {quoted(str(path))}"
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(LONGEST + 1)
        if len(content) > LONGEST:
            raise SettingsError(f"{named} is longer than {LONGEST:,} bytes.", hint=hint)
        text = content.decode("utf-8")
    except (OSError, ValueError) as error:
        if isinstance(error, SettingsError):
            raise
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise SettingsError(f"{named} cannot be read: {reason}.", hint=hint) from error
    return read_toml(text.replace("\r\n", "\n"), named, hint)


def read_toml(text: str, what: str, hint: str) -> dict[str, Any]:
    """Read settings from TOML; SettingsError, naming `what` and giving the `hint`, where it is none that settings have.

    >>> read_toml("seed = 1", "the recipe", "Pass a TOML file.")
    {'seed': 1}
    """
    if _DEEP_KEY.search(_QUOTED.sub("_", text)):
        raise _too_deep(what, hint)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{what} is not valid TOML: {error}.", hint=hint) from error
    except RecursionError as error:
        raise _too_deep(what, hint) from error
    except ValueError as error:  # Python reads no number of so many digits
        raise SettingsError(f"{what} holds a number of thousands of digits, or no number.", hint=hint) from error
    if _deeper(data, DEEPEST):
        raise _too_deep(what, hint)
    return data


def _deeper(value: Any, most: int) -> bool:
    """Say whether dictionaries and lists lie in each other deeper than `most`."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most < 0 or any(_deeper(item, most - 1) for item in inside)


def _too_deep(what: str, hint: str) -> SettingsError:
    return SettingsError(f"{what} nests parts more than {DEEPEST} deep; no setting lies so deep.", hint=hint)
