"""An interval whose columns only say lower and upper is Prophet's, of 80 %."""

import numpy as np
import polars as pl

import longshort as ls


def test_prophets_interval_is_judged_as_80_percent():
    random = np.random.default_rng(0)
    days = np.arange("2020-01-01", "2020-12-01", dtype="datetime64[D]")
    y = 100 + random.normal(size=len(days)).cumsum()
    table = pl.DataFrame(
        {
            "ds": days[1:],
            "yhat": y[:-1],
            "yhat_lower": y[:-1] - 1.2816,
            "yhat_upper": y[:-1] + 1.2816,
            "y": y[1:],
            "cutoff": days[:-1],
        }
    )
    audit = ls.audit(table)
    assert audit.claims.coverage.nominal == 0.8
    assert audit.claims.coverage.answer == "yes"
    assert any("'yhat_lower' and 'yhat_upper' are taken as the 80 % interval" in note for note in audit.info["notes"])
