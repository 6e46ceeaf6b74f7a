"""Values of columns that are known in advance, for every step that is to be forecast."""

import numpy as np

from longshort.data.panel import Panel
from longshort.data.windows import last_pairs
from longshort.errors import DataError, examples


def refuse_missing_ahead(panel: Panel, horizon: int) -> None:
    """Raise DataError, naming series and dates, where a column known in advance has no value in a coming step."""
    places = [place for place, column in enumerate(panel.columns) if column.known == "known_future"]
    if not places:
        return
    pairs = last_pairs(panel)
    for series, row in zip(pairs.series.tolist(), pairs.rows.tolist(), strict=True):
        wanted = panel.sessions[row] + np.arange(1, horizon + 1)
        later = np.arange(row + 1, panel.rows(series).stop)
        there = later[~np.isnan(panel.values[later][:, places]).any(axis=1)]
        missing = np.setdiff1d(wanted, panel.sessions[there])
        if len(missing):
            labels = panel.labels(panel.calendars[series].times(missing))
            days = [str(label).removesuffix("T00:00:00.000000") for label in labels]
            names = examples([panel.columns[place].name for place in places])
            raise DataError(
                f"{names} are declared to be known in advance, but series {panel.ids[series]!r} has no values of them "
                f"on {examples(days)}.",
                hint="Give them: --future FILE with these dates (in Python future=...), or leave out --known-future.",
            )
