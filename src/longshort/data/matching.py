"""Lay new data out as the data of a fit were: the same columns, found by name."""

from collections.abc import Sequence
from dataclasses import replace

from longshort.data.panel import Panel
from longshort.errors import DataError, examples


def matched(panel: Panel, columns: Sequence[str]) -> Panel:
    """Put a panel's columns into the order of a fit's, the target first; others are left out.

    Names may differ by case. Raises DataError where the target is another, and where a column is missing.
    """
    given = {column.name.casefold(): place for place, column in enumerate(panel.columns)}
    target = panel.columns[0].name
    if target.casefold() != columns[0].casefold():
        raise DataError(
            f"the model forecasts {columns[0]!r}, and these data were read with the target {target!r}.",
            hint=f"Read them with --target {columns[0]} (in Python target={columns[0]!r}), or fit another model.",
        )
    missing = [name for name in columns if name.casefold() not in given]
    if missing:
        raise DataError(
            f"the model was fitted on the columns {examples(columns, 12)}, but these data have no {examples(missing)}; "
            f"they have {examples([column.name for column in panel.columns], 12)}.",
            hint="Read the new data with the same inputs and --join as before.",
        )
    places = [given[name.casefold()] for name in columns]
    if places == list(range(len(panel.columns))):
        return panel
    described = tuple(replace(panel.columns[place], name=name) for place, name in zip(places, columns, strict=True))
    return replace(panel, values=panel.values[:, places].copy(), columns=described)
