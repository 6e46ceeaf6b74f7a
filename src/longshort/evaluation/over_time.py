"""How the judged model fared over time: by fold, its gain added up, its wealth, and what its errors still hold.

These tables are for the eye: no claim rests on them. They stay small, and of millions of forecasts only some are read.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from longshort.claims.structs import Claims
from longshort.evaluation.arrays import Counts, Floats, Grid, sums_by
from longshort.evaluation.losses import Losses
from longshort.evaluation.money import equity_table
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.point import absolute_error, squared_error
from longshort.evaluation.probabilistic import crps
from longshort.evaluation.skill import over_time as by_moment
from longshort.evaluation.skill import relative_losses
from longshort.evaluation.tables import Tables
from longshort.results.forecast import Forecast

POINTS = 500  # of a line
MOST = 200_000  # pairs of series and cutoff that are read; of more, those of every so many forecast dates
LAGS = 20
FEWEST = 20  # errors, below which no autocorrelation is given
FOLD = {"fold": pl.Int64, "model": pl.String, "metric": pl.String, "value": pl.Float64, "n": pl.Int64}
RESIDUAL = {"lag": pl.Int64, "value": pl.Float64, "bound": pl.Float64}


def over_time(
    model: Forecast, others: Sequence[Forecast], tables: Tables, claims: Claims, fee_bps: float
) -> dict[str, pl.DataFrame]:
    """Make the tables `by_fold`, `cumulative`, `equity` and `residuals`, as far as they have a meaning.

    `others` are all further models and baselines; the gain is added up over the toughest baseline of each claim.
    """
    outcomes, grid = tables.outcomes, tables.grid
    found = {"by_fold": by_fold([model, *others], outcomes, tables.scales, tables.levels, len(grid.ids) > 1)}
    if not outcomes.is_class:
        toughest = {"rmse": claims.point.baseline, "crps": claims.distribution.baseline}
        found["cumulative"] = cumulative(model, others, toughest, grid, outcomes)
        found["residuals"] = residuals(model, grid)
        if claims.money.over_holding is not None:
            found["equity"] = equity_table(model, fee_bps, grid, POINTS)
    return {name: table for name, table in found.items() if not table.is_empty()}


def by_fold(
    forecasts: Sequence[Forecast],
    outcomes: Outcomes,
    scales: Mapping[str, Floats],
    levels: tuple[float, ...],
    several: bool,
) -> pl.DataFrame:
    """Score every model in each fold, over all steps; empty where there is only one fold.

    One series by its RMSE and CRPS, several by their MASE, classes by their accuracy.
    """
    rows: list[tuple[int, str, str, float, int]] = []
    for forecast in forecasts:
        if not len(forecast) or forecast.fold.min() == forecast.fold.max():
            continue
        names, fold = np.unique(forecast.fold, return_inverse=True)
        for metric, values in _terms(forecast, outcomes, scales[forecast.model], levels, several):
            sums, n = sums_by(values, fold, len(names))
            total, count = sums.sum(axis=1), n.sum(axis=1)
            for at in np.flatnonzero(count):
                mean = float(total[at] / count[at])
                value = mean**0.5 if metric == "rmse" else mean
                rows.append((int(names[at]), forecast.model, metric, value, int(count[at])))
    return pl.DataFrame(rows, schema=FOLD, orient="row").fill_nan(None)


def _terms(
    forecast: Forecast, outcomes: Outcomes, scale: Floats, levels: tuple[float, ...], several: bool
) -> Iterator[tuple[str, Floats]]:
    if outcomes.is_class:
        truth, call = outcomes.truth(forecast), outcomes.called(forecast)
        yield "accuracy", np.where(np.isnan(truth) | np.isnan(call), np.nan, truth == call)
        return
    if several:
        yield "mase", absolute_error(forecast.y, forecast.mean) / scale[:, None]
        return
    yield "rmse", squared_error(forecast.y, forecast.mean)
    if levels and set(levels) <= set(forecast.quantile_levels):
        yield "crps", crps(forecast, levels)


def cumulative(
    model: Forecast, others: Sequence[Forecast], toughest: Mapping[str, str], grid: Grid, outcomes: Outcomes
) -> pl.DataFrame:
    """Add up what the model gains on the toughest baseline of each metric, in units of the baseline's mean loss."""
    by_name = {forecast.model: forecast for forecast in others}
    every = -(-len(model) // MOST) or 1
    frames = []
    for metric, name in toughest.items():
        if name not in by_name:
            continue
        pair = [_some(forecast, grid, every) for forecast in (model, by_name[name])]
        kept = Losses(grid, outcomes)
        places, each = kept.shared(metric, pair)
        if not len(places):
            continue
        series, moments = grid.parts(places)
        ours, theirs = (by_moment(values, moments)[:, -1] for values in relative_losses(each, series, len(grid.ids)))
        at = np.flatnonzero(~np.isnan(ours + theirs))
        shown = thinned(len(at))
        first = grid.times[np.searchsorted(grid.moment, at[shown])]
        gain = np.cumsum((theirs - ours)[at])[shown]
        times = pl.Series("ds", first, dtype=pl.Int64).cast(pl.Datetime("us") if model.dated else pl.Int64)
        frames.append(pl.DataFrame({"ds": times, "value": gain}).select("ds", pl.lit(metric).alias("metric"), "value"))
    return pl.concat(frames) if frames else pl.DataFrame()


def _some(forecast: Forecast, grid: Grid, every: int) -> Forecast:
    return forecast if every == 1 else forecast.select(np.flatnonzero(grid.moments(forecast) % every == 0))


def thinned(count: int) -> Counts:
    """Choose at most 500 places of so many, evenly, the last one among them."""
    every = -(-count // POINTS) or 1
    return np.arange(count)[::-1][::every][::-1]


def residuals(model: Forecast, grid: Grid) -> pl.DataFrame:
    """Give the autocorrelation of one-step errors at lags of 1 to 20 forecast dates, all series together.

    Errors are set to mean zero and variance one in each series. The bound counts forecast dates, not series: what
    moves all series on one day is one piece of evidence.
    """
    order = grid.ordered(model)[1][:MOST]
    series, missed = model.series[order], (model.y[:, 0] - model.mean[:, 0])[order]
    known = ~np.isnan(missed)
    series, missed, moment = series[known], missed[known], grid.moments(model)[order][known]
    if len(missed) < FEWEST:
        return pl.DataFrame(schema=RESIDUAL)
    count = np.bincount(series)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = missed - (np.bincount(series, missed) / count)[series]
        spread = np.sqrt(np.bincount(series, centred**2) / count)[series]
    z = np.where(spread > 0, centred / np.where(spread > 0, spread, 1.0), 0.0)
    rows = []
    for lag in range(1, min(LAGS, int(count.max()) // 4) + 1):
        same = series[lag:] == series[:-lag]
        dates = len(np.unique(moment[lag:][same]))
        if dates and z.any():
            rows.append((lag, float((z[lag:] * z[:-lag])[same].mean()), 1.96 / dates**0.5))
    return pl.DataFrame(rows, schema=RESIDUAL, orient="row")
