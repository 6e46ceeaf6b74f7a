"""The fixed words of the page, by language, from one dictionary file."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from longshort.errors import SettingsError, nearest


@cache
def _dictionary() -> dict[str, dict[str, Any]]:
    text = (files("longshort.report") / "templates" / "words.json").read_text("utf-8")
    loaded: dict[str, dict[str, Any]] = json.loads(text)
    return loaded


def words(lang: str = "en") -> dict[str, Any]:
    """Give the words of one language.

    Raises SettingsError for a language that is not there.

    >>> words("en")["yes"]
    'Yes.'
    """
    known = _dictionary()
    if lang not in known:
        raise SettingsError(f"the report has no language {lang!r}.", hint=nearest(lang, known))
    return {**known[lang], "lang": lang}
