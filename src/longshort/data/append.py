"""Put newer sessions behind those that a panel holds."""

from dataclasses import replace

import numpy as np

from longshort.data.panel import Panel
from longshort.errors import DataError, examples


def append(panel: Panel, newer: Panel) -> Panel:
    """Give a panel with the rows of `newer` behind its own, series by series.

    Rows that repeat sessions at the end of the panel are left out where they agree with it. Raises DataError where
    they do not, or where series are unknown: a forecast must not rest on silently rewritten history.
    """
    unknown = [name for name in newer.ids if name not in panel.ids]
    if unknown:
        raise DataError(
            f"the new rows hold series {examples(unknown)} that were not there before.",
            hint=f"Known are {examples(panel.ids)}.",
        )
    values, times, sessions = [], [], []
    for index, unique_id in enumerate(panel.ids):
        parts = [(panel, panel.rows(index))]
        if unique_id in newer.ids:
            parts.append((newer, _after(panel, index, newer, newer.ids.index(unique_id))))
        values.append(np.concatenate([part.values[rows] for part, rows in parts]))
        times.append(np.concatenate([part.times[rows] for part, rows in parts]))
        sessions.append(panel.calendars[index].numbers(times[-1]))
    lengths = [len(part) for part in times]
    return replace(
        panel,
        values=np.concatenate(values),
        times=np.concatenate(times),
        sessions=np.concatenate(sessions),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


def _after(panel: Panel, index: int, newer: Panel, other: int) -> slice:
    """Find the rows of `newer` that lie after the panel's; those before must be there already, and agree."""
    old, new = panel.rows(index), newer.rows(other)
    if old.start == old.stop:
        return new
    last = panel.times[old][-1]
    start = new.start + int(np.searchsorted(newer.times[new], last, side="right"))
    repeated = newer.times[new.start : start]
    places = old.start + np.minimum(np.searchsorted(panel.times[old], repeated), old.stop - old.start - 1)
    agree = (panel.times[places] == repeated) & np.array(
        [
            np.array_equal(panel.values[place], newer.values[row], equal_nan=True)
            for place, row in zip(places, range(new.start, start), strict=True)
        ],
        dtype=bool,
    )
    if not agree.all():
        wrong = panel.labels(repeated[~agree])
        raise DataError(
            f"{len(wrong)} of the new rows of {panel.ids[index]!r} lie before its last session and do not agree with "
            f"what is known ({examples(str(label)[:10] for label in wrong)}).",
            hint="Pass only rows after the last session, or fit again on the corrected data.",
        )
    return slice(start, new.stop)
