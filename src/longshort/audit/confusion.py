"""The audit of a confusion matrix: counts alone say whether a classifier beats naming the most frequent class."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from longshort.audit.audit import Audit
from longshort.backtest.record import versions
from longshort.claims import Telling
from longshort.evaluation.confusion import Rows, judge_confusion, read_confusion
from longshort.language import message


def audit_confusion(
    matrix: object,
    *,
    rows: Rows,
    labels: Sequence[str] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Audit:
    """Judge a confusion matrix: a file of counts, or a square table of them.

    `rows` says what its rows are, "predicted" classes or "true" ones; `labels` name the classes.

    Raises DataError where it is not square or holds what is no count.

    >>> audit = audit_confusion([[17, 10, 17], [883, 2908, 882], [49, 25, 36]], rows="predicted")
    >>> audit.verdict[:8], round(audit.confusion["accuracy"], 4), round(audit.confusion["majority"], 4)
    ('No skill', 0.6134, 0.6097)
    """
    if isinstance(matrix, str | Path):
        matrix, named = read_confusion(matrix)
        labels = labels or named
    numbers, claims = judge_confusion(matrix, rows, labels)  # type: ignore[arg-type]  # anything else is refused there
    note = message("audit.confusion.rows", rows=message(f"audit.confusion.{rows}"))
    info = {**versions(("numpy", "scipy")), "notes": [note], **dict(about or {})}
    title = message("audit.title.confusion")
    return Audit(claims, Telling("step", 1), (), info, confusion=numbers, title=title)
