"""Do two runs forecast the same up to a cutoff? Bit for bit, or beyond the spread of identical repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from longshort.audit.leak.output import Output
from longshort.audit.leak.table import Cells
from longshort.errors import DataError

_NEVER = int(np.iinfo(np.int64).min)
_ROUNDING = 1e-12  # of the largest forecast: what another order of summation does to float64
_TAIL = 0.001  # of one comparison; what exceeds it must do so again in a second run


@dataclass(frozen=True, eq=False)
class Repeats:
    """Hold what identical runs gave: the first, and for each column that was not the same in all, every run's cells.

    `noise` is the largest distance between two identical runs, in the forecasts' unit.
    """

    first: Output
    random: dict[str, NDArray[np.float64]]
    noise: float


@dataclass(frozen=True)
class Difference:
    """Say how two runs differ up to a cutoff.

    `cutoffs` and `values` count what was compared, `changed` the values that differ, `largest` by how much at most;
    `moved` where the runs do not have the same cutoffs, but for the newest, which may lack the rows to be forecast;
    `rounding` where nothing differs by more than sums taken in another order do;
    `newest` is the newest cutoff at which something differs, the one asked for where nothing does.
    """

    cutoffs: int
    values: int
    changed: int
    largest: float
    moved: bool
    rounding: bool
    newest: int

    @property
    def real(self) -> bool:
        """Say whether more than rounding differs."""
        return self.changed > 0 and not self.rounding


def join_repeats(runs: Sequence[Output]) -> Repeats:
    """Compare identical runs; DataError where they do not forecast the same things."""
    first, random, noise = runs[0], {}, 0.0
    others = [_aligned(first, other, np.ones(len(first.cutoffs), bool)) for other in runs[1:]]
    for other, (ours, theirs) in zip(runs[1:], others, strict=True):
        if (
            len(ours) != len(first.cutoffs)
            or len(theirs) != len(other.cutoffs)
            or set(first.values) != set(other.values)
        ):
            raise DataError(
                "the pipeline gave forecasts for other cutoffs or keys when it was run again on the same data.",
                hint="Let it choose its cutoffs the same way each time.",
            )
    for name, cells in first.values.items():
        again = [other.values[name][theirs] for other, (_, theirs) in zip(runs[1:], others, strict=True)]
        ordered = [cells[ours] for ours, _ in others]
        if any(_unequal(a, b).any() for a, b in zip(ordered, again, strict=True)):
            if cells.dtype == object:
                raise DataError(
                    f"column {name!r} holds text that differs between identical runs; its spread cannot be measured.",
                    hint="Let the pipeline give numbers, or fix its seed.",
                )
            back = [values[np.argsort(ours)] for values, (ours, _) in zip(again, others, strict=True)]
            random[name] = np.stack([cells, *back])
            noise = max(noise, float(np.nanmax(np.ptp(random[name], axis=0))))
    return Repeats(first, random, noise)


def compare(repeats: Repeats, other: Output, cutoff: int, lost: bool) -> Difference:
    """Compare a run on changed data with the identical runs, over the forecasts made at or before a cutoff.

    Only cutoffs that both have are compared; `lost` rows of a cutoff (whose dates were taken out) are no difference.
    """
    first = repeats.first
    ours, theirs = _aligned(first, other, first.cutoffs <= cutoff)
    own, their = _until(first, cutoff), _until(other, cutoff)
    common = np.intersect1d(own, their)
    in_common = int(np.isin(first.cutoffs, common).sum())
    changed = 0 if lost else (in_common - len(ours)) * len(first.values)
    largest, size, hard, newest = 0.0, 0.0, changed > 0, _NEVER
    for name in first.values.keys() & other.values.keys():
        a, b = first.values[name][ours], other.values[name][theirs]
        if name in repeats.random:
            exceeds, distance = _beyond(repeats.random[name][:, ours], b, first.cutoffs[ours], len(repeats.random))
        else:
            unequal = _unequal(a, b)
            newest = max(newest, int(first.cutoffs[ours][unequal].max(initial=_NEVER)))
            exceeds, distance = int(unequal.sum()), _distance(a[unequal], b[unequal])
            hard |= _blank_or_text(a[unequal], b[unequal])
            size = max(size, _distance(a, np.zeros_like(a)))
        changed, largest = changed + exceeds, max(largest, distance)
    moved = not np.array_equal(own[: len(their)], their)
    rounding = changed > 0 and not hard and largest <= _ROUNDING * size
    newest = cutoff if newest == _NEVER else newest
    return Difference(len(common), len(ours) * len(first.values), changed, largest, moved, rounding, newest)


def _until(output: Output, cutoff: int) -> NDArray[np.int64]:
    return np.unique(output.cutoffs[output.cutoffs <= cutoff])


def _aligned(first: Output, other: Output, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the rows that two runs share by their keys, among the wanted ones of the first."""
    keys = first.keys.columns
    if set(keys) - set(other.keys.columns):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    left = first.keys.with_columns(pl.Series("\0ours", np.arange(len(first.cutoffs)))).filter(pl.Series(wanted))
    right = other.keys.select(keys).with_columns(pl.Series("\0theirs", np.arange(len(other.cutoffs))))
    both = left.join(right, on=keys, how="inner")
    return both["\0ours"].to_numpy(), both["\0theirs"].to_numpy()


def _unequal(a: Cells, b: Cells) -> NDArray[np.bool_]:
    if a.dtype == object or b.dtype == object:
        return np.asarray(a.astype(str) != b.astype(str))
    return np.asarray((a != b) & ~(np.isnan(a) & np.isnan(b)))


def _blank_or_text(a: Cells, b: Cells) -> bool:
    """Say whether cells of text differ, or a number became blank."""
    return bool(len(a)) and (a.dtype == object or b.dtype == object or bool((np.isnan(a) != np.isnan(b)).any()))


def _distance(a: Cells, b: Cells) -> float:
    if not len(a) or a.dtype == object or b.dtype == object:
        return 0.0
    return float(np.nan_to_num(np.nanmax(np.abs(a - b), initial=0.0)))


def _beyond(
    identical: NDArray[np.float64], values: NDArray[np.float64], cutoffs: NDArray[np.int64], columns: int
) -> tuple[int, float]:
    """Say how many values of a run lie further from identical runs (`[run, value]`) than these from one another.

    Two bounds, of which the lower counts. The run's root mean square distance to the mean of the identical ones over
    their own standard deviation is at most a |t| with runs - 1 degrees of freedom, reached where one draw moves all
    values together. And its logarithm has a t prediction interval from each identical run's distance to the mean of
    the others, which is narrow where values are drawn one by one. Once over all values and once at the newest cutoff,
    where a short peek shows.
    """
    found = 0
    newest = cutoffs == cutoffs.max(initial=_NEVER)
    for chosen in (np.ones(len(values), bool), newest):
        if not chosen.any():
            continue
        repeats, own = identical[:, chosen], values[chosen]
        count = len(repeats)
        apart = [_rms(repeats[i] - np.delete(repeats, i, axis=0).mean(axis=0)) for i in range(count)]
        logs = np.log(np.maximum(apart, 1e-300))
        widened = stdtrit(count - 1, 1 - _TAIL / columns) * np.sqrt(1 + 1 / count)
        bound = min(widened * _rms(repeats.std(axis=0, ddof=1)), np.exp(logs.mean() + widened * logs.std(ddof=1)))
        if _rms(own - repeats.mean(axis=0)) > bound:
            found = max(found, int(chosen.sum()))
    return found, _distance(values, identical.mean(axis=0)) if found else 0.0


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.nanmean(np.square(values)))) if np.isfinite(values).any() else 0.0
