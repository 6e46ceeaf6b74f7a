"""What a network sees of one series, row by row: `features`, `volatility` and `target_affine` from a running state.

The batch forms are the definition; each row here costs microseconds, whatever lies before it. Plain numbers, because
arrays of one are slow.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf, isnan, log, nan, sqrt

import numpy as np

from longshort.data.features import FAINTEST, LIMIT, SLOW
from longshort.data.panel import PRICES, Column, Panel
from longshort.data.transforms import Coordinates, by_row
from longshort.data.volatility import LEAST, LEVEL, PARKINSON, RECENT, YEAR, decay_of
from longshort.data.windows import carried

MEMORY = 60 * int(YEAR)  # rows after which the slowest weight is below 1e-18: none before them is counted


class Mean:
    """Average what comes, weights halving every `halflife` rows, as `ewm_mean` does; a blank is left out."""

    __slots__ = ("_decay", "_total", "_weight")

    def __init__(self, halflife: float) -> None:
        self._decay, self._total, self._weight = decay_of(halflife), 0.0, 0.0

    def step(self, value: float) -> float:
        """Take one more value; gives the average so far, NaN before the first."""
        self._total *= self._decay
        self._weight *= self._decay
        if value == value:
            self._total += value
            self._weight += 1.0
        return self._total / self._weight if self._weight > 0.0 else nan


class Volatility:
    """Follow the volatility of one series' sessions, as `volatility` gives it."""

    def __init__(self, *, logarithmic: bool, halflife: float) -> None:
        self._log = logarithmic
        self._recent, self._level = Mean(halflife), Mean(YEAR)

    def step(self, last: float, square: float, height: float) -> float:
        """Take one more session: the newest target, its squared change for each session, its range (NaN for none)."""
        ranged = height * height / PARKINSON
        variance = square if isnan(ranged) else 0.5 * ((ranged if isnan(square) else square) + ranged)
        root = sqrt(RECENT * self._recent.step(variance) + LEVEL * self._level.step(variance))
        smallest = LEAST * (1.0 if self._log else max(abs(last), LEAST))
        return nan if isnan(root) or isnan(smallest) else max(root, smallest)


class Inputs:
    """Follow one series: each `step` gives the inputs of its row, as `features` does.

    `loc` and `scale` are then those of a target one step ahead, as in `target_affine`, and `last` is the newest
    target that was known. `panel` holds one series; rows before `end`, one or more, have passed, those from it on are
    coming sessions of which only the columns known in advance count. DataError where a transform keeps numbers for
    each series and this one was never seen.
    """

    def __init__(self, panel: Panel, coordinates: Coordinates, horizon: int, end: int) -> None:
        futures = [i for i, column in enumerate(panel.columns) if column.known == "known_future"]
        start = 0 if futures else max(0, end - MEMORY)
        before = carried(panel, panel.values)[start - 1].tolist() if start else [nan] * len(panel.columns)
        self._locs, self._scales = (
            by_row(panel, numbers, default)[0].tolist()
            for numbers, default in ((coordinates.loc, 0.0), (coordinates.scale, 1.0))
        )
        self.last, self.loc, self.scale = before[0], self._locs[0], self._scales[0]
        by_change = coordinates.relative and coordinates.settings.name != "window_log_ratio"
        self._changes = Changes(panel, coordinates, before) if by_change else None
        self._logs = coordinates.relative and not by_change
        g = self._g = logarithm if self._logs else identity
        self._levels = [(i, g(before[i])) for i, column in enumerate(panel.columns) if i not in futures]
        self._firsts = {i: nan for i, _ in self._levels}
        if self._logs:
            self._find_firsts(panel)
        self._futures = [Future(i, horizon) for i in futures]
        self._coming: dict[int, Sequence[float]] = {}
        self.session = int(panel.sessions[start]) - 1
        rows, sessions = panel.values[start:].tolist(), panel.sessions[start:].tolist()
        self.announce(sessions, rows)
        for session, values in zip(sessions[: end - start], rows, strict=False):
            self.step(values, session)

    def _find_firsts(self, panel: Panel) -> None:
        """Find the first known logarithm of each column: what single precision counts from."""
        for i in self._firsts:
            known = np.flatnonzero(panel.values[:, i] > 0)
            if len(known):
                self._firsts[i] = logarithm(float(panel.values[known[0], i]))

    def announce(self, sessions: Sequence[int], rows: Sequence[Sequence[float]]) -> None:
        """Take note of coming sessions, for the columns that are known in advance."""
        if self._futures:
            self._coming |= zip(sessions, rows, strict=True)

    def step(self, values: Sequence[float], session: int) -> list[float]:
        """Take the next row, its values in the order of the columns."""
        if values[0] == values[0]:
            self.last = values[0]
        if self._changes is not None:
            named = self._changes.step(values, self.last, max(session - self.session, 1))
            self.loc, self.scale = self._changes.level, self._changes.spread
        else:
            fresh = [(i, self._g(values[i]), old) for i, old in self._levels]
            self._levels = [(i, value if value == value else old) for i, value, old in fresh]
            if self._logs:
                named, self.loc, self.scale = self._since_firsts(), logarithm(self.last), 1.0
            else:
                named = [(value - self._locs[i]) / self._scales[i] for i, value in self._levels]
        self.session = session
        if self._futures:
            self._coming.pop(session, None)
            for future in self._futures:
                named += future.step(values, session, self._coming)
        return [value if abs(value) < inf else 0.0 for value in named]

    def _since_firsts(self) -> list[float]:
        for i, value in self._levels:
            if self._firsts[i] != self._firsts[i]:
                self._firsts[i] = value
        return [value - self._firsts[i] for i, value in self._levels]


class Changes:
    """Follow what `features` makes of a series that is seen by its changes."""

    def __init__(self, panel: Panel, coordinates: Coordinates, before: Sequence[float]) -> None:
        halflife = coordinates.settings.halflife
        self._log = coordinates.log
        self._g = logarithm if self._log else identity
        self._volatility = Volatility(logarithmic=self._log, halflife=halflife)
        self._slow = Mean(SLOW)
        self.level, self.spread = nan, nan
        place = {column.kind: i for i, column in enumerate(panel.columns) if column.known == "past_only"}
        self._range = (place["high"], place["low"]) if {"high", "low"} <= place.keys() else None
        inputs = [(i, c) for i, c in enumerate(panel.columns) if c.known != "known_future"]
        self._others = [self._other(index, column, halflife, before[index]) for index, column in inputs[1:]]

    def step(self, values: Sequence[float], last: float, gap: int) -> list[float]:
        """Take the next row, so many sessions after the one before."""
        level = self._g(last)
        change = level - self.level
        self.level = level
        square = change * change / gap
        height = nan if self._range is None else self._g(values[self._range[0]]) - self._g(values[self._range[1]])
        spread = self.spread = self._volatility.step(last, square, height)
        slow = sqrt(self._slow.step(square))
        named = [clip(quotient(change, spread)), logarithm(quotient(spread, slow))]
        if self._log:
            named.append(logarithm(spread))
        for other in self._others:
            named += other(values)
        if self._range is not None:
            named.append(logarithm(quotient(0.0 if height < 0.0 else height, spread) + FAINTEST))
        return named

    def _other(
        self, index: int, column: Column, halflife: float, before: float
    ) -> Callable[[Sequence[float]], Sequence[float]]:
        """Give what follows one column beside the target."""
        if column.kind in PRICES:
            g = self._g
            return lambda values: (clip(quotient(g(values[index]) - self.level, self.spread)),)
        if column.known == "static":
            return lambda values: (values[index],)
        if column.kind == "volume":
            mean = Mean(halflife)

            def volume(values: Sequence[float]) -> Sequence[float]:
                size = logarithm(values[index])
                return (clip(size - mean.step(size)),)

            return volume
        return Extra(index, halflife, before).step


class Extra:
    """Follow a column of unknown meaning: its change, and its distance from its own slow level."""

    def __init__(self, index: int, halflife: float, before: float) -> None:
        self._index, self._carried, self._previous = index, before, nan
        self._change, self._centre, self._width = Mean(halflife), Mean(SLOW), Mean(SLOW)

    def step(self, values: Sequence[float]) -> Sequence[float]:
        """Take the next row."""
        value = values[self._index]
        if value == value:
            self._carried = value
        value = self._carried
        change = value - self._previous
        self._previous = value
        size = sqrt(self._change.step(change * change))
        away = value - self._centre.step(value)
        width = sqrt(self._width.step(away * away))
        return clip(share(change, size)), clip(share(away, width))


class Future:
    """Follow a column that is known in advance: its coming values, against all that came before."""

    def __init__(self, index: int, horizon: int) -> None:
        self._index, self._steps, self._carried = index, range(1, horizon + 1), nan
        self._centre, self._width = Mean(inf), Mean(inf)

    def step(self, values: Sequence[float], session: int, coming: Mapping[int, Sequence[float]]) -> list[float]:
        """Take the next row; for a coming session that is not known its own value stands."""
        index = self._index
        if values[index] == values[index]:
            self._carried = values[index]
        known = own = self._carried
        centre = self._centre.step(own)
        width = sqrt(self._width.step((own - centre) * (own - centre)))
        named = []
        for step in self._steps:
            row = coming.get(session + step)
            if row is not None and row[index] == row[index]:
                known = row[index]
            named.append(clip(share((own if row is None else known) - centre, width)))
        return named


def logarithm(value: float) -> float:
    """Give the logarithm, NaN where there is none."""
    return log(value) if value > 0.0 else nan


def identity(value: float) -> float:
    """Give the value itself."""
    return value


def clip(value: float) -> float:
    """Cut off what lies beyond the limit of an input."""
    return -LIMIT if value < -LIMIT else LIMIT if value > LIMIT else value


def quotient(value: float, scale: float) -> float:
    """Divide, NaN where nothing can be divided by."""
    return value / scale if scale else nan


def share(value: float, scale: float) -> float:
    """Divide, zero where there is no positive scale."""
    return value / scale if scale > 0.0 else 0.0
