import json
import math
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.results.plain import iso, plain, to_json
from longshort.results.summary import DRAWN, RECENT, TESTED

PARTS = ["schema", "verdict", "scores", "skill", "seeds", "findings", "folds", "run", "network", "target", "title"]
PARTS += ["series", "series_left_out", "coverage", "reliability", "lag", "curves", "task", "synthetic", "layers"]
PARTS += ["parameters", "training_shape", "samples", "whole"]


def test_a_summary_is_json_with_the_parts_of_the_contract(make_run):
    summary = make_run().summary()
    assert list(summary) == PARTS
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert summary["schema"] == 1
    assert summary["findings"] == [
        {"code": "few_folds", "severity": "info", "text": "Two folds are few.", "value": 2.0}
    ]


def test_numbers_keep_their_full_precision_and_nan_is_null(make_run):
    values = [row["value"] for row in make_run().summary()["scores"]]
    assert values == [0.1 + 0.2, None]


def test_the_coming_forecast_stands_beside_the_recent_past(make_run):
    run = make_run()
    series = run.summary()["series"][1]
    coming = run.coming["lstm"]
    assert series["unique_id"] == "S1"
    assert series["cutoff"] == "2020-01-15"
    assert series["last"] == coming.last[1]
    assert series["history"]["ds"][0] == "2020-01-01"
    assert series["forecast"]["ds"] == ["2020-01-16", "2020-01-17", "2020-01-18"]
    assert series["forecast"]["quantiles"] == coming.quantiles[1].tolist()
    assert series["forecast"]["p_up"] == coming.p_up[1].tolist()


def test_the_test_is_shown_one_step_ahead_with_its_interval(make_run):
    run = make_run()
    shown, tested = run.summary()["series"][0]["test"], run.forecasts["lstm"]
    assert shown["ds"] == ["2020-01-12", "2020-01-13", "2020-01-14", "2020-01-15"]
    assert shown["naive"] == tested.last[:4].tolist()
    assert shown["mean"] == tested.mean[:4, 0].tolist()
    assert shown["low_80"] == tested.quantile(0.1)[:4, 0].tolist()
    assert shown["high_80"] == tested.quantile(0.9)[:4, 0].tolist()


def test_cutoffs_are_shown_in_their_order(make_run):
    run = make_run()
    shuffled = run.forecasts["lstm"].select(np.array([3, 0, 2, 1]))
    again = make_run(forecasts={"lstm": shuffled})
    assert again.summary()["series"][0]["test"] == run.summary()["series"][0]["test"]


def test_a_point_forecast_has_no_interval(make_run, make_forecast):
    run = make_run(forecasts={"lstm": make_forecast(levels=())})
    assert run.summary()["series"][0]["test"]["low_80"] == [None] * 4


def test_what_is_drawn_is_bounded(make_run, make_forecast):
    rows = 2000
    history = pl.DataFrame(
        {
            "unique_id": ["S0"] * rows,
            "ds": np.arange(rows).astype("datetime64[D]").astype("datetime64[us]"),
            "y": np.arange(rows, dtype=float),
        }
    )
    run = make_run(series=1, history=history, forecasts={"lstm": make_forecast(series=1, cutoffs=1200)})
    (series,) = run.summary()["series"]
    assert series["history"]["y"] == list(map(float, range(rows - RECENT, rows)))
    assert len(series["test"]["ds"]) == TESTED


def test_series_that_are_not_drawn_are_counted(make_run):
    summary = make_run(series=DRAWN + 3).summary()
    assert len(summary["series"]) == DRAWN
    assert summary["series_left_out"] == 3


def test_a_series_without_forecasts_is_drawn_by_its_history(make_run):
    series = make_run(forecasts={}, coming={}).summary()["series"][0]
    assert series["forecast"] is None
    assert series["test"] is None
    assert series["last"] == series["history"]["y"][-1]


def test_times_without_dates_are_numbers(make_run):
    series = make_run(dated=False).summary()["series"][0]
    assert series["cutoff"] == 14
    assert series["forecast"]["ds"] == [15, 16, 17]


def test_times_of_day_are_written_where_any_row_has_one(make_run):
    run = make_run()
    shifted = run.history.with_columns(pl.col("ds") + pl.duration(hours=9, minutes=30))
    assert make_run(history=shifted).summary()["series"][0]["history"]["ds"][0] == "2020-01-01T09:30:00"


@pytest.mark.parametrize(
    ("series", "target", "title"),
    [
        (1, "Close", "S0, Close, 3 sessions ahead"),
        (2, "Close", "2 series, Close, 3 sessions ahead"),
        (1, "S0", "S0, 3 sessions ahead"),
    ],
)
def test_the_title_says_what_is_forecast(make_run, series, target, title):
    assert make_run(series=series, target=target).summary()["title"] == title
    assert make_run(title="Mine").summary()["title"] == "Mine"


def test_a_forecast_is_listed_as_the_json_contract_says(make_forecast):
    forecast = make_forecast(levels=(0.1, 0.9), series=1, cutoffs=1, horizon=2)
    summary = forecast.summary()
    assert {key: summary[key] for key in ("schema", "verdict")} == {"schema": 1, "verdict": None}
    assert len(summary["forecasts"]) == 2
    assert summary["forecasts"][1] == {
        "model": "lstm",
        "unique_id": "S0",
        "ds": "2020-01-13",
        "cutoff": "2020-01-11",
        "step": 2,
        "mean": forecast.mean[0, 1],
        "quantiles": {"0.1": forecast.quantiles[0, 1, 0], "0.9": forecast.quantiles[0, 1, 1]},
        "p_up": forecast.p_up[0, 1],
    }


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_whatever_is_made_plain_survives_json(value):
    assert json.loads(to_json(value)) == plain(value)


@given(st.floats())
def test_numpys_numbers_are_pythons(value):
    expected = value if math.isfinite(value) else None
    assert plain(np.float64(value)) == plain(np.array([value]))[0] == expected


def test_dates_and_the_rest_become_text():
    assert plain({1: datetime(2020, 1, 2), "path": b"x", "kind": np.bool_(True)}) == {
        "1": "2020-01-02T00:00:00",
        "path": "b'x'",
        "kind": True,
    }


def test_times_are_written_to_the_second_or_the_day():
    times = np.array([0, 90_000_000])
    assert iso(times, dated=True, daily=False) == ["1970-01-01T00:00:00", "1970-01-01T00:01:30"]
    assert iso(times, dated=False, daily=False) == [0, 90_000_000]
