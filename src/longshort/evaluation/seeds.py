"""The spread over seeds: what each member of an ensemble would have scored alone."""

from collections.abc import Sequence

import polars as pl

from longshort.evaluation.arrays import Floats, Grid
from longshort.evaluation.frames import conform
from longshort.evaluation.losses import Losses
from longshort.evaluation.scores import score_table, terms
from longshort.evaluation.skill import CENTRE, SPREAD, compare_models, skill_from_ratio
from longshort.results.forecast import Forecast

SCHEMA = {
    "model": pl.String,
    "seed": pl.Int64,
    "unique_id": pl.String,
    "step": pl.Int64,
    "metric": pl.String,
    "value": pl.Float64,
}


def seed_table(
    forecasts: Sequence[Forecast], network: str, grid: Grid, scales: dict[str, Floats], levels: tuple[float, ...]
) -> pl.DataFrame:
    """Score each member of each ensemble on its own; the network's members also against the two judging baselines.

    `rmse_skill` (against `naive`) and `crps_skill` (against `volatility_cone`) stand at all series and steps only.
    The probability of a rise belongs to the ensemble, so no member has scores of the direction.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    by_name = {forecast.model: forecast for forecast in forecasts}
    for forecast in forecasts:
        for seed in range(len(forecast.seed_mean)):
            alone = forecast.seed(seed)
            rows = score_table(alone, grid, terms(alone, scales[forecast.model], levels)).drop("n")
            frames.append(conform(rows, SCHEMA, seed=seed))
            if forecast.model == network:
                frames += [_skill(alone, seed, by_name.get(base), metric, grid) for base, metric in (CENTRE, SPREAD)]
    return pl.concat(frames)


def _skill(alone: Forecast, seed: int, baseline: Forecast | None, metric: str, grid: Grid) -> pl.DataFrame:
    if baseline is None:
        return pl.DataFrame(schema=SCHEMA)
    ratio = compare_models(metric, alone, baseline, Losses(grid)).ratio[-1:]
    value = skill_from_ratio(metric, ratio)
    row = {"model": [alone.model], "seed": [seed], "unique_id": [None], "step": [None], "metric": [f"{metric}_skill"]}
    return pl.DataFrame({**row, "value": value}, schema=SCHEMA).filter(pl.col("value").is_not_nan())
