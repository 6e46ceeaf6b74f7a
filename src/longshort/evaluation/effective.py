"""How many independent forecasts stand behind a result."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from longshort.evaluation.arrays import Floats, Grid, mean_by, mean_known
from longshort.evaluation.frames import conform
from longshort.evaluation.point import absolute_error
from longshort.results.forecast import Forecast

SCHEMA = {"model": pl.String, "step": pl.Int64, "n": pl.Int64, "cutoffs": pl.Int64, "independent": pl.Float64}


def series_that_differ(errors: Floats, moment: np.ndarray[tuple[int], np.dtype[np.int64]], count: int) -> Floats:
    """Give for each step how many series that move on their own would make the moments' averages vary as they do.

    `errors` `[pair, step]` have a mean of one in each series. One hundred copies of a series are one series, one
    hundred without anything in common are a hundred (Kish's design effect, 1965, turned over). At least 1, at most
    the average number of series at a moment; 1 where fewer than three moments are known.
    """
    average = mean_by(errors, moment, count)
    n = np.maximum((~np.isnan(errors)).sum(axis=0), 1)
    moments = (~np.isnan(average)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        single = mean_known(np.square(errors - mean_known(errors)))
        together = mean_known(np.square(average - mean_known(average))) * moments / (moments - 1)
        found = single / together
    most = np.maximum(n / np.maximum(moments, 1), 1)
    return np.asarray(np.where((moments >= 3) & np.isfinite(found), np.clip(found, 1, most), 1.0))


def effective_rows(forecast: Forecast, grid: Grid) -> pl.DataFrame:
    """Count one model's outcomes, the moments at which it forecast, and the independent forecasts that these make."""
    series, moment, count = grid.series(forecast), grid.moments(forecast), int(grid.moment.max(initial=-1)) + 1
    errors = absolute_error(forecast.y, forecast.mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = errors / mean_by(errors, series, len(grid.ids))[series]
    known = ~np.isnan(errors)
    n = known.sum(axis=0)
    cutoffs = np.array([np.count_nonzero(np.bincount(moment[at])) for at in (*known.T, known.any(axis=1))])
    overlap = grid.overlap(forecast)
    alone = series_that_differ(np.where(np.isfinite(relative), relative, np.nan), moment, count)
    apart = cutoffs / (overlap + 1)
    independent = np.append(np.minimum(apart[:-1] * alone, n), apart[-1] * alone[-1])
    steps = pl.Series([*range(1, forecast.horizon + 1), None], dtype=pl.Int64)
    table = pl.DataFrame({"step": steps, "n": np.append(n, n.sum()), "cutoffs": cutoffs, "independent": independent})
    return conform(table, SCHEMA, model=forecast.model).filter(pl.col("n") > 0)


def effective_table(forecasts: Sequence[Forecast], grid: Grid) -> pl.DataFrame:
    """Say for each model and step how many outcomes there are and how many independent forecasts they are worth.

    Forecasts whose outcomes overlap are one: moments are divided by the number that share a session. Series that move
    together are few: they are counted by how much their errors have in common at a moment. All steps together (null)
    are worth as much as the longest one, since the steps of one cutoff see the same days.
    """
    return pl.concat([pl.DataFrame(schema=SCHEMA), *(effective_rows(forecast, grid) for forecast in forecasts)])
