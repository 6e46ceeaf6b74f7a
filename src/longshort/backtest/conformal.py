"""Conformal calibration: widen or narrow intervals by what was missed at cutoffs whose outcomes are already known."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longshort.results.forecast import Forecast, p_up_from_quantiles

Floats = NDArray[np.float64]
FEWEST = 20  # outcomes below which a correction would be noise
MEMORY = 2_000  # newest outcomes of each series that count
MOST = 50_000  # outcomes in all that count, so that a large panel stays fast


@dataclass(frozen=True, eq=False)
class Calibration:
    """Hold how far each quantile is to move, `[step, level]` in widths of the forecast, and from how many outcomes."""

    quantile_levels: tuple[float, ...]
    shift: Floats
    outcomes: int

    def apply(self, forecast: Forecast) -> Forecast:
        """Calibrate forecasts; the centre stays where it is."""
        return shifted(forecast, np.broadcast_to(self.shift, forecast.quantiles.shape))


def calibrate(forecast: Forecast, history: Forecast) -> Forecast:
    """Calibrate each forecast on the outcomes known at its own cutoff: those of `history` and of earlier forecasts.

    Conformalised quantile regression (Romano, Patterson & Candès 2019, eq. 6-8) for each pair of mirrored levels and
    each step, the miss being measured in widths of the forecast's own interval, over a moving window of outcomes.
    """
    if not forecast.quantile_levels:
        return forecast
    shift = np.zeros_like(forecast.quantiles)
    for step in range(forecast.horizon):
        known_at, misses = _misses(forecast, history, step)
        order = np.argsort(known_at, kind="stable")
        known_at, misses = known_at[order], misses[order]
        moments, inverse = np.unique(forecast.cutoffs, return_inverse=True)
        stops = np.searchsorted(known_at, moments, side="right")
        window = memory(len(forecast.ids))
        table = np.stack([_shift(misses[max(0, stop - window) : stop], forecast.quantile_levels) for stop in stops])
        shift[:, step] = table[inverse]
    return shifted(forecast, shift)


def fit_calibration(history: Forecast) -> Calibration:
    """Learn one correction for each step and level from all known outcomes of `history`, for forecasts to come."""
    levels = history.quantile_levels
    shift = np.zeros((history.horizon, len(levels)))
    counted = 0
    for step in range(history.horizon if levels else 0):
        known_at, misses = _misses(history, None, step)
        misses = misses[np.argsort(known_at, kind="stable")][-memory(len(history.ids)) :]
        shift[step] = _shift(misses, levels)
        counted = max(counted, len(misses))
    return Calibration(levels, shift, counted)


def memory(series: int) -> int:
    """Give the number of outcomes that count."""
    return min(MEMORY * max(series, 1), MOST)


def shifted(forecast: Forecast, shift: Floats) -> Forecast:
    """Move quantiles by `shift` widths, within the limits, and put them in order again; p(up) follows."""
    moved = move(forecast.quantile_levels, forecast.quantiles, shift, forecast.limits)
    return replace(forecast, quantiles=moved, p_up=p_up_from_quantiles(forecast.quantile_levels, moved, forecast.last))


def move(
    levels: tuple[float, ...], quantiles: Floats, shift: Floats, limits: tuple[float, float] | None = None
) -> Floats:
    """Move quantiles `[..., level]` by `shift` of their own widths, within the limits, and put them in order again."""
    moved: Floats = np.sort(quantiles + shift * width(levels, quantiles)[..., None], axis=-1)
    if np.isnan(quantiles).any():
        moved = np.where(np.isnan(quantiles), np.nan, moved)
    return moved if limits is None else np.clip(moved, *limits)


def width(levels: tuple[float, ...], quantiles: Floats) -> Floats:
    """Give each distribution's own width: between the quantiles next to 10 % and 90 %, `[...]`."""
    low, high = edges(levels)
    gap: Floats = quantiles[..., high] - quantiles[..., low]
    return gap


@lru_cache
def edges(levels: tuple[float, ...]) -> tuple[int, int]:
    """Find the levels next to 10 % and 90 %."""
    low, high = (int(np.argmin(np.abs(np.asarray(levels) - share))) for share in (0.1, 0.9))
    return low, high


def _misses(forecast: Forecast, history: Forecast | None, step: int) -> tuple[NDArray[np.int64], Floats]:
    """Give when a step's outcomes became known, and how far beyond each quantile they lay, `[n, level]` in widths."""
    parts = [forecast] if history is None else [history, forecast]
    with np.errstate(invalid="ignore", divide="ignore"):
        misses = [
            (p.y[:, step, None] - p.quantiles[:, step]) / width(p.quantile_levels, p.quantiles[:, step])[:, None]
            for p in parts
        ]
    every, known_at = np.concatenate(misses), np.concatenate([p.ds[:, step] for p in parts])
    usable = np.isfinite(every).all(axis=-1)
    return known_at[usable], every[usable]


def _shift(misses: Floats, levels: tuple[float, ...]) -> Floats:
    """Give each level's move from the misses in view: mirrored levels move apart alike, the median stays."""
    shift = np.zeros(len(levels))
    if len(misses) < FEWEST:
        return shift
    for low, level in enumerate(levels):
        mirror = _mirror(levels, level)
        if level < 0.5 and mirror is not None:
            score = np.maximum(-misses[:, low], misses[:, mirror])
            shift[mirror] = _rank(score, 1 - 2 * level)
            shift[low] = -shift[mirror]
        elif mirror is None:
            shift[low] = _rank(misses[:, low], level)
    return shift


def _mirror(levels: tuple[float, ...], level: float) -> int | None:
    return next((i for i, other in enumerate(levels) if abs(1 - level - other) < 1e-9), None)


def _rank(scores: Floats, share: float) -> float:
    """Give the conformal quantile: the ceil((n + 1) share)-th smallest score, the largest where there are too few."""
    rank = min(max(int(np.ceil((len(scores) + 1) * share)), 1), len(scores)) - 1
    return float(np.partition(scores, rank)[rank])
