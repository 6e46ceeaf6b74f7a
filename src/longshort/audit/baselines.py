"""The baselines beside anybody's forecasts: made from the same cutoffs, of the actuals up to each of them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longshort.baselines import Baseline, baselines_for
from longshort.claims import LeftOut
from longshort.data.panel import Panel
from longshort.data.windows import Pairs, last_known
from longshort.errors import NotEnoughHistory
from longshort.evaluation.claims import said
from longshort.evaluation.lagged import cutoff_rows
from longshort.results.forecast import Forecast, join_forecasts

FITTED = ("theta", "ets", "garch")  # estimate something ahead of their forecasts
MORE = 2.0  # times as much history: fit again
LEAST = 20  # values more, below which a fit is not worth repeating
NEW_SERIES = 1.1  # times as many series: fit again
THREADS = 2  # results do not depend on it
NEED_CHANGES = ("volatility_cone", "garch")
NEED_INTERVALS = ("volatility_cone", "garch")  # their points are naive's


@dataclass(frozen=True)
class Beside:
    """Hold the baselines' forecasts, those that were left out and why, and the names that the user chose."""

    forecasts: tuple[Forecast, ...]
    left_out: tuple[LeftOut, ...] = ()
    chosen: tuple[str, ...] = ()


def beside(
    forecasts: Sequence[Forecast],
    panel: Panel,
    names: Sequence[str] | None,
    season: int | None = None,
    there: Sequence[Forecast] = (),
) -> Beside:
    """Make the baselines of these names (None: all that apply) at the cutoffs of the forecasts.

    They have the longest horizon and all quantile levels that any of the forecasts has; those `there` are taken as they
    are. A pair that sees too little history for a baseline has none of it; what none of the forecasts says anything of
    has no outcome, so that scores are over the same dates. Theta, ETS and GARCH are fitted again when there is twice
    as much history or a tenth more series, and filtered between. Raises SettingsError for a name that is none.
    """
    horizon = max(forecast.horizon for forecast in forecasts)
    levels = tuple(sorted({level for forecast in forecasts for level in forecast.quantile_levels}))
    pairs = all_pairs(forecasts, panel)
    until = int(panel.times[pairs.rows].min()) if len(pairs) else int(panel.times.max())
    chosen = baselines_for(panel, horizon, levels, until=until, season=season, names=names)
    ready = {forecast.model for forecast in there}
    unneeded = NEED_INTERVALS if names is None and len(levels) < 2 else ()
    made, left_out = list(there), [LeftOut(*each) for each in chosen.left_out if each[0] not in ready]
    asked = _asked(forecasts, panel, pairs, horizon)
    wanted = [one for one in chosen.baselines if one.name not in ready and one.name not in unneeded]
    with ThreadPoolExecutor(THREADS) as pool:
        forecasts_of = list(pool.map(lambda baseline: _walked(baseline, panel, pairs), wanted))
    for baseline, walked in zip(wanted, forecasts_of, strict=True):
        if walked is None or np.isnan(walked.mean).all():
            left_out.append(LeftOut(baseline.name, "history" if walked is None else "no_fit"))
        else:
            made.append(_only(walked, panel, pairs, asked))
    return Beside(tuple(made), tuple(left_out), (*chosen.named, *ready) if names is not None else ())


def all_pairs(forecasts: Sequence[Forecast], panel: Panel) -> Pairs:
    """List every pair of series and cutoff that any of the forecasts starts from and of which a value is known."""
    starts = np.zeros(len(panel.times), dtype=bool)
    for forecast in forecasts:
        rows = cutoff_rows(forecast, panel)
        starts[rows[rows >= 0]] = True
    rows = np.flatnonzero(starts & ~np.isnan(last_known(panel)))
    return Pairs(panel.series[rows], rows)


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


def _walked(baseline: Baseline, panel: Panel, pairs: Pairs) -> Forecast | None:
    """Forecast from each pair with the newest fit at or before its cutoff; None without enough history."""
    if baseline.name in NEED_CHANGES:
        seen = _changes_known(panel, pairs) > 0
        pairs = pairs if seen.all() else pairs[seen]
    if not len(pairs):
        return None
    times = panel.times[pairs.rows]
    starts = refits(panel, times) if baseline.name in FITTED else [int(times.min())]
    try:
        fits = baseline.fit(panel, starts)
        if len(starts) == 1:
            return fits[0].predict(panel, pairs)
        newest = np.searchsorted(starts, times, side="right") - 1
        return join_forecasts([fit.predict(panel, pairs[newest == k]) for k, fit in enumerate(fits)])
    except NotEnoughHistory:
        return None


def refits(panel: Panel, times: NDArray[np.int64]) -> list[int]:
    """Choose the cutoff times to fit at: the first, and whenever history or the number of series has grown enough."""
    known = ~np.isnan(panel.target)
    moments = np.unique(times)
    history = np.searchsorted(np.unique(panel.times[known]), moments, side="right")
    begun, first = np.unique(panel.series[known], return_index=True)
    series = np.searchsorted(np.sort(panel.times[known][first]), moments, side="right") if len(begun) else history
    starts = [0]
    for place in range(1, len(moments)):
        last = starts[-1]
        grown = history[place] >= max(MORE * history[last], history[last] + LEAST)
        if grown or series[place] > NEW_SERIES * series[last]:
            starts.append(place)
    return [int(moment) for moment in moments[starts]]


def _changes_known(panel: Panel, pairs: Pairs) -> NDArray[np.int64]:
    """Count the changes between known values that each pair sees."""
    known = np.concatenate([[0], np.cumsum(~np.isnan(panel.target))])
    return np.asarray(known[pairs.rows + 1] - known[panel.offsets[pairs.series]] - 1)
