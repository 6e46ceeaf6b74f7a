"""Which models may be the best? The set that holds it nine times out of ten."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from longshort.evaluation.arrays import Counts, Floats, Grid
from longshort.evaluation.frames import conform
from longshort.evaluation.losses import Losses
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.skill import over_time, relative_losses
from longshort.results.forecast import Forecast
from longshort.seeding import generator

SCHEMA = {"model": pl.String, "metric": pl.String, "p_value": pl.Float64, "inside": pl.Boolean}
METRICS = ("rmse", "crps")
CONFIDENCE = 0.9
REPEATS = 1000
BLOCKS = 5  # fewer blocks than that in a sample say nothing of its luck


def bootstrap_starts(n: int, block: int, repeats: int, seed: int) -> Counts:
    """Draw where the blocks of a circular block bootstrap begin, `[repeat, block]`."""
    return generator(seed, "confidence set").integers(0, n, size=(repeats, -(-n // block)))


def resampled_means(losses: Floats, starts: Counts, block: int) -> Floats:
    """Average losses `[time, model]` over each resample made of blocks that begin at `starts`, `[repeat, model]`.

    The circular block bootstrap of Politis and Romano (1992): a block that passes the end goes on at the beginning;
    the last one is cut so that each resample is as long as the sample. Blocks are added up by differences of running
    sums, so long samples take no more memory than their blocks.
    """
    n, blocks = len(losses), starts.shape[1]
    lengths = np.full(blocks, block)
    lengths[-1] = n - block * (blocks - 1)
    mean = losses.mean(axis=0)
    out = np.empty((len(starts), losses.shape[1]))
    for model, column in enumerate((losses - mean).T):
        running = np.concatenate([[0.0], np.cumsum(np.concatenate([column, column[:block]]))])
        out[:, model] = mean[model] + (running[starts + lengths] - running[starts]).sum(axis=1) / n
    return out


def confidence_set(mean: Floats, resampled: Floats) -> Floats:
    """Give each model's p-value: the model confidence set at 90 % holds those above 0.1.

    Hansen, Lunde and Nason (2011), "The model confidence set", Econometrica 79, with the statistic T_max: as long as
    the largest standardised distance of a model's loss to the average of those left is significant, that model goes.
    A model's p-value is the largest up to its going; the best one's is 1. `mean` holds the mean losses `[model]`,
    `resampled` those of bootstrap samples `[repeat, model]`. Models with equal losses go or stay together.

    >>> confidence_set(np.array([1.0, 9.0]), np.array([[1.1, 8.9], [0.9, 9.2], [1.0, 9.0]])).tolist()
    [1.0, 0.0]
    """
    p_values = np.ones(len(mean))
    left, reached = np.arange(len(mean)), 0.0
    errors = resampled - mean
    while len(left) > 1:
        own = errors[:, left] - errors[:, left].mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(own).mean(axis=0))
        if (spread <= 1e-12 * np.abs(mean[left]).max()).any():
            return p_values  # those left differ by nothing
        distance = (mean[left] - mean[left].mean()) / spread
        reached = max(reached, float((distance.max() < (own / spread).max(axis=1)).mean()))
        worst = distance >= distance.max()
        p_values[left[worst]] = reached
        left = left[~worst]
    return p_values


def block_length(n: int, overlap: int) -> int:
    """Choose the length of blocks: the cube root of the sample's, and never less than what overlaps.

    >>> block_length(250, 4), block_length(250, 9)
    (7, 10)
    """
    return max(int(np.ceil(np.cbrt(n))), overlap + 1)


def mean_losses(metric: str, forecasts: Sequence[Forecast], kept: Losses) -> Floats:
    """Give each model's loss at each moment at which all are known, `[moment, model]`, averaged over series and steps.

    Losses are divided by naive's mean for the series and step (or the first model's, where there is no naive), so that
    series of another scale weigh alike.
    """
    unit = next((forecast for forecast in forecasts if forecast.model == "naive"), forecasts[0])
    places, each = kept.shared(metric, [*forecasts, unit])
    series, moments = kept.grid.parts(places)
    relative = relative_losses(each, series, len(kept.grid.ids))[:-1]
    table = np.column_stack([over_time(losses, moments)[:, -1] for losses in relative])
    return np.asarray(table[~np.isnan(table).any(axis=1)])


def confidence_table(forecasts: Sequence[Forecast], grid: Grid, outcomes: Outcomes, seed: int = 0) -> pl.DataFrame:
    """Say which models may be the best by each metric, on the pairs that all of them forecast.

    `inside` is null, and so is the p-value, where the sample is too short to say.
    """
    kept = Losses(grid, outcomes)
    overlap = max((int(grid.overlap(forecast)[-1]) for forecast in forecasts), default=0)
    frames = [pl.DataFrame(schema=SCHEMA)]
    for metric in METRICS if len(forecasts) > 1 else ():
        table = mean_losses(metric, forecasts, kept)
        block = block_length(len(table), overlap)
        names = [forecast.model for forecast in forecasts]
        p_value = np.full(len(names), np.nan)
        if len(table) >= BLOCKS * block:
            starts = bootstrap_starts(len(table), block, REPEATS, seed)
            p_value = confidence_set(table.mean(axis=0), resampled_means(table, starts, block))
        columns = {"model": names, "metric": [metric] * len(names), "p_value": p_value}
        inside = pl.when(pl.col("p_value").is_not_null()).then(pl.col("p_value") > 1 - CONFIDENCE)
        frames.append(conform(pl.DataFrame(columns).fill_nan(None).with_columns(inside=inside), SCHEMA))
    return pl.concat(frames)
