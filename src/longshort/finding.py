"""A finding: something noticed, that a reader should know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from longshort.language import Message, restored, say

Severity = Literal["info", "warning", "defect"]


@dataclass(frozen=True)
class Finding:
    """Hold something noticed: a stable `code`, how much it matters, a sentence for people and one number.

    `defect` is kept for what makes the numbers untrustworthy (a leak, misaligned rows); `value` is the number that
    the sentence rests on, or None where there is none. A `text` that is a message of the catalogue can be said in
    every language.

    >>> Finding("duplicates", "warning", "2 rows stand twice.", 2.0).to_dict()["code"]
    'duplicates'
    """

    code: str
    severity: Severity
    text: str
    value: float | None = None

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Give the finding as plain data, its sentence in a language; `message` is what makes it again."""
        message = self.text.to_dict(lang) if isinstance(self.text, Message) else None
        said = say(self.text, lang)
        return {"code": self.code, "severity": self.severity, "text": said, "value": self.value, "message": message}


def finding_of(plain: Mapping[str, Any]) -> Finding:
    """Make a finding again from its plain data."""
    message = plain.get("message")
    text = restored(message) if message else str(plain["text"])
    return Finding(str(plain["code"]), plain["severity"], text, plain["value"])
