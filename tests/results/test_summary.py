import json
import math
from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import ValidationError

from longshort.claims import Claims
from longshort.finding import Finding
from longshort.language import message
from longshort.results.plain import iso, plain, to_json
from longshort.results.summary import SCHEMA, Summary, summarise
from longshort.results.summary.build import DRAWN, said_in
from longshort.results.summary.pictures import FEWEST, PER_STEP, RECENT, SPARK, TESTED


def test_a_summary_is_json_with_the_parts_of_the_contract(make_run):
    summary = make_run().summary()
    assert list(summary) == list(Summary.__struct_fields__)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert (summary["schema"], summary["kind"], summary["lang"]) == (SCHEMA, "backtest", "en")
    finding = {"code": "few_folds", "severity": "info", "text": "Two folds are few.", "value": 2.0, "message": None}
    assert summary["findings"] == [finding]


def test_its_sentences_are_said_in_one_language_and_its_codes_in_none(make_run):
    info = {"created": "", "data": {}, "notes": [message("run.calibrated", n=8)]}
    finding = Finding("few_folds", "info", message("findings.few_folds", n=2), 2.0)
    run = make_run(findings=(finding,), verdict=message("verdict.not_yet"), info=info)
    english, korean = run.summary(), run.summary("ko")
    for said in (english["verdict"], english["findings"][0]["text"], *english["run"]["notes"]):
        assert said.isascii()
    for said in (korean["verdict"], korean["findings"][0]["text"], *korean["run"]["notes"]):
        assert any("가" <= letter <= "힣" for letter in said)
    assert korean["lang"] == "ko"
    assert [row["code"] for row in korean["findings"]] == [row["code"] for row in english["findings"]]
    assert korean["scores"] == english["scores"]


def test_messages_are_said_wherever_they_lie():
    nested = {"notes": [message("units.count.day", n=3), "as it is"], "more": ({"n": 1},)}
    assert said_in(nested, "en") == {"notes": ["3 days", "as it is"], "more": [{"n": 1}]}
    assert said_in(nested, "ko")["notes"][0] == "3일"


def test_what_does_not_fit_the_declared_rows_is_an_error(make_run):
    table = pl.DataFrame({"model": ["lstm"], "lag": ["none"], "rmse": [1.5]})
    with pytest.raises(ValidationError, match="lag"):
        make_run(lag=table).summary()


def test_a_recipes_own_tables_come_by_their_names(make_run):
    matrix = pl.DataFrame({"true": ["a"], "predicted": ["b"], "n": [3]})
    odd = pl.DataFrame({"word": ["x"], "times": [2]})
    summary = make_run(details={"matrix": matrix, "odd": odd}).summary()
    assert summary["matrix"] == matrix.to_dicts()
    assert summary["tables"] == {"odd": [{"word": "x", "times": 2}]}


def test_an_audit_adds_its_own_parts(make_run):
    summary = summarise(make_run(), kind="audit", models=["mine"])
    assert (summary.kind, summary.models) == ("audit", ["mine"])


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
    assert series["network"] is None


def test_where_a_baseline_is_given_the_network_stands_beside_it(make_run, make_forecast):
    run = make_run()
    own, better = run.coming["lstm"], make_forecast("mean", cutoffs=1, first=14, seed=9)
    run = make_run(coming={"lstm": own, "mean": better}, given="mean")
    series = run.summary()["series"][0]
    assert run.summary()["given"] == "mean"
    assert (series["forecast"]["model"], series["network"]["model"]) == ("mean", "lstm")
    assert series["forecast"]["mean"] == better.mean[0].tolist()
    assert series["network"]["mean"] == own.mean[0].tolist()


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
    shown = max(PER_STEP * 3, FEWEST)
    assert series["history"]["y"] == list(map(float, range(rows - shown, rows)))
    assert len(series["test"]["ds"]) == TESTED
    (alone,) = make_run(series=1, history=history, coming={}).summary()["series"]
    assert alone["history"]["y"] == list(map(float, range(rows - RECENT, rows)))
    far = make_forecast(series=1, cutoffs=1, horizon=200, first=14)
    (long,) = make_run(series=1, history=history, coming={"lstm": far}).summary()["series"]
    assert len(long["history"]["y"]) == RECENT


def test_a_panel_has_a_table_of_all_series_and_a_single_series_none(make_run):
    run = make_run(series=DRAWN + 3)
    table = run.summary()["series_table"]
    assert [row["unique_id"] for row in table] == [f"S{i}" for i in range(DRAWN + 3)]
    assert table[1]["coming"] == run.coming["lstm"].mean[1, -1]
    known = run.history.filter(pl.col("unique_id") == "S1")["y"].to_list()
    assert table[1]["spark"] == known[-SPARK:]
    assert table[1]["last"] == known[-1]
    assert make_run(series=1).summary()["series_table"] == []


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
        (1, "Close", "S0, Close, 3 months ahead"),
        (2, "Close", "2 series, Close, 3 months ahead"),
        (1, "S0", "S0, 3 months ahead"),
    ],
)
def test_the_title_says_what_is_forecast(make_run, series, target, title):
    monthly = {"created": "", "data": {"unit": "month"}, "notes": []}
    summary = make_run(series=series, target=target, info=monthly).summary()
    assert (summary["title"], summary["unit"]) == (title, "month")
    assert make_run(title="Mine").summary()["title"] == "Mine"


def test_in_the_units_of_no_calendar_it_counts_steps(make_run):
    summary = make_run().summary()
    assert (summary["title"], summary["unit"]) == ("2 series, Close, 3 steps ahead", "step")


def test_a_forecast_is_listed_as_the_json_contract_says(make_forecast):
    forecast = make_forecast(levels=(0.1, 0.9), series=1, cutoffs=1, horizon=2)
    summary = forecast.summary()
    assert list(summary) == ["schema", "verdict", "claims", "forecasts"]
    assert (summary["schema"], summary["verdict"], summary["claims"]) == (SCHEMA, None, None)
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


def test_a_forecast_that_a_test_decided_says_what_is_claimed(make_forecast):
    judged = replace(make_forecast(), claims=Claims(), verdict=message("verdict.not_yet"))
    summary = judged.summary()
    assert summary["verdict"] == message("verdict.not_yet")
    assert summary["claims"]["point"]["answer"] == "not_judged"


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
