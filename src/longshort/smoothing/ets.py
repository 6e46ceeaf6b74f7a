"""ETS: exponential smoothing in the forms of Hyndman et al. (2002, 2008), one chosen for each series by AICc."""

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
    States,
)
from longshort.smoothing.search import Space, corrected_criterion, search
from longshort.smoothing.seasons import profiles
from longshort.smoothing.smoother import Smoother
from longshort.smoothing.starts import adjusted, backcast, before_first, line

NEWEST = 10  # values that say where a series is heading, or two seasons of them
ALPHAS = (0.95, 0.75, 0.55, 0.35, 0.15, 0.03)  # of equals the first is taken
GAMMAS = (0.0, 0.1, 0.4)  # of 1 - alpha
BETAS = (0.0, 0.05, 0.2)  # of alpha
PHIS = (0.85, 0.98)
TRENDS = {
    "level": (Space(ALPHAS, gamma=GAMMAS), 2),
    "drift": (Space(ALPHAS, gamma=GAMMAS), 3),
    "damped trend": (Space(ALPHAS, BETAS, GAMMAS, PHIS), 5),
}
"""Forms of trend: what is searched, and how many numbers are fitted (alpha, beta, phi, level, trend)."""


def fit_ets(
    rows: PanelRows, season_lengths: Integers | int = 1, ends: Integers | None = None, threads: int = 1
) -> Smoother:
    """Choose a form and fit it, for each series on its own, by what was known before row `ends` [series].

    Nine forms are tried: a level, with a constant drift, or with a damped trend; each without a season, with one that
    adds, with one that multiplies. Their parameters minimise squared one-step errors; AICc of the Gaussian likelihood
    chooses the form, counting sigma, a season's positions and gamma too. Errors are additive. A trend that is neither
    damped nor constant is not among them: on M1 it lost (docs/log.md). `beta` stays at or below a fifth of alpha.

    A season needs two seasons of rows (see `seasons.profiles`), one that multiplies values that are all above zero. A
    single value is repeated. Looks at the newest 2,000 observations, or three seasons. Raises ValueError for lengths
    and ends that do not fit; no data are refused.

    >>> rows = PanelRows(np.array([5.0, 5.0, 5.0]), np.arange(3), np.array([0, 3]))
    >>> smoother = fit_ets(rows)
    >>> smoother.forms(), smoother.forecasts(rows, 2)[-1].tolist()
    (['level'], [5.0, 5.0])
    """
    history = history_of(rows, season_lengths, ends)
    fits = Fits(history)
    for kind in (NO_SEASON, ADDITIVE, MULTIPLICATIVE):
        series, states = _with_season(history, kind)
        if not len(series):
            continue
        part = history.rows.of(series)
        mean, end, slope = line(part, adjusted(part, states), np.maximum(NEWEST, 2 * history.lengths[series]))
        seasonal = states.lengths()  # gamma and the positions in the season, whose mean is given
        for trend, (space, numbers) in TRENDS.items():
            level, change = (mean, np.zeros_like(mean)) if trend == "level" else (end, slope)
            best = search(part, replace(states, level=level, trend=change), space, backcast, threads)
            fitted = numbers + 1 + seasonal
            criterion = corrected_criterion(best.squares, np.diff(part.offsets), fitted)
            fits.offer(series, states, best, criterion, trend)
    return fits.smoother(threads)


def _with_season(history: History, kind: int) -> tuple[Integers, States]:
    """Give the series that have a season of this kind, and states with it."""
    if kind == NO_SEASON:
        series = np.flatnonzero(history.count > 0)
        return series, before_first(history.rows.of(series), kind, [])
    has, seasons = profiles(history.rows, history.lengths, kind)
    if kind == MULTIPLICATIVE:
        seasons = [season for season, good in zip(seasons, history.positive[has], strict=True) if good]
        has = has & history.positive
    return np.flatnonzero(has), before_first(history.rows.of(np.flatnonzero(has)), kind, seasons)
