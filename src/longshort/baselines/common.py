"""What the baselines share: what is known at a cutoff, and the two methods of everything that can be backtested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from longshort.data.panel import Panel
from longshort.data.windows import Pairs
from longshort.errors import NotEnoughHistory
from longshort.results.forecast import Forecast


class Fitted(Protocol):
    """Forecast from cutoffs: each forecast uses rows at or before its own cutoff only."""

    def predict(self, panel: Panel, pairs: Pairs) -> Forecast:
        """Forecast from each pair of series and cutoff."""
        ...


class Baseline(Protocol):
    """Be fitted at cutoffs; networks have the same two methods."""

    @property
    def name(self) -> str:
        """Give the name under which tables list the model."""
        ...

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> Sequence[Fitted]:
        """Fit once for each cutoff time, each time on rows at or before it."""
        ...


class NothingToFit:
    """Serve as its own fitted form, for baselines that are computed afresh at each cutoff."""

    def fit(self, panel: Panel, cutoffs: Sequence[int]) -> list[Self]:
        """Give the baseline itself once for each cutoff: it estimates nothing ahead of its forecasts."""
        return [self for _ in cutoffs]


@dataclass(frozen=True)
class Seasons:
    """Hold the length of each series' season in units of its calendar, by the series' id; `other` for any other id."""

    lengths: tuple[tuple[str, int], ...] = ()
    other: int = 1

    def of(self, panel: Panel) -> NDArray[np.int64]:
        """Give the length for each series of a panel, `[series]`."""
        known = dict(self.lengths)
        return np.array([known.get(name, self.other) for name in panel.ids], dtype=np.int64)


NO_SEASON = Seasons()


@dataclass(frozen=True, eq=False)
class Known:
    """Hold the targets that are not blank, in order, and the stretch of them that each pair may see.

    Pair `i` sees the positions `first[i]:stop[i]` of `values`, `sessions` and `series`; its newest known target is at
    `stop[i] - 1`.
    """

    values: NDArray[np.float64]
    sessions: NDArray[np.int64]
    series: NDArray[np.int64]
    first: NDArray[np.int64]
    stop: NDArray[np.int64]

    @property
    def last(self) -> NDArray[np.float64]:
        """Give the newest known target of each pair."""
        return self.values[self.stop - 1]


def known_targets(panel: Panel, pairs: Pairs, model: str, needed: int = 1) -> Known:
    """Find what each pair may see of the target.

    Raises NotEnoughHistory where a pair sees fewer than `needed` known targets, naming `model`.
    """
    rows = np.flatnonzero(~np.isnan(panel.target))
    first = np.searchsorted(rows, panel.offsets[pairs.series])
    stop = np.searchsorted(rows, pairs.rows, side="right")
    short = np.flatnonzero(stop - first < needed)
    if len(short):
        one = short[0]
        cutoff = panel.labels(panel.times[pairs.rows[one : one + 1]])[0]
        raise NotEnoughHistory(
            f"series {panel.ids[pairs.series[one]]!r} has {stop[one] - first[one]} known values up to {cutoff}, "
            f"but the baseline {model!r} needs {needed} ({len(np.unique(pairs.series[short]))} series are too short).",
            hint="Start later, or leave the short series out.",
        )
    return Known(panel.target[rows], panel.sessions[rows], panel.series[rows], first, stop)
