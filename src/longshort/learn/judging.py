"""What makes a good-looking forecast worth nothing: many tries, few days, intervals of the wrong width."""

from dataclasses import replace
from functools import cache

import numpy as np

from longshort.evaluation.binomial import tail
from longshort.evaluation.power import power
from longshort.evaluation.probabilistic import covered, crps
from longshort.evaluation.trials import deflated
from longshort.kernels.reference.arithmetic import Array
from longshort.learn import stock
from longshort.results.forecast import Forecast
from longshort.seeding import generator

TRIED = 1000


@cache
def lucky_accuracies(days: int) -> Array:
    """Let a thousand callers without any knowledge call as many days up or down by lot; give their accuracies."""
    random = generator(0, "learn", "luck")
    happened = random.random(days) < 0.5
    return np.asarray(((random.random((TRIED, days)) < 0.5) == happened).mean(axis=1))


def best_of(tries: int, days: int) -> tuple[float, float, float]:
    """Choose the best of the first so many callers; give its accuracy, its p-value alone, and among so many tries."""
    best = float(lucky_accuracies(days)[:tries].max())
    alone = tail(round(best * days), days, 0.5)
    return best, alone, deflated(alone, tries)


@cache
def smallest_found(sessions: int) -> dict[str, float | None]:
    """Give the smallest effect that a test of so many sessions finds in 80 % of cases, by question.

    On the S&P 500, one session ahead: "skill" in RMSE, "direction" above the majority's share, "coverage" of the 80 %
    interval.
    """
    table = power(stock.closes(1999, 2018), horizon=1, sessions=sessions).table
    return {row["question"]: row["smallest"] for row in table.iter_rows(named=True) if row["step"] == 1}


def stretched(forecast: Forecast, factor: float) -> Forecast:
    """Make every interval wider or narrower by a factor, around its own centre."""
    centre = forecast.quantile(0.5)[:, :, None]
    return replace(forecast, quantiles=centre + factor * (forecast.quantiles - centre))


def coverage_and_score(forecast: Forecast) -> tuple[float, float]:
    """Give the share of outcomes inside the 80 % interval, and the continuous ranked probability score."""
    inside = covered(forecast, 0.8)
    assert inside is not None
    return float(np.nanmean(inside)), float(np.nanmean(crps(forecast, forecast.quantile_levels)))
