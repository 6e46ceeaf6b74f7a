"""Put forecasts and what happened together: scores, tests, findings and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from longshort.data.panel import Panel
from longshort.errors import SettingsError, nearest
from longshort.evaluation import findings as find
from longshort.evaluation.copying import lagged_copy_claim
from longshort.evaluation.coverage_claim import coverage_claim
from longshort.evaluation.details import details
from longshort.evaluation.direction import direction_claim
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.seeds import seed_table
from longshort.evaluation.skill import CENTRE, SPREAD, Edge, edge
from longshort.evaluation.tables import tabulate
from longshort.evaluation.verdict import Evidence, Wins, verdict
from longshort.evaluation.words import words_for
from longshort.finding import Finding
from longshort.results.forecast import Forecast

TABLES = ("scores", "skill", "coverage", "reliability", "lag")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Hold all that is said about forecasts: tables, findings, and the verdict in one sentence.

    `scores`: model, unique_id, step, metric, value, n. `skill`: model, baseline, unique_id, step, metric, value, low,
    high, p_value. `seeds`: model, seed, unique_id, step, metric, value. `coverage`: model, step, nominal, empirical,
    low, high, n (low and high: 95 % interval of the empirical share). `reliability`: model, low, high (edges of the
    bin), p, observed, n. `lag`: model, lag, rmse. A null `unique_id` or `step` means all of them. `details` are the
    tables that look closer, by name (see `details.details`).
    """

    scores: pl.DataFrame
    skill: pl.DataFrame
    seeds: pl.DataFrame
    coverage: pl.DataFrame
    reliability: pl.DataFrame
    lag: pl.DataFrame
    details: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]
    verdict: str


def evaluate(
    forecasts: Sequence[Forecast],
    *,
    network: str,
    panel: Panel,
    facts: Sequence[FitFacts] = (),
    mechanical: str | None = None,
) -> Evaluation:
    """Judge a network's forecasts beside those of its baselines, on the outcomes that the forecasts carry.

    `network` names the model that is judged, all others are its baselines. `panel` gives the past for the lag profile
    and for the scale of the MASE. `facts` are what training says of each fold, for the findings. `mechanical`, where
    there is reason to name a gain mechanical, is that reason as a clause ("the close is fresher than the high").

    Raises SettingsError where no forecast bears the network's name.
    """
    judged = next((forecast for forecast in forecasts if forecast.model == network), None)
    if judged is None:
        names = [forecast.model for forecast in forecasts]
        raise SettingsError(f"no forecast comes from a model named {network!r}.", hint=nearest(network, names))
    found = tabulate(forecasts, [network], panel)
    scores, skill = found.scores, found.skill
    closer = details([judged], network, panel, found)
    seeds = seed_table(forecasts, network, found.grid, found.scales, found.levels)
    centre, spread = edge(skill, network, CENTRE), edge(skill, network, SPREAD)
    findings = [
        *filter(None, [lagged_copy_claim(closer["copy"], network, centre)]),
        *find.extrapolation(facts),
        *find.overfitting(facts),
        *find.parameters_exceed_targets(facts),
        *coverage_claim([judged], found.grid),
        *find.few_folds(judged),
        *find.unstable_seeds(seeds, {CENTRE[1]: centre, SPREAD[1]: spread}),
        *find.mechanical_gain(mechanical, centre),
        *find.tied(judged),
        *filter(None, [direction_claim(closer["direction"], network)]),
    ]
    evidence = _evidence(judged, skill, scores, (centre, spread), mechanical)
    sentence = verdict(evidence, words_for(panel, judged.horizon))
    tables = {name: getattr(found, name) for name in TABLES}
    return Evaluation(**tables, seeds=seeds, details=closer, findings=tuple(findings), verdict=sentence)


def _evidence(
    judged: Forecast,
    skill: pl.DataFrame,
    scores: pl.DataFrame,
    edges: tuple[Edge | None, Edge | None],
    mechanical: str | None,
) -> Evidence:
    held = scores.filter(
        (pl.col("model") == judged.model)
        & (pl.col("metric") == "coverage_80")
        & pl.col("unique_id").is_null()
        & pl.col("step").is_null()
    )["value"]
    wins = [Wins(*find.series_won(skill, judged.model, against)) for against in (CENTRE, SPREAD)]
    return Evidence(
        forecasts=int((~np.isnan(judged.y)).any(axis=1).sum()),
        centre=edges[0],
        spread=edges[1],
        coverage=held[0] if len(held) else None,
        centre_wins=wins[0] if wins[0].series > 1 else None,
        spread_wins=wins[1] if wins[1].series > 1 else None,
        mechanical=mechanical,
    )
