"""Choose rows from the summary's flat tables (lists of dictionaries)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from longshort.report.formats import finite

Row = Mapping[str, Any]


def where(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """Keep the rows that have these values.

    >>> where([{"model": "naive", "step": 1}, {"model": "naive", "step": None}], step=None)
    [{'model': 'naive', 'step': None}]
    """
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def first(rows: Iterable[Row], **wanted: Any) -> Row:
    """Give the first row that has these values, or an empty one."""
    return next(iter(where(rows, **wanted)), {})


def distinct(rows: Iterable[Row], key: str) -> list[Any]:
    """List the values of one column in order of appearance, without null."""
    return [value for value in dict.fromkeys(row.get(key) for row in rows) if value is not None]


def overall(rows: Sequence[Row]) -> list[Row]:
    """Keep the rows over all series; where there are none, those of the only series."""
    everyone = where(rows, unique_id=None)
    ids = distinct(rows, "unique_id")
    return everyone or ([row for row in rows if row.get("unique_id") == ids[0]] if len(ids) == 1 else [])


def steps(rows: Iterable[Row]) -> list[int]:
    """List the steps, ascending, without the rows over all steps."""
    return sorted({int(row["step"]) for row in rows if finite(row.get("step")) is not None})


def skill_of(rows: Sequence[Row], baseline: str, metrics: Sequence[str]) -> list[Row]:
    """Keep the skill against a baseline by the first of these metrics that is there.

    >>> skill_of([{"baseline": "naive", "metric": "mae"}], "naive", ("rmse", "mae"))
    [{'baseline': 'naive', 'metric': 'mae'}]
    """
    against = where(rows, baseline=baseline)
    return next((found for metric in metrics if (found := where(against, metric=metric))), [])
