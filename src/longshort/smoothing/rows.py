"""What smoothers read and what they are: a panel's rows, states, parameters. Arrays only, checked once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NO_SEASON, ADDITIVE, MULTIPLICATIVE = 0, 1, 2
"""Kinds of season, as `States.seasonal` has them."""

FARTHEST = 2**61  # sessions from zero, so that no difference of two overflows


@dataclass(frozen=True)
class PanelRows:
    """Hold the rows of a panel, one series after another.

    `values` [row] that are not finite count as blank: nothing was observed. `sessions` [row] are whole numbers that
    rise within a series; a difference above one is a gap of missing sessions, which counts exactly as blank rows would.
    `offsets` [series + 1] say where each series begins; a series may be empty. Raises ValueError where shapes or orders
    do not fit.
    """

    values: Floats
    sessions: Integers
    offsets: Integers

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or self.values.shape != self.sessions.shape:
            raise ValueError(f"values {self.values.shape} and sessions {self.sessions.shape} are not one to one")
        check_offsets("offsets", self.offsets, len(self.values))
        if np.abs(self.sessions).max(initial=0) > FARTHEST:
            raise ValueError("sessions are farther than 2**61 from zero")
        rising = np.diff(self.sessions, prepend=-FARTHEST - 1) > 0
        rising[self.offsets[:-1][np.diff(self.offsets) > 0]] = True
        if not rising.all():
            raise ValueError(f"sessions do not rise at row {np.flatnonzero(~rising)[0]}")

    def __len__(self) -> int:
        """Count the series."""
        return len(self.offsets) - 1

    def series(self) -> Integers:
        """Give the number of the series that each row belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def take(self, rows: Integers) -> "PanelRows":
        """Keep these rows, which are sorted; every series stays, if with no row."""
        counts = np.bincount(self.series()[rows], minlength=len(self))
        return PanelRows(self.values[rows], self.sessions[rows], offsets_of(counts))

    def of(self, series: Integers) -> "PanelRows":
        """Keep these series, in this order."""
        rows, offsets = pieces(self.offsets, series)
        return PanelRows(self.values[rows], self.sessions[rows], offsets)

    def backwards(self) -> "PanelRows":
        """Turn time around: the last row of a series comes first, sessions have the opposite sign."""
        rows = np.repeat(self.offsets[:-1] + self.offsets[1:] - 1, np.diff(self.offsets)) - np.arange(len(self.values))
        return PanelRows(self.values[rows], -self.sessions[rows], self.offsets)


@dataclass(frozen=True)
class States:
    """Hold what each series' smoother is before its first observation.

    The state is the one before session `before` [series]: rows of earlier sessions are not looked at. `level` and
    `trend` (change from session to session) are [series], or [series, candidate] where candidates begin differently.
    `seasonal` [series] is NO_SEASON, ADDITIVE or MULTIPLICATIVE. `season[season_offsets[i] + s % m]` is what series i
    adds or multiplies in session s, m the length between its offsets: at least 1, and 0 where there is no season.
    """

    before: Integers
    level: Floats
    trend: Floats
    seasonal: NDArray[np.int8]
    season: Floats
    season_offsets: Integers

    def __post_init__(self) -> None:
        check_offsets("season_offsets", self.season_offsets, len(self.season))
        has = np.diff(self.season_offsets) > 0
        if not np.array_equal(has, self.seasonal != NO_SEASON) or not np.isin(self.seasonal, (0, 1, 2)).all():
            raise ValueError("`seasonal` is 1 or 2 where a series has a season between its offsets, 0 elsewhere")
        counts = {len(self.before), len(self.level), len(self.trend), len(self.seasonal), len(self.season_offsets) - 1}
        if len(counts) != 1:
            raise ValueError(f"states are of {' or '.join(map(str, sorted(counts)))} series")

    def lengths(self) -> Integers:
        """Give the length of each series' season, 0 where it has none."""
        return np.diff(self.season_offsets)

    def of(self, series: Integers) -> "States":
        """Keep these series, in this order."""
        positions, offsets = pieces(self.season_offsets, series)
        return States(
            self.before[series],
            self.level[series],
            self.trend[series],
            self.seasonal[series],
            self.season[positions],
            offsets,
        )


@dataclass(frozen=True)
class SmoothingParameters:
    """Hold how fast level, trend and season follow their errors, and how a trend is damped from session to session.

    Arrays of one shape: [series] to forecast; [candidate] or [series, candidate] to compare candidates. A `phi` of 1 is
    an undamped trend; with a `beta` of 0 besides, the trend is a constant drift.
    """

    alpha: Floats
    beta: Floats
    gamma: Floats
    phi: Floats


def one_after_another(parts: Sequence[PanelRows]) -> PanelRows:
    """Put the series of one part behind those of the part before it; there is at least one."""
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    values, sessions = (np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "sessions"))
    return PanelRows(values, sessions, offsets_of(counts))


def offsets_of(counts: Integers) -> Integers:
    """Say where each of so many begins, when they lie one after another; the last number is their sum."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def pieces(offsets: Integers, selected: Integers) -> tuple[Integers, Integers]:
    """Give the positions of some pieces of many that lie one after another, and the offsets that they then have."""
    counts = np.diff(offsets)[selected]
    new = offsets_of(counts)
    return np.arange(new[-1]) + np.repeat(offsets[:-1][selected] - new[:-1], counts), new


def check_offsets(name: str, offsets: Integers, end: int) -> None:
    """Raise ValueError unless offsets rise from 0 to the end."""
    if len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != end or (np.diff(offsets) < 0).any():
        raise ValueError(f"`{name}` must rise from 0 to {end}")
