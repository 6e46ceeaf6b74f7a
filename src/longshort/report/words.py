"""What the page says around the summary: the catalogue's entries `pages.*` in one language."""

from typing import Any

from longshort.language import ahead, entries, refuse_unknown, say, text


class Words:
    """Say the page's own words in a language, and dates in the calendar's unit.

    Every sentence may name the judged model (`{network}`) and the first step (`{ahead}`: "1 month ahead").
    Raises SettingsError for a language that is not there.

    >>> Words("en")("verdict"), Words("en").named("metrics", "rmse"), Words("ko").named("metrics", "unknown", "?")
    ('Verdict', 'RMSE', '?')
    """

    def __init__(self, lang: str = "en", unit: str = "step", audit: bool = False) -> None:
        self.lang, self.unit = refuse_unknown(lang), unit
        self.units = unit if f"units.ahead.{unit}" in entries() else "step"
        self.common = {"network": text(f"pages.{'audited_word' if audit else 'network_word'}", lang)}
        self.common["ahead"] = say(ahead(1, self.units), lang)

    def __call__(self, key: str, /, **values: Any) -> str:
        """Say an entry."""
        return text(f"pages.{key}", self.lang, **self.common, **values)

    def named(self, group: str, key: Any, default: Any = "") -> str:
        """Say an entry of a group (`metrics`, `models`, ...), or give the default where the group has none."""
        return self(f"{group}.{key}") if f"pages.{group}.{key}" in entries() else str(default)
