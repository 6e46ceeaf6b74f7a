"""Where a smoother begins: a line through the newest values, then back through time to before the first."""

from dataclasses import replace

import numpy as np

from longshort.smoothing.passes import losses
from longshort.smoothing.rows import (
    ADDITIVE,
    MULTIPLICATIVE,
    Floats,
    Integers,
    PanelRows,
    SmoothingParameters,
    States,
    offsets_of,
)


def before_first(rows: PanelRows, kind: int, seasons: list[Floats]) -> States:
    """Give states before the first session of each series, with these seasons; level and trend are still zero."""
    return States(
        before=first_sessions(rows),
        level=np.zeros(len(rows)),
        trend=np.zeros(len(rows)),
        seasonal=np.full(len(rows), kind, np.int8),
        season=np.concatenate([*seasons, np.zeros(0)]),
        season_offsets=offsets_of(np.array([len(season) for season in seasons] or [0] * len(rows), np.int64)),
    )


def first_sessions(rows: PanelRows) -> Integers:
    """Give each series' first session, 0 for a series without rows."""
    return _sessions_at(rows, rows.offsets[:-1])


def last_sessions(rows: PanelRows) -> Integers:
    """Give each series' last session, 0 for a series without rows."""
    return _sessions_at(rows, rows.offsets[1:] - 1)


def _sessions_at(rows: PanelRows, numbers: Integers) -> Integers:
    out, has = np.zeros(len(rows), np.int64), np.diff(rows.offsets) > 0
    out[has] = rows.sessions[numbers[has]]
    return out


def adjusted(rows: PanelRows, states: States) -> Floats:
    """Take the season out of every value."""
    owner, lengths = rows.series(), states.lengths()
    has = np.flatnonzero(lengths[owner] > 0)
    mine = owner[has]
    season = states.season[states.season_offsets[mine] + rows.sessions[has] % lengths[mine]]
    out, kind, value = rows.values.copy(), states.seasonal[mine], rows.values[has]
    out[has] = np.where(kind == ADDITIVE, value - season, value / np.where(kind == MULTIPLICATIVE, season, 1.0))
    return out


def line(rows: PanelRows, values: Floats, counts: Integers) -> tuple[Floats, Floats, Floats]:
    """Lay a line through the newest `counts` [series] of these values of each series by least squares.

    Gives their mean, the line in the session after the last one, and its slope. Of fewer than three values: the newest
    one twice, and no slope. Of an empty series: NaN.
    """
    has = np.diff(rows.offsets)
    used = np.minimum(counts, has)
    rank = np.repeat(rows.offsets[1:], has) - np.arange(len(values))  # 1 for the newest
    inside = rank <= np.repeat(used, has)
    owner, values = rows.series()[inside], values[inside]
    ahead = (rows.sessions[inside] - last_sessions(rows)[owner] - 1).astype(float)  # of the session after the last

    def total(weights: Floats) -> Floats:
        return np.bincount(owner, weights, len(rows)).astype(np.float64)

    newest = np.full(len(rows), np.nan)
    newest[has > 0] = values[rank[inside] == 1]
    with np.errstate(all="ignore"):
        mean, middle = total(values) / used, total(ahead) / used
        off = ahead - middle[owner]
        slope = total(off * (values - mean[owner])) / total(off * off)
    few = used < 3
    slope = np.where(few, 0.0, slope)
    return np.where(few, newest, mean), np.where(few, newest, mean - middle * slope), slope


def backcast(rows: PanelRows, states: States, parameters: SmoothingParameters, threads: int) -> States:
    """Find where each candidate begins by running it backwards through all rows, as Box & Jenkins (1970) backcast.

    Level and trend (forwards) of what is given are those after the last session; of what is returned, [series,
    candidate], those before the first.
    """
    season = _reversed_seasons(states)
    back = replace(states, before=-last_sessions(rows), trend=-states.trend, season=season)
    ends = losses(rows.backwards(), back, parameters, threads)
    return replace(states, level=ends.level + parameters.phi * ends.trend, trend=-ends.trend)


def _reversed_seasons(states: States) -> Floats:
    """Lay each season out by minus the session."""
    lengths = states.lengths()
    begin, length = (np.repeat(array, lengths) for array in (states.season_offsets[:-1], lengths))
    return states.season[begin + -(np.arange(len(begin)) - begin) % np.maximum(length, 1)]
