"""A finding: something noticed, that a reader should know."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "warning", "defect"]


@dataclass(frozen=True)
class Finding:
    """Hold something noticed: a stable `code`, how much it matters, a sentence for people and one number.

    `defect` is kept for what makes the numbers untrustworthy (a leak, misaligned rows); `value` is the number that
    the sentence rests on, or None where there is none.

    >>> Finding("duplicates", "warning", "2 rows stand twice.", 2.0).to_dict()["code"]
    'duplicates'
    """

    code: str
    severity: Severity
    text: str
    value: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as a plain dictionary, as `--json` prints it."""
        return asdict(self)
