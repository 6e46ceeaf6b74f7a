"""Put forecasts and what happened together: scores, tests, findings and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from longshort.data.panel import Panel
from longshort.errors import SettingsError, nearest
from longshort.evaluation import findings as find
from longshort.evaluation.arrays import Floats, Grid, grid_of
from longshort.evaluation.calibration import coverage_table, reliability_table
from longshort.evaluation.facts import FitFacts
from longshort.evaluation.lagged import lag_table
from longshort.evaluation.point import naive_scale
from longshort.evaluation.probabilistic import shared_levels
from longshort.evaluation.scores import SCHEMA, direction_terms, relative_crps, score_table, terms
from longshort.evaluation.seeds import seed_table
from longshort.evaluation.skill import CENTRE, SPREAD, Edge, edge, skill_table
from longshort.evaluation.verdict import Evidence, Wins, verdict
from longshort.evaluation.words import words_for
from longshort.finding import Finding
from longshort.results.forecast import Forecast


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Hold all that is said about forecasts: tables, findings, and the verdict in one sentence.

    `scores`: model, unique_id, step, metric, value, n. `skill`: model, baseline, unique_id, step, metric, value, low,
    high, p_value. `seeds`: model, seed, unique_id, step, metric, value. `coverage`: model, step, nominal, empirical,
    low, high, n (low and high: 95 % interval of the empirical share). `reliability`: model, low, high (edges of the
    bin), p, observed, n. `lag`: model, lag, rmse. A null `unique_id` or `step` means all of them.
    """

    scores: pl.DataFrame
    skill: pl.DataFrame
    seeds: pl.DataFrame
    coverage: pl.DataFrame
    reliability: pl.DataFrame
    lag: pl.DataFrame
    findings: tuple[Finding, ...]
    verdict: str


def evaluate(
    forecasts: Sequence[Forecast],
    *,
    network: str,
    panel: Panel,
    scale_until: int,
    facts: Sequence[FitFacts] = (),
    mechanical: str | None = None,
) -> Evaluation:
    """Judge a network's forecasts beside those of its baselines, on the outcomes that the forecasts carry.

    `network` names the model that is judged, all others are its baselines. `panel` gives the past for the lag profile
    and for the scale of the MASE, which is measured up to the time `scale_until` (inclusive). `facts` are what
    training says of each fold, for the findings. `mechanical`, where there is reason to name a gain mechanical, is
    that reason as a clause ("the close is fresher than the high").

    Raises SettingsError where no forecast bears the network's name.
    """
    judged = next((forecast for forecast in forecasts if forecast.model == network), None)
    if judged is None:
        names = [forecast.model for forecast in forecasts]
        raise SettingsError(f"no forecast comes from a model named {network!r}.", hint=nearest(network, names))
    grid, levels, scales = grid_of(forecasts), shared_levels(forecasts), _scales(forecasts, panel, scale_until)
    scores = _all_scores(forecasts, grid, levels, scales)
    skill = skill_table(forecasts, network, grid)
    seeds = seed_table(forecasts, network, grid, scales, levels)
    coverage = coverage_table(forecasts, grid)
    lag = lag_table(forecasts, panel, scales)
    centre, spread = edge(skill, network, CENTRE), edge(skill, network, SPREAD)
    found = [
        *find.lagged_copy(lag, network, centre),
        *find.extrapolation(facts),
        *find.overfitting(facts),
        *find.parameters_exceed_targets(facts),
        *find.coverage(coverage, network),
        *find.few_folds(judged),
        *find.unstable_seeds(seeds, {CENTRE[1]: centre, SPREAD[1]: spread}),
        *find.mechanical_gain(mechanical, centre),
        *find.tied(judged),
        *find.no_edge(scores, network),
    ]
    evidence = _evidence(judged, skill, scores, (centre, spread), mechanical)
    sentence = verdict(evidence, words_for(panel, judged.horizon))
    return Evaluation(scores, skill, seeds, coverage, reliability_table(forecasts), lag, tuple(found), sentence)


def _scales(forecasts: Sequence[Forecast], panel: Panel, until: int) -> dict[str, Floats]:
    """Give for each model the scale of each of its pairs, `[pair]`."""
    scale = naive_scale(panel, until)
    return {f.model: np.array([scale.get(name, np.nan) for name in f.ids])[f.series] for f in forecasts}


def _all_scores(
    forecasts: Sequence[Forecast], grid: Grid, levels: tuple[float, ...], scales: dict[str, Floats]
) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=SCHEMA)]
    for forecast in forecasts:
        values = terms(forecast, scales[forecast.model], levels) | direction_terms(forecast)
        frames.append(score_table(forecast, grid, values))
    by_name = {forecast.model: forecast for forecast in forecasts}
    reference = by_name.get(SPREAD[0], by_name.get(CENTRE[0]))
    if len(grid.ids) > 1 and reference is not None:
        frames += [relative_crps(forecast, reference, grid, levels) for forecast in forecasts]
    return pl.concat(frames)


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
