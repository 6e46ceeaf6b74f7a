"""Which forecast to act on: one rule for the command, the page and the library."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from longshort.claims import Claims
from longshort.evaluation.skill import CHANCES, DISTRIBUTION, overall_skill
from longshort.results.forecast import Forecast


def is_given(claims: Claims) -> bool:
    """Say whether the network's own forecast is given.

    It is where its distribution is shown to be better than every simple one's by enough to matter; where its point
    forecast is, and its distribution is not shown to be worse; and where its classes are. Elsewhere the best simple
    forecast is given instead.
    """
    point = claims.point.useful and claims.distribution.answer != "no"
    direction = claims.direction
    classes = direction.kind == "class" and direction.answer == "yes" and not direction.too_small
    return claims.distribution.useful or point or classes


def ranked(claims: Claims, skill: pl.DataFrame, network: str, known: Sequence[str]) -> list[str]:
    """Order the models whose forecast may be given, the first one first: the network where it has shown skill.

    Elsewhere the baselines with a distribution, the one with the lowest CRPS first (of classes, the Brier score);
    `known` names the models that can be given at all.
    """
    metric = CHANCES if claims.distribution.metric == CHANCES else DISTRIBUTION
    rows = overall_skill(skill, network, metric)
    rows = [row for row in rows if row["baseline"] in claims.distribution.baselines and row["baseline"] in known]
    baselines = [str(row["baseline"]) for row in sorted(rows, key=lambda row: float(str(row["value"])))]
    return [network, *baselines] if is_given(claims) else [*baselines, network]


def centred(forecast: Forecast) -> Forecast:
    """Give a simple forecast to act on: its point is the median of its distribution, where it has one.

    Repeating the last season of a series that grows is too low by the growth of a season. Its past errors know that, so
    its own point would lie outside of its interval.
    """
    if len(forecast.quantile_levels) < 2 or 0.5 not in forecast.quantile_levels:
        return forecast
    median = forecast.quantile(0.5)
    return replace(forecast, mean=np.where(np.isfinite(median), median, forecast.mean))
