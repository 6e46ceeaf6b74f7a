"""The spread over seeds: what each member of an ensemble would have scored alone."""

from collections.abc import Mapping, Sequence

import polars as pl

from longshort.evaluation.arrays import Floats, Grid
from longshort.evaluation.frames import conform
from longshort.evaluation.losses import Losses
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.scores import score_table, terms
from longshort.evaluation.skill import compare_models, skill_from_ratio
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
    forecasts: Sequence[Forecast],
    network: str,
    against: Mapping[str, str],
    grid: Grid,
    scales: dict[str, Floats],
    levels: tuple[float, ...],
    outcomes: Outcomes,
) -> pl.DataFrame:
    """Score each member of each ensemble on its own; the network's members also against the toughest baselines.

    `against` names the baseline of each metric ("rmse", "crps") against which `rmse_skill` and `crps_skill` are given,
    over all series and steps. The probability of a rise belongs to the ensemble, so no member has scores of the
    direction; classes have no errors, so their members have no rows.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    by_name = {forecast.model: forecast for forecast in forecasts}
    for forecast in forecasts if not outcomes.is_class else ():
        for seed in range(len(forecast.seed_mean)):
            alone = forecast.seed(seed)
            rows = score_table(alone, grid, terms(alone, scales[forecast.model], levels)).drop("n")
            frames.append(conform(rows, SCHEMA, seed=seed))
            if forecast.model == network:
                kept = Losses(grid, outcomes)
                frames += [_skill(alone, seed, by_name[base], metric, kept) for metric, base in against.items()]
    return pl.concat(frames)


def _skill(alone: Forecast, seed: int, baseline: Forecast, metric: str, kept: Losses) -> pl.DataFrame:
    ratio = compare_models(metric, alone, baseline, kept, one_by_one=False).ratio[-1:]
    value = skill_from_ratio(metric, ratio)
    row = {"model": [alone.model], "seed": [seed], "unique_id": [None], "step": [None], "metric": [f"{metric}_skill"]}
    return pl.DataFrame({**row, "value": value}, schema=SCHEMA).filter(pl.col("value").is_not_nan())
