"""The forecast to act on, of a run and whatever came after it."""

from dataclasses import replace

import numpy as np

from longshort.baselines import NAMES, baselines_for
from longshort.data.panel import Panel
from longshort.data.windows import last_pairs
from longshort.evaluation.given import centred, ranked
from longshort.results.forecast import Forecast
from longshort.results.run import Run


def given_forecast(run: Run, panel: Panel, own: Forecast) -> Forecast:
    """Give the forecast to act on from the end of a panel: `own`, the network's, or a baseline's made anew.

    The panel may hold newer rows than the run; what was shown is what the run shows.
    """
    if run.claims is None or run.given == run.network:
        return with_claims(own, run)
    coming = run.coming.get(run.given)
    if coming is not None and _same_ends(coming, own):
        return with_claims(coming, run)
    season = dict(run.info.get("context") or {}).get("season")
    for name in ranked(run.claims, run.skill, run.network, (*NAMES, run.network)):
        if name == run.network:
            break
        until = int(panel.times.max())
        made = baselines_for(panel, own.horizon, own.quantile_levels, until=until, season=season, names=[name])
        coming = made.baselines[0].fit(panel, [until])[0].predict(panel, last_pairs(panel))
        return with_claims(centred(coming), run)
    return with_claims(own, run)


def with_claims(forecast: Forecast, run: Run) -> Forecast:
    """Put beside a forecast what the backtest has shown."""
    return replace(forecast, claims=run.claims, verdict=run.verdict)


def _same_ends(one: Forecast, other: Forecast) -> bool:
    return one.ids == other.ids and np.array_equal(one.cutoffs, other.cutoffs) and one.horizon == other.horizon
