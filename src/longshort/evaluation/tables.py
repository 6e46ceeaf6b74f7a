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
from longshort.evaluation.pit import pit_table
from longshort.evaluation.point import naive_scale
from longshort.evaluation.probabilistic import shared_levels
from longshort.evaluation.scores import SCHEMA, direction_terms, relative_crps, score_table, terms
from longshort.evaluation.skill import CENTRE, SPREAD, THREADS, skill_table
from longshort.results.forecast import Forecast


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


def tabulate(forecasts: Sequence[Forecast], judged: Sequence[str], panel: Panel) -> Tables:
    """Make all tables of some forecasts; `judged` names the models that are no baselines.

    `panel` gives the past for the lag profile and for the scale of the MASE, which is measured up to the first cutoff.
    """
    grid, levels = grid_of(forecasts), shared_levels(forecasts)
    scale = naive_scale(panel, min(int(forecast.cutoffs.min()) for forecast in forecasts))
    scales = {f.model: np.array([scale.get(name, np.nan) for name in f.ids])[f.series] for f in forecasts}
    return Tables(
        scores=all_scores(forecasts, judged, grid, levels, scales),
        skill=skill_table(forecasts, judged, grid),
        coverage=coverage_table(forecasts, grid),
        reliability=reliability_table(forecasts),
        lag=lag_table(forecasts, panel, scales),
        confidence=confidence_table(forecasts, grid),
        effective=effective_table(forecasts, grid),
        calibration=calibration_table(forecasts, scales),
        pit=pit_table(forecasts),
        grid=grid,
        scales=scales,
        levels=levels,
    )


def all_scores(
    forecasts: Sequence[Forecast],
    judged: Sequence[str],
    grid: Grid,
    levels: tuple[float, ...],
    scales: dict[str, Floats],
) -> pl.DataFrame:
    """Score every model by series and step, and over all series where that has a meaning.

    Of more than `ONE_BY_ONE` series, only the judged models are scored on each.
    """
    few = len(grid.ids) <= ONE_BY_ONE

    def one(forecast: Forecast) -> pl.DataFrame:
        values = {**terms(forecast, scales[forecast.model], levels), **direction_terms(forecast)}
        return score_table(forecast, grid, values, few or forecast.model in judged)

    with ThreadPoolExecutor(THREADS) as pool:
        frames = [pl.DataFrame(schema=SCHEMA), *pool.map(one, forecasts)]
    by_name = {forecast.model: forecast for forecast in forecasts}
    reference = by_name.get(SPREAD[0], by_name.get(CENTRE[0]))
    if len(grid.ids) > 1 and reference is not None:
        kept = Losses(grid)
        with ThreadPoolExecutor(THREADS) as pool:
            frames += pool.map(lambda forecast: relative_crps(forecast, reference, kept, levels), forecasts)
    return pl.concat(frames)
