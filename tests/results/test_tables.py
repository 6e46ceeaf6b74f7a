import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.errors import DataError
from longshort.results.tables import for_spreadsheets, from_frame, to_frame

ARRAYS = ("cutoffs", "ds", "last", "mean", "quantiles", "p_up", "y", "fold")


@settings(max_examples=30, deadline=None)
@given(
    series=st.integers(1, 4),
    cutoffs=st.integers(1, 5),
    horizon=st.integers(1, 4),
    dated=st.booleans(),
    levels=st.sampled_from([(), (0.5,), (0.1, 0.9), (0.025, 0.05, 0.975)]),
)
def test_a_table_holds_all_of_a_forecast_but_its_members(make_forecast, series, cutoffs, horizon, dated, levels):
    ours = make_forecast("lstm", levels, series, cutoffs, horizon, dated=dated)
    (theirs,) = from_frame(to_frame(ours))
    assert (theirs.model, theirs.ids, theirs.quantile_levels, theirs.dated) == ("lstm", ours.ids, levels, dated)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name), err_msg=name)
    np.testing.assert_array_equal(theirs.series, ours.series)
    assert theirs.seed_mean.shape == (0, series * cutoffs, horizon)


def test_columns_are_those_of_the_documentation(make_forecast):
    frame = make_forecast(levels=(0.05, 0.5)).to_frame()
    named = ["unique_id", "ds", "cutoff", "fold", "step", "model", "y", "mean", "p_up", "last", "q_0.05", "q_0.5"]
    assert frame.columns == named
    assert frame.schema["ds"] == frame.schema["cutoff"] == pl.Datetime("us")
    assert make_forecast(dated=False).to_frame().schema["ds"] == pl.Int64
    assert frame["y"].null_count() == 1
    assert not frame["y"].is_nan().any()


def test_models_with_other_levels_share_a_table(make_forecast):
    forecasts = [make_forecast("lstm", (0.1, 0.9)), make_forecast("naive", ()), make_forecast("cone", (0.5,))]
    back = from_frame(to_frame(*forecasts))
    assert [(f.model, f.quantile_levels) for f in back] == [("lstm", (0.1, 0.9)), ("naive", ()), ("cone", (0.5,))]


def test_rows_may_stand_in_any_order(make_forecast):
    ours = make_forecast()
    (theirs,) = from_frame(to_frame(ours).sample(fraction=1.0, shuffle=True, seed=1))
    by_pair = {(theirs.ids[s], c): m for s, c, m in zip(theirs.series, theirs.cutoffs, theirs.mean, strict=True)}
    for series, cutoff, mean in zip(ours.series, ours.cutoffs, ours.mean, strict=True):
        np.testing.assert_array_equal(by_pair[ours.ids[series], cutoff], mean)


def test_a_table_from_elsewhere_needs_only_the_keys_and_the_centre(make_forecast):
    ours = make_forecast()
    frame = to_frame(ours).select("unique_id", "ds", "cutoff", "step", "model", "mean")
    (theirs,) = from_frame(frame.with_columns(pl.col("ds", "cutoff").cast(pl.Date)))
    np.testing.assert_array_equal(theirs.ds, ours.ds)
    np.testing.assert_array_equal(theirs.mean, ours.mean)
    assert np.isnan(theirs.y).all()
    assert np.isnan(theirs.last).all()


def test_a_missing_column_is_named(make_forecast):
    with pytest.raises(DataError, match="lacks 'cutoff', 'mean'"):
        from_frame(to_frame(make_forecast()).drop("cutoff", "mean"))


@pytest.mark.parametrize(("rows", "steps"), [([0, 2], r"\[1, 3\]"), ([0, 1, 1, 2], r"\[1, 2, 2, 3\]")])
def test_a_missing_or_a_second_step_is_named_with_its_series_and_cutoff(make_forecast, rows, steps):
    frame = to_frame(make_forecast())
    broken = pl.concat([frame[rows], frame[3:]])
    with pytest.raises(DataError, match=rf"'lstm' for 'S0' from 2020-01-11 00:00:00 have the steps {steps}"):
        from_frame(broken)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_spreadsheet_takes_for_a_formula_is_quoted(name):
    frame = pl.DataFrame({"unique_id": [name, "^GSPC", None], "mean": [-1.0, 2.0, None]})
    quoted = for_spreadsheets(frame)
    assert quoted["unique_id"].to_list() == [f"'{name}", "^GSPC", None]
    assert quoted["mean"].to_list() == [-1.0, 2.0, None]
