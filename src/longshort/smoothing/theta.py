"""Theta: simple exponential smoothing with a drift, on seasonally adjusted data."""

from dataclasses import replace

import numpy as np

from longshort.smoothing.fits import Fits
from longshort.smoothing.history import History, history_of
from longshort.smoothing.rows import (
    ADDITIVE,
    MULTIPLICATIVE,
    NO_SEASON,
    Integers,
    PanelRows,
    SmoothingParameters,
    States,
)
from longshort.smoothing.search import Space, log_likelihood, search
from longshort.smoothing.seasons import profiles, seasonal
from longshort.smoothing.smoother import Smoother
from longshort.smoothing.starts import adjusted, before_first, line

ALPHAS = (0.999, *(k / 50 for k in range(49, 0, -1)), 0.005)  # of equals the first is taken
HALF, MORE = 0.5, (0.6, 0.7, 0.8, 0.9, 1.0)  # of the slope, where half of it does not do


def fit_theta(
    rows: PanelRows, season_lengths: Integers | int = 1, ends: Integers | None = None, threads: int = 1
) -> Smoother:
    """Fit the Theta method to each series on its own, by what was known before row `ends` [series].

    Assimakopoulos & Nikolopoulos (2000), in the form of Hyndman & Billah (2003): simple exponential smoothing whose
    level drifts by half the slope of a line through all values, alpha by least squares, the first value foretold
    exactly. Where their test finds a season (`seasons.seasonal`), it is taken out before, by classical decomposition,
    and put back after: as a factor where all values are above zero, else as a difference. As in the optimised Theta
    method of Fiorucci et al. (2016) the drift may be more of the slope, here where that lowers AIC.

    Looks at the newest 2,000 observations, or three seasons. Raises ValueError for lengths and ends that do not fit; no
    data are refused.

    >>> rows = PanelRows(np.array([1.0, 2.0, 3.0, 4.0]), np.arange(4), np.array([0, 4]))
    >>> smoother = fit_theta(rows)
    >>> smoother.forms(), smoother.forecasts(rows, 2)[-1].round(3).tolist()
    (['more of the drift'], [5.0, 6.0])
    """
    history = history_of(rows, season_lengths, ends)
    fits = Fits(history)
    for series, states in _by_season(history):
        part = history.rows.of(series)
        values = adjusted(part, states)
        _, _, slope = line(part, values, np.diff(part.offsets))
        for share in (HALF, *MORE):
            drift = share * slope

            begin = replace(states, level=values[part.offsets[:-1]] - drift, trend=drift)
            best = search(part, begin, Space(ALPHAS), _for_each, threads)
            criterion = -2.0 * log_likelihood(best.squares, np.diff(part.offsets)) + (0.0 if share == HALF else 2.0)
            fits.offer(series, states, best, criterion, "half the drift" if share == HALF else "more of the drift")
    return fits.smoother(threads)


def _for_each(_rows: PanelRows, states: States, parameters: SmoothingParameters, _threads: int) -> States:
    """Let every candidate begin alike."""
    shape = parameters.alpha.shape
    level, trend = (np.broadcast_to(array[:, None], shape) for array in (states.level, states.trend))
    return replace(states, level=level, trend=trend)


def _by_season(history: History) -> list[tuple[Integers, States]]:
    """Divide the series by their kind of season, with states that have it; leave out those without any observation."""
    left = history.count > 0
    tested = seasonal(history.rows, history.lengths)
    out = []
    for kind, may in ((MULTIPLICATIVE, tested & history.positive), (ADDITIVE, tested)):
        has, seasons = profiles(history.rows, history.lengths, kind)
        seasons = [season for season, good in zip(seasons, (may & left)[has], strict=True) if good]
        series = np.flatnonzero(has & may & left)
        left[series] = False
        out.append((series, before_first(history.rows.of(series), kind, seasons)))
    series = np.flatnonzero(left)
    out.append((series, before_first(history.rows.of(series), NO_SEASON, [])))
    return [part for part in out if len(part[0])]
