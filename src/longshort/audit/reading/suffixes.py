"""What the name of a column says beside its model's: an interval's end, a quantile level, a path, a probability."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["low", "high", "level", "percent", "path", "chance"]
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("low", r"(?:lo|lower)[-_ ](?P<n>\d+(?:\.\d+)?)%?"),
    ("high", r"(?:hi|upper)[-_ ](?P<n>\d+(?:\.\d+)?)%?"),
    ("path", r"(?:sample|path|draw|trajectory)[-_ ]?(?P<n>\d+)"),
    ("percent", r"(?:q|p|ql|quantile|percentile)?[-_ ]?(?P<n>\d+(?:\.\d+)?)%"),
    ("level", r"(?:q|p|ql|quantile|percentile)[-_ ]?(?P<n>\d*\.?\d+)"),
    ("level", r"(?P<n>0?\.\d+)"),
    ("level", r"median(?P<n>)"),
    ("chance", r"(?:p|prob)_?up(?P<n>)"),
)
PATTERNS = [(kind, re.compile(rf"(?:(?P<model>.+?)[-_ ])?{ending}", re.IGNORECASE)) for kind, ending in _PATTERNS]
FEWEST_PATHS = 3


@dataclass(frozen=True)
class Suffix:
    """Say what a column holds: its kind, the model before the ending ("" where none is named), and the number."""

    kind: Kind
    model: str
    number: float


def suffixes(columns: Sequence[str]) -> dict[str, Suffix]:
    """Read the endings of columns' names; columns without one are not among the keys.

    Names that are whole numbers are paths where they count on from 0 or 1, else levels.

    >>> suffixes(["LSTM-lo-80", "q_0.05", "0.5", "y"])["LSTM-lo-80"]
    Suffix(kind='low', model='LSTM', number=80.0)
    >>> [suffix.kind for suffix in suffixes(["10", "50", "90"]).values()]
    ['level', 'level', 'level']
    """
    found = {}
    counts = sorted(int(column) for column in columns if re.fullmatch(r"\d{1,4}", column.strip()))
    paths = len(counts) >= FEWEST_PATHS and counts in (
        list(range(len(counts))),
        list(range(1, len(counts) + 1)),
    )
    for column in columns:
        text = column.strip()
        if re.fullmatch(r"\d{1,4}|\d*\.\d+", text):
            found[column] = Suffix("path" if paths and text.isdigit() else "level", "", float(text))
            continue
        for kind, pattern in PATTERNS:
            if match := pattern.fullmatch(text):
                number = 0.5 if text.lower().endswith("median") else float(match["n"] or "nan")
                found[column] = Suffix(kind, match["model"] or "", number)
                break
    return found
