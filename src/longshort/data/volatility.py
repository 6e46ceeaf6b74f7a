"""How much a series moves: its changes, its sessions' ranges, and the volatility known at each row."""

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.windows import last_known

Floats = NDArray[np.float64]
YEAR = 250.0  # sessions: the half-life of the level to which volatility returns
RECENT, LEVEL = 0.8, 0.2  # shares of the recent variance and of that level's
LEAST = 1e-8  # of a level: a volatility below counts as this
PARKINSON = 4.0 * np.log(2.0)  # a squared range of a random walk in units of its variance


def g(values: Floats, log: bool) -> Floats:
    """Apply the fixed coordinate: the logarithm (NaN where a value is not positive) or the identity."""
    if not log:
        return values
    return np.log(np.where(values > 0, values, np.nan))


def volatility(panel: Panel, log: bool, halflife: float) -> Floats:
    """Estimate each row's volatility of one session from sessions up to it.

    Four fifths of its square is an exponentially weighted mean of recent sessions' variances (RiskMetrics 1996, eq.
    5.3; weights are normalised, so the first rows need no start value), one fifth that of the past year: volatility
    comes back to its level, as in GARCH, and a frozen stretch does not divide by zero.
    """
    variance = session_variance(panel, log)
    recent, level = ewm_mean(panel, variance, halflife), ewm_mean(panel, variance, YEAR)
    smallest = LEAST * (1.0 if log else np.maximum(np.abs(last_known(panel)), LEAST))
    return np.maximum(np.sqrt(RECENT * recent + LEVEL * level), smallest)


def session_variance(panel: Panel, log: bool) -> Floats:
    """Measure each session's variance: its squared change, averaged with that of its high-low range where there is one.

    A range tells more of a session's volatility than its end does (Parkinson 1980). A change over several sessions
    counts by its square over their number.
    """
    change, gap = changes(panel, g(last_known(panel), log))
    square = change**2 / gap
    height = day_range(panel, log)
    if height is None:
        return square
    ranged = height**2 / PARKINSON
    return np.where(np.isnan(ranged), square, 0.5 * (np.where(np.isnan(square), ranged, square) + ranged))


def day_range(panel: Panel, log: bool) -> Floats | None:
    """Give each session's high less its low in the fixed coordinate; None where the panel has not both."""
    place = {column.kind: index for index, column in enumerate(panel.columns) if column.known == "past_only"}
    if not {"high", "low"} <= place.keys():
        return None
    high, low = (g(panel.values[:, place[kind]], log) for kind in ("high", "low"))
    return high - low


def changes(panel: Panel, level: Floats) -> tuple[Floats, Floats]:
    """Give each row's change of a level since the row before (NaN at a series' first), and over how many sessions."""
    change = np.diff(level, prepend=np.nan)
    gap = np.diff(panel.sessions, prepend=0).astype(np.float64)
    start = panel.offsets[:-1][np.diff(panel.offsets) > 0]
    change[start], gap[start] = np.nan, 1.0
    return change, np.maximum(gap, 1.0)


def decay_of(halflife: float) -> float:
    """Give the factor by which a weight falls with each row."""
    return float(0.5 ** (1.0 / halflife))


def ewm_mean(panel: Panel, values: Floats, halflife: float) -> Floats:
    """Average values up to each row within its series, weights halving every `halflife` rows; blanks are left out."""
    from scipy.signal import lfilter

    decay = decay_of(halflife)
    present = ~np.isnan(values)
    numerator, weight = np.empty_like(values), np.empty_like(values)
    lengths = np.diff(panel.offsets)
    for length in set(lengths.tolist()) - {0}:  # series of one length in one call
        rows = panel.offsets[:-1][lengths == length][:, None] + np.arange(length)
        numerator[rows] = lfilter([1.0], [1.0, -decay], np.where(present[rows], values[rows], 0.0))
        weight[rows] = lfilter([1.0], [1.0, -decay], present[rows].astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, numerator / weight, np.nan)
