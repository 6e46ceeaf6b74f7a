"""The claim about coverage: whether the interval holds what it promises."""

import numpy as np
import polars as pl

from longshort.claims.structs import Coverage
from longshort.evaluation.claims.skill import NOTICED
from longshort.evaluation.claims.thresholds import INTERVAL, SIGNIFICANT, TOLERANCE, WIDEST
from longshort.evaluation.comparison import holm


def coverage_claim(coverage: pl.DataFrame, tests: pl.DataFrame, model: str, reason: str = "") -> Coverage:
    """Judge the model's interval nearest to 80 %, all steps together.

    `coverage` is the table of `calibration.coverage_table`, `tests` that of `coverage_tests.coverage_tests`. "Yes"
    where the share held lies within four points of what is promised and its 95 % interval is narrow enough to say so;
    "no" where it is further off and the promise is refuted after Holm's correction over all intervals and steps; else
    there are too few cases to tell.
    """
    rows = coverage.filter((pl.col("model") == model) & pl.col("step").is_null()).to_dicts()
    if reason or not rows:
        return Coverage(model=model, reason=reason or "no_intervals")
    row = min(rows, key=lambda each: abs(each["nominal"] - INTERVAL))
    own = tests.filter(pl.col("model") == model)
    corrected = own.with_columns(p_value=pl.Series(holm(own["p_value"].fill_null(np.nan).to_numpy())))
    mine = corrected.filter((pl.col("nominal") - row["nominal"]).abs() < 1e-9)
    p_value = mine["p_value"].fill_nan(None).min()
    low, high = row["low"], row["high"]
    about = {
        "model": model,
        **{name: row[name] for name in ("nominal", "empirical", "low", "high")},
        "outcomes": row["n"],
        "independent": row["independent"],
        "p_value": p_value,
        "detectable": None if low is None or high is None else NOTICED * (high - low),
    }
    off = row["empirical"] - row["nominal"]
    if abs(off) > TOLERANCE and isinstance(p_value, float) and p_value < SIGNIFICANT:
        return Coverage(answer="no", fault="too_narrow" if off < 0 else "too_wide", **about)
    narrow = low is not None and high is not None and (high - low) / 2 <= WIDEST
    return Coverage(answer="yes" if abs(off) <= TOLERANCE and narrow else "not_shown", **about)
