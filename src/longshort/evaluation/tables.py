"""All tables that are made of forecasts and what happened, for any number of judged models and baselines."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from longshort.data.panel import Panel
from longshort.evaluation.arrays import ONE_BY_ONE, Floats, Grid, grid_of
from longshort.evaluation.calibration import coverage_table, reliability_table
from longshort.evaluation.confidence_set import confidence_table
from longshort.evaluation.decomposition import calibration_table
from longshort.evaluation.effective import effective_table
from longshort.evaluation.lagged import lag_table
from longshort.evaluation.losses import Losses
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.pit import pit_table
from longshort.evaluation.point import naive_scale
from longshort.evaluation.probabilistic import shared_levels
from longshort.evaluation.scores import SCHEMA, direction_terms, relative_crps, score_table, terms
from longshort.evaluation.skill import THREADS, skill_table
from longshort.results.forecast import Forecast

REFERENCES = ("volatility_cone", "naive")  # by the first of them that is there, series of different scale are averaged


@dataclass(frozen=True, eq=False)
class Tables:
    """Hold the tables, and what other tables are made of: the grid, each pair's scale by model, the shared levels."""

    scores: pl.DataFrame
    skill: pl.DataFrame
    coverage: pl.DataFrame
    reliability: pl.DataFrame
    lag: pl.DataFrame
    confidence: pl.DataFrame
    effective: pl.DataFrame
    calibration: pl.DataFrame
    pit: pl.DataFrame
    grid: Grid
    scales: dict[str, Floats]
    levels: tuple[float, ...]
    outcomes: Outcomes


def tabulate(judged: Sequence[Forecast], baselines: Sequence[Forecast], panel: Panel, outcomes: Outcomes) -> Tables:
    """Make all tables of the models that are judged and of their baselines.

    `panel` gives the past for the lag profile and for the scale of the MASE, which is measured up to the first cutoff.
    Classes have no errors and no intervals: their tables stay empty.
    """
    forecasts = [*judged, *baselines]
    grid, levels = grid_of(forecasts), shared_levels(forecasts)
    scale = naive_scale(panel, min(int(forecast.cutoffs.min()) for forecast in forecasts))
    scales = {f.model: np.array([scale.get(name, np.nan) for name in f.ids])[f.series] for f in forecasts}
    numeric = [] if outcomes.is_class else forecasts
    with ThreadPoolExecutor(THREADS) as pool:
        tables = {
            "scores": pool.submit(all_scores, forecasts, judged, grid, levels, scales, outcomes),
            "skill": pool.submit(skill_table, judged, baselines, grid, outcomes),
            "coverage": pool.submit(coverage_table, numeric, grid),
            "reliability": pool.submit(reliability_table, forecasts, outcomes),
            "lag": pool.submit(lag_table, numeric, panel, scales),
            "confidence": pool.submit(confidence_table, numeric, grid, outcomes),
            "effective": pool.submit(effective_table, forecasts, grid),
            "calibration": pool.submit(calibration_table, numeric, scales),
            "pit": pool.submit(pit_table, numeric),
        }
        made = {name: table.result() for name, table in tables.items()}
    return Tables(**made, grid=grid, scales=scales, levels=levels, outcomes=outcomes)


def all_scores(
    forecasts: Sequence[Forecast],
    judged: Sequence[Forecast],
    grid: Grid,
    levels: tuple[float, ...],
    scales: dict[str, Floats],
    outcomes: Outcomes,
) -> pl.DataFrame:
    """Score every model by series and step, and over all series where that has a meaning.

    Of more than `ONE_BY_ONE` series, only the judged models are scored on each. Classes have no errors.
    """
    few, names = len(grid.ids) <= ONE_BY_ONE, {forecast.model for forecast in judged}

    def one(forecast: Forecast) -> pl.DataFrame:
        errors = {} if outcomes.is_class else terms(forecast, scales[forecast.model], levels)
        values = {**errors, **direction_terms(forecast, outcomes)}
        return score_table(forecast, grid, values, few or forecast.model in names)

    with ThreadPoolExecutor(THREADS) as pool:
        frames = [pl.DataFrame(schema=SCHEMA), *pool.map(one, forecasts)]
    by_name = {forecast.model: forecast for forecast in forecasts}
    reference = next((by_name[name] for name in REFERENCES if name in by_name), None)
    if len(grid.ids) > 1 and reference is not None and not outcomes.is_class:
        kept = Losses(grid, outcomes)
        with ThreadPoolExecutor(THREADS) as pool:
            frames += pool.map(lambda forecast: relative_crps(forecast, reference, kept, levels), forecasts)
    return pl.concat(frames)
