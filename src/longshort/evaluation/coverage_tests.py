"""Do the intervals hold what they promise? A test for each step and level."""

import numpy as np
import polars as pl
from scipy.special import betainc

from longshort.evaluation.arrays import Floats, Grid, mean_by
from longshort.evaluation.comparison import mean_test
from longshort.evaluation.frames import conform
from longshort.evaluation.probabilistic import covered, mirrored
from longshort.results.forecast import Forecast

SCHEMA = {
    "model": pl.String,
    "step": pl.Int64,
    "nominal": pl.Float64,
    "empirical": pl.Float64,
    "n": pl.Int64,
    "independent": pl.Float64,
    "p_value": pl.Float64,
}


def binomial_test(share: Floats, n: Floats, nominal: float) -> Floats:
    """Test a share of `n` independent cases, which need not be whole, against a nominal one; the two-sided p-value.

    Twice the smaller tail of the binomial distribution, half of what happened itself counted (mid-p, Lancaster 1961),
    with the tails as incomplete beta functions, which know of broken numbers.

    >>> binomial_test(np.array([0.8, 0.6]), np.array([100.0, 100.0]), 0.8).round(4).tolist()
    [0.9804, 0.0]
    """
    held = share * n
    with np.errstate(invalid="ignore"):
        at_least = np.where(held > 0, betainc(np.maximum(held, 1e-9), n - held + 1, nominal), 1.0)
        above = np.where(held < n, betainc(held + 1, np.maximum(n - held, 1e-9), nominal), 0.0)
    tail = (at_least + above) / 2
    return np.asarray(np.where(n > 0, np.minimum(2 * np.minimum(tail, 1 - tail), 1.0), np.nan))


def coverage_tests(forecast: Forecast, grid: Grid) -> pl.DataFrame:
    """Test whether each central interval holds, at each step, as many outcomes as it says.

    What series share at one moment counts once, and outcomes that overlap count as fewer. How many independent cases
    there are is estimated from every interval of the step and the fewest are taken: rare misses alone say too little
    of how they hang together.
    """
    overlap, count = grid.overlap(forecast)[:-1], int(grid.moment.max(initial=-1)) + 1
    nominals = sorted(round(1 - 2 * a, 9) for a in mirrored(forecast.quantile_levels) if a < 0.5)
    hits = [(nominal, inside) for nominal in nominals if (inside := covered(forecast, nominal)) is not None]
    if not hits:
        return pl.DataFrame(schema=SCHEMA)
    shares = [mean_by(inside, grid.moments(forecast), count) for _, inside in hits]
    n = np.array([(~np.isnan(inside)).sum(axis=0) for _, inside in hits])
    with np.errstate(invalid="ignore", divide="ignore"):
        held = np.array([np.nansum(inside, axis=0) for _, inside in hits]) / n
        errors = np.array([mean_test(each, overlap)[1] for each in shares])
        seen = held * (1 - held) / np.square(errors)
    apart = np.array([(~np.isnan(each)).sum(axis=0) for each in shares]) / (overlap + 1)
    cases = np.minimum(np.where(np.isfinite(seen), seen, np.inf).min(axis=0), n)
    cases = np.where(np.isfinite(seen).any(axis=0), cases, apart)
    p_values = [binomial_test(*each) for each in zip(held, cases, nominals, strict=True)]
    steps = range(1, forecast.horizon + 1)
    columns = {"empirical": held, "n": n, "independent": cases, "p_value": np.array(p_values)}
    table = pl.DataFrame(
        {
            "step": [step for _ in hits for step in steps],
            "nominal": [nominal for nominal in nominals for _ in steps],
            **{name: values.ravel() for name, values in columns.items()},
        }
    )
    return conform(table, SCHEMA, model=forecast.model).filter(pl.col("n") > 0)
