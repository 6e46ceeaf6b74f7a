"""The baselines beside anybody's forecasts: made from the same cutoffs, of the actuals up to each of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longshort.baselines import Baseline, default_baselines
from longshort.data.panel import Panel
from longshort.data.windows import Pairs, last_known
from longshort.errors import SettingsError, nearest
from longshort.evaluation.lagged import cutoff_rows
from longshort.results.forecast import Forecast, join_forecasts

USUAL = ("naive", "drift", "seasonal_naive", "moving_average", "volatility_cone")
ASKED = ("garch",)  # numerical fits take their time
REFIT = 20  # cutoffs that one such fit serves
NEED_CHANGES = ("volatility_cone", "garch")


def chosen_names(names: Sequence[str] | None, intervals: bool) -> list[str]:
    """List the baselines that are wanted: the usual ones, and those asked for by name beside them.

    Without `intervals` nobody is compared in spread, so the volatility cone stays away unless it is asked for.
    Raises SettingsError for a name that is none.
    """
    unknown = [name for name in names or () if name not in (*USUAL, *ASKED)]
    if unknown:
        raise SettingsError(f"there is no baseline {unknown[0]!r}.", hint=nearest(unknown[0], (*USUAL, *ASKED)))
    usual = [name for name in USUAL if intervals or name != "volatility_cone"]
    return [*usual, *(name for name in names or () if name not in usual)]


def all_pairs(forecasts: Sequence[Forecast], panel: Panel) -> Pairs:
    """List every pair of series and cutoff that any of the forecasts starts from and of which a value is known."""
    starts = np.zeros(len(panel.times), dtype=bool)
    for forecast in forecasts:
        rows = cutoff_rows(forecast, panel)
        starts[rows[rows >= 0]] = True
    rows = np.flatnonzero(starts & ~np.isnan(last_known(panel)))
    return Pairs(panel.series[rows], rows)


def beside(
    forecasts: Sequence[Forecast], panel: Panel, names: Sequence[str], season: int | None = None
) -> list[Forecast]:
    """Make the baselines of these names at the cutoffs of the forecasts.

    They have the longest horizon and all quantile levels that any of the forecasts has. A pair that sees too little
    history for a baseline has none of it; what none of the forecasts says anything of has no outcome, so that scores
    are over the same dates. GARCH is fitted again at every 20th cutoff time and filtered between.
    """
    horizon = max(forecast.horizon for forecast in forecasts)
    levels = tuple(sorted({level for forecast in forecasts for level in forecast.quantile_levels}))
    every = {one.name: one for one in default_baselines(panel, horizon, levels, season=season)}
    pairs = all_pairs(forecasts, panel)
    asked = _asked(forecasts, panel, pairs, horizon)
    return [_only(_walked(every[name], panel, pairs), panel, pairs, asked) for name in names]


def said(forecast: Forecast) -> NDArray[np.bool_]:
    """Tell where a forecast says anything: a value or a probability of a rise, `[pair, step]`."""
    return np.asarray(~(np.isnan(forecast.mean) & np.isnan(forecast.p_up)))


def _asked(forecasts: Sequence[Forecast], panel: Panel, pairs: Pairs, horizon: int) -> NDArray[np.bool_]:
    """Tell of which steps of which pairs any of the forecasts says anything, `[pair, step]`."""
    asked = np.zeros((len(pairs), horizon), dtype=bool)
    for forecast in forecasts:
        rows = cutoff_rows(forecast, panel)
        place = np.minimum(np.searchsorted(pairs.rows, rows), len(pairs) - 1)
        there = pairs.rows[place] == rows
        asked[place[there], : forecast.horizon] |= said(forecast)[there]
    return asked


def _only(made: Forecast, panel: Panel, pairs: Pairs, asked: NDArray[np.bool_]) -> Forecast:
    """Take away the outcomes of what nobody else forecasts."""
    if asked.all():
        return made
    place = np.searchsorted(pairs.rows, cutoff_rows(made, panel))
    return replace(made, y=np.where(asked[place], made.y, np.nan))


def _walked(baseline: Baseline, panel: Panel, pairs: Pairs) -> Forecast:
    """Forecast from each pair with the newest fit at or before its cutoff."""
    if baseline.name in NEED_CHANGES:
        seen = _changes_known(panel, pairs) > 0
        pairs = pairs if seen.all() else pairs[seen]
    if baseline.name not in ASKED:  # nothing to fit: the cutoffs are forecast from at once
        return baseline.fit(panel, panel.times[pairs.rows[:1]].tolist())[0].predict(panel, pairs)
    times = panel.times[pairs.rows]
    starts = np.unique(times)[::REFIT]
    parts = []
    for fitted, first, after in zip(baseline.fit(panel, starts.tolist()), starts, [*starts[1:], None], strict=True):
        inside = (times >= first) & (True if after is None else times < after)
        parts.append(fitted.predict(panel, pairs[inside]))
    return join_forecasts(parts)


def _changes_known(panel: Panel, pairs: Pairs) -> NDArray[np.int64]:
    """Count the changes between known values that each pair sees."""
    known = np.concatenate([[0], np.cumsum(~np.isnan(panel.target))])
    return np.asarray(known[pairs.rows + 1] - known[panel.offsets[pairs.series]] - 1)
