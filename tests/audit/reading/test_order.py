"""The order of rows and columns changes nothing."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.audit.reading import read_forecasts

CUTOFFS, HORIZON = 12, 3


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    days = np.arange("2020-01-01", "2020-02-01", dtype="datetime64[D]").astype("datetime64[us]")
    rows = [(s, c, k) for s in range(3) for c in range(CUTOFFS) for k in range(1, HORIZON + 1)]
    s, c, k = (np.array(part) for part in zip(*rows, strict=True))
    values = 100 + random.normal(size=(3, len(days))).cumsum(axis=1)
    frame = pl.DataFrame(
        {"unique_id": pl.Series(["a", "b", "c"]).gather(s), "ds": days[c + k], "cutoff": days[c], "y": values[s, c + k]}
    )
    noise = random.normal(size=(3, len(rows)))
    return frame.with_columns(
        **{name: pl.Series(values[s, c] + noise[i]) for i, name in enumerate(("m", "m-lo-80", "n"))}
    )


def by_key(read):
    found = {}
    for forecast in read.forecasts:
        for pair in range(len(forecast)):
            key = (forecast.model, forecast.ids[forecast.series[pair]], int(forecast.cutoffs[pair]))
            arrays = (forecast.last[pair : pair + 1], forecast.y, forecast.mean, forecast.ds, forecast.quantiles)
            found[key] = [np.nan_to_num(a if a.size == 1 else a[pair], nan=-1.0).tolist() for a in arrays]
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), dropped=st.integers(0, 20))
def test_rows_in_any_order(table, seed, dropped):
    random = np.random.default_rng(seed)
    kept = np.sort(random.permutation(len(table))[dropped:])
    columns = table.columns[:4] + list(random.permutation(table.columns[4:]))
    shuffled = table[random.permutation(kept)].select(columns)
    first, other = read_forecasts(table[kept]), read_forecasts(shuffled)
    assert by_key(first) == by_key(other)
    assert [f.value for f in first.findings] == [f.value for f in other.findings]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_long_table_of_models_says_the_same_as_a_wide_one(table, seed):
    keys = ["unique_id", "ds", "cutoff", "y"]
    long = table.drop("m-lo-80").unpivot(["m", "n"], index=keys, variable_name="model", value_name="mean")
    order = np.random.default_rng(seed).permutation(len(long))
    assert by_key(read_forecasts(long[order])) == by_key(read_forecasts(table.drop("m-lo-80")))
