"""Which season a panel has: what its calendar offers, and what its data show."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars import Calendar
from longshort.data.calendars.units import possible_seasons
from longshort.data.panel import Panel

DIP = 0.85
"""A season is there where values a season apart differ by less than this share of what values half a season more or
less apart do."""
FEWEST = 8  # pairs of values at each of the three distances, below which nothing can be seen
MOST_SERIES, MOST_ROWS = 200, 20_000  # that are looked at: an even choice of series, the newest rows of each
Ints = NDArray[np.int64]


def seasons_of(panel: Panel, until: int, wanted: int | None = None) -> Ints:
    """Give the length of each series' season in units of its calendar, 1 where it has none, `[series]`.

    A calendar offers lengths (24 and 168 hours, 12 months). The data up to the time `until` show one where values a
    season apart differ less than values half a season more or less apart: a trend or a random walk has no such dip,
    noise neither. Of those that they show, the one is taken whose values differ the least. All series of one calendar
    have the same season. Where history is too short to see any, the calendar's own stands. `wanted` overrides it all.
    """
    if wanted is not None:
        return np.full(len(panel), wanted, dtype=np.int64)
    past = panel.until(until)
    found = {
        calendar: season_of(past, [s for s, own in enumerate(panel.calendars) if own == calendar], calendar)
        for calendar in set(panel.calendars)
    }
    return np.array([found[calendar] for calendar in panel.calendars], dtype=np.int64)


def season_of(past: Panel, series: Sequence[int], calendar: Calendar) -> int:
    """Give the season that some series of one calendar share."""
    seen = {season: found for season in possible_seasons(calendar) if (found := look(past, series, season))}
    if not seen:
        return calendar.season
    shown = [season for season, found in seen.items() if found.dip < DIP]
    return min(shown, key=lambda season: seen[season].difference, default=1)


class Seen(NamedTuple):
    """Hold how far values a season apart differ: beside those half a season more or less apart, and in units of all."""

    dip: float
    difference: float


def look(past: Panel, series: Sequence[int], season: int) -> Seen | None:
    """Look for a season: mean absolute differences as ratios, averaged over series; None where too few lie apart.

    Seasons of two or three have no half: the other distances are one less and one more.
    """
    half = max(season // 2, 1)
    found = []
    for one in np.array(series)[:: -(-len(series) // MOST_SERIES)]:
        rows = past.rows(int(one))
        rows = slice(max(rows.start, rows.stop - MOST_ROWS), rows.stop)
        values, sessions = past.target[rows], past.sessions[rows]
        apart = [mean_difference(values, sessions, lag) for lag in (season, season - half, season + half)]
        if None in apart:
            continue
        own, less, more = (value for value in apart if value is not None)
        usual = float(np.nanstd(values))
        if less + more > 0 and usual > 0:
            found.append((2 * own / (less + more), own / usual))
    return Seen(*np.mean(found, axis=0).tolist()) if found else None


def mean_difference(values: NDArray[np.float64], sessions: Ints, lag: int) -> float | None:
    """Average the absolute difference of known values that lie `lag` units apart; None where there are too few."""
    if not len(values) or lag < 1:
        return None
    earlier = np.searchsorted(sessions, sessions - lag)
    there = sessions[np.minimum(earlier, len(sessions) - 1)] == sessions - lag
    difference = np.abs(values[there] - values[earlier[there]])
    known = difference[np.isfinite(difference)]
    return float(known.mean()) if len(known) >= FEWEST else None
