"""What smoothers compute, in the plainest form: loops over time, all series and candidates at once.

The innovations form of Hyndman, Koehler, Ord & Snyder (2008), "Forecasting with exponential smoothing". With
mean = level + phi trend, a session's forecast is mean, mean + season or mean * season; of its error e

    level  = mean + alpha shock        shock = e, or e / season where that multiplies
    trend  = phi trend + beta shock
    season = season + gamma e          or season + gamma e / mean

The native twin (native/csrc/smoothing.h) does the same operations in the same order and so gives the same bits.
"""

import numpy as np

from longshort.smoothing.rows import ADDITIVE, MULTIPLICATIVE, Floats, Integers, PanelRows, SmoothingParameters, States

BLOCK = 2**17  # numbers of seasons held at a time: series times candidates times the length, so that caches hold them


def losses(rows: PanelRows, states: States, parameters: SmoothingParameters) -> tuple[Floats, Integers, Floats, Floats]:
    """See `smoothing.losses`; states and parameters are [series, candidate]."""
    squares, level, trend = (np.zeros(states.level.shape) for _ in range(3))
    before = np.repeat(states.before, np.diff(rows.offsets))
    seen = np.flatnonzero(np.isfinite(rows.values) & (rows.sessions >= before))
    count = np.bincount(rows.series()[seen], minlength=len(rows))
    for series in _blocks(states, states.level.shape[1], count):
        smoothed, begin = _Smoothed(rows, states, parameters, series), np.searchsorted(seen, rows.offsets[series])
        with np.errstate(all="ignore"):
            for k in range(count[series].max(initial=0)):
                those = slice(np.searchsorted(-count[series], -k))  # that have a k-th observation: they come first
                error = smoothed.observe(those, seen[begin[those] + k])
                squares[series[those]] += error * error
        level[series], trend[series] = smoothed.level, smoothed.trend
    return squares, count, level, trend


def forecasts(
    rows: PanelRows, states: States, parameters: SmoothingParameters, horizon: int, asked: Integers
) -> Floats:
    """See `smoothing.forecasts`; states and parameters are [series], `asked` are rows in rising order, at least one."""
    out, counts = np.full((len(asked), horizon), np.nan), np.diff(rows.offsets)
    for series in _blocks(states, horizon, counts):
        smoothed = _Smoothed(rows, states, parameters, series)
        reach = reaches(smoothed.phi[:, 0], horizon)
        with np.errstate(all="ignore"):
            for k in range(counts[series].max(initial=0)):
                those = np.arange(np.searchsorted(-counts[series], -k))
                row = rows.offsets[series[those]] + k
                begun = rows.sessions[row] >= states.before[series[those]]
                use = np.isfinite(rows.values[row]) & begun
                smoothed.observe(those[use], row[use])
                position = np.minimum(np.searchsorted(asked, row), len(asked) - 1)
                due = begun & (asked[position] == row)
                out[position[due]] = smoothed.ahead(those[due], rows.sessions[row[due]], reach[those[due]])
    return out


class _Smoothed:
    """Hold what some series are smoothed to: `[series, candidate]`, `season` [series, position, candidate]."""

    def __init__(self, rows: PanelRows, states: States, parameters: SmoothingParameters, series: Integers) -> None:
        def two(array: Floats) -> Floats:
            return array[series].reshape(len(series), -1)

        self.rows = rows
        self.alpha, self.beta, self.gamma, self.phi = (two(getattr(parameters, name)) for name in vars(parameters))
        self.level, self.trend, self.last = two(states.level), two(states.trend), states.before[series] - 1
        self.seasonal, lengths = states.seasonal[series], states.lengths()[series]
        self.length = np.maximum(lengths, 1)
        season = np.zeros((len(series), self.length.max(initial=1)))
        season[np.arange(season.shape[1]) < lengths[:, None]] = states.of(series).season
        self.season = np.repeat(season[:, :, None], self.level.shape[1], axis=2)

    def observe(self, those: Integers | slice, row: Integers) -> Floats:
        """Take in one observation, a row's, of each of those series; give the errors of their forecasts."""
        session = self.rows.sessions[row]
        gap = session - self.last[those]
        late = np.arange(len(self.last))[those][gap > 1]
        self.level[late], self.trend[late] = passed(
            self.level[late], self.trend[late], self.phi[late], gap[gap > 1] - 1
        )
        kind, phi = self.seasonal[those, None], self.phi[those]
        adds, multiplies = kind == ADDITIVE, kind == MULTIPLICATIVE
        at = np.arange(len(self.last))[those], session % self.length[those]
        season = self.season[at]
        damped = phi * self.trend[those]
        mean = self.level[those] + damped
        forecast = np.where(multiplies, mean * season, np.where(adds, mean + season, mean))
        error = self.rows.values[row][:, None] - forecast
        shock = np.where(multiplies, error / season, error)
        self.level[those] = mean + self.alpha[those] * shock
        self.trend[those] = damped + self.beta[those] * shock
        self.season[at] = season + self.gamma[those] * np.where(multiplies, error / mean, error)
        self.last[those] = session
        return error

    def ahead(self, those: Integers, session: Integers, reach: Floats) -> Floats:
        """Give the forecasts of those series, of one candidate each, made in a session on or after their last."""
        level, trend = passed(self.level[those], self.trend[those], self.phi[those], session - self.last[those])
        mean, kind = level + reach * trend, self.seasonal[those, None]
        positions = (session[:, None] + np.arange(1, reach.shape[1] + 1)) % self.length[those, None]
        season = self.season[those[:, None], positions, 0]
        out = np.where(kind == ADDITIVE, mean + season, np.where(kind == MULTIPLICATIVE, mean * season, mean))
        return np.where(np.isfinite(out), out, np.nan)


def passed(level: Floats, trend: Floats, phi: Floats, sessions: Integers) -> tuple[Floats, Floats]:
    """Let so many sessions [series] pass without an observation; give the new levels and trends.

    The step of one session, level += phi trend and trend *= phi, is applied as powers of two of itself, so that a gap
    of any size costs its logarithm.
    """
    power, total, left = phi, phi, sessions[:, None]
    while (left > 0).any():
        odd = (left & 1) > 0
        level, trend = np.where(odd, level + total * trend, level), np.where(odd, power * trend, trend)
        left = left >> 1
        total, power = total + power * total, power * power
    return level, trend


def reaches(phi: Floats, horizon: int) -> Floats:
    """Give phi + ... + phi^k for each step k ahead, `[series, horizon]`: how much of its trend a level will go."""
    out, power, total = np.empty((len(phi), horizon)), phi, phi
    for k in range(horizon):
        out[:, k] = total
        power = power * phi
        total = total + power
    return out


def _blocks(states: States, width: int, counts: Integers) -> list[Integers]:
    """Cut the series, those with most to go through first, into blocks whose seasons take bounded memory."""
    order = np.argsort(-counts, kind="stable")
    size = max(BLOCK // (max(width, 1) * int(states.lengths().max(initial=1))), 1)
    return [order[begin : begin + size] for begin in range(0, len(order), size)]
