"""What a distribution's score is made of: how far it is off, how much it tells apart, how uncertain things are."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from longshort.evaluation.arrays import Floats
from longshort.evaluation.frames import conform
from longshort.evaluation.pit import crossed
from longshort.evaluation.probabilistic import mirrored, pinball_loss, position_of, quadrature_weights, width
from longshort.results.forecast import Forecast

SCHEMA = {"model": pl.String, "step": pl.Int64, "metric": pl.String, "value": pl.Float64, "n": pl.Int64}
IN_A_BIN = 50  # outcomes, for a quantile of theirs to be worth anything
BINS = 10
SAMPLE = 20_000  # outcomes of a step from which bins and their quantiles are taken
WIDTHS = (0.5, 0.8, 0.95)


def recalibrated(y: Floats, quantile: Floats, level: float) -> tuple[Floats, float]:
    """Give the quantile forecasts that would have been right on average, one for each, and the quantile of all `y`.

    Forecasts are sorted into at most ten bins of about equal count, equal ones into the same; in each the forecast
    becomes the quantile of what happened there. With many outcomes an even sample serves to find bins and quantiles.
    """
    every = slice(None, None, max(len(y) // SAMPLE, 1))
    sample, seen = y[every], quantile[every]
    bins = int(np.clip(len(seen) // IN_A_BIN, 1, BINS))
    edges = np.unique(np.sort(seen)[len(seen) * np.arange(1, bins) // bins])
    edges = edges[edges > seen.min()]
    within = np.searchsorted(edges, seen, side="right")
    better = np.array([np.quantile(sample[within == part], level) for part in range(len(edges) + 1)])
    return better[np.searchsorted(edges, quantile, side="right")], float(np.quantile(sample, level))


def crps_parts(y: Floats, quantiles: Floats, levels: Sequence[float]) -> tuple[float, float, float]:
    """Split the CRPS of `[case, level]` quantiles into reliability, resolution and uncertainty.

    CRPS = reliability - resolution + uncertainty, exactly: uncertainty is the score of the one distribution of all
    outcomes, resolution what recalibrated forecasts gain on that, reliability what recalibration would gain. The
    split of Murphy (1973) in the form of Dimitriadis, Gneiting and Jordan (2021), "Stable reliability diagrams", for
    each level's pinball loss (Bentzien and Friederichs 2014), added up with the CRPS's weights. Recalibration is by
    bins instead of by their isotonic regression, which for quantiles has no fast form; so reliability may fall a
    little below zero where a forecast is right and tells more apart than ten bins can.
    """
    score = np.zeros(3)
    for column, (level, weight) in enumerate(zip(levels, 2 * quadrature_weights(levels), strict=True)):
        better, constant = recalibrated(y, quantiles[:, column], level)
        for part, forecast in enumerate((quantiles[:, column], better, constant)):
            score[part] += weight * pinball_loss(y, np.asarray(forecast), level).mean()
    own, better_score, constant_score = score.tolist()
    return own - better_score, constant_score - better_score, constant_score


def calibration_rows(forecast: Forecast, unit: Floats) -> pl.DataFrame:
    """Tabulate the parts of one model's CRPS and its intervals' widths by step, and its crossed quantiles.

    Values are changes since the last known value, over `unit` (`[pair]`). All steps together (null) are the average
    of the steps, each with the number of its outcomes.
    """
    levels = mirrored(forecast.quantile_levels)
    if len(levels) < 2:
        return pl.DataFrame(schema=SCHEMA)
    columns = [position_of(forecast, level) for level in levels]
    widths = {nominal: width(forecast, nominal) for nominal in WIDTHS}
    rows: list[tuple[int, str, float, int]] = []
    for step in range(forecast.horizon):
        quantiles = (forecast.quantiles[:, step][:, columns] - forecast.last[:, None]) / unit[:, None]
        y = (forecast.y[:, step] - forecast.last) / unit
        known = np.isfinite(y) & np.isfinite(quantiles).all(axis=1)
        n = int(known.sum())
        if not n:
            continue
        parts = crps_parts(y[known], quantiles[known], levels)
        named = dict(zip(("crps_reliability", "crps_resolution", "crps_uncertainty"), parts, strict=True))
        for nominal, each in widths.items():
            if each is not None:
                named[f"width_{100 * nominal:.0f}"] = float((each[:, step] / unit)[known].mean())
        rows += [(step + 1, metric, value, n) for metric, value in named.items()]
    table = pl.DataFrame(rows, schema=["step", "metric", "value", "n"], orient="row")
    steps = conform(table, SCHEMA, model=forecast.model) if rows else pl.DataFrame(schema=SCHEMA)
    together = steps.group_by("model", "metric", maintain_order=True).agg(
        value=(pl.col("value") * pl.col("n")).sum() / pl.col("n").sum(), n=pl.col("n").sum()
    )
    bad, n = crossed(forecast)
    share = pl.DataFrame({"metric": ["crossed"], "value": [bad / n if n else None], "n": [n], "step": [None]})
    everything = conform(together.with_columns(step=pl.lit(None)), SCHEMA)
    return pl.concat([steps, everything, conform(share, SCHEMA, model=forecast.model)])


def calibration_table(forecasts: Sequence[Forecast], scales: dict[str, Floats]) -> pl.DataFrame:
    """Split each distribution's CRPS into its parts, and say how wide its intervals are and how many quantiles cross.

    In the target's unit for one series, in units of each series' scale (`scales`, as in the MASE) for several.
    """
    frames = [pl.DataFrame(schema=SCHEMA)]
    for forecast in forecasts:
        several = len(forecast.series) > 0 and bool((forecast.series != forecast.series[0]).any())
        frames.append(calibration_rows(forecast, scales[forecast.model] if several else np.ones(len(forecast))))
    return pl.concat(frames)
