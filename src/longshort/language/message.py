"""A sentence that knows its id and its numbers, so that it can be said in another language."""

import string
from collections.abc import Mapping, Sequence
from typing import Any

from longshort.language import particles
from longshort.language.catalogue import template
from longshort.language.numbers import formatted

BETWEEN = {"sentences": " ", "cases": "; "}  # what parts a list's items, where it is no comma


class Message(str):
    """Be a sentence in English, made from an entry of the catalogue; `say` gives it in another language.

    `msgid` names the entry and `values` fill its places: numbers, names, or further messages.

    >>> from longshort.language import message, say
    >>> say(message("units.ahead.day", n=3), "ko")
    '3일 앞'
    """

    msgid: str
    values: Mapping[str, Any]

    def __new__(cls, msgid: str, values: Mapping[str, Any]) -> "Message":
        """Write the sentence in English."""
        made = super().__new__(cls, render(msgid, values, "en"))
        made.msgid, made.values = msgid, dict(values)
        return made

    def __reduce__(self) -> tuple[type["Message"], tuple[str, Mapping[str, Any]]]:
        """Be copied, and sent to other processes, as a message."""
        return Message, (self.msgid, self.values)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Give the message as plain data: its text in a language, and what `restored` needs to make it again."""
        return {"text": say(self, lang), "msgid": self.msgid, "values": _plain_values(self.values, lang)}


def _plain_values(value: Any, lang: str) -> Any:
    if isinstance(value, Message):
        return value.to_dict(lang)
    if isinstance(value, Mapping):
        return {name: _plain_values(each, lang) for name, each in value.items()}
    return [_plain_values(each, lang) for each in value] if isinstance(value, list | tuple) else value


def message(msgid: str, /, **values: Any) -> Message:
    """Make a message from an entry of the catalogue and what fills its places."""
    return Message(msgid, values)


def restored(plain: Any) -> Any:
    """Make messages again wherever they lie in plain data; everything else stays.

    A message of another version, whose id or places are not those of this catalogue, becomes the text that it was.
    """
    if isinstance(plain, Mapping):
        if plain.keys() >= {"text", "msgid", "values"}:
            values = {name: restored(each) for name, each in plain["values"].items()}
            try:
                return Message(str(plain["msgid"]), values)
            except (KeyError, ValueError):
                return str(plain["text"])
        return {name: restored(each) for name, each in plain.items()}
    return [restored(each) for each in plain] if isinstance(plain, list) else plain


def say(said: str, lang: str) -> str:
    """Give a message in a language; other text stays as it is (a name, a user's own words)."""
    return render(said.msgid, said.values, lang) if isinstance(said, Message) else said


def text(msgid: str, lang: str, /, **values: Any) -> str:
    """Write an entry of the catalogue in a language at once."""
    return render(msgid, values, lang)


def render(msgid: str, values: Mapping[str, Any], lang: str) -> str:
    """Fill an entry's template."""
    filled = _Filler(lang).vformat(template(msgid, lang), (), values)
    return particles.choose(filled) if lang == "ko" else filled


class _Filler(string.Formatter):
    """Fill templates: numbers by `numbers.formatted`, messages in their language, lists joined, plural words chosen.

    `{n:plural day|days}` gives one of two words by a number; `{all:sentences}` puts messages behind one another, and
    `{all:cases}` parts them by semicolons.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value."""
        if format_spec.startswith("plural "):
            one, many = format_spec.removeprefix("plural ").split("|")
            return one if round(float(value), 6) == 1 else many
        if isinstance(value, Message):
            return say(value, self.lang)
        if isinstance(value, Sequence) and not isinstance(value, str):
            if format_spec in BETWEEN:
                return BETWEEN[format_spec].join(self.format_field(each, "") for each in value)
            return ", ".join(self.format_field(each, format_spec) for each in value)
        return formatted(value, format_spec, self.lang)
