"""Averages that leave out what is not known, and the grid on which models meet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Found = TypeVar("Found")
ONE_BY_ONE = 500
"""So many series are looked at one by one in every table; of more, only the judged models' own series are."""


def mean_known(values: Floats, axis: int = 0) -> Floats:
    """Average along an axis what is not NaN; NaN where nothing is.

    >>> mean_known(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis))


def sums_by(values: Floats, group: Counts, count: int) -> tuple[Floats, Counts]:
    """Add `[pair, step]` values by the pairs' group, `[group, step]`, and say how many entered; NaN are left out."""
    sums = np.zeros((count, values.shape[1]))
    n = np.zeros(sums.shape, dtype=np.int64)
    known = ~np.isnan(values)
    everything = np.bincount(group, minlength=count)
    for step in range(values.shape[1]):
        at = known[:, step]
        whole = bool(at.all())
        entering = group if whole else group[at]
        sums[:, step] = np.bincount(entering, values[:, step] if whole else values[at, step], minlength=count)
        n[:, step] = everything if whole else np.bincount(entering, minlength=count)
    return sums, n


def mean_by(values: Floats, group: Counts, count: int) -> Floats:
    """Average `[pair, step]` values by the pairs' group, `[group, step]`; NaN where nothing is known.

    >>> mean_by(np.array([[1.0], [3.0], [np.nan]]), np.array([1, 1, 0]), 2).tolist()
    [[nan], [2.0]]
    """
    sums, n = sums_by(values, group, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / n


def with_all_steps(values: Floats) -> Floats:
    """Append to `[row, step]` a last column, the average of the steps known in the row."""
    return np.column_stack([values, mean_known(values, axis=1)])


def overlaps(horizon: int) -> Counts:
    """Give how many neighbouring cutoffs have outcomes that overlap, at each step and (last) at all steps together.

    >>> overlaps(3).tolist()
    [0, 1, 2, 2]
    """
    return np.append(np.arange(horizon), horizon - 1)


def average(values: Floats, series: Counts, count: int) -> tuple[Floats, Counts]:
    """Average `[pair, step]` values by series and step, `[series + 1, step + 1]`, and say how many entered.

    The last row is all series together, the last column all steps together. NaN entries are left out.

    >>> means, n = average(np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([0, 1]), 2)
    >>> means
    array([[1. , 2. , 1.5],
           [3. , nan, 3. ],
           [2. , 2. , 2. ]])
    >>> n[-1].tolist()
    [2, 1, 3]
    """
    sums = np.zeros((count + 1, values.shape[1] + 1))
    n = np.zeros(sums.shape, dtype=np.int64)
    sums[:-1, :-1], n[:-1, :-1] = sums_by(values, series, count)
    for table in (sums, n):
        table[:, -1] = table[:, :-1].sum(axis=1)
        table[-1] = table[:-1].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / n, n


@dataclass(frozen=True, eq=False)
class Grid:
    """Name the series and the cutoff times of all models, so that the same forecasts can be laid on each other.

    `moment` numbers for each time the moment to which it belongs: what all series have in common at one moment is one
    piece of evidence (see `moments_of`).
    """

    ids: tuple[str, ...]
    times: Counts
    moment: Counts
    _found: WeakKeyDictionary[Forecast, dict[str, object]] = field(default_factory=WeakKeyDictionary, repr=False)
    _known: list[tuple[Counts, tuple[Counts, Counts]]] = field(default_factory=list, repr=False)

    def _once(self, name: str, forecast: Forecast, find: Callable[[], Found]) -> Found:
        """Find something about a forecast only once."""
        kept = self._found.setdefault(forecast, {})
        if name not in kept:
            kept[name] = find()
        return cast(Found, kept[name])

    def series(self, forecast: Forecast) -> Counts:
        """Give each pair's position in `ids`."""
        if forecast.ids == self.ids:
            return forecast.series
        position = {name: i for i, name in enumerate(self.ids)}
        own = np.array([position.get(name, -1) for name in forecast.ids], dtype=np.int64)  # -1: no pair of it
        return own[forecast.series]

    def moments(self, forecast: Forecast) -> Counts:
        """Give the number of the moment of each pair's cutoff, in order of time."""
        return self._once("moments", forecast, lambda: self.moment[np.searchsorted(self.times, forecast.cutoffs)])

    def overlap(self, forecast: Forecast) -> Counts:
        """Give `overlap_of` the forecast, `[step + 1]`."""
        return self._once("overlap", forecast, lambda: overlap_of(forecast))

    def places(self, forecast: Forecast) -> Counts:
        """Give each pair a number, by series and then by cutoff: the same for the same pair of every model."""
        times = len(self.times)
        return self._once(
            "places", forecast, lambda: self.series(forecast) * times + np.searchsorted(self.times, forecast.cutoffs)
        )

    def ordered(self, forecast: Forecast) -> tuple[Counts, Counts]:
        """Give the places of a model's pairs, ascending, and the order of its pairs that makes them so.

        Models with the same pairs share one array of places, which is quickly seen to be the same.
        """
        return self._once("ordered", forecast, lambda: self._order(self.places(forecast)))

    def _order(self, places: Counts) -> tuple[Counts, Counts]:
        order = np.argsort(places, kind="stable")
        ascending = places[order]
        for known, _ in self._known:
            if np.array_equal(known, ascending):
                return known, order
        self._known.append((ascending, self._apart(ascending)))
        return ascending, order

    def parts(self, places: Counts) -> tuple[Counts, Counts]:
        """Take places apart again: each one's series and moment."""
        for known, apart in self._known:
            if known is places:
                return apart
        return self._apart(places)

    def _apart(self, places: Counts) -> tuple[Counts, Counts]:
        series, time = np.divmod(places, max(len(self.times), 1))
        return series, self.moment[time]


def grid_of(forecasts: Sequence[Forecast]) -> Grid:
    """Collect the series (in order of appearance) and the cutoff times (ascending) of several forecasts."""
    present = [f.ids[i] for f in forecasts for i in np.flatnonzero(np.bincount(f.series))]
    times = np.unique(np.concatenate([np.unique(f.cutoffs) for f in forecasts]))
    fullest = max(forecasts, key=len)
    return Grid(tuple(dict.fromkeys(present)), times, moments_of(times, fullest.series, fullest.cutoffs))


def moments_of(times: Counts, series: Counts, cutoffs: Counts) -> Counts:
    """Give the number of the moment to which each of ascending times belongs; `series` and `cutoffs` are the pairs'.

    A moment is a time, unless series report at times of their own (shops, sensors), so that there are more than twice
    as many times as any series has cutoffs. Then it is as long as the typical series takes from one cutoff to its
    next; else forecasts of one series that overlap would seem far apart, and of several at once far from each other.

    >>> times = np.array([0, 1, 10, 11, 20, 21, 30])
    >>> moments_of(times, np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 10, 20, 1, 11, 21, 30])).tolist()
    [0, 0, 1, 1, 2, 2, 3]
    """
    order = np.lexsort((cutoffs, series))
    gaps = np.diff(cutoffs[order])[np.diff(series[order]) == 0]
    longest = int(np.bincount(series).max(initial=0))
    if not len(gaps) or len(times) <= 2 * longest:
        return np.arange(len(times))
    return np.asarray((times - times[0]) // max(int(np.median(gaps)), 1))


def overlap_of(forecast: Forecast) -> Counts:
    """Count, at each step, how many later cutoffs of its series come before a forecast's date: their outcomes overlap.

    At most step - 1, which it is where every session is a cutoff; 0 where a series is forecast once a week for the
    week. The last entry is for all steps together. `[step + 1]`
    """
    order = np.lexsort((forecast.cutoffs, forecast.series))
    series, cutoffs, ds = forecast.series[order], forecast.cutoffs[order], forecast.ds[order]
    found = np.zeros(forecast.horizon, dtype=np.int64)
    for later in range(1, min(forecast.horizon, len(series))):
        same = series[later:] == series[:-later]
        inside = (cutoffs[later:, None] < ds[:-later]) & same[:, None]
        found = np.where(inside.any(axis=0), later, found)
    found = np.minimum(found, np.arange(forecast.horizon))
    return np.append(found, found.max(initial=0))
