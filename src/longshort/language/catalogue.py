"""The catalogue: every sentence under its id, in all languages side by side.

A file of `catalogue/` is a section; an entry `"ties": {"en": ..., "ko": ...}` of `findings.json` has the id
`findings.ties`. Ids are never translated; a test holds every entry to every language and to the same placeholders.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from longshort.errors import SettingsError, nearest

LANGUAGES = ("en", "ko")
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order in which POSIX asks them


@cache
def entries() -> dict[str, dict[str, str]]:
    """Give every entry by its id: its template in each language."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(files("longshort.language").joinpath("catalogue").iterdir(), key=lambda file: file.name):
        section = file.name.removesuffix(".json")
        loaded: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
        found |= {f"{section}.{key}": entry for key, entry in loaded.items()}
    return found


def template(msgid: str, lang: str) -> str:
    """Give the template of an id in a language; KeyError for an id that is not there, which is a fault of ours."""
    return entries()[msgid][lang]


def refuse_unknown(lang: str) -> str:
    """Pass a language on; SettingsError where there is none of that name.

    >>> refuse_unknown("ko")
    'ko'
    """
    if lang not in LANGUAGES:
        raise SettingsError(f"there is no language {lang!r}.", hint=nearest(lang, LANGUAGES))
    return lang


def from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Choose the language of a terminal by its settings: Korean where they say so, else English.

    >>> from_environment({"LANG": "ko_KR.UTF-8"}), from_environment({"LANG": "de_DE.UTF-8"}), from_environment({})
    ('ko', 'en', 'en')
    """
    chosen = next((value for name in VARIABLES if (value := environment.get(name))), "")
    code = chosen.partition("_")[0].partition(".")[0].lower()
    return code if code in LANGUAGES else "en"
