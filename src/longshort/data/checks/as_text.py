"""A look at the data as lines for a terminal, in a language."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from longshort.language import Message, counted, message, say

if TYPE_CHECKING:
    from longshort.data.checks.check import Check


def as_text(check: "Check", shown: int, lang: str) -> str:
    """Describe a look at the data, at most `shown` series line by line."""
    return "\n".join(
        [
            say(message("checks.about", n=len(check.series), calendar=check.calendar), lang),
            *(f"  {say(line, lang)}" for line in (*_series(check, shown), *_columns(check), *check.notes)),
            *(say(message(f"checks.found.{found.severity}", text=found.text), lang) for found in check.findings),
            *([] if check.findings else [say(message("checks.nothing"), lang)]),
        ]
    )


def _series(check: "Check", shown: int) -> Iterator[Message]:
    """Word the first series: with their calendars only where these differ, for the first line names one of all."""
    several = len({row["calendar"] for row in check.series}) > 1
    for row in check.series[:shown]:
        line = _one(row)
        yield message("checks.series.on_calendar", series=line, calendar=row["calendar"]) if several else line
    if len(check.series) > shown:
        yield message("checks.more_series", n=len(check.series) - shown)


def _one(row: Mapping[str, Any]) -> Message:
    if not row["rows"]:
        return message("checks.series.empty", id=row["unique_id"])
    return message(
        "checks.series",
        id=row["unique_id"],
        rows=row["rows"],
        first=row["from"],
        last=row["to"],
        missing=counted(row["missing"], row["unit"]),
        blanks=row["blanks"],
    )


def _columns(check: "Check") -> Iterator[Message]:
    for name, column in check.columns.items():
        role = message(f"checks.role.{column['role']}")
        if column["kind"] == "other":
            yield message("checks.column", name=name, role=role)
        else:
            kind = message(f"checks.kind.{column['kind']}")
            yield message("checks.column.of_kind", name=name, role=role, kind=kind)
