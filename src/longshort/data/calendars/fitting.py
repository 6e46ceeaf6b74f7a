"""How well each exchange explains the days of each series: rows on closed days, and sessions without a row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.data.calendars.choice import ranked
from longshort.data.calendars.listed import listed, sessions_within, weekday
from longshort.data.calendars.zones import agrees

NEVER = 1 << 40
STRAY_SHARE = 0.005
"""So many rows outside an exchange's sessions are forgiven: they become extra sessions of that series' calendar."""


@dataclass(frozen=True, eq=False)
class Days:
    """Hold the days of several series in one flat array, series `i` in `[offsets[i], offsets[i + 1])`."""

    flat: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Count the rows of each series."""
        return np.diff(self.offsets)

    @property
    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the first and the last day of each series."""
        return self.flat[self.offsets[:-1]], self.flat[self.offsets[1:] - 1]

    def total(self, claims: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Count the rows of each series for which a claim holds."""
        running = np.concatenate([[0], np.cumsum(claims)])
        total: NDArray[np.int64] = running[self.offsets[1:]] - running[self.offsets[:-1]]
        return total

    def only(self, series: NDArray[np.int64]) -> "Days":
        """Take some of the series."""
        rows = np.isin(np.repeat(np.arange(len(self.counts)), self.counts), series)
        return Days(self.flat[rows], np.concatenate([[0], np.cumsum(self.counts[series])]))


@dataclass(frozen=True, eq=False)
class Fit:
    """Say how well one calendar explains each series: rows outside its sessions, and sessions without a row."""

    strays: NDArray[np.int64]
    missing: NDArray[np.int64]


def without_holidays(days: Days, weekend: NDArray[np.bool_], low: int, high: int) -> Fit:
    """Count what is missing of every series where no day but, without rows on weekends, these is a holiday."""
    every_day = fit(days, np.ones(high - low + 1, dtype=bool), low)
    business = fit(days, weekday(np.arange(low, high + 1)) < 5, low)
    return Fit(
        np.where(weekend, every_day.strays, business.strays), np.where(weekend, every_day.missing, business.missing)
    )


def costs(days: Days, plain: Fit, offsets: tuple[int, ...], low: int, high: int) -> NDArray[np.int64]:
    """Count for every exchange (row) what it leaves unexplained of every series; NEVER where it is not believed."""
    codes = ranked()
    found = np.full((len(codes), len(days.counts)), NEVER, dtype=np.int64)
    if not len(days.counts):
        return found
    for place, code in enumerate(codes):
        tried = fit(days, sessions_within(code, low, high), low)
        cost = tried.missing + 5 * tried.strays
        believed = convincing(days, plain, tried) & (cost < plain.missing)
        found[place, believed] = cost[believed]
    if any(offsets):
        near = np.array([agrees(listed(code).zone, np.linspace(low, high, 24).astype(int), offsets) for code in codes])
        settled = (found[near] < NEVER).any(axis=0)
        found[np.ix_(~near, settled)] = NEVER
    return found


def fit(days: Days, is_session: NDArray[np.bool_], low: int) -> Fit:
    """Count strays and missing sessions of every series, given for every day from `low` on whether it is a session."""
    running = np.concatenate([[0], np.cumsum(is_session)])
    first, last = days.ends
    outside = days.total(~is_session[days.flat - low])
    return Fit(outside, running[last + 1 - low] - running[first - low] - (days.counts - outside))


def convincing(days: Days, plain: Fit, tried: Fit) -> NDArray[np.bool_]:
    """Tell where an exchange's holidays are borne out: absent days that it explains, hardly a row on its holidays.

    Rows that are absent at random would leave no row on a holiday with probability (1 - density) ^ holidays; an
    exchange is believed where that is below 1 % for all exchanges together, or where nearly all its sessions are there.
    """
    explained = plain.missing - tried.missing
    present = days.counts + tried.missing
    density = days.counts / np.maximum(days.counts + plain.missing, 1)
    chance = (1 - density) ** np.maximum(explained + tried.strays, 0)
    few = tried.missing <= np.maximum(1, 0.02 * present)
    forgiven = (tried.strays <= STRAY_SHARE * days.counts) & (explained >= 5 * tried.strays)
    believed: NDArray[np.bool_] = (explained >= 1) & forgiven & (few | (chance < 0.01 / len(ranked())))
    return believed
