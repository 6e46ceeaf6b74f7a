"""Whether intervals hold what they promise, and whether probabilities come true."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.special import stdtrit

from longshort.evaluation.arrays import Floats, Grid, mean_by, with_all_steps
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.outcomes import Outcomes
from longshort.evaluation.probabilistic import covered, mirrored
from longshort.results.forecast import Forecast

COVERAGE_SCHEMA = {
    "model": pl.String,
    "step": pl.Int64,
    "nominal": pl.Float64,
    "empirical": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "independent": pl.Float64,
}
RELIABILITY_SCHEMA = {
    "model": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "observed": pl.Float64,
    "n": pl.Int64,
}
BINS = 10


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % interval of a share (Wilson 1927) from `n` independent cases, which need not be whole.

    >>> low, high = wilson(np.array([0.8]), np.array([100.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.71], [0.867])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        z = stdtrit(np.maximum(n - 1, 1), 0.975)
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def independent_cases(share: Floats, error: Floats, n: Floats, apart: Floats) -> Floats:
    """Give the number of independent cases that would make a share as uncertain as overlapping ones made it.

    Where the share shows no variation at all (everything held) the number of cutoffs that do not overlap, `apart`,
    takes its place: neither steps nor series then count as evidence of their own.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = share * (1 - share) / np.square(error)
    return np.where(np.isfinite(seen), np.minimum(seen, n), apart)


def coverage_rows(forecast: Forecast, nominal: float, grid: Grid) -> pl.DataFrame:
    """Tabulate one interval's empirical coverage by step, with a 95 % interval that knows of the overlap."""
    inside = covered(forecast, nominal)
    if inside is None:
        return pl.DataFrame(schema=COVERAGE_SCHEMA)
    shares = with_all_steps(mean_by(inside, grid.moments(forecast), int(grid.moment.max(initial=-1)) + 1))
    overlap = grid.overlap(forecast)
    _, error, _ = mean_test(shares, overlap)
    n, held = (~np.isnan(inside)).sum(axis=0), np.nansum(inside, axis=0)
    n, held = np.append(n, n.sum()), np.append(held, held.sum())
    with np.errstate(invalid="ignore"):
        share = held / n
    apart = (~np.isnan(shares)).sum(axis=0) / (overlap + 1)
    cases = independent_cases(share, error, n, apart)
    low, high = wilson(share, cases)
    steps = pl.Series([*range(1, forecast.horizon + 1), None], dtype=pl.Int64)
    table = {"model": [forecast.model] * len(n), "step": steps, "nominal": [nominal] * len(n)}
    rows = pl.DataFrame(
        {**table, "empirical": share, "low": low, "high": high, "n": n, "independent": cases}, schema=COVERAGE_SCHEMA
    )
    return rows.filter(pl.col("n") > 0)


def coverage_table(forecasts: Sequence[Forecast], grid: Grid) -> pl.DataFrame:
    """Set every central interval's empirical coverage beside its nominal one, per step and (null) over all steps."""
    frames = [pl.DataFrame(schema=COVERAGE_SCHEMA)]
    for forecast in forecasts:
        nominals = [round(1 - 2 * a, 9) for a in mirrored(forecast.quantile_levels) if a < 0.5]
        frames += [coverage_rows(forecast, nominal, grid) for nominal in sorted(nominals)]
    return pl.concat(frames)


def reliability_rows(forecast: Forecast, outcomes: Outcomes) -> pl.DataFrame:
    """Sort the probabilities of up (or the second class) into at most ten bins of equal count, see how often it was.

    `low` and `high` are the bin's edges, `p` the mean probability within, `observed` the share of outcomes that were
    up; ties and what has not happened yet are left out; all steps together.
    """
    up, chance = outcomes.truth(forecast), outcomes.probability(forecast)
    known = ~(np.isnan(up) | np.isnan(chance))
    p, happened = chance[known], up[known]
    if not len(p):
        return pl.DataFrame(schema=RELIABILITY_SCHEMA)
    edges = np.unique(np.quantile(p, np.linspace(0, 1, BINS + 1)))
    edges = edges if len(edges) > 1 else np.repeat(edges, 2)
    bins = np.clip(np.searchsorted(edges, p, side="right") - 1, 0, len(edges) - 2)
    n = np.bincount(bins, minlength=len(edges) - 1)
    full = n > 0
    sums = [np.bincount(bins, each, minlength=len(n))[full] / n[full] for each in (p, happened)]
    table = {"low": edges[:-1][full], "high": edges[1:][full], "p": sums[0], "observed": sums[1], "n": n[full]}
    return pl.DataFrame({"model": [forecast.model] * int(full.sum()), **table}, schema=RELIABILITY_SCHEMA)


def reliability_table(forecasts: Sequence[Forecast], outcomes: Outcomes) -> pl.DataFrame:
    """Set the probabilities of up beside how often it was, for each model that gives probabilities of two."""
    frames = [pl.DataFrame(schema=RELIABILITY_SCHEMA)]
    if outcomes.categories == 2:
        frames += [reliability_rows(forecast, outcomes) for forecast in forecasts]
    return pl.concat(frames)
