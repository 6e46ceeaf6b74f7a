"""Which forecast to act on: the network's where it has shown skill, elsewhere the newest value, spread as history."""

import polars as pl

from longshort.baselines import VolatilityCone
from longshort.data.panel import Panel
from longshort.data.windows import last_pairs
from longshort.evaluation.skill import CENTRE, SPREAD, edge
from longshort.results.forecast import Forecast


def has_skill(skill: pl.DataFrame, network: str) -> bool:
    """Say whether a table of skill claims any for the network, in its centre or in its spread."""
    edges = (edge(skill, network, against) for against in (CENTRE, SPREAD))
    return any(found is not None and found.claimed for found in edges)


def without_skill(panel: Panel, like: Forecast) -> Forecast:
    """Forecast from the end of a panel without any model: the newest value, spread as the history spread.

    `like` gives the horizon and the quantile levels. Where a series has values at or below zero its differences are
    spread, elsewhere its log returns (`baselines.VolatilityCone`).
    """
    return VolatilityCone(like.horizon, like.quantile_levels).predict(panel, last_pairs(panel))
